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
-- answered_by: whose words an answer to a letter holds; the mail's key names the step of what was set aside.
SELECT m.mail_key, m.kind, m.round_id, m.subject, m.state, m.decided_at, m.sent_at, m.plain, s.actor AS answered_by
FROM mails AS m
LEFT JOIN set_aside_steps AS s
  ON m.kind = :reply AND s.kind = 'settled' AND s.item_id = SUBSTR(m.mail_key, LENGTH(m.unit_code) + 2, 10)
     AND m.mail_key = m.unit_code || '/' || s.item_id || '/' || CAST(s.seq AS TEXT) || '/' || :reply
WHERE m.unit_code = :unit_code AND m.decided_at <= :as_of
ORDER BY m.decided_at DESC, m.mail_key DESC
LIMIT :most

-- name: mails_counted
SELECT state, COUNT(*) AS mails FROM mails WHERE decided_at <= :as_of GROUP BY state ORDER BY state

-- name: mails_listed
-- The newest of a state ('': of any), or the one of a key; which they are is settled before their texts are read.
SELECT m.mail_key, m.kind, m.unit_code, m.recipients, m.copies, m.subject, m.state, m.decided_at, m.claimed_at,
       m.sent_at, m.server_answer, m.attachments, m.plain
FROM mails AS m
JOIN (SELECT mail_key FROM mails
      WHERE decided_at <= :as_of AND (CAST(:state AS TEXT) = '' OR state = :state)
        AND (CAST(:mail_key AS TEXT) = '' OR mail_key = :mail_key)
      ORDER BY decided_at DESC, mail_key DESC
      LIMIT :most OFFSET :skip) AS p ON p.mail_key = m.mail_key
ORDER BY m.decided_at DESC, m.mail_key DESC

-- name: mails_in_trouble
-- What a person decides about first; of the dead, those of late that nobody has settled.
SELECT mail_key, kind, unit_code, recipients, copies, subject, state, decided_at, claimed_at, sent_at, server_answer
FROM mails
WHERE decided_at <= :as_of
  AND (state IN ('held', 'failed', 'claimed')
       OR (state = 'dead' AND COALESCE(claimed_at, decided_at) >= :since
           AND NOT EXISTS (SELECT 1 FROM mail_acts AS a
                           WHERE a.mail_key = mails.mail_key AND a.act = 'thoi'
                             AND a.recorded_at >= COALESCE(mails.claimed_at, mails.decided_at))))
ORDER BY CASE state WHEN 'held' THEN 0 WHEN 'dead' THEN 1 ELSE 2 END, decided_at DESC, mail_key DESC

-- name: mails_that_bounced
SELECT m.message_id, m.mail_key, m.kind, m.unit_code, m.recipients, m.copies, m.subject, m.state, m.decided_at,
       m.claimed_at, m.sent_at, m.server_answer
FROM mails AS m
WHERE m.message_id IN (SELECT b.message_id FROM bounces AS b WHERE b.recorded_at <= :as_of)

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
