-- DuckDB. The documents as the landings known so far tell of them.

-- name: latest
-- A document's row of a later landing replaces the earlier one; `landings` holds path and place in time.
-- Only keys are grouped, not whole rows: a file has a key once, so key and place name one row.
CREATE TEMP TABLE latest AS
WITH newest AS (
    SELECT d.document_key, max(l.place) AS place
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    GROUP BY d.document_key
)
SELECT d.* EXCLUDE (filename, row_no, faults, cells), l.landing_id
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
JOIN newest AS n ON n.document_key = d.document_key AND n.place = l.place
ORDER BY d.document_key

-- name: write
-- In the order of the table, which DuckDB keeps.
COPY latest TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY latest TO $path (FORMAT csv, HEADER true)
