-- DuckDB. How cells of any export become values, and what is said of those that do not.

-- name: one_spaced
-- Blanks of any kind are one; a printed list writes the hour below its day.
CREATE TEMP MACRO one_spaced(cell) AS trim(regexp_replace(cell, '[\s\p{Z}]+', ' ', 'g'))

-- name: halves_of_day
-- 'SA', 'CH' and the like as AM, PM; beside an hour of 24 they say nothing more, unless they contradict it.
CREATE TEMP MACRO halves_of_day(text) AS regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(text, '(?i)(\d) ?(?:SA|sáng|AM|A\.M\.?)( |$)', '\1 AM\2'),
            '(?i)(\d) ?(?:CH|chiều|tối|PM|P\.M\.?)( |$)', '\1 PM\2'
        ),
        '(^| )(1[3-9]|2[0-3])(:\d{2}(?::\d{2})?) PM', '\1\2\3'
    ),
    '(^| )(00?)(:\d{2}(?::\d{2})?) AM', '\1\2\3'
)

-- name: tidy_moment
-- A day and hour of software as one of few formats: no letter between them, no fraction of a second, AM and PM.
CREATE TEMP MACRO tidy_moment(cell) AS halves_of_day(
    regexp_replace(
        regexp_replace(
            regexp_replace(nfc_normalize(one_spaced(cell)), '(\d)[Tt](\d)', '\1 \2'),
            '(:\d{2})[.,]\d{1,9}', '\1'
        ),
        ' ?,( |$)', '\1'
    )
)

-- name: zone_of
-- The zone behind an hour, '' without one. Not the end of 2026-02-02, which has no hour.
CREATE TEMP MACRO zone_of(text) AS
    upper(regexp_extract(text, '(?i)\d:\d{2}(?: [AP]M)? ?(Z|(?:UTC|GMT) ?(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}(?::?\d{2})?)$', 1))

-- name: minutes_of
-- What a zone is ahead of UTC; NULL for what is no zone of the world.
CREATE TEMP MACRO minutes_of(zone) AS CASE
    WHEN NOT regexp_matches(zone, '\d') THEN 0
    WHEN try_cast(regexp_extract(zone, '[+-](\d{1,2})(?::?\d{2})?$', 1) AS INTEGER) <= 14
        AND coalesce(try_cast(regexp_extract(zone, '[+-]\d{1,2}:?(\d{2})$', 1) AS INTEGER), 0) < 60
    THEN CASE WHEN contains(zone, '-') THEN -1 ELSE 1 END * (
        regexp_extract(zone, '[+-](\d{1,2})(?::?\d{2})?$', 1)::INTEGER * 60
        + coalesce(try_cast(regexp_extract(zone, '[+-]\d{1,2}:?(\d{2})$', 1) AS INTEGER), 0)
    )
END

-- name: odd_text
-- The tidied text of a cell that is not of its column's usual format, which nearly all are: the others are tried only then.
-- '01/02/26' parses as the year 26 where years have four digits: there it is a typing fault, not a date.
CREATE TEMP MACRO odd_text(cell, usual) AS
    CASE WHEN cell IS NOT NULL AND (usual IS NULL OR usual < getvariable('earliest_day')) THEN tidy_moment(cell) END

-- name: odd_moment
-- A day count of a spreadsheet, or one of the column's formats; try_strptime refuses days such as 31/02. The hour of
-- another zone becomes ours.
CREATE TEMP MACRO odd_moment(tidied, zone, formats) AS CASE
    WHEN regexp_full_match(tidied, '\d{5}([.,]\d+)?')
        THEN TIMESTAMP '1899-12-30' + to_seconds(round(try_cast(replace(tidied, ',', '.') AS DOUBLE) * 86400))
    WHEN zone = '' THEN try_strptime(tidied, formats)
    ELSE try_strptime(trim(left(tidied, length(tidied) - length(zone))), formats) + to_minutes(420 - minutes_of(zone))
END

