-- name: round_of_link
SELECT r.round_id, r.title,
    (SELECT COUNT(*) FROM unit_page_revocations AS x
     WHERE x.unit_code = :unit_code AND x.round_id IN ('', :round_id)) AS generation
FROM rounds AS r
WHERE r.round_id = :round_id

-- name: revoke
INSERT INTO unit_page_revocations (unit_code, round_id, seq, recorded_at, actor, reason)
SELECT :unit_code, :round_id, COUNT(*) + 1, :recorded_at, :actor, :reason
FROM unit_page_revocations
WHERE unit_code = :unit_code AND round_id = :round_id
ON CONFLICT (unit_code, round_id, seq) DO NOTHING

-- name: revoke_touches
SELECT :unit_code AS unit_code, :round_id AS round_id

-- name: count_use
INSERT INTO unit_page_uses (unit_code, round_id, generation, kind, day, visitor, times, first_at, last_at)
VALUES (:unit_code, :round_id, :generation, :kind, :day, :visitor, 1, :at, :at)
ON CONFLICT (unit_code, round_id, generation, kind, day, visitor)
DO UPDATE SET times = unit_page_uses.times + 1, last_at = excluded.last_at

-- name: uses
SELECT unit_code, round_id, generation, kind, day, visitor, times, first_at, last_at
FROM unit_page_uses
WHERE unit_code = :unit_code
ORDER BY last_at DESC, round_id, kind
LIMIT 200

-- name: revocations
SELECT unit_code, round_id, seq, recorded_at, actor, reason
FROM unit_page_revocations
WHERE unit_code = :unit_code
ORDER BY recorded_at, round_id, seq

-- name: files
SELECT s.submission_id, s.received_at, s.file_name, s.channel, s.outcome, o.title
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.unit_code = :unit_code AND o.round_id = :round_id AND s.recorded_at <= :as_of
ORDER BY s.recorded_at DESC, s.received_at DESC, s.submission_id
LIMIT 20

-- name: findings
SELECT f.submission_id, f.severity, f.sheet, f.cell, f.indicator, f.found, f.expected, f.message
FROM findings AS f
JOIN submissions AS s ON s.submission_id = f.submission_id
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.unit_code = :unit_code AND o.round_id = :round_id
ORDER BY s.recorded_at DESC, f.submission_id, f.seq
LIMIT 200

-- name: events
SELECT e.kind, e.happened_at, e.reason, o.title
FROM obligation_events AS e
JOIN obligations AS o ON o.obligation_id = e.obligation_id
WHERE o.unit_code = :unit_code AND o.round_id = :round_id AND e.recorded_at <= :as_of
ORDER BY e.recorded_at DESC, e.obligation_id, e.seq DESC
LIMIT 120
