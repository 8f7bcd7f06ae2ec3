-- name: late_submissions
SELECT s.submission_id, s.obligation_id, s.received_at, s.channel, s.file_name, o.unit_code, o.round_id, o.title
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE s.outcome = :outcome AND s.recorded_at <= :as_of
ORDER BY s.received_at, s.submission_id

-- name: first_mail_of
SELECT message_id FROM mails
WHERE kind = :request AND round_id = :round_id AND unit_code = :unit_code AND state <> 'withdrawn'
ORDER BY decided_at, mail_key LIMIT 1

-- name: answered_outsiders
SELECT mail_key, message_id FROM mails
WHERE kind = :reply AND unit_code IS NULL AND recipients <> '[]'
  AND state IN ('sent', 'dead', 'previewed', 'withdrawn')
ORDER BY mail_key

-- name: forget_address
UPDATE mails SET recipients = '[]', delivered = '[]', server_answer = NULL WHERE mail_key = :mail_key

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

-- name: insert_shown
INSERT INTO shown_figures (submission_id, indicator, shown_by, stance, value, numerator, denominator)
VALUES (:submission_id, :indicator, :shown_by, :stance, :value, :numerator, :denominator)
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
-- Versions that one look found come in the order in which they were judged.
SELECT s.* FROM submissions AS s
WHERE s.obligation_id = :obligation_id
ORDER BY s.received_at, s.recorded_at, (
    SELECT MIN(e.seq) FROM obligation_events AS e
    WHERE e.event_key IN (s.obligation_id || ':submitted:' || s.submission_id,
                          s.obligation_id || ':nothing_to_report:' || s.submission_id)
), s.submission_id

-- name: findings_of_submissions
SELECT * FROM findings WHERE submission_id IN :submissions ORDER BY submission_id, seq

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

-- name: values_of_submission
SELECT indicator, value FROM submission_values WHERE submission_id = :submission_id AND value IS NOT NULL

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

-- name: message_by_mark
SELECT verdict, review FROM mailbox_messages WHERE message_mark = :message_mark

-- name: mail_that_left
SELECT recipients, copies FROM mails
WHERE message_id = :message_id AND state NOT IN ('decided', 'previewed', 'withdrawn')

-- name: attached_to_mails
SELECT DISTINCT attachments FROM mails WHERE unit_code = :unit_code AND attachments <> '[]'

-- name: mail_by_message_id
SELECT mail_key, kind, round_id, unit_code FROM mails WHERE message_id = :message_id

-- name: answers_to_outsiders
-- Those of a day, and all to one address (`mine`), which are known by its mark alone.
SELECT state, CASE WHEN SUBSTR(mail_key, 7, 16) = :mark THEN 1 ELSE 0 END AS mine,
       CASE WHEN decided_at >= :day_start THEN 1 ELSE 0 END AS today
FROM mails
WHERE SUBSTR(mail_key, 1, 6) = :prefix AND (decided_at >= :day_start OR SUBSTR(mail_key, 7, 16) = :mark)

-- name: outsider_not_reached_touches
SELECT mail_key FROM mails
WHERE message_id = :message_id AND SUBSTR(mail_key, 1, 6) = :prefix AND state = 'sent'

-- name: outsider_not_reached
UPDATE mails SET state = 'dead'
WHERE message_id = :message_id AND SUBSTR(mail_key, 1, 6) = :prefix AND state = 'sent'

-- name: folder_looks
-- When the folder of each open round was looked at last; before the first look, when the round was opened.
SELECT o.round_id, COALESCE(l.looked_at, o.happened_at) AS looked_at
FROM round_events o
LEFT JOIN folder_looks l ON l.round_id = o.round_id
WHERE o.kind = 'opened'

-- name: put_folder_look
-- A run that is repeated for an earlier moment takes nothing back.
INSERT INTO folder_looks (round_id, looked_at) VALUES (:round_id, :looked_at)
ON CONFLICT (round_id) DO UPDATE SET looked_at = excluded.looked_at WHERE excluded.looked_at > folder_looks.looked_at

