-- name: last_check
SELECT round_id, checked_at, content_sha256, document_id
FROM rewrite_checks
WHERE round_id = :round_id AND checked_at <= :as_of
ORDER BY checked_at DESC
LIMIT 1

-- name: counts
SELECT source, unit_code, kind, cases
FROM rewrite_counts
WHERE round_id = :round_id AND checked_at = :checked_at
ORDER BY source, unit_code, kind

-- name: put_check
INSERT INTO rewrite_checks (round_id, checked_at, content_sha256, document_id)
VALUES (:round_id, :checked_at, :content_sha256, :document_id)
ON CONFLICT (round_id, checked_at) DO UPDATE SET
    content_sha256 = excluded.content_sha256,
    document_id = excluded.document_id

-- name: drop_counts
DELETE FROM rewrite_counts WHERE round_id = :round_id AND checked_at = :checked_at

-- name: add_count
INSERT INTO rewrite_counts (round_id, checked_at, source, unit_code, kind, cases)
VALUES (:round_id, :checked_at, :source, :unit_code, :kind, :cases)

-- name: landing
SELECT * FROM landings WHERE landing_id = :landing_id

-- name: landings_known
SELECT * FROM landings
WHERE source = :source AND received_at <= :at
ORDER BY received_at, file_name, landing_id

-- name: landed_as
-- The newest landing of a file of that name; exports of every week may bear one name.
SELECT * FROM landings
WHERE file_name = :file_name AND received_at >= :since
ORDER BY received_at DESC, landing_id
LIMIT 1

-- name: put_landing_file
INSERT INTO landing_files (landing_id, part, sha256) VALUES (:landing_id, :part, :sha256)
ON CONFLICT DO NOTHING

-- name: landings_without_hashes
SELECT l.landing_id, l.parquet_path, l.quarantine_path
FROM landings AS l
WHERE NOT EXISTS (SELECT 1 FROM landing_files AS f WHERE f.landing_id = l.landing_id)
ORDER BY l.landing_id

-- name: add_landing
INSERT INTO landings (
    landing_id, source, layout, file_name, file_sha256, received_at,
    rows_read, rows_accepted, rows_quarantined, parquet_path, quarantine_path, rows_superseded, dropped_columns,
    is_mended, rows_outside
) VALUES (
    :landing_id, :source, :layout, :file_name, :file_sha256, :received_at,
    :rows_read, :rows_accepted, :rows_quarantined, :parquet_path, :quarantine_path, :rows_superseded, :dropped_columns,
    :is_mended, :rows_outside
) ON CONFLICT DO NOTHING

-- name: add_refusal
INSERT INTO export_refusals (file_sha256, file_name, received_at, reason)
VALUES (:file_sha256, :file_name, :received_at, :reason)
ON CONFLICT DO NOTHING

-- name: refusals
-- Files that never landed.
SELECT * FROM export_refusals
WHERE received_at <= :at AND file_sha256 NOT IN (SELECT file_sha256 FROM landings)
ORDER BY received_at, file_name

-- name: recent_landings
SELECT file_name, source, received_at, rows_read, rows_accepted, rows_quarantined, rows_superseded, rows_outside,
       dropped_columns
FROM landings
WHERE received_at <= :at
ORDER BY received_at DESC, landing_id
LIMIT :most

-- name: snapshot
SELECT * FROM snapshots WHERE source = :source AND cut_off = :cut_off

-- name: snapshots
SELECT source, path, sha256 FROM snapshots ORDER BY snapshot_id

-- name: add_snapshot
INSERT INTO snapshots (snapshot_id, source, cut_off, frozen_at, sha256, path, row_count)
VALUES (:snapshot_id, :source, :cut_off, :frozen_at, :sha256, :path, :row_count)
ON CONFLICT DO NOTHING

-- name: system_values
SELECT * FROM system_values WHERE round_id = :round_id ORDER BY unit_code, indicator

-- name: system_values_of_unit
SELECT * FROM system_values WHERE round_id = :round_id AND unit_code = :unit_code ORDER BY indicator

-- name: put_system_value
INSERT INTO system_values (round_id, unit_code, indicator, snapshot_id, value, numerator, denominator)
VALUES (:round_id, :unit_code, :indicator, :snapshot_id, :value, :numerator, :denominator)
ON CONFLICT (round_id, unit_code, indicator) DO UPDATE SET
    snapshot_id = excluded.snapshot_id,
    value = excluded.value,
    numerator = excluded.numerator,
    denominator = excluded.denominator

-- name: drop_system_value
DELETE FROM system_values
WHERE round_id = :round_id AND unit_code = :unit_code AND indicator = :indicator

-- name: gaps
SELECT round_id, source, unit_code, first_day, last_day, expected
FROM source_gaps
WHERE round_id = :round_id
ORDER BY source, unit_code

-- name: drop_gaps
DELETE FROM source_gaps WHERE round_id = :round_id

-- name: add_gap
INSERT INTO source_gaps (round_id, source, unit_code, first_day, last_day, expected)
VALUES (:round_id, :source, :unit_code, :first_day, :last_day, :expected)
