-- Changes of the year's files, and marks on figures.

-- name: add_change
INSERT INTO config_changes (file, seq, recorded_at, actor, reason, before_sha256, kept_path, after_sha256, differences)
VALUES (:file, (SELECT COUNT(*) + 1 FROM config_changes WHERE file = :file), :recorded_at, :actor, :reason,
        :before_sha256, :kept_path, :after_sha256, :differences)
ON CONFLICT (file, seq) DO NOTHING

-- name: changes
SELECT file, seq, recorded_at, actor, reason, before_sha256, kept_path, after_sha256, differences
FROM config_changes
WHERE recorded_at <= :as_of AND (:file = '' OR file = :file)
ORDER BY recorded_at DESC, file, seq DESC
LIMIT :most

-- name: change
SELECT file, seq, before_sha256, kept_path FROM config_changes WHERE file = :file AND seq = :seq
