-- DuckDB. The documents as the landings known so far tell of them.

-- name: write
-- A document's row of a later landing replaces the earlier one; `landings` holds path and place in time.
-- Only keys are grouped, not whole rows, and only those told of more than once are looked up: a file has a key once,
-- so key and place name one row. Sorted straight into the file: as a table the rows would lie in memory as well.
COPY (
    WITH repeated AS (
        SELECT d.document_key, max(l.place) AS newest
        FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
        JOIN landings AS l ON l.path = d.filename
        GROUP BY d.document_key
        HAVING count(*) > 1
    )
    SELECT d.* EXCLUDE (filename, row_no, faults, cells), l.landing_id
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    LEFT JOIN repeated AS r ON r.document_key = d.document_key
    WHERE r.newest IS NULL OR r.newest = l.place
    ORDER BY d.document_key
) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content in a fixed form, for the hash: Parquet bytes depend on the writer's version, this does not.
COPY latest TO $path (FORMAT csv, HEADER true)
