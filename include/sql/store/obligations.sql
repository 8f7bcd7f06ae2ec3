-- name: rounds_add
INSERT INTO rounds (round_id, year, kind, title, opens_at, window_first, window_last, unit_due_at, province_due_on, closes_at)
VALUES (:round_id, :year, :kind, :title, :opens_at, :window_first, :window_last, :unit_due_at, :province_due_on, :closes_at)
ON CONFLICT (round_id) DO NOTHING

-- name: rounds_one
SELECT round_id, year, kind, title, opens_at, window_first, window_last, unit_due_at, province_due_on, closes_at
FROM rounds
WHERE round_id = :round_id

-- name: rounds_selected
SELECT round_id, year, kind, title, opens_at, window_first, window_last, unit_due_at, province_due_on, closes_at
FROM rounds
WHERE year = COALESCE(:year, year)
ORDER BY opens_at, round_id

-- name: rounds_lock_one
UPDATE rounds SET round_id = round_id WHERE round_id = :round_id

-- name: rounds_event_by_key
SELECT round_id, kind, detail FROM round_events WHERE event_key = :event_key

-- name: events
SELECT round_id, seq, kind, happened_at, recorded_at, actor, reason, detail, event_key
FROM round_events
WHERE round_id = :round_id
ORDER BY recorded_at, seq

-- name: events_known
SELECT round_id, seq, kind, happened_at, recorded_at, actor, reason, detail, event_key
FROM round_events
WHERE recorded_at <= :as_of
ORDER BY round_id, recorded_at, seq

-- name: rounds_add_event
INSERT INTO round_events (round_id, seq, kind, happened_at, recorded_at, actor, reason, detail, event_key)
VALUES (:round_id, :seq, :kind, :happened_at, :recorded_at, :actor, :reason, :detail, :event_key)

-- name: add
INSERT INTO obligations (obligation_id, round_id, unit_code, product, item, title, due_at)
VALUES (:obligation_id, :round_id, :unit_code, :product, :item, :title, :due_at)
ON CONFLICT (obligation_id) DO NOTHING

-- name: add_event
INSERT INTO obligation_events (obligation_id, seq, kind, happened_at, recorded_at, actor, reason, detail, event_key)
VALUES (:obligation_id, :seq, :kind, :happened_at, :recorded_at, :actor, :reason, :detail, :event_key)

-- name: drop_counted
DELETE FROM counted_submissions WHERE obligation_id = :obligation_id

-- name: add_counted
INSERT INTO counted_submissions (obligation_id, submission_id, counted_from, counted_until)
VALUES (:obligation_id, :submission_id, :counted_from, :counted_until)

-- name: counted_of_round
SELECT c.obligation_id, c.submission_id, c.counted_from, c.counted_until
FROM counted_submissions AS c
JOIN obligations AS o ON o.obligation_id = c.obligation_id
WHERE o.round_id = :round_id
ORDER BY c.obligation_id, c.counted_from

-- name: event_by_key
SELECT obligation_id FROM obligation_events WHERE event_key = :event_key

-- name: lock_one
UPDATE obligations SET obligation_id = obligation_id WHERE obligation_id = :obligation_id

-- name: one
SELECT obligation_id, round_id, unit_code, product, item, title, due_at
FROM obligations
WHERE obligation_id = :obligation_id

-- name: events_of_one
SELECT obligation_id, kind, happened_at, recorded_at, actor, reason, detail, event_key
FROM obligation_events
WHERE obligation_id = :obligation_id
ORDER BY recorded_at, seq

-- name: some
SELECT obligation_id, round_id, unit_code, product, item, title, due_at
FROM obligations
WHERE obligation_id IN :obligations
ORDER BY round_id, unit_code, product, obligation_id

-- name: touched
SELECT DISTINCT obligation_id FROM obligation_events WHERE recorded_at >= :since AND recorded_at <= :as_of

-- name: events_of_some
SELECT obligation_id, kind, happened_at, recorded_at, actor, reason, detail, event_key
FROM obligation_events
WHERE obligation_id IN :obligations
ORDER BY obligation_id, recorded_at, seq

