-- name: consolidated_of_draft
SELECT indicator, scope, value, numerator, denominator, distribution, units_counted, units_obliged,
       missing, stated, reported_nothing, as_of
FROM consolidated
WHERE round_id = :round_id AND draft = :draft

-- name: last_draft
SELECT MAX(draft) AS draft FROM consolidated WHERE round_id = :round_id

-- name: add_consolidated
INSERT INTO consolidated (round_id, draft, indicator, scope, value, numerator, denominator, distribution,
                          units_counted, units_obliged, missing, stated, reported_nothing, as_of)
VALUES (:round_id, :draft, :indicator, :scope, :value, :numerator, :denominator, :distribution,
        :units_counted, :units_obliged, :missing, :stated, :reported_nothing, :as_of)
ON CONFLICT DO NOTHING

-- name: findings_of_round
SELECT s.submission_id, o.unit_code, f.seq, f.rule, f.severity, f.sheet, f.cell, f.indicator, f.found,
       f.expected, f.message
FROM findings AS f
JOIN submissions AS s ON s.submission_id = f.submission_id
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product
ORDER BY o.unit_code, s.submission_id, f.seq

-- name: add_document
INSERT INTO documents (document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol,
                       issued_on, made_at, provenance)
VALUES (:document_id, :round_id, :kind, :draft, :unit_code, :file_name, :file_sha256, :number, :symbol,
        :issued_on, :made_at, :provenance)
ON CONFLICT DO NOTHING

-- name: documents_of_round
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE round_id = :round_id
ORDER BY made_at, kind, document_id

-- name: document
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE document_id = :document_id

-- name: documents_by_hash
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE file_sha256 = :file_sha256
ORDER BY made_at, document_id

-- name: issued_since
SELECT document_id FROM documents
WHERE number IS NOT NULL AND unit_code IS NULL AND made_at >= :first AND made_at <= :as_of
ORDER BY made_at, document_id

-- name: witnesses
SELECT unit_code, indicator, witness, value, numerator, denominator, raw, explanation, evidence, cell, origin,
       choice, counts
FROM witnesses
WHERE round_id = :round_id
  AND known_from <= :known_by
  AND (known_until IS NULL OR known_until > :known_by)
ORDER BY unit_code, indicator, witness

-- name: drop_precedence
DELETE FROM precedence WHERE round_id = :round_id

-- name: add_precedence
INSERT INTO precedence (round_id, indicator, first, second, third)
VALUES (:round_id, :indicator, :first, :second, :third)

-- name: precedence_of_round
SELECT indicator, first, second, third FROM precedence WHERE round_id = :round_id

-- name: submissions_of_round
SELECT s.submission_id, o.unit_code, s.file_name, s.file_sha256, s.received_at
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product
ORDER BY o.unit_code, s.received_at

-- name: snapshots_behind
SELECT DISTINCT w.indicator, s.snapshot_id, s.source, s.cut_off, s.sha256
FROM witnesses AS w
JOIN snapshots AS s ON s.snapshot_id = w.origin
WHERE w.round_id = :round_id
  AND w.known_from <= :known_by
  AND (w.known_until IS NULL OR w.known_until > :known_by)
ORDER BY w.indicator, s.snapshot_id
