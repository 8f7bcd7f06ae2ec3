-- DuckDB. The dossiers as the landings known so far tell of them.

-- name: write
-- A dossier's row of a later landing replaces the earlier one; `landings` holds path and place in time.
-- Only keys are grouped, not whole rows, and only those told of more than once are looked up: a file has a key once,
-- so key and place name one row. Sorted straight into the file: as a table the rows would lie in memory as well.
COPY (
    WITH repeated AS (
        SELECT d.dossier_code, max(l.place) AS newest
        FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
        JOIN landings AS l ON l.path = d.filename
        GROUP BY d.dossier_code
        HAVING count(*) > 1
    )
    SELECT d.* EXCLUDE (filename, row_no, faults, cells), l.landing_id
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    LEFT JOIN repeated AS r ON r.dossier_code = d.dossier_code
    WHERE r.newest IS NULL OR r.newest = l.place
    ORDER BY d.dossier_code
) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY latest TO $path (FORMAT csv, HEADER true)
