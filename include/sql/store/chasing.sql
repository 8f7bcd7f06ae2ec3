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

-- name: add_mode
INSERT INTO mail_modes (seq, changed_at, mode, redirect_to, actor)
VALUES ((SELECT COUNT(*) + 1 FROM mail_modes), :changed_at, :mode, :redirect_to, :actor)

-- name: modes
SELECT changed_at, seq, mode, redirect_to, actor FROM mail_modes ORDER BY seq

-- name: add_bounce
INSERT INTO bounces (message_mark, address, unit_code, status, words, message_id, bounced_at, recorded_at)
VALUES (:message_mark, :address, :unit_code, :status, :words, :message_id, :bounced_at, :recorded_at)
ON CONFLICT (message_mark, address) DO NOTHING

-- name: bounces
SELECT b.address, b.unit_code, b.status, b.words, b.message_id, b.bounced_at, b.recorded_at
FROM bounces AS b
WHERE b.recorded_at <= :as_of
  AND NOT EXISTS (SELECT 1 FROM mended_addresses AS m
                  WHERE m.address = b.address AND m.recorded_at >= b.recorded_at AND m.recorded_at <= :as_of)
ORDER BY b.bounced_at, b.address

-- name: mend_address
INSERT INTO mended_addresses (address, recorded_at, actor, reason)
VALUES (:address, :recorded_at, :actor, :reason)
ON CONFLICT (address, recorded_at) DO NOTHING

-- name: written_to
SELECT DISTINCT unit_code, mail_key FROM mails
WHERE kind IN (:request, :digest) AND state <> 'withdrawn' AND as_of >= :first AND as_of < :after_last

-- name: letters_due
SELECT DISTINCT o.round_id, r.mail_key
FROM reminders AS r
JOIN obligations AS o ON o.obligation_id = r.obligation_id
WHERE r.rung = :rung AND r.as_of >= :day_start AND r.as_of <= :as_of
ORDER BY o.round_id, r.mail_key

-- name: errors_of_submission
SELECT sheet, cell, message FROM findings
WHERE submission_id = :submission_id AND severity = 'loi'
ORDER BY seq LIMIT 5

-- name: reminders_of_day
SELECT r.obligation_id, r.rung, r.occasion, m.state, m.server_answer, m.unit_code
FROM reminders AS r
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE r.as_of >= :day_start AND r.as_of <= :as_of
ORDER BY r.obligation_id, r.rung

-- name: troubled_mails
SELECT mail_key, kind, unit_code, subject, state, attempts, server_answer FROM mails
WHERE (state = 'dead' AND claimed_at >= :since AND claimed_at <= :as_of) OR (state IN ('failed', 'claimed') AND decided_at <= :as_of)
ORDER BY state, decided_at, mail_key

-- name: reminded_by
SELECT DISTINCT obligation_id FROM reminders WHERE rung = :rung AND as_of <= :as_of ORDER BY obligation_id

-- name: contacts
SELECT obligation_id, happened_at FROM obligation_events
WHERE kind IN ('phoned', 'letter') AND recorded_at <= :as_of
ORDER BY obligation_id, recorded_at, seq

-- name: sent_reminders
SELECT r.obligation_id, r.rung, r.as_of
FROM reminders AS r
JOIN mails AS m ON m.mail_key = r.mail_key
WHERE m.state IN ('sent', 'previewed') AND r.as_of <= :as_of
ORDER BY r.obligation_id, r.as_of
