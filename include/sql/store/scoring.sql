-- name: snapshots_of_round
-- Which frozen export of each source a round's figures come from.
SELECT DISTINCT p.source, p.snapshot_id, p.sha256
FROM system_values AS s
JOIN snapshots AS p ON p.snapshot_id = s.snapshot_id
WHERE s.round_id = :round_id
ORDER BY p.source, p.snapshot_id

-- name: submissions_of_round
SELECT s.submission_id, s.file_sha256
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id
