-- DuckDB. From the cells of a document register to typed documents; a row with faults keeps its cells.

-- name: words
SELECT DISTINCT column_name, word
FROM (
    UNPIVOT (SELECT direction, secrecy, medium, signed FROM seen)
    ON direction, secrecy, medium, signed
    INTO NAME column_name VALUE word
)

-- name: type
-- Writes one row for each row of `cells`, in order, as one_stop/landing.sql does.
COPY (
    WITH coded AS (
        SELECT
            *,
            key_of(number) AS key,
            list_extract(getvariable('direction_codes'), enum_code(try_cast(direction AS direction_words))::INTEGER + 1) AS direction_code,
            list_extract(getvariable('medium_codes'), enum_code(try_cast(medium AS medium_words))::INTEGER + 1) AS medium_code,
            list_extract(getvariable('signed_codes'), enum_code(try_cast(signed AS signed_words))::INTEGER + 1) AS signed_code,
            list_extract(getvariable('secrecy_codes'), enum_code(try_cast(secrecy AS secrecy_words))::INTEGER + 1) AS secrecy_code,
            registered_on_moment::DATE AS registered_on_value,
            list_extract(
                getvariable('unit_values'),
                enum_code(try_cast(coalesce(unit_code, '') AS unit_code_words))::INTEGER * getvariable('unit_name_count')
                    + enum_code(try_cast(coalesce(unit_name, '') AS unit_name_words))::INTEGER + 1
            ) AS unit,
            coalesce(regexp_matches(plain(excerpt), getvariable('reform_words')), false) AS about_reform
        FROM dated
    ),
    judged AS (
        SELECT
            *,
            -- Either the layout is one register's, or a column tells the registers apart.
            coalesce($direction, direction_code) AS direction_value,
            medium_code AS medium_value,
            signed_code AS signed_value,
            secrecy_code AS secrecy_value,
            -- The subject only of a document about the reform that is known not to be confidential, and without a
            -- number that could be a person's.
            CASE
                WHEN about_reform AND getvariable('has_secrecy') AND NOT is_personal(excerpt)
                    AND coalesce(secrecy_code, CASE WHEN secrecy IS NULL THEN 0 ELSE 1 END) = 0
                    THEN regexp_replace(excerpt, '\s+', ' ', 'g')
            END AS excerpt_value,
            CASE
                WHEN row_fault IS NOT NULL THEN row_fault
                WHEN key IS NULL AND coalesce(
                    direction, number, symbol, registered_on, type_name, excerpt, medium, unit_code, unit_name
                ) IS NULL THEN 'blank'
                WHEN key IS NULL AND unit IS NULL AND NOT date_like(registered_on) THEN 'footer'
                WHEN key IS NULL THEN 'no_key'
            END AS shape_fault
        FROM coded
    ),
    faulty AS (
        SELECT
            *,
            CASE
                WHEN shape_fault IS NOT NULL THEN [shape_fault]
                ELSE nullif(list_filter(
                    [
                        CASE WHEN unit IS NULL THEN 'unit' END,
                        unknown_word('direction', direction, direction_code),
                        CASE WHEN direction IS NULL AND direction_value IS NULL THEN 'missing:direction' END,
                        unknown_word('medium', medium, medium_value),
                        CASE WHEN medium IS NULL THEN 'missing:medium' END,
                        unknown_word('signed', signed, signed_value),
                        unknown_word('secrecy', secrecy, secrecy_value),
                        bad_date('registered_on', registered_on, registered_on_value),
                        CASE WHEN registered_on IS NULL THEN 'missing:registered_on' END,
                        future('registered_on', registered_on_value, $landed_on),
                        CASE WHEN direction_value = 'di' AND symbol IS NULL THEN 'missing:symbol' END
                    ],
                    lambda fault: fault IS NOT NULL
                ), [])
            END AS faults
        FROM judged
    ),
    -- Of each kind of cell all in one list: a pattern of letters takes milliseconds to prepare, wherever it stands.
    masked AS (
        SELECT
            *,
            faults IS NOT NULL AND shape_fault IS NULL AS is_refused,
            CASE WHEN is_refused THEN list_transform(
                [
                    {'cell': direction, 'known': direction_value IS NOT NULL},
                    {'cell': type_name, 'known': false},
                    {'cell': secrecy, 'known': secrecy_value IS NOT NULL},
                    {'cell': medium, 'known': medium_value IS NOT NULL},
                    {'cell': signed, 'known': signed_value IS NOT NULL}
                ],
                lambda one: kept_word(one.cell, one.known)
            ) END AS words,
            CASE WHEN is_refused THEN list_transform([number, symbol], lambda cell: kept_code(cell)) END AS codes,
            CASE WHEN is_refused THEN list_transform([unit_code, unit_name], lambda cell: kept_unit(cell, unit)) END AS names
        FROM faulty
    )
    SELECT
        row_no,
        direction_value AS direction,
        CASE WHEN faults IS NULL THEN trim(number) END AS number,
        CASE WHEN faults IS NULL THEN kept_code(symbol) END AS symbol,
        registered_on_value AS registered_on,
        CASE WHEN faults IS NULL THEN kept_text(type_name) END AS type_name,
        CASE WHEN faults IS NULL THEN excerpt_value END AS excerpt,
        about_reform,
        medium_value AS medium,
        signed_value AS signed,
        unit,
        -- Numbers begin anew each year; an outgoing one is only unique together with its symbol.
        CASE
            WHEN faults IS NULL THEN concat_ws(
                '|', direction_value, unit, year(registered_on_value), trim(number),
                CASE WHEN direction_value = 'di' THEN trim(symbol) END
            )
        END AS document_key,
        faults,
        CASE
            WHEN is_refused
                THEN to_json(struct_pack(
                    direction := words[1],
                    number := codes[1],
                    symbol := codes[2],
                    registered_on := kept_date(registered_on),
                    type_name := words[2],
                    excerpt := excerpt_value,
                    secrecy := words[3],
                    medium := words[4],
                    signed := words[5],
                    unit_code := names[1],
                    unit_name := names[2]
                ))::VARCHAR
        END AS cells
    FROM masked
) TO $path (FORMAT parquet, COMPRESSION lz4_raw)

