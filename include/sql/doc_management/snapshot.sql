-- DuckDB. The documents as the landings known so far tell of them.

-- name: latest
-- A document's row of a later landing replaces the earlier one; `landings` holds path and place in time.
CREATE TEMP TABLE latest AS
SELECT d.* EXCLUDE (filename, row_no), l.landing_id
FROM read_parquet($paths, filename = true) AS d
JOIN landings AS l ON l.path = d.filename
QUALIFY row_number() OVER (PARTITION BY d.document_key ORDER BY l.place DESC) = 1

-- name: write
COPY (SELECT * FROM latest ORDER BY document_key) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY (SELECT * FROM latest ORDER BY document_key) TO $path (FORMAT csv, HEADER true)
