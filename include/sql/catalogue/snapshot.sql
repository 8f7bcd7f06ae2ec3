-- DuckDB. The catalogue as its last file of each layout has it; `landings` holds those files alone.

-- name: latest
-- Where lists of two layouts name one procedure of one level, the later file's row stands.
CREATE TEMP TABLE latest AS
WITH newest AS (
    SELECT p.procedure_key, max(l.place) AS place
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS p
    JOIN landings AS l ON l.path = p.filename
    GROUP BY p.procedure_key
)
SELECT p.* EXCLUDE (filename, row_no, faults, cells), l.landing_id
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS p
JOIN landings AS l ON l.path = p.filename
JOIN newest AS n ON n.procedure_key = p.procedure_key AND n.place = l.place
ORDER BY p.procedure_key

-- name: write
-- In the order of the table, which DuckDB keeps.
COPY latest TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY latest TO $path (FORMAT csv, HEADER true)
