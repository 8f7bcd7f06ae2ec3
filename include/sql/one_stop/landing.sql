-- DuckDB. From the cells of an export of the one-stop software to typed dossiers; a row with faults keeps its cells.

-- name: words
SELECT DISTINCT column_name, word
FROM (
    UNPIVOT (SELECT channel, status, return_channel, service_level, paid_online, digitised, field FROM seen)
    ON channel, status, return_channel, service_level, paid_online, digitised, field
    INTO NAME column_name VALUE word
)

-- name: type
-- Writes one row for each row of `cells`, in order: a row's place gives its number in the file. A word finds its
-- code through its place in the list of known words, so that no text is compared row by row; a word that is not in
-- the list has no code. Of a row with faults the masked cells are kept.
COPY (
    WITH coded AS (
        SELECT
            *,
            key_of(dossier_code) AS key,
            try_cast(field AS field_words) AS field_word,
            list_extract(getvariable('field_codes'), enum_code(field_word)::INTEGER + 1) AS field_value,
            list_extract(getvariable('channel_codes'), enum_code(try_cast(channel AS channel_words))::INTEGER + 1) AS channel_value,
            list_extract(getvariable('status_codes'), enum_code(try_cast(status AS status_words))::INTEGER + 1) AS status_value,
            list_extract(getvariable('return_channel_codes'), enum_code(try_cast(return_channel AS return_channel_words))::INTEGER + 1) AS return_channel_value,
            list_extract(getvariable('service_level_codes'), enum_code(try_cast(service_level AS service_level_words))::INTEGER + 1) AS service_level_value,
            list_extract(getvariable('paid_online_codes'), enum_code(try_cast(paid_online AS paid_online_words))::INTEGER + 1) AS paid_online_value,
            list_extract(getvariable('digitised_codes'), enum_code(try_cast(digitised AS digitised_words))::INTEGER + 1) AS digitised_value,
            submitted_at_moment AS submitted_at_value,
            received_at_moment AS received_at_value,
            due_at_moment AS due_at_value,
            ended_at_moment AS ended_at_value,
            returned_at_moment AS returned_at_value,
            list_extract(
                getvariable('unit_values'),
                enum_code(try_cast(coalesce(unit_code, '') AS unit_code_words))::INTEGER * getvariable('unit_name_count')
                    + enum_code(try_cast(coalesce(unit_name, '') AS unit_name_words))::INTEGER + 1
            ) AS unit
        FROM dated
    ),
    judged AS (
        SELECT
            *,
            CASE
                WHEN row_fault IS NOT NULL THEN row_fault
                WHEN key IS NULL AND coalesce(
                    dossier_code, procedure_code, field, channel, submitted_at, received_at, due_at, ended_at,
                    returned_at, status, return_channel, unit_code, unit_name
                ) IS NULL THEN 'blank'
                -- Totals, headings within the list, who signed it: neither code nor unit nor any day.
                WHEN key IS NULL AND unit IS NULL AND NOT (
                    date_like(submitted_at) OR date_like(received_at) OR date_like(due_at) OR date_like(ended_at)
                    OR date_like(returned_at)
                ) THEN 'footer'
                WHEN key IS NULL THEN 'no_key'
            END AS shape_fault,
            -- Registered or refused dossiers were perhaps never received; every other one was.
            received_at IS NULL AND NOT list_contains($not_counted::TINYINT[], status_value) AS lacks_receipt,
            ended_at IS NULL AND list_contains($finished::TINYINT[], status_value) AS lacks_end,
            ended_at_value::DATE < received_at_value::DATE AS ends_before,
            greatest(submitted_at_value, received_at_value, ended_at_value, returned_at_value)
                >= $landed_on::DATE + INTERVAL 1 DAY AS is_future,
            (submitted_at_value IS NULL AND submitted_at IS NOT NULL)
                OR (received_at_value IS NULL AND received_at IS NOT NULL)
                OR (due_at_value IS NULL AND due_at IS NOT NULL)
                OR (ended_at_value IS NULL AND ended_at IS NOT NULL)
                OR (returned_at_value IS NULL AND returned_at IS NOT NULL) AS bad_dates,
            field_value IS NULL OR channel_value IS NULL OR status_value IS NULL
                OR (return_channel_value IS NULL AND return_channel IS NOT NULL)
                OR (service_level_value IS NULL AND service_level IS NOT NULL)
                OR (paid_online_value IS NULL AND paid_online IS NOT NULL)
                OR (digitised_value IS NULL AND digitised IS NOT NULL) AS bad_words
        FROM coded
    ),
    faulty AS (
        SELECT
            *,
            CASE
                WHEN shape_fault IS NOT NULL THEN [shape_fault]
                WHEN unit IS NULL OR bad_words OR bad_dates OR coalesce(is_future, false) OR coalesce(ends_before, false)
                    OR coalesce(lacks_receipt, false) OR coalesce(lacks_end, false)
                    THEN list_filter(
                        [
                            CASE WHEN unit IS NULL THEN 'unit' END,
                            CASE WHEN field IS NULL THEN 'missing:field' END,
                            CASE WHEN channel IS NULL THEN 'missing:channel' END,
                            CASE WHEN status IS NULL THEN 'missing:status' END,
                            unknown_word('field', field, field_value),
                            unknown_word('channel', channel, channel_value),
                            unknown_word('status', status, status_value),
                            unknown_word('return_channel', return_channel, return_channel_value),
                            unknown_word('service_level', service_level, service_level_value),
                            unknown_word('paid_online', paid_online, paid_online_value),
                            unknown_word('digitised', digitised, digitised_value),
                            bad_date('submitted_at', submitted_at, submitted_at_value),
                            bad_date('received_at', received_at, received_at_value),
                            bad_date('due_at', due_at, due_at_value),
                            bad_date('ended_at', ended_at, ended_at_value),
                            bad_date('returned_at', returned_at, returned_at_value),
                            future('submitted_at', submitted_at_value, $landed_on),
                            future('received_at', received_at_value, $landed_on),
                            future('ended_at', ended_at_value, $landed_on),
                            future('returned_at', returned_at_value, $landed_on),
                            CASE WHEN lacks_receipt THEN 'missing:received_at' END,
                            CASE WHEN lacks_end THEN 'no_end' END,
                            CASE WHEN ends_before THEN 'end_before_start' END
                        ],
                        lambda fault: fault IS NOT NULL
                    )
            END AS faults
        FROM judged
    ),
    -- Of each kind of cell all in one list: a pattern of letters takes milliseconds to prepare, wherever it stands.
    masked AS (
        SELECT
            *,
            kept_procedure(procedure_code) AS procedure,
            faults IS NOT NULL AND shape_fault IS NULL AS is_refused,
            CASE WHEN is_refused THEN list_transform(
                [
                    {'cell': field, 'known': field_value IS NOT NULL},
                    {'cell': channel, 'known': channel_value IS NOT NULL},
                    {'cell': status, 'known': status_value IS NOT NULL},
                    {'cell': return_channel, 'known': return_channel_value IS NOT NULL},
                    {'cell': service_level, 'known': service_level_value IS NOT NULL},
                    {'cell': paid_online, 'known': paid_online_value IS NOT NULL},
                    {'cell': digitised, 'known': digitised_value IS NOT NULL}
                ],
                lambda one: kept_word(one.cell, one.known)
            ) END AS words,
            CASE WHEN is_refused THEN list_transform(
                [submitted_at, received_at, due_at, ended_at, returned_at], lambda cell: kept_date(cell)
            ) END AS days,
            CASE WHEN is_refused THEN list_transform([unit_code, unit_name], lambda cell: kept_unit(cell, unit)) END AS names
        FROM faulty
    )
    SELECT
        row_no,
        key AS dossier_code,
        procedure AS procedure_code,
        CASE WHEN field_value IS NOT NULL THEN field_word END AS field,
        field_value AS field_key,
        channel_value AS channel,
        submitted_at_value AS submitted_at,
        received_at_value AS received_at,
        due_at_value AS due_at,
        ended_at_value AS ended_at,
        returned_at_value AS returned_at,
        status_value AS status,
        return_channel_value AS return_channel,
        unit,
        service_level_value AS service_level,
        paid_online_value AS paid_online,
        digitised_value AS digitised,
        faults,
        CASE
            WHEN is_refused
                THEN to_json(struct_pack(
                    dossier_code := kept_code(dossier_code),
                    procedure_code := procedure,
                    field := words[1],
                    channel := words[2],
                    submitted_at := days[1],
                    received_at := days[2],
                    due_at := days[3],
                    ended_at := days[4],
                    returned_at := days[5],
                    status := words[3],
                    return_channel := words[4],
                    unit_code := names[1],
                    unit_name := names[2],
                    service_level := words[5],
                    paid_online := words[6],
                    digitised := words[7]
                ))::VARCHAR
        END AS cells
    FROM masked
) TO $path (FORMAT parquet, COMPRESSION lz4_raw)

