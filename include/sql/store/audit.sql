-- name: kept_files
SELECT stored_path AS path, file_sha256 AS sha256 FROM submissions
UNION
SELECT stored_path AS path, file_sha256 AS sha256 FROM enclosures
UNION
SELECT stored_path AS path, file_sha256 AS sha256 FROM past_imports
UNION
SELECT stored_path AS path, sha256 FROM evidence WHERE sha256 IS NOT NULL
UNION
SELECT kept_path AS path, before_sha256 AS sha256 FROM config_changes
ORDER BY path

-- name: reminders
SELECT r.obligation_id, r.rung, m.mail_key AS found
FROM reminders AS r
LEFT JOIN mails AS m ON m.mail_key = r.mail_key
ORDER BY r.obligation_id, r.rung

-- name: mails
SELECT mail_key, state, attachments FROM mails ORDER BY mail_key

-- name: landings
SELECT l.landing_id, l.rows_read, l.rows_accepted, l.rows_quarantined, l.parquet_path, l.quarantine_path,
       p.sha256 AS parquet_sha256, q.sha256 AS quarantine_sha256
FROM landings AS l
LEFT JOIN landing_files AS p ON p.landing_id = l.landing_id AND p.part = 'nhan'
LEFT JOIN landing_files AS q ON q.landing_id = l.landing_id AND q.part = 'cach-ly'
ORDER BY l.landing_id

-- name: workbooks
SELECT s.submission_id, s.file_name, s.stored_path AS path, s.file_sha256 AS sha256
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.product = 'bao_cao'
ORDER BY s.submission_id

-- name: numbers
SELECT submission_id, indicator, value, numerator, denominator
FROM submission_values
WHERE value IS NOT NULL OR numerator IS NOT NULL OR denominator IS NOT NULL
ORDER BY submission_id, indicator

-- name: submissions_linked
-- Submissions that have no later link, neither of their own nor of their figures.
SELECT record
FROM chain
WHERE name IN ('submissions', 'submission_values')
GROUP BY record
HAVING MAX(place) <= :place

-- name: documents_linked_since
SELECT record FROM chain WHERE name = 'documents' AND place > :place
