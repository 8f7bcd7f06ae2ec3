-- DuckDB. From the cells of a catalogue of procedures to typed procedures; a row with faults keeps its cells.

-- name: words
SELECT DISTINCT column_name, word
FROM (
    UNPIVOT (SELECT level, online_level, paid_online, by_post, is_public, on_portal, linked, state FROM seen)
    ON level, online_level, paid_online, by_post, is_public, on_portal, linked, state
    INTO NAME column_name VALUE word
)

-- name: yes_no
-- In a column that is there an empty cell is a no; where the column is not, nobody knows.
CREATE OR REPLACE TEMP MACRO yes_no(column_name, cell, code) AS CASE
    WHEN cell IS NOT NULL THEN code
    WHEN list_contains(getvariable('present'), column_name) THEN false
END

-- name: type
-- Writes one row for each row of `cells`, in order, as one_stop/landing.sql does.
COPY (
    WITH coded AS (
        SELECT
            *,
            key_of(procedure_code) AS key,
            list_extract(getvariable('level_codes'), enum_code(try_cast(level AS level_words))::INTEGER + 1) AS level_code,
            list_extract(getvariable('online_level_codes'), enum_code(try_cast(online_level AS online_level_words))::INTEGER + 1) AS online_code,
            list_extract(getvariable('paid_online_codes'), enum_code(try_cast(paid_online AS paid_online_words))::INTEGER + 1) AS paid_code,
            list_extract(getvariable('by_post_codes'), enum_code(try_cast(by_post AS by_post_words))::INTEGER + 1) AS post_code,
            list_extract(getvariable('is_public_codes'), enum_code(try_cast(is_public AS is_public_words))::INTEGER + 1) AS public_code,
            list_extract(getvariable('on_portal_codes'), enum_code(try_cast(on_portal AS on_portal_words))::INTEGER + 1) AS portal_code,
            list_extract(getvariable('linked_codes'), enum_code(try_cast(linked AS linked_words))::INTEGER + 1) AS linked_code,
            list_extract(getvariable('state_codes'), enum_code(try_cast(state AS state_words))::INTEGER + 1) AS state_code,
            published_on_moment::DATE AS published_value,
            ended_on_moment::DATE AS ended_value,
            -- Where it applies is said in words ('UBND cấp xã') more often than by a unit of the register.
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
                WHEN key IS NULL AND coalesce(procedure_code, procedure_name, procedure_field, level, online_level) IS NULL THEN 'blank'
                WHEN key IS NULL AND (level IS NULL OR procedure_name IS NULL) THEN 'footer'
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
                        CASE WHEN procedure_name IS NULL THEN 'missing:procedure_name' END,
                        unknown_word('level', level, level_code),
                        CASE WHEN level IS NULL THEN 'missing:level' END,
                        unknown_word('online_level', online_level, online_code),
                        CASE WHEN online_level IS NULL AND list_contains(getvariable('present'), 'online_level')
                            THEN 'missing:online_level' END,
                        unknown_word('paid_online', paid_online, paid_code),
                        unknown_word('by_post', by_post, post_code),
                        unknown_word('is_public', is_public, public_code),
                        unknown_word('on_portal', on_portal, portal_code),
                        unknown_word('linked', linked, linked_code),
                        unknown_word('state', state, state_code),
                        bad_date('published_on', published_on, published_value),
                        bad_date('ended_on', ended_on, ended_value)
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
                    {'cell': level, 'known': level_code IS NOT NULL},
                    {'cell': online_level, 'known': online_code IS NOT NULL},
                    {'cell': paid_online, 'known': paid_code IS NOT NULL},
                    {'cell': by_post, 'known': post_code IS NOT NULL},
                    {'cell': is_public, 'known': public_code IS NOT NULL},
                    {'cell': on_portal, 'known': portal_code IS NOT NULL},
                    {'cell': linked, 'known': linked_code IS NOT NULL},
                    {'cell': state, 'known': state_code IS NOT NULL}
                ],
                lambda one: kept_word(one.cell, one.known)
            ) END AS words,
            CASE WHEN is_refused THEN list_transform([published_on, ended_on], lambda cell: kept_date(cell)) END AS days,
            CASE WHEN is_refused THEN list_transform([unit_code, unit_name], lambda cell: kept_unit(cell, unit)) END AS names
        FROM faulty
    )
    SELECT
        row_no,
        -- One procedure is written '1.000001' and '1.000001.000.00.00.H01'.
        CASE WHEN faults IS NULL THEN coalesce(nullif(regexp_extract(key, '^\d\.\d{6}'), ''), key) END AS code,
        CASE WHEN faults IS NULL THEN kept_text(procedure_name) END AS name,
        CASE WHEN faults IS NULL THEN kept_text(procedure_field) END AS procedure_field,
        level_code AS level,
        unit,
        CASE WHEN faults IS NULL THEN kept_text(unit_name) END AS applies_at,
        online_code AS online_level,
        yes_no('paid_online', paid_online, paid_code) AS paid_online,
        yes_no('by_post', by_post, post_code) AS by_post,
        yes_no('is_public', is_public, public_code) AS is_public,
        yes_no('on_portal', on_portal, portal_code) AS on_portal,
        coalesce(linked_code, CASE WHEN linked IS NULL AND list_contains(getvariable('present'), 'linked') THEN 0 END) AS linked,
        state_code AS state,
        published_value AS published_on,
        ended_value AS ended_on,
        -- A procedure of both levels may have a row for each.
        CASE WHEN faults IS NULL
            THEN coalesce(nullif(regexp_extract(key, '^\d\.\d{6}'), ''), key) || '|' || level_code::VARCHAR
        END AS procedure_key,
        list_contains(getvariable('present'), 'published_on') AS has_published,
        list_contains(getvariable('present'), 'ended_on') AS has_ended,
        faults,
        CASE
            WHEN is_refused
                THEN to_json(struct_pack(
                    procedure_code := kept_code(procedure_code),
                    procedure_name := kept_text(procedure_name),
                    procedure_field := kept_text(procedure_field),
                    level := words[1],
                    unit_code := names[1],
                    unit_name := names[2],
                    online_level := words[2],
                    paid_online := words[3],
                    by_post := words[4],
                    is_public := words[5],
                    on_portal := words[6],
                    linked := words[7],
                    state := words[8],
                    published_on := days[1],
                    ended_on := days[2]
                ))::VARCHAR
        END AS cells
    FROM masked
) TO $path (FORMAT parquet, COMPRESSION lz4_raw)