-- name: kept_code
-- A name has a space; an identity or a telephone number alone cannot be told from a code.
CREATE TEMP MACRO kept_code(cell) AS CASE
    WHEN strlen(cell) <= 60 AND NOT contains(cell, ' ') AND NOT contains(cell, '@') THEN cell
    WHEN regexp_full_match(trim(cell), '[\pL\pN_.,/\-&()]+') AND length(trim(cell)) <= 60 THEN trim(cell)
    WHEN cell IS NOT NULL THEN '***'
END

-- name: kept_procedure
-- Codes of procedures are '1.000001.000.00.00.H01': a telephone or identity number has no dot, or begins with 0.
CREATE TEMP MACRO kept_procedure(cell) AS CASE
    WHEN strlen(cell) <= 60 AND contains(cell, '.') AND NOT starts_with(cell, '0') AND NOT contains(cell, ' ')
        AND NOT contains(cell, '@') THEN cell
    WHEN regexp_full_match(trim(cell), '[\pL\pN_.,/\-&()]+') AND length(trim(cell)) <= 60 AND NOT is_personal(cell) THEN trim(cell)
    WHEN trim(cell) <> '' THEN '***'
END

-- name: key_of
-- The code of a dossier or document in capitals; NULL for a cell that is no code, e.g. the words of a footer.
CREATE TEMP MACRO key_of(cell) AS CASE
    WHEN regexp_full_match(cell, '[A-Z./_\-]*[0-9][0-9A-Z./_\-]*') AND strlen(cell) <= 60 THEN cell
    WHEN regexp_full_match(bared(cell), '[\pL\pN_.,/\-]*\pN[\pL\pN_.,/\-]*') AND strlen(bared(cell)) <= 60
        THEN upper(meant(bared(cell)))
END

-- name: is_personal
-- A telephone or identity number, or an address of electronic mail, in a cell where it does not belong.
CREATE TEMP MACRO is_personal(cell) AS regexp_matches(cell, '@|(?:\p{Nd}[ .\-]?){9,}')

-- name: kept_text
CREATE TEMP MACRO kept_text(cell) AS CASE WHEN is_personal(cell) THEN '***' ELSE cell END

-- name: kept_word
-- Of a cell that should hold a word of a list: a word that the list lacks is kept, so that people can add it, unless
-- it has capitals beyond its first letter, as the names of people and places have.
CREATE TEMP MACRO kept_word(cell, known) AS CASE
    WHEN NOT known AND (regexp_matches(cell, '\S\s+\p{Lu}') OR strlen(cell) > 80) THEN '***'
    ELSE kept_text(cell)
END

-- name: kept_unit
-- The name of an unknown unit begins with what a unit is; anything else may be a person or an address.
CREATE TEMP MACRO kept_unit(cell, value) AS CASE
    WHEN value IS NOT NULL OR NOT contains(trim(cell), ' ') OR regexp_matches(plain(cell),
        '^(ubnd|uy ban|hdnd|so|ban|phong|chi cuc|cuc|trung tam|van phong|xa|phuong|thi tran|dac khu|huyen|quan|thanh pho|thi xa|tp|cong an|chi nhanh|bo phan|thue|kho bac|bao hiem|toa an|vien|truong|benh vien|tram|quy|hoi|lien doan|mat tran)( |$)'
    ) AND NOT (contains(cell, ',') AND regexp_matches(cell, '\d')) THEN kept_text(cell)
    WHEN cell IS NOT NULL THEN '***'
END

-- name: date_like
-- Any day at all in a cell, a real one or not: a row that has one is no footer.
CREATE TEMP MACRO date_like(cell) AS coalesce(
    regexp_matches(cell, '\d{1,4}[/.\-]\d{1,2}') OR regexp_full_match(trim(cell), '\d{5}(\.\d+)?'), false
)

