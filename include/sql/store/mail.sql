-- name: any
SELECT round_id FROM rounds LIMIT 1

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

-- name: insert_mail
INSERT INTO mails (mail_key, kind, as_of, round_id, unit_code, recipients, copies, subject, html, plain,
                   attachments, message_id, in_reply_to, mode, state, attempts, decided_at, delivered)
VALUES (:mail_key, :kind, :as_of, :round_id, :unit_code, :recipients, :copies, :subject, :html, :plain,
        :attachments, :message_id, :in_reply_to, '', 'decided', 0, :decided_at, '[]')
ON CONFLICT DO NOTHING

-- name: mail
SELECT * FROM mails WHERE mail_key = :mail_key

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