-- name: superseded
-- Accepted rows that a later accepted row of the same file replaces.
SELECT count(procedure_key) - count(DISTINCT procedure_key) FROM read_parquet($path) WHERE faults IS NULL

-- name: set_aside
-- The same file with its superseded rows among the refused ones; of each key the last row stands.
COPY (
    WITH last_rows AS (
        SELECT procedure_key, max(file_row_number) AS last_row
        FROM read_parquet($path, file_row_number = true)
        WHERE faults IS NULL
        GROUP BY procedure_key
        HAVING count(*) > 1
    )
    SELECT
        typed.* EXCLUDE (faults, cells, file_row_number),
        CASE WHEN typed.file_row_number < l.last_row THEN ['duplicate'] ELSE typed.faults END AS faults,
        CASE WHEN typed.file_row_number < l.last_row THEN to_json(struct_pack(
            procedure_code := typed.code,
            procedure_name := typed.name
        ))::VARCHAR ELSE typed.cells END AS cells
    FROM read_parquet($path, file_row_number = true) AS typed
    LEFT JOIN last_rows AS l ON l.procedure_key = typed.procedure_key AND typed.faults IS NULL
    ORDER BY typed.file_row_number
) TO $target (FORMAT parquet, COMPRESSION lz4_raw)

-- name: first_rows
-- For a person who looks at a file before it lands.
SELECT
    row_no,
    kept_code(procedure_code) AS procedure_code,
    kept_text(procedure_name) AS procedure_name,
    kept_text(procedure_field) AS procedure_field,
    kept_text(level) AS level,
    kept_text(unit_code) AS unit_code,
    kept_text(unit_name) AS unit_name,
    kept_text(online_level) AS online_level,
    kept_text(paid_online) AS paid_online,
    kept_text(by_post) AS by_post,
    kept_text(is_public) AS is_public,
    kept_text(on_portal) AS on_portal,
    kept_text(linked) AS linked,
    kept_text(state) AS state,
    kept_date(published_on) AS published_on,
    kept_date(ended_on) AS ended_on
FROM cells
WHERE row_fault IS NULL
LIMIT $count
