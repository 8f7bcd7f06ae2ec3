-- name: add
INSERT INTO rounds (round_id, year, kind, title, opens_at, window_first, window_last, unit_due_at, province_due_on, closes_at)
VALUES (:round_id, :year, :kind, :title, :opens_at, :window_first, :window_last, :unit_due_at, :province_due_on, :closes_at)
ON CONFLICT (round_id) DO NOTHING

-- name: one
SELECT round_id, year, kind, title, opens_at, window_first, window_last, unit_due_at, province_due_on, closes_at
FROM rounds
WHERE round_id = :round_id

-- name: selected
SELECT round_id, year, kind, title, opens_at, window_first, window_last, unit_due_at, province_due_on, closes_at
FROM rounds
WHERE year = COALESCE(:year, year)
ORDER BY opens_at, round_id

-- name: lock_one
UPDATE rounds SET round_id = round_id WHERE round_id = :round_id

-- name: event_by_key
SELECT round_id, kind FROM round_events WHERE event_key = :event_key

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

-- name: add_event
INSERT INTO round_events (round_id, seq, kind, happened_at, recorded_at, actor, reason, detail, event_key)
VALUES (:round_id, :seq, :kind, :happened_at, :recorded_at, :actor, :reason, :detail, :event_key)

-- name: any
SELECT round_id FROM rounds LIMIT 1