-- name: selected
SELECT obligation_id, round_id, unit_code, product, item, title, due_at
FROM obligations
-- Between: the index is asked where a round is named; an equation with COALESCE reads all years.
WHERE round_id BETWEEN COALESCE(:round_id, '') AND COALESCE(:round_id, (SELECT MAX(round_id) FROM rounds))
  AND unit_code = COALESCE(:unit_code, unit_code)
  AND product = COALESCE(:product, product)
ORDER BY round_id, unit_code, product, obligation_id

-- name: events_selected
SELECT e.obligation_id, e.kind, e.happened_at, e.recorded_at, e.actor, e.reason, e.detail, e.event_key
-- CROSS JOIN: SQLite takes the tables in this order. By the moment alone it would read the events of all years.
FROM obligations AS o
CROSS JOIN obligation_events AS e
WHERE e.obligation_id = o.obligation_id
  AND o.round_id BETWEEN COALESCE(:round_id, '') AND COALESCE(:round_id, (SELECT MAX(round_id) FROM rounds))
  AND o.unit_code = COALESCE(:unit_code, o.unit_code)
  AND o.product = COALESCE(:product, o.product)
  AND e.recorded_at <= :as_of
ORDER BY e.obligation_id, e.recorded_at, e.seq

-- name: events_of_owed
-- What may still be owed, obligations whose last turn leaves them with the unit, and all their events. A superset
-- (a version refused while an accepted one stands leaves nothing owed), of which the fold judges each; what was
-- settled long ago, most of a late year, is not even read. Its last turn is looked up where it may have come back: an
-- obligation that something settled is owed again only after a refusal, a return or a waiver.
SELECT o.obligation_id, o.round_id, o.unit_code, o.product, o.item, o.title, o.due_at,
       e.kind, e.happened_at, e.recorded_at, e.actor, e.reason, e.detail, e.event_key
FROM obligations AS o
CROSS JOIN obligation_events AS e
WHERE o.round_id BETWEEN COALESCE(:round_id, '') AND COALESCE(:round_id, (SELECT MAX(round_id) FROM rounds))
  AND o.unit_code = COALESCE(:unit_code, o.unit_code)
  AND o.product = COALESCE(:product, o.product)
  AND (NOT EXISTS (
           SELECT 1
           FROM obligation_events AS s
           WHERE s.obligation_id = o.obligation_id
             AND s.recorded_at <= :as_of
             AND s.kind IN ('submitted', 'accepted', 'nothing_to_report', 'waived'))
       OR (o.obligation_id IN (
               SELECT r.obligation_id
               FROM obligation_events AS r
               WHERE r.kind IN ('rejected', 'returned', 'waived') AND r.recorded_at <= :as_of)
           AND (SELECT t.kind
                FROM obligation_events AS t
                WHERE t.obligation_id = o.obligation_id
                  AND t.recorded_at <= :as_of
                  AND t.kind IN (
                      'opened', 'submitted', 'rejected', 'accepted', 'returned', 'nothing_to_report', 'waived')
                ORDER BY t.recorded_at DESC, t.seq DESC
                LIMIT 1) IN ('opened', 'rejected', 'returned')))
  AND e.obligation_id = o.obligation_id
  AND e.recorded_at <= :as_of
ORDER BY o.round_id, o.unit_code, o.product, o.obligation_id, e.recorded_at, e.seq

-- name: doubted
-- What some figures of which came, known by then, by a mail whose sender nobody proved.
SELECT DISTINCT o.obligation_id, o.round_id, o.unit_code, o.product, o.item, o.title, o.due_at
FROM obligation_events AS e
JOIN obligations AS o ON o.obligation_id = e.obligation_id
WHERE e.kind = 'figures_unproven' AND e.recorded_at <= :known_by
  AND o.round_id = COALESCE(:round_id, o.round_id)
  AND o.unit_code = COALESCE(:unit_code, o.unit_code)
ORDER BY o.obligation_id
