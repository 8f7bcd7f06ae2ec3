-- name: contents
SELECT (SELECT COUNT(*) FROM obligation_events) AS events,
       (SELECT COUNT(*) FROM submissions) AS submissions,
       (SELECT COUNT(*) FROM documents) AS documents,
       (SELECT COUNT(*) FROM mails) AS mails,
       (SELECT MAX(recorded_at) FROM obligation_events) AS last_event_at

-- name: mails_sent_since
SELECT message_id, kind, unit_code, round_id, sent_at
FROM mails
WHERE state = 'sent' AND sent_at >= :since
ORDER BY sent_at, message_id

-- name: submissions_since
SELECT s.submission_id, o.round_id, o.unit_code, s.received_at, s.file_name, s.stored_path, s.file_sha256
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE s.recorded_at >= :since
ORDER BY s.recorded_at, s.submission_id
