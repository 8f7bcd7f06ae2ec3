-- name: documents
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on, made_at
FROM documents
WHERE round_id = :round_id AND made_at <= :as_of
ORDER BY made_at, document_id

-- name: document
SELECT document_id, round_id, unit_code, file_name, file_sha256
FROM documents
WHERE document_id = :document_id

-- name: last_recorded
SELECT MAX(recorded_at) AS recorded_at
FROM (
    SELECT MAX(recorded_at) AS recorded_at FROM obligation_events
    UNION ALL
    SELECT MAX(recorded_at) AS recorded_at FROM round_events
) AS latest

-- name: submission_counts
SELECT s.obligation_id, COUNT(*) AS files, MAX(s.received_at) AS last_received_at
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND s.recorded_at <= :as_of
GROUP BY s.obligation_id

-- name: versions
SELECT s.submission_id, s.received_at, s.file_name, s.channel, s.sender_unit, s.outcome, s.file_sha256,
       (SELECT COUNT(*) FROM enclosures AS e WHERE e.submission_id = s.submission_id) AS enclosed
FROM submissions AS s
WHERE s.obligation_id = :obligation_id AND s.recorded_at <= :as_of
ORDER BY s.received_at, s.recorded_at, (
    SELECT MIN(e.seq) FROM obligation_events AS e
    WHERE e.event_key IN (s.obligation_id || ':submitted:' || s.submission_id,
                          s.obligation_id || ':nothing_to_report:' || s.submission_id)
), s.submission_id

-- name: files_of_unit
SELECT s.submission_id, s.obligation_id, s.received_at, s.file_name, s.channel, s.sender_unit, s.outcome,
       s.file_sha256, s.stored_path, o.round_id, o.title,
       (SELECT COUNT(*) FROM enclosures AS e WHERE e.submission_id = s.submission_id) AS enclosed,
       (SELECT COUNT(*) FROM findings AS f WHERE f.submission_id = s.submission_id) AS findings
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.unit_code = :unit_code AND s.recorded_at <= :as_of
ORDER BY s.received_at DESC, s.submission_id DESC
LIMIT :most

-- name: mails_of_unit
SELECT mail_key, kind, round_id, subject, state, decided_at, sent_at, plain
FROM mails
WHERE unit_code = :unit_code AND decided_at <= :as_of
ORDER BY decided_at DESC, mail_key DESC
LIMIT :most

-- name: events_of_unit
SELECT e.kind, e.happened_at, e.recorded_at, e.actor, e.reason, e.detail, o.round_id, o.title, o.obligation_id
FROM obligation_events AS e
JOIN obligations AS o ON o.obligation_id = e.obligation_id
WHERE o.unit_code = :unit_code AND e.recorded_at <= :as_of
ORDER BY e.happened_at DESC, e.seq DESC
LIMIT :most

-- name: submission_of_unit
SELECT s.submission_id, s.file_name, s.stored_path, s.file_sha256, o.unit_code
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE s.submission_id = :submission_id
