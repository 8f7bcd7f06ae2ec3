-- name: insert_reminder
INSERT INTO reminders (obligation_id, rung, occasion, as_of, mail_key)
VALUES (:obligation_id, :rung, :occasion, :as_of, :mail_key)
ON CONFLICT DO NOTHING

-- name: all_reminders
SELECT obligation_id, rung, as_of, mail_key FROM reminders

-- name: reminders_of_mail
SELECT obligation_id, rung FROM reminders WHERE mail_key = :mail_key ORDER BY obligation_id

-- name: requests_without_event
SELECT r.obligation_id, r.as_of, r.mail_key FROM reminders r
WHERE r.rung = :rung AND r.occasion = ''
  AND NOT EXISTS (SELECT 1 FROM obligation_events e
                  WHERE e.obligation_id = r.obligation_id AND e.kind = 'requested')
ORDER BY r.obligation_id

-- name: forget_reminders_of
DELETE FROM reminders WHERE mail_key = :mail_key

-- name: insert_mail
INSERT INTO mails (mail_key, kind, as_of, round_id, unit_code, recipients, copies, subject, html, plain,
                   attachments, message_id, in_reply_to, mode, state, attempts, decided_at, delivered)
VALUES (:mail_key, :kind, :as_of, :round_id, :unit_code, :recipients, :copies, :subject, :html, :plain,
        :attachments, :message_id, :in_reply_to, '', 'decided', 0, :decided_at, '[]')
ON CONFLICT DO NOTHING

-- name: mail
SELECT * FROM mails WHERE mail_key = :mail_key

-- name: first_mails_of_rounds
SELECT round_id, unit_code, message_id FROM mails
WHERE kind = :request AND state <> 'withdrawn' ORDER BY decided_at DESC, mail_key DESC

-- name: mails_of_kind
SELECT mail_key, recipients FROM mails WHERE kind = :kind AND round_id = :round_id ORDER BY mail_key

-- name: mail_exists
SELECT mail_key FROM mails WHERE mail_key = :mail_key

-- name: unsent_before
SELECT mail_key, kind, state, as_of, claimed_at FROM mails
WHERE state IN ('decided', 'failed', 'claimed') AND kind IN (:digest, :approval) AND as_of < :as_of
ORDER BY mail_key

-- name: withdraw
UPDATE mails SET state = 'withdrawn', server_answer = :reason
WHERE mail_key = :mail_key AND state IN ('decided', 'failed')

-- name: give_up_doubtful
UPDATE mails SET state = 'dead', server_answer = :reason
WHERE mail_key = :mail_key AND state = 'claimed' AND claimed_at = :claimed_at

-- name: sendable
SELECT mail_key, state, attempts, claimed_at FROM mails
WHERE (state IN ('decided', 'failed') AND (kind NOT IN (:digest, :approval) OR as_of >= :day_start))
   OR (state = 'claimed' AND claimed_at <= :stale_before)
ORDER BY decided_at, mail_key

-- name: claim
UPDATE mails SET state = 'claimed', claimed_at = :claimed_at, attempts = attempts + 1, mode = :mode
WHERE mail_key = :mail_key
  AND (state IN ('decided', 'failed') OR (state = 'claimed' AND claimed_at <= :stale_before))
RETURNING *

-- name: mark
UPDATE mails SET state = :state, sent_at = :sent_at, server_answer = :server_answer, delivered = :delivered
WHERE mail_key = :mail_key AND state = 'claimed' AND attempts = :attempts

-- name: take_turn
INSERT INTO mail_turns (line, next_ms) VALUES ('smtp', CAST(:moment AS BIGINT) + CAST(:gap AS BIGINT))
ON CONFLICT (line) DO UPDATE
SET next_ms = CASE WHEN mail_turns.next_ms > CAST(:moment AS BIGINT) THEN mail_turns.next_ms
                   ELSE CAST(:moment AS BIGINT) END + CAST(:gap AS BIGINT)
RETURNING next_ms - CAST(:gap AS BIGINT) AS turn

-- name: sent_by_rung
SELECT o.round_id, r.rung, COUNT(DISTINCT r.mail_key) AS mails
FROM reminders r
JOIN obligations o ON o.obligation_id = r.obligation_id
JOIN mails m ON m.mail_key = r.mail_key
WHERE m.state = 'sent' AND o.round_id LIKE :year_prefix
GROUP BY o.round_id, r.rung
ORDER BY o.round_id, r.rung

-- name: outbox_by_state
SELECT kind, state, COUNT(*) AS mails FROM mails GROUP BY kind, state ORDER BY kind, state

-- name: first_mail_of
SELECT message_id FROM mails
WHERE kind = :request AND round_id = :round_id AND unit_code = :unit_code AND state <> 'withdrawn'
ORDER BY decided_at, mail_key LIMIT 1

-- name: waiting
SELECT mail_key, kind, unit_code, recipients, subject, html, state FROM mails
WHERE state IN ('decided', 'failed', 'claimed') ORDER BY decided_at, mail_key

-- name: answered_outsiders
SELECT mail_key, message_id FROM mails
WHERE kind = :reply AND unit_code IS NULL AND recipients <> '[]'
  AND state IN ('sent', 'dead', 'previewed', 'withdrawn')
ORDER BY mail_key

-- name: forget_address
UPDATE mails SET recipients = '[]', delivered = '[]', server_answer = NULL WHERE mail_key = :mail_key
