-- name: snapshots_of_round
-- Those that were frozen by a moment: a run of an earlier day does not know a later one.
SELECT DISTINCT s.snapshot_id, s.sha256, s.frozen_at, s.cut_off
FROM snapshots AS s
JOIN system_values AS v ON v.snapshot_id = s.snapshot_id
WHERE v.round_id = :round_id AND s.frozen_at <= :as_of
ORDER BY s.snapshot_id

-- name: kept_files
SELECT stored_path AS path, file_sha256 AS sha256 FROM submissions
UNION
SELECT stored_path AS path, file_sha256 AS sha256 FROM enclosures
ORDER BY path

-- name: reminders_without_mail
SELECT r.obligation_id, r.rung
FROM reminders AS r
LEFT JOIN mails AS m ON m.mail_key = r.mail_key
WHERE m.mail_key IS NULL
ORDER BY r.obligation_id, r.rung

-- name: late_submissions
SELECT s.submission_id, s.obligation_id, s.received_at, s.channel, s.file_name, o.unit_code, o.round_id, o.title
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE s.outcome = :outcome
ORDER BY s.received_at, s.submission_id

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