-- name: shape
-- Digits as '#', letters as 'a', so that nothing of a person is left.
CREATE TEMP MACRO shape(cell) AS
    regexp_replace(regexp_replace(regexp_replace(left(cell, 60), '\p{M}+', '', 'g'), '\p{N}', '#', 'g'), '\p{L}', 'a', 'g')

-- name: kept_date
-- What is no day may be anything: then its shape is kept, by which an administrator knows the software's format.
CREATE TEMP MACRO kept_date(cell) AS CASE
    WHEN regexp_full_match(cell, '(?:[\d/.:\-+\s TZ]|SA|CH|AM|PM)+') AND length(cell) <= 35 AND NOT regexp_matches(cell, '\d{9,}') THEN cell
    WHEN cell IS NOT NULL THEN shape(cell)
END

-- name: as_seen
-- The cell without what has no width; the other look-alikes stay.
CREATE TEMP MACRO as_seen(cell) AS
    CASE WHEN regexp_matches(cell, getvariable('unseen')) THEN regexp_replace(cell, getvariable('unseen'), '', 'g') ELSE cell END

-- name: meant
-- Every letter that looks like one of ours is that one (`cchc.folding`); few cells have any.
CREATE TEMP MACRO meant(cell) AS CASE
    WHEN regexp_matches(cell, getvariable('looks_alike'))
        THEN translate(cell, getvariable('look_alikes'), getvariable('letters_meant'))
    ELSE cell
END

-- name: plain
-- Lower case without accents and punctuation, as `cchc.folding.loose` makes it.
CREATE TEMP MACRO plain(cell) AS
    trim(regexp_replace(replace(lower(meant(strip_accents(as_seen(cell)))), 'đ', 'd'), '[^0-9a-z]+', ' ', 'g'))

-- name: unknown_word
CREATE TEMP MACRO unknown_word(column_name, cell, code) AS
    CASE WHEN cell IS NOT NULL AND code IS NULL THEN 'unknown_word:' || column_name END

-- name: bad_date
CREATE TEMP MACRO bad_date(column_name, cell, value) AS
    CASE WHEN cell IS NOT NULL AND value IS NULL THEN 'bad_date:' || column_name END

-- name: future
CREATE TEMP MACRO future(column_name, value, landed_on) AS
    CASE WHEN value::DATE > landed_on THEN 'future:' || column_name END

-- name: words
CREATE OR REPLACE TEMP TABLE words AS
SELECT
    unnest($column_names::VARCHAR[]) AS column_name,
    unnest($words::VARCHAR[]) AS word,
    unnest($codes::VARCHAR[]) AS code,
    unnest(range(len($words::VARCHAR[]))) AS place

-- name: units
SELECT DISTINCT coalesce(unit_code, ''), coalesce(unit_name, '') FROM seen

-- name: members
CREATE OR REPLACE TEMP TYPE {name} AS ENUM (SELECT unnest(getvariable('members')))

-- name: vocabulary
-- {column} is the name of a column of `words`; its codes have the type {type}.
CREATE OR REPLACE TEMP TYPE {column}_words AS ENUM (
    SELECT word FROM words WHERE column_name = '{column}' ORDER BY place
);
SET VARIABLE {column}_codes = (
    SELECT coalesce(list(code::{type} ORDER BY place), []) FROM words WHERE column_name = '{column}'
)

-- name: unit_pairs
CREATE OR REPLACE TEMP TABLE unit_pairs AS
SELECT unnest($places::INTEGER[]) AS place, unnest($units::VARCHAR[]) AS unit

-- name: unit_grid
-- Made here of the few pairs that occur: thousands of empty cells would cost more as a parameter than the landing.
SET VARIABLE unit_values = (
    SELECT list(unit_pairs.unit::unit_values_type ORDER BY cells.range)
    FROM range($cells) AS cells
    LEFT JOIN unit_pairs ON unit_pairs.place = cells.range
)

-- name: landings
CREATE TEMP TABLE landings AS
SELECT
    unnest($paths::VARCHAR[]) AS path,
    unnest($landing_ids::VARCHAR[]) AS landing_id,
    unnest($places::INTEGER[]) AS place

