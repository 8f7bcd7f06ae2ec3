-- name: insert_submission
INSERT INTO submissions (submission_id, obligation_id, received_at, recorded_at, channel, file_name, file_sha256,
                         stored_path, form_version, outcome, sender_unit)
VALUES (:submission_id, :obligation_id, :received_at, :recorded_at, :channel, :file_name, :file_sha256,
        :stored_path, :form_version, :outcome, :sender_unit)
ON CONFLICT DO NOTHING

-- name: insert_value
INSERT INTO submission_values (submission_id, indicator, raw, value, numerator, denominator, explanation, evidence,
                               cell)
VALUES (:submission_id, :indicator, :raw, :value, :numerator, :denominator, :explanation, :evidence, :cell)
ON CONFLICT DO NOTHING

-- name: insert_narrative
INSERT INTO submission_narratives (submission_id, section, content)
VALUES (:submission_id, :section, :content)
ON CONFLICT DO NOTHING

-- name: insert_nothing
INSERT INTO submission_nothing (submission_id, part, section)
VALUES (:submission_id, :part, :section)
ON CONFLICT DO NOTHING

-- name: nothing_of_round
SELECT n.submission_id, n.section
FROM submission_nothing n
JOIN submissions s ON s.submission_id = n.submission_id
JOIN obligations o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product AND n.part = 'so_lieu'

-- name: insert_finding
INSERT INTO findings (submission_id, seq, rule, severity, sheet, cell, indicator, found, expected, message)
VALUES (:submission_id, :seq, :rule, :severity, :sheet, :cell, :indicator, :found, :expected, :message)
ON CONFLICT DO NOTHING

-- name: submission
SELECT * FROM submissions WHERE submission_id = :submission_id

-- name: submissions_of_obligation
SELECT * FROM submissions WHERE obligation_id = :obligation_id ORDER BY received_at, submission_id

-- name: findings_of_submission
SELECT * FROM findings WHERE submission_id = :submission_id ORDER BY seq

-- name: change_outcome
UPDATE submissions SET outcome = :outcome WHERE submission_id = :submission_id AND outcome <> :outcome

-- name: standing_submissions
SELECT o.unit_code, c.submission_id
FROM counted_submissions AS c
JOIN obligations AS o ON o.obligation_id = c.obligation_id
WHERE o.round_id = :round_id
  AND o.product = :product
  AND c.counted_from <= :known_by
  AND (c.counted_until IS NULL OR c.counted_until > :known_by)

-- name: values_of_round
SELECT v.*
FROM submission_values v
JOIN submissions s ON s.submission_id = v.submission_id
JOIN obligations o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product

-- name: numbers_of_round
-- Of one unit, or of all when none is named.
SELECT o.unit_code, v.indicator, v.value
FROM counted_submissions AS c
JOIN obligations AS o ON o.obligation_id = c.obligation_id
JOIN submission_values AS v ON v.submission_id = c.submission_id
WHERE o.round_id = :round_id
  AND o.product = :product
  AND c.counted_from <= :known_by
  AND (c.counted_until IS NULL OR c.counted_until > :known_by)
  AND (CAST(:unit_code AS TEXT) IS NULL OR o.unit_code = :unit_code)
  AND v.value IS NOT NULL

-- name: narratives_of_round
SELECT n.*
FROM submission_narratives n
JOIN submissions s ON s.submission_id = n.submission_id
JOIN obligations o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product

-- name: insert_enclosure
INSERT INTO enclosures (submission_id, seq, file_name, file_sha256, stored_path)
VALUES (:submission_id, :seq, :file_name, :file_sha256, :stored_path)
ON CONFLICT DO NOTHING

-- name: enclosures_of_submission
SELECT seq, file_name, file_sha256, stored_path FROM enclosures WHERE submission_id = :submission_id ORDER BY seq

-- name: insert_message
INSERT INTO mailbox_messages (message_mark, mailbox, uid_validity, uid, received_at, recorded_at, verdict, review,
                              unit_code)
VALUES (:message_mark, :mailbox, :uid_validity, :uid, :received_at, :recorded_at, :verdict, :review, :unit_code)
ON CONFLICT DO NOTHING

-- name: message_by_place
SELECT verdict, review FROM mailbox_messages
WHERE mailbox = :mailbox AND uid_validity = :uid_validity AND uid = :uid

-- name: message_by_mark
SELECT verdict, review FROM mailbox_messages WHERE message_mark = :message_mark