-- name: sightings
SELECT place, mark, came_after, first_seen_at, size, modified, unchanged_since FROM folder_sightings

-- name: put_sighting
INSERT INTO folder_sightings (place, mark, came_after, first_seen_at, size, modified, unchanged_since)
VALUES (:place, :mark, :came_after, :first_seen_at, :size, :modified, :unchanged_since)
ON CONFLICT (place) DO UPDATE
SET mark = excluded.mark, came_after = excluded.came_after, first_seen_at = excluded.first_seen_at,
    size = excluded.size, modified = excluded.modified, unchanged_since = excluded.unchanged_since

-- name: drop_sighting
DELETE FROM folder_sightings WHERE place = :place

-- name: put_set_aside
INSERT INTO set_aside (item_id, channel, origin, title, held_in, file_sha256, received_at, came_after, reason, fault)
VALUES (:item_id, :channel, :origin, :title, :held_in, :file_sha256, :received_at, :came_after, :reason, :fault)
ON CONFLICT (item_id) DO UPDATE
SET held_in = excluded.held_in, reason = excluded.reason, fault = excluded.fault

-- name: lock_set_aside
UPDATE set_aside SET item_id = item_id WHERE item_id = :item_id

-- name: add_set_aside_step
INSERT INTO set_aside_steps (item_id, seq, kind, recorded_at, actor, reason)
VALUES (:item_id, :seq, :kind, :recorded_at, :actor, :reason)

-- name: set_aside_steps
SELECT seq, kind, recorded_at, actor, reason FROM set_aside_steps WHERE item_id = :item_id ORDER BY seq

-- name: set_aside_item
SELECT * FROM set_aside WHERE item_id = :item_id

-- name: set_aside_unsettled
-- What waits for a person or for the next reading, or was dismissed, as known at a moment; the oldest first.
SELECT a.*, s.kind AS last_step, s.recorded_at AS since, s.actor, s.reason AS words
FROM set_aside a
JOIN set_aside_steps s ON s.item_id = a.item_id
WHERE s.kind <> 'settled'
  AND s.seq = (SELECT MAX(x.seq) FROM set_aside_steps x WHERE x.item_id = a.item_id AND x.recorded_at <= :as_of)
ORDER BY a.received_at, a.item_id

-- name: set_aside_known
SELECT item_id, held_in FROM set_aside WHERE channel = :channel

-- name: past_imports
SELECT seq, file_name, file_sha256, recorded_at, actor FROM past_imports ORDER BY seq

-- name: last_past_import
SELECT COALESCE(MAX(seq), 0) AS seq FROM past_imports

-- name: add_past_import
INSERT INTO past_imports (seq, file_name, file_sha256, stored_path, recorded_at, actor)
VALUES (:seq, :file_name, :file_sha256, :stored_path, :recorded_at, :actor)

-- name: add_past_figure
INSERT INTO past_figures (seq, round_id, unit_code, indicator, value, numerator, denominator, units_counted, cell)
VALUES (:seq, :round_id, :unit_code, :indicator, :value, :numerator, :denominator, :units_counted, :cell)

-- name: past_rounds
SELECT seq, round_id, COUNT(*) AS figures, COUNT(DISTINCT unit_code) AS columns
FROM past_figures
GROUP BY seq, round_id
ORDER BY seq, round_id

-- name: past_version
-- The last workbook that said anything about the round, as known then.
SELECT i.seq, i.file_name, i.file_sha256, i.recorded_at, i.actor
FROM past_imports AS i
WHERE i.recorded_at <= :known_by
  AND EXISTS (SELECT 1 FROM past_figures AS f WHERE f.seq = i.seq AND f.round_id = :round_id)
ORDER BY i.seq DESC
LIMIT 1

-- name: past_figures
-- Of one unit, or of all when none is named.
SELECT unit_code, indicator, value, numerator, denominator, units_counted, cell
FROM past_figures
WHERE seq = :seq AND round_id = :round_id AND (CAST(:unit_code AS TEXT) IS NULL OR unit_code = :unit_code)
ORDER BY unit_code, indicator
