-- name: add_hold
INSERT INTO holds (unit_code, round_id, recorded_at, kind, last_day, reason, actor)
VALUES (:unit_code, :round_id, :recorded_at, :kind, :last_day, :reason, :actor)
ON CONFLICT (unit_code, round_id, recorded_at) DO UPDATE
SET kind = :kind, last_day = :last_day, reason = :reason, actor = :actor

-- name: holds
SELECT unit_code, round_id, recorded_at, kind, last_day, reason, actor
FROM holds
WHERE recorded_at <= :as_of
ORDER BY recorded_at, unit_code, round_id

-- name: last_of_kind
SELECT MAX(as_of) AS as_of FROM mails WHERE kind = :kind AND as_of < :before

-- name: written_to
SELECT DISTINCT unit_code, mail_key FROM mails
WHERE kind IN (:request, :digest) AND state <> 'withdrawn' AND as_of >= :first AND as_of < :after_last

-- name: letters_due
SELECT DISTINCT o.round_id, r.mail_key
FROM reminders AS r
JOIN obligations AS o ON o.obligation_id = r.obligation_id
WHERE r.rung = :rung AND r.as_of >= :day_start AND r.as_of <= :as_of
ORDER BY o.round_id, r.mail_key

-- name: errors_of_submissions
SELECT submission_id, sheet, cell, message FROM findings
WHERE submission_id IN :submissions AND severity = 'loi'
ORDER BY submission_id, seq

-- name: reminders_of_day
SELECT r.obligation_id, r.rung, r.occasion, m.state, m.server_answer, m.unit_code
FROM reminders AS r
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE r.as_of >= :day_start AND r.as_of <= :as_of
ORDER BY r.obligation_id, r.rung

-- name: troubled_mails
SELECT mail_key, kind, unit_code, subject, state, attempts, server_answer FROM mails
WHERE (state = 'dead' AND claimed_at >= :since AND claimed_at <= :as_of) OR (state IN ('failed', 'claimed', 'held') AND decided_at <= :as_of)
ORDER BY state, decided_at, mail_key

-- name: reminded_by
SELECT DISTINCT obligation_id FROM reminders
WHERE rung = :rung AND as_of <= :as_of AND SUBSTR(occasion, 1, 11) <> 'thu-nghiem/'
ORDER BY obligation_id

-- name: contacts
SELECT obligation_id, happened_at FROM obligation_events
WHERE kind IN ('phoned', 'letter') AND recorded_at <= :as_of
ORDER BY obligation_id, recorded_at, seq

-- name: sent_reminders
SELECT r.obligation_id, r.rung, r.as_of
FROM obligations AS o
CROSS JOIN reminders AS r
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE o.round_id = :round_id AND r.obligation_id = o.obligation_id AND m.state IN ('sent', 'previewed')
  AND r.as_of <= :as_of AND SUBSTR(r.occasion, 1, 11) <> 'thu-nghiem/'
ORDER BY r.obligation_id, r.as_of

-- name: insert_reminder
INSERT INTO reminders (obligation_id, rung, occasion, as_of, mail_key)
VALUES (:obligation_id, :rung, :occasion, :as_of, :mail_key)
ON CONFLICT DO NOTHING

-- name: all_reminders
SELECT obligation_id, rung, as_of, mail_key FROM reminders

-- name: reminders_of
SELECT obligation_id, rung, as_of, mail_key FROM reminders WHERE obligation_id IN :obligations

-- name: reminders_of_mail
SELECT r.obligation_id, r.rung, o.round_id
FROM reminders AS r
JOIN obligations AS o ON o.obligation_id = r.obligation_id
WHERE r.mail_key = :mail_key
ORDER BY r.obligation_id

-- name: reminders_of_mails
SELECT mail_key, obligation_id FROM reminders WHERE mail_key IN :mails

-- name: reminders_of_occasion
SELECT obligation_id, mail_key FROM reminders WHERE occasion = :occasion ORDER BY obligation_id

-- name: mails_of_rung
SELECT DISTINCT m.unit_code, m.mail_key, m.kind, m.state, m.decided_at
FROM reminders AS r
JOIN obligations AS o ON o.obligation_id = r.obligation_id
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE r.rung = :rung AND o.round_id = :round_id AND m.state <> 'withdrawn'
ORDER BY m.decided_at, m.mail_key

-- name: just_reminded
SELECT DISTINCT m.unit_code
FROM reminders AS r
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE r.rung = :rung AND m.state IN ('decided', 'failed', 'claimed') AND m.decided_at >= :since

-- name: trial_mails
SELECT mail_key FROM mails
WHERE kind IN (:request, :digest) AND mode IN ('dry_run', 'redirect')
  AND state IN ('sent', 'previewed', 'dead', 'held')

