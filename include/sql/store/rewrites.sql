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
