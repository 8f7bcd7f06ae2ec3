-- DuckDB. From the kept CSV of an export of the one-stop software to typed dossiers and quarantined rows.

-- name: read
CREATE TEMP TABLE received AS
SELECT *
FROM read_csv(
    $path,
    auto_detect = false, header = false, skip = 1, delim = ',', quote = '"', escape = '"',
    columns = {
        'row_no': 'INTEGER', 'row_fault': 'VARCHAR',
        'dossier_code': 'VARCHAR', 'procedure_code': 'VARCHAR', 'field': 'VARCHAR', 'channel': 'VARCHAR',
        'submitted_at': 'VARCHAR', 'received_at': 'VARCHAR', 'due_at': 'VARCHAR', 'ended_at': 'VARCHAR',
        'returned_at': 'VARCHAR', 'status': 'VARCHAR', 'return_channel': 'VARCHAR', 'unit_code': 'VARCHAR',
        'unit_name': 'VARCHAR', 'service_level': 'VARCHAR', 'paid_online': 'VARCHAR', 'digitised': 'VARCHAR'
    }
)

-- name: words
SELECT DISTINCT column_name, word
FROM (
    UNPIVOT (SELECT channel, status, return_channel, service_level, paid_online, digitised, field FROM received)
    ON channel, status, return_channel, service_level, paid_online, digitised, field
    INTO NAME column_name VALUE word
)

-- name: units
SELECT DISTINCT coalesce(unit_code, ''), coalesce(unit_name, '') FROM received WHERE row_fault IS NULL

-- name: type
CREATE TEMP TABLE typed AS
WITH dated AS (
    SELECT
        row_no, row_fault,
        upper(trim(r.dossier_code)) AS dossier_code,
        trim(r.procedure_code) AS procedure_code,
        r.field,
        f.code AS field_key,
        c.code::TINYINT AS channel,
        moment(r.submitted_at) AS submitted_at,
        moment(r.received_at) AS received_at,
        moment(r.due_at) AS due_at,
        moment(r.ended_at) AS ended_at,
        moment(r.returned_at) AS returned_at,
        s.code::TINYINT AS status,
        b.code::TINYINT AS return_channel,
        u.code AS unit,
        l.code::TINYINT AS service_level,
        p.code = '1' AS paid_online,
        g.code = '1' AS digitised,
        u.fault AS unit_fault,
        r AS raw
    FROM received AS r
    LEFT JOIN words AS f ON f.column_name = 'field' AND f.word = r.field
    LEFT JOIN words AS c ON c.column_name = 'channel' AND c.word = r.channel
    LEFT JOIN words AS s ON s.column_name = 'status' AND s.word = r.status
    LEFT JOIN words AS b ON b.column_name = 'return_channel' AND b.word = r.return_channel
    LEFT JOIN words AS l ON l.column_name = 'service_level' AND l.word = r.service_level
    LEFT JOIN words AS p ON p.column_name = 'paid_online' AND p.word = r.paid_online
    LEFT JOIN words AS g ON g.column_name = 'digitised' AND g.word = r.digitised
    LEFT JOIN found_units AS u
        ON u.unit_code = coalesce(r.unit_code, '') AND u.unit_name = coalesce(r.unit_name, '')
),
judged AS (
    SELECT
        *,
        CASE
            WHEN row_fault IS NOT NULL THEN [row_fault]
            ELSE list_filter(
                [
                    unit_fault,
                    CASE WHEN field_key IS NULL THEN 'missing:field' END,
                    unknown_word('channel', raw.channel, channel),
                    CASE WHEN raw.channel IS NULL THEN 'missing:channel' END,
                    unknown_word('status', raw.status, status),
                    CASE WHEN raw.status IS NULL THEN 'missing:status' END,
                    unknown_word('return_channel', raw.return_channel, return_channel),
                    unknown_word('service_level', raw.service_level, service_level),
                    unknown_word('paid_online', raw.paid_online, paid_online),
                    unknown_word('digitised', raw.digitised, digitised),
                    bad_date('submitted_at', raw.submitted_at, submitted_at),
                    bad_date('received_at', raw.received_at, received_at),
                    bad_date('due_at', raw.due_at, due_at),
                    bad_date('ended_at', raw.ended_at, ended_at),
                    bad_date('returned_at', raw.returned_at, returned_at),
                    future('submitted_at', submitted_at, $landed_on),
                    future('received_at', received_at, $landed_on),
                    future('ended_at', ended_at, $landed_on),
                    future('returned_at', returned_at, $landed_on),
                    -- Registered or refused dossiers were perhaps never received; every other one was.
                    CASE
                        WHEN raw.received_at IS NULL AND NOT list_contains($not_counted, status)
                            THEN 'missing:received_at'
                    END,
                    CASE
                        WHEN raw.ended_at IS NULL AND list_contains($finished, status) THEN 'no_end'
                    END,
                    CASE WHEN ended_at::DATE < received_at::DATE THEN 'end_before_start' END
                ],
                lambda fault: fault IS NOT NULL
            )
        END AS faults
    FROM dated
)
-- Of several sound rows of one dossier in a file the last one stands.
SELECT
    * EXCLUDE (faults, row_fault, unit_fault, raw),
    CASE
        WHEN len(faults) = 0
            AND row_no < max(row_no) FILTER (len(faults) = 0) OVER (PARTITION BY dossier_code)
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