-- name: superseded
-- Accepted rows that a later accepted row of the same file replaces.
SELECT count(dossier_code) - count(DISTINCT dossier_code) FROM read_parquet($path) WHERE faults IS NULL

-- name: set_aside
-- The same file with its superseded rows among the refused ones; of each dossier_code the last row stands.
COPY (
    WITH last_rows AS (
        SELECT dossier_code, max(file_row_number) AS last_row
        FROM read_parquet($path, file_row_number = true)
        WHERE faults IS NULL
        GROUP BY dossier_code
        HAVING count(*) > 1
    )
    SELECT
        typed.* EXCLUDE (faults, cells, file_row_number),
        CASE WHEN typed.file_row_number < l.last_row THEN ['duplicate'] ELSE typed.faults END AS faults,
        CASE WHEN typed.file_row_number < l.last_row THEN to_json(struct_pack(
            dossier_code := typed.dossier_code,
            procedure_code := typed.procedure_code,
            field := typed.field::VARCHAR,
            received_at := strftime(typed.received_at, '%d/%m/%Y'),
            ended_at := strftime(typed.ended_at, '%d/%m/%Y')
        ))::VARCHAR ELSE typed.cells END AS cells
    FROM read_parquet($path, file_row_number = true) AS typed
    LEFT JOIN last_rows AS l ON l.dossier_code = typed.dossier_code AND typed.faults IS NULL
    ORDER BY typed.file_row_number
) TO $target (FORMAT parquet, COMPRESSION lz4_raw)

-- name: first_rows
-- For a person who looks at a file before it lands.
SELECT
    row_no,
    kept_code(dossier_code) AS dossier_code,
    kept_procedure(procedure_code) AS procedure_code,
    kept_text(field) AS field,
    kept_text(channel) AS channel,
    kept_date(submitted_at) AS submitted_at,
    kept_date(received_at) AS received_at,
    kept_date(due_at) AS due_at,
    kept_date(ended_at) AS ended_at,
    kept_date(returned_at) AS returned_at,
    kept_text(status) AS status,
    kept_text(return_channel) AS return_channel,
    kept_text(unit_code) AS unit_code,
    kept_text(unit_name) AS unit_name,
    kept_text(service_level) AS service_level,
    kept_text(paid_online) AS paid_online,
    kept_text(digitised) AS digitised
FROM cells
WHERE row_fault IS NULL
LIMIT $count