-- name: superseded
-- Accepted rows that a later accepted row of the same file replaces.
SELECT count(document_key) - count(DISTINCT document_key) FROM read_parquet($path) WHERE faults IS NULL

-- name: set_aside
-- The same file with its superseded rows among the refused ones; of each document_key the last row stands.
COPY (
    WITH last_rows AS (
        SELECT document_key, max(file_row_number) AS last_row
        FROM read_parquet($path, file_row_number = true)
        WHERE faults IS NULL
        GROUP BY document_key
        HAVING count(*) > 1
    )
    SELECT
        typed.* EXCLUDE (faults, cells, file_row_number),
        CASE WHEN typed.file_row_number < l.last_row THEN ['duplicate'] ELSE typed.faults END AS faults,
        CASE WHEN typed.file_row_number < l.last_row THEN to_json(struct_pack(
            number := typed.number,
            symbol := typed.symbol,
            registered_on := strftime(typed.registered_on, '%d/%m/%Y')
        ))::VARCHAR ELSE typed.cells END AS cells
    FROM read_parquet($path, file_row_number = true) AS typed
    LEFT JOIN last_rows AS l ON l.document_key = typed.document_key AND typed.faults IS NULL
    ORDER BY typed.file_row_number
) TO $target (FORMAT parquet, COMPRESSION lz4_raw)

-- name: first_rows
-- For a person who looks at a file before it lands.
SELECT
    row_no,
    kept_text(direction) AS direction,
    kept_code(number) AS number,
    kept_code(symbol) AS symbol,
    kept_date(registered_on) AS registered_on,
    kept_text(type_name) AS type_name,
    CASE WHEN excerpt IS NOT NULL THEN '***' END AS excerpt,
    kept_text(secrecy) AS secrecy,
    kept_text(medium) AS medium,
    kept_text(signed) AS signed,
    kept_text(unit_code) AS unit_code,
    kept_text(unit_name) AS unit_name
FROM cells
WHERE row_fault IS NULL
LIMIT $count
