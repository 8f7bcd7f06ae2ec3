-- name: submissions_by_outcome
SELECT outcome, COUNT(*) AS files FROM submissions WHERE recorded_at <= :as_of GROUP BY outcome ORDER BY outcome

-- name: findings_by_severity
SELECT f.severity, COUNT(*) AS found
FROM findings AS f
JOIN submissions AS s ON s.submission_id = f.submission_id
WHERE s.recorded_at <= :as_of
GROUP BY f.severity
ORDER BY f.severity

-- name: oldest_unsent
-- Of the mails that the next sending would take, or took and did not end.
SELECT MIN(decided_at) AS decided_at FROM mails WHERE state IN ('decided', 'failed', 'claimed')

-- name: newest_snapshots
SELECT source, MAX(frozen_at) AS frozen_at FROM snapshots WHERE frozen_at <= :as_of GROUP BY source ORDER BY source
