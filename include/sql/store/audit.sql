-- name: kept_files
SELECT stored_path AS path, file_sha256 AS sha256 FROM submissions
UNION
SELECT stored_path AS path, file_sha256 AS sha256 FROM enclosures
ORDER BY path

-- name: reminders
SELECT r.obligation_id, r.rung, m.mail_key AS found
FROM reminders AS r
LEFT JOIN mails AS m ON m.mail_key = r.mail_key
ORDER BY r.obligation_id, r.rung
