-- DuckDB. From the kept CSV of a document register to typed documents and quarantined rows.

-- name: read
CREATE TEMP TABLE received AS
SELECT *
FROM read_csv(
    $path,
    auto_detect = false, header = false, skip = 1, delim = ',', quote = '"', escape = '"',
    columns = {
        'row_no': 'INTEGER', 'row_fault': 'VARCHAR',
        'direction': 'VARCHAR', 'number': 'VARCHAR', 'symbol': 'VARCHAR', 'registered_on': 'VARCHAR', 'type_name': 'VARCHAR',
        'excerpt': 'VARCHAR', 'secrecy': 'VARCHAR', 'medium': 'VARCHAR', 'signed': 'VARCHAR',
        'unit_code': 'VARCHAR', 'unit_name': 'VARCHAR', 'about_reform': 'VARCHAR'
    }
)

-- name: words
SELECT DISTINCT column_name, word
FROM (
    UNPIVOT (SELECT direction, secrecy, medium, signed FROM received)
    ON direction, secrecy, medium, signed
    INTO NAME column_name VALUE word
)

-- name: units
SELECT DISTINCT coalesce(unit_code, ''), coalesce(unit_name, '') FROM received WHERE row_fault IS NULL

-- name: type
CREATE TEMP TABLE typed AS
WITH dated AS (
    SELECT
        row_no, row_fault,
        -- Either the layout is one register's, or a column tells the registers apart.
        coalesce($direction, w.code) AS direction,
        trim(r.number) AS number,
        trim(r.symbol) AS symbol,
        moment(r.registered_on)::DATE AS registered_on,
        r.type_name,
        r.excerpt,
        r.about_reform = '1' AS about_reform,
        m.code AS medium,
        g.code = '1' AS signed,
        u.code AS unit,
        u.fault AS unit_fault,
        s.code AS secrecy,
        r AS raw
    FROM received AS r
    LEFT JOIN words AS w ON w.column_name = 'direction' AND w.word = r.direction
    LEFT JOIN words AS m ON m.column_name = 'medium' AND m.word = r.medium
    LEFT JOIN words AS g ON g.column_name = 'signed' AND g.word = r.signed
    LEFT JOIN words AS s ON s.column_name = 'secrecy' AND s.word = r.secrecy
    LEFT JOIN found_units AS u
        ON u.unit_code = coalesce(r.unit_code, '') AND u.unit_name = coalesce(r.unit_name, '')
),
judged AS (
    SELECT
        *,
        -- Numbers begin anew each year; an outgoing one is only unique together with its symbol.
        concat_ws(
            '|', direction, unit, year(registered_on), number, CASE WHEN direction = 'di' THEN symbol END
        ) AS document_key,
        CASE
            WHEN row_fault IS NOT NULL THEN [row_fault]
            ELSE list_filter(
                [
                    unit_fault,
                    unknown_word('direction', raw.direction, direction),
                    CASE WHEN raw.direction IS NULL AND direction IS NULL THEN 'missing:direction' END,
                    unknown_word('medium', raw.medium, medium),
                    CASE WHEN raw.medium IS NULL THEN 'missing:medium' END,
                    unknown_word('signed', raw.signed, signed),
                    unknown_word('secrecy', raw.secrecy, secrecy),
                    bad_date('registered_on', raw.registered_on, registered_on),
                    CASE WHEN raw.registered_on IS NULL THEN 'missing:registered_on' END,
                    future('registered_on', registered_on, $landed_on),
                    CASE WHEN direction = 'di' AND raw.symbol IS NULL THEN 'missing:symbol' END
                ],
                lambda fault: fault IS NOT NULL
            )
        END AS faults
    FROM dated
)
-- Of several sound rows of one document in a file the last one stands.
SELECT
    * EXCLUDE (faults, row_fault, unit_fault, raw, secrecy),
    CASE
        WHEN len(faults) = 0
            AND row_no < max(row_no) FILTER (len(faults) = 0) OVER (PARTITION BY document_key)
            THEN ['duplicate']
        ELSE faults
    END AS faults
FROM judged

-- name: accept
COPY (SELECT * EXCLUDE (faults) FROM typed WHERE len(faults) = 0 ORDER BY row_no)
TO $path (FORMAT parquet, COMPRESSION zstd)

-- name: count
SELECT count(*), count(*) FILTER (len(faults) = 0) FROM typed

-- name: quarantined
SELECT typed.faults, received.*
FROM typed JOIN received USING (row_no)
WHERE len(typed.faults) > 0
ORDER BY received.row_no
