-- DuckDB. The dossiers as the landings known so far tell of them.

-- name: latest
-- A dossier's row of a later landing replaces the earlier one; `landings` holds path and place in time.
CREATE TEMP TABLE latest AS
SELECT d.* EXCLUDE (filename, row_no), l.landing_id
FROM read_parquet($paths, filename = true) AS d
JOIN landings AS l ON l.path = d.filename
QUALIFY row_number() OVER (PARTITION BY d.dossier_code ORDER BY l.place DESC) = 1

-- name: write
COPY (SELECT * FROM latest ORDER BY dossier_code) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY (SELECT * FROM latest ORDER BY dossier_code) TO $path (FORMAT csv, HEADER true)
