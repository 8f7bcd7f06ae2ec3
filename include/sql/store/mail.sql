-- name: any
SELECT round_id FROM rounds LIMIT 1

-- name: add_mode
INSERT INTO mail_modes (seq, changed_at, mode, redirect_to, actor)
VALUES ((SELECT COUNT(*) + 1 FROM mail_modes), :changed_at, :mode, :redirect_to, :actor)
ON CONFLICT (seq) DO NOTHING

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
SELECT m.mail_key, m.state, m.claimed_at, COALESCE(t.refused, 0) AS refused
FROM mails AS m
LEFT JOIN mail_tries AS t ON t.mail_key = m.mail_key
WHERE (m.state IN ('decided', 'failed') AND (m.kind NOT IN (:digest, :approval) OR m.as_of >= :day_start))
   OR (m.state = 'claimed' AND (m.claimed_at <= :stale_before OR m.claimed_at > :ahead))
ORDER BY COALESCE(t.refused, 0), m.decided_at, m.mail_key

-- name: claim
UPDATE mails SET state = 'claimed', claimed_at = :claimed_at, attempts = attempts + 1, mode = :mode
WHERE mail_key = :mail_key AND state IN ('decided', 'failed')
RETURNING *

-- name: claim_stale
UPDATE mails SET claimed_at = :claimed_at, attempts = attempts + 1, mode = :mode
WHERE mail_key = :mail_key AND state = 'claimed' AND (claimed_at <= :stale_before OR claimed_at > :ahead)
RETURNING *

-- name: count_try
INSERT INTO mail_tries (mail_key, refused, unknown) VALUES (:mail_key, :refused, :unknown)
ON CONFLICT (mail_key) DO UPDATE SET refused = mail_tries.refused + :refused, unknown = mail_tries.unknown + :unknown

-- name: tries
SELECT refused, unknown FROM mail_tries WHERE mail_key = :mail_key

-- name: add_stop
INSERT INTO mail_stops (seq, stopped_at, rest_until, cause, words, actor)
VALUES ((SELECT COUNT(*) + 1 FROM mail_stops), :stopped_at, :rest_until, :cause, :words, :actor)
ON CONFLICT (seq) DO NOTHING

-- name: stops
SELECT stopped_at, rest_until, cause, words, actor FROM mail_stops ORDER BY seq

-- name: last_sent
SELECT MAX(sent_at) AS sent_at FROM mails WHERE state = 'sent'

-- name: mark
UPDATE mails SET state = :state, sent_at = :sent_at, server_answer = :server_answer, delivered = :delivered
WHERE mail_key = :mail_key AND state = 'claimed' AND attempts = :attempts

-- name: take_turn
INSERT INTO mail_turns (line, next_ms) VALUES ('smtp', CAST(:moment AS BIGINT) + CAST(:gap AS BIGINT))
ON CONFLICT (line) DO UPDATE
SET next_ms = CASE WHEN mail_turns.next_ms > CAST(:moment AS BIGINT)
                    AND mail_turns.next_ms <= CAST(:furthest AS BIGINT) THEN mail_turns.next_ms
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

-- name: held
SELECT mail_key, kind, unit_code, recipients, subject, server_answer, claimed_at FROM mails
WHERE state = 'held' ORDER BY decided_at, mail_key

-- name: again
UPDATE mails SET state = 'decided', recipients = :recipients, server_answer = NULL
WHERE mail_key = :mail_key AND state IN ('held', 'dead')

-- name: forget_tries
DELETE FROM mail_tries WHERE mail_key = :mail_key

-- name: copy_mail_touches
SELECT CAST(:new_key AS TEXT) AS mail_key

-- name: copy_mail
INSERT INTO mails (mail_key, kind, as_of, round_id, unit_code, recipients, copies, subject, html, plain,
                   attachments, message_id, in_reply_to, mode, state, attempts, decided_at, delivered)
SELECT :new_key, kind, as_of, round_id, unit_code, :recipients, copies, subject, html, plain,
       attachments, :message_id, in_reply_to, '', 'decided', 0, :decided_at, '[]'
FROM mails WHERE mail_key = :mail_key

-- name: leave
UPDATE mails SET state = 'dead', server_answer = :words WHERE mail_key = :mail_key AND state = 'held'

-- name: add_act
INSERT INTO mail_acts (mail_key, recorded_at, act, new_key, actor, reason)
VALUES (:mail_key, :recorded_at, :act, :new_key, :actor, :reason)
ON CONFLICT (mail_key, recorded_at) DO UPDATE
SET act = :act, new_key = :new_key, actor = :actor, reason = :reason

-- name: add_sent_before
INSERT INTO sent_before_restore (message_id, sent_at, recorded_at, told_by)
VALUES (:message_id, :sent_at, :recorded_at, :told_by)
ON CONFLICT (message_id) DO NOTHING

-- name: waiting_sent_before
SELECT m.mail_key
FROM mails AS m
JOIN sent_before_restore AS s ON s.message_id = m.message_id
WHERE m.state IN ('decided', 'failed', 'claimed')
  AND NOT EXISTS (SELECT 1 FROM mail_acts AS a
                  WHERE a.mail_key = m.mail_key AND a.act = :again AND a.recorded_at >= s.recorded_at)

-- name: take_as_sent
UPDATE mails
SET state = 'sent', mode = :mode, server_answer = :words,
    sent_at = (SELECT s.sent_at FROM sent_before_restore AS s WHERE s.message_id = mails.message_id)
WHERE mail_key = :mail_key AND state IN ('decided', 'failed', 'claimed')

-- name: hold_waiting_touches
SELECT mail_key FROM mails
WHERE state IN ('decided', 'failed', 'claimed') AND kind NOT IN (:failure, :approval, :summary)

-- name: hold_waiting
UPDATE mails SET state = 'held', server_answer = :words
WHERE state IN ('decided', 'failed', 'claimed') AND kind NOT IN (:failure, :approval, :summary)

-- name: known_as_sent
SELECT message_id FROM mails WHERE state = 'sent'

-- name: alarm_since
SELECT mail_key FROM mails
WHERE kind = :failure AND SUBSTR(mail_key, 1, LENGTH(:prefix)) = :prefix AND decided_at > :since AND decided_at <= :as_of
LIMIT 1