-- name: free_trial_rungs_touches
SELECT DISTINCT r.mail_key
FROM reminders AS r
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE r.occasion = '' AND m.kind IN (:request, :digest) AND m.mode IN ('dry_run', 'redirect')
  AND m.state IN ('sent', 'previewed', 'dead', 'held')

-- name: free_trial_rungs
UPDATE reminders SET occasion = 'thu-nghiem/' || mail_key
WHERE occasion = '' AND mail_key IN (SELECT m.mail_key FROM mails AS m
                                     WHERE m.kind IN (:request, :digest) AND m.mode IN ('dry_run', 'redirect')
                                       AND m.state IN ('sent', 'previewed', 'dead', 'held'))

-- name: drop_held_trials_touches
SELECT mail_key FROM mails
WHERE state IN ('held', 'dead') AND mode IN ('dry_run', 'redirect') AND kind IN (:request, :digest)

-- name: drop_held_trials
UPDATE mails SET state = 'withdrawn', server_answer = :reason
WHERE state IN ('held', 'dead') AND mode IN ('dry_run', 'redirect') AND kind IN (:request, :digest)

-- name: requests_without_event
SELECT r.obligation_id, r.as_of, r.mail_key, COUNT(f.rung) AS earlier FROM reminders AS r
LEFT JOIN reminders AS f
       ON f.obligation_id = r.obligation_id AND f.rung = r.rung AND SUBSTR(f.occasion, 1, 11) = 'thu-nghiem/'
WHERE r.rung = :rung AND r.occasion = ''
  AND NOT EXISTS (SELECT 1 FROM obligation_events AS e
                  WHERE e.obligation_id = r.obligation_id AND e.kind = 'requested'
                    AND (f.rung IS NULL OR e.recorded_at >= r.as_of))
GROUP BY r.obligation_id, r.as_of, r.mail_key
ORDER BY r.obligation_id

-- name: forget_reminders_of
DELETE FROM reminders WHERE mail_key = :mail_key

-- name: first_mails_of_rounds
SELECT round_id, unit_code, message_id, mail_key FROM mails
WHERE kind = :request AND round_id IN :rounds AND state <> 'withdrawn' ORDER BY decided_at DESC, mail_key DESC

-- name: mails_that_exist
SELECT mail_key FROM mails WHERE mail_key IN :mails

-- name: mail_exists
SELECT mail_key FROM mails WHERE mail_key = :mail_key

-- name: unsent_before
SELECT mail_key, kind, state, as_of, claimed_at FROM mails
WHERE state IN ('decided', 'failed', 'claimed', 'held') AND kind IN (:digest, :approval) AND as_of < :as_of
ORDER BY mail_key

-- name: withdraw
UPDATE mails SET state = 'withdrawn', server_answer = :reason
WHERE mail_key = :mail_key AND state IN ('decided', 'failed')

-- name: give_up_doubtful
UPDATE mails SET state = 'dead', server_answer = :reason
WHERE mail_key = :mail_key AND state IN ('claimed', 'held') AND claimed_at = :claimed_at

-- name: waiting
SELECT mail_key, kind, unit_code, recipients, subject, html, state FROM mails
WHERE state IN ('decided', 'failed', 'claimed') ORDER BY decided_at, mail_key

-- name: pleas
-- For more time, on which nothing was decided since.
SELECT e.obligation_id, e.event_key, o.round_id, o.unit_code
FROM obligation_events AS e
JOIN obligations AS o ON o.obligation_id = e.obligation_id
WHERE e.kind = 'time_asked' AND e.recorded_at <= :as_of
  AND NOT EXISTS (SELECT 1 FROM obligation_events AS d
                  WHERE d.obligation_id = e.obligation_id AND d.kind IN ('extended', 'time_declined')
                    AND d.recorded_at >= e.recorded_at AND d.recorded_at <= :as_of)
ORDER BY e.recorded_at, e.seq, e.obligation_id

-- name: lasting_trial_mails
-- Of a trial, that say something lasting to somebody known, and about which nothing was decided since.
SELECT * FROM mails AS m
WHERE m.kind IN (:receipt, :reply, :urging, :issued) AND m.mode IN ('dry_run', 'redirect')
  AND m.state IN ('sent', 'previewed', 'dead', 'held') AND m.recipients <> '[]'
  AND (m.kind <> :reply OR m.unit_code IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM mail_acts AS a
                  WHERE a.mail_key = m.mail_key AND a.act IN ('gui_lai', 'thoi') AND a.recorded_at >= m.claimed_at)
ORDER BY m.decided_at, m.mail_key

-- name: mails_by_age
-- Oldest first: of each kind, round and unit the last one says what is true.
SELECT mail_key, kind, round_id, unit_code FROM mails
WHERE kind IN (:receipt, :urging) AND state <> 'withdrawn'
ORDER BY decided_at, mail_key
