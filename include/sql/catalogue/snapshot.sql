-- DuckDB. The catalogue as its last file of each layout has it; `landings` holds those files alone.

-- name: write
-- Where lists of two layouts name one procedure of one level, the later file's row stands.
COPY (
    WITH repeated AS (
        SELECT p.procedure_key, max(l.place) AS newest
        FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS p
        JOIN landings AS l ON l.path = p.filename
        GROUP BY p.procedure_key
        HAVING count(*) > 1
    )
    SELECT p.* EXCLUDE (filename, row_no, faults, cells), l.landing_id
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS p
    JOIN landings AS l ON l.path = p.filename
    LEFT JOIN repeated AS r ON r.procedure_key = p.procedure_key
    WHERE r.newest IS NULL OR r.newest = l.place
    ORDER BY p.procedure_key
) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY latest TO $path (FORMAT csv, HEADER true)
