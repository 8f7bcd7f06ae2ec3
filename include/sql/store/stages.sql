-- name: intake_rows
SELECT (SELECT COUNT(*) FROM submissions) AS submissions,
       (SELECT COUNT(*) FROM obligation_events) AS events,
       (SELECT COUNT(*) FROM mails) AS mails

-- name: figures_frozen
-- A snapshot of the cut-off day that was frozen by a moment, from which the round's figures were counted.
SELECT s.snapshot_id
FROM snapshots AS s
WHERE s.cut_off = :cut_off
  AND s.frozen_at <= :as_of
  AND EXISTS (SELECT 1 FROM system_values AS v WHERE v.round_id = :round_id AND v.snapshot_id = s.snapshot_id)
LIMIT 1

-- name: rounds_accepted_at
SELECT DISTINCT o.round_id
FROM obligation_events AS e
JOIN obligations AS o ON o.obligation_id = e.obligation_id
WHERE e.recorded_at = :at
  AND e.kind IN ('accepted', 'nothing_to_report')
ORDER BY o.round_id

-- name: insert_message
INSERT INTO mailbox_messages (message_mark, mailbox, uid_validity, uid, received_at, recorded_at, verdict, review,
                              unit_code)
VALUES (:message_mark, :mailbox, :uid_validity, :uid, :received_at, :recorded_at, :verdict, :review, :unit_code)
ON CONFLICT DO NOTHING

-- name: vacate_place_touches
SELECT message_mark FROM mailbox_messages
WHERE mailbox = :mailbox AND uid_validity = :uid_validity AND uid = :uid AND message_mark <> :message_mark

-- name: vacate_place
-- Another message lies at this place now: the mailbox was made anew and counts from one again, under the same
-- UIDVALIDITY. What lay there before lies nowhere, and is known by its mark.
UPDATE mailbox_messages
SET uid_validity = 0,
    uid = (SELECT COALESCE(MIN(o.uid), 0) - 1 FROM mailbox_messages AS o
           WHERE o.mailbox = :mailbox AND o.uid_validity = 0)
WHERE mailbox = :mailbox AND uid_validity = :uid_validity AND uid = :uid AND message_mark <> :message_mark

-- name: deal_with_message_again
-- A person wants it read again: what was decided then gives way.
UPDATE mailbox_messages
SET mailbox = :mailbox, uid_validity = :uid_validity, uid = :uid, recorded_at = :recorded_at, verdict = :verdict,
    review = :review, unit_code = :unit_code
WHERE message_mark = :message_mark
