-- DuckDB. What a source tells, as the landings known so far tell of it.

-- name: write_one
-- Of a single landing: it has a key once, and its own order is as good as any. Nothing is joined or sorted, which would
-- take three times as long.
COPY (
    SELECT a.* EXCLUDE (filename, row_no, faults, cells, row_key), $landing_id AS landing_id FROM accepted AS a
) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: write
-- A row of a later landing replaces the earlier one of its key; `landings` holds path and place in time, `accepted` the
-- accepted rows with their key. Where lists of two layouts name one procedure of one level, the later file's row stands.
-- Only keys are grouped, not whole rows, and only those told of more than once are looked up: a file has a key once,
-- so key and place name one row. Threads join in any order: sorted, the same landings make the same bytes. Sorted straight
-- into the file: as a table the rows would lie in memory as well.
COPY (
    WITH repeated AS (
        SELECT a.row_key, max(l.place) AS newest
        FROM accepted AS a
        JOIN landings AS l ON l.path = a.filename
        GROUP BY a.row_key
        HAVING count(*) > 1
    )
    SELECT a.* EXCLUDE (filename, row_no, faults, cells, row_key), l.landing_id
    FROM accepted AS a
    JOIN landings AS l ON l.path = a.filename
    LEFT JOIN repeated AS r ON r.row_key = a.row_key
    WHERE r.newest IS NULL OR r.newest = l.place
    ORDER BY a.row_key
) TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: text
-- The content as CSV, over which snapshots were hashed before their bytes were.
COPY latest TO $path (FORMAT csv, HEADER true)
