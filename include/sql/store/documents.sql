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

-- name: letters_and_numbers
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE round_id = :round_id
  AND made_at <= :as_of
  AND CASE WHEN COALESCE(number, '') = '' THEN kind IN :kinds
      ELSE provenance LIKE '%"issues"%' OR provenance LIKE '%"signs"%' END
ORDER BY made_at, kind, document_id

-- name: document
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE document_id = :document_id

-- name: some
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE document_id IN :ids

-- name: pdfs_of_rounds
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE round_id IN :rounds AND file_name LIKE '%.pdf'
ORDER BY made_at, kind, document_id

-- name: documents_by_hash
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE file_sha256 = :file_sha256
ORDER BY made_at, document_id

-- name: documents_since
SELECT document_id, round_id, kind, draft, unit_code, file_name, file_sha256, number, symbol, issued_on,
       made_at, provenance
FROM documents
WHERE made_at >= :first AND made_at <= :as_of AND kind IN :kinds AND round_id = COALESCE(:round_id, round_id)
ORDER BY made_at, document_id

-- name: documents_of_year
SELECT d.document_id, d.round_id, d.kind, d.draft, d.unit_code, d.file_name, d.file_sha256, d.number, d.symbol,
       d.issued_on, d.made_at, d.provenance
FROM documents AS d
JOIN rounds AS r ON r.round_id = d.round_id
WHERE r.year = :year AND d.made_at <= :as_of
ORDER BY d.made_at, d.kind, d.document_id

-- name: issued_since
SELECT document_id FROM documents
WHERE number IS NOT NULL AND unit_code IS NULL AND made_at >= :first AND made_at <= :as_of
ORDER BY made_at, document_id

-- name: snapshots_of_round
-- Those that were frozen by a moment: a run of an earlier day does not know a later one.
SELECT DISTINCT s.snapshot_id, s.sha256, s.frozen_at, s.cut_off
FROM snapshots AS s
JOIN system_values AS v ON v.snapshot_id = s.snapshot_id
WHERE v.round_id = :round_id AND s.frozen_at <= :as_of
ORDER BY s.snapshot_id

-- name: mails_of_kind
SELECT mail_key, recipients FROM mails WHERE kind = :kind AND round_id = :round_id ORDER BY mail_key

-- name: mails_since
SELECT mail_key, kind, round_id, decided_at, attachments FROM mails
WHERE round_id IN :rounds AND decided_at >= :since AND attachments <> '[]' AND state <> 'withdrawn'
ORDER BY mail_key