-- name: used
SELECT DISTINCT landing_id FROM read_parquet($path)

-- name: refused
-- Cells of quarantined rows: a key among them says that its row was in the file, though it was refused.
CREATE TEMP TABLE refused AS
SELECT
    unnest($cells::VARCHAR[]) AS cell,
    unnest($places::INTEGER[]) AS place,
    unnest($no_end::BOOLEAN[]) AS no_end,
    unnest($before_freeze::BOOLEAN[]) AS before_freeze

-- name: landed
-- Outcome of a landing: the landed file holds every row that was read, in order; blank rows and those of a footer are not rows.
-- `unread_days`: the date columns with a cell that is no day. How many rows the file has stands at its end.
WITH faulty AS MATERIALIZED (SELECT faults FROM read_parquet($path) WHERE faults IS NOT NULL)
SELECT
    places - (SELECT count(*) FROM faulty WHERE faults IN (['blank'], ['footer'])) AS read,
    places - (SELECT count(*) FROM faulty) AS accepted,
    places,
    (SELECT count(*) FROM faulty WHERE faults = ['footer']) AS footers,
    (
        SELECT coalesce(list(DISTINCT split_part(fault, ':', 2)), [])
        FROM (SELECT unnest(faults) AS fault FROM faulty)
        WHERE starts_with(fault, 'bad_date:')
    ) AS unread_days
FROM (SELECT count(*) AS places FROM read_parquet($path))

-- name: refused_days
-- Cells of one date column that were refused though they look like a day with a number above 12 in one of two places.
SELECT DISTINCT json_extract_string(cells, $column) AS cell
FROM read_parquet($path)
WHERE list_contains(faults, $fault)
    AND regexp_matches(cell, '(^|\D)(\d{1,2}[/.\-](1[3-9]|2\d|3[01])|(1[3-9]|2\d|3[01])[/.\-]\d{1,2})[/.\-](\d{4}|\d{2})(\D|$)')
LIMIT 20

-- name: unread_columns
-- Date columns with at least two values that are no days, none of which even looks like one; with their shapes.
WITH bad AS (
    SELECT unnest(list_filter(faults, lambda fault: starts_with(fault, 'bad_date:'))) AS fault, cells
    FROM read_parquet($path)
    WHERE faults IS NOT NULL AND cells IS NOT NULL
),
told AS (
    SELECT split_part(fault, ':', 2) AS column_name, json_extract_string(cells, '$.' || split_part(fault, ':', 2)) AS cell
    FROM bad
)
SELECT column_name, count(*), list_slice(list(DISTINCT shape(cell) ORDER BY shape(cell)), 1, 3)
FROM told
GROUP BY column_name
HAVING count(*) > 1 AND NOT bool_or(regexp_full_match(
    tidy_moment(cell), '(\d{1,2}([/.\-])\d{1,2}([/.\-])\d{2,4}|\d{4}([/.\-])\d{1,2}([/.\-])\d{1,2})( \d{1,2}:\d{2}(:\d{2})?( [AP]M)?)?'
))
ORDER BY column_name

-- name: quarantined
SELECT file_row_number AS place, row_no, faults, cells
FROM read_parquet($path, file_row_number = true)
WHERE faults IS NOT NULL AND faults NOT IN (['blank'], ['footer'])
ORDER BY place

-- name: has_blanks
-- Whether a refused row has a cell with blanks at an end, one that is wrapped or has what is not seen, or a masked one,
-- of which that cannot be told.
SELECT coalesce(bool_or(
    regexp_matches(cells, '":"(\*\*\*"|\\[tnr]|[\s\p{Z}=''])|(\\[tnr]|[\s\p{Z}])"[,}]')
    OR regexp_matches(cells, getvariable('unseen')) OR regexp_matches(cells, '\\u00[01]|\p{Mn}')
), false)
FROM read_parquet($path)
WHERE cells IS NOT NULL
