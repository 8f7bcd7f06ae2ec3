-- DuckDB. How cells of any export become values, and what is said of those that do not.

-- name: parsed
-- A day count of a spreadsheet, or one of the layout's formats; try_strptime refuses days such as 31/02.
CREATE TEMP MACRO parsed(cell) AS CASE
    WHEN regexp_full_match(cell, '\d{5}(\.\d+)?')
        THEN TIMESTAMP '1899-12-30' + to_seconds(round(try_cast(cell AS DOUBLE) * 86400))
    ELSE try_strptime(trim(cell), getvariable('date_formats'))
END

-- name: moment
-- '01/02/26' parses as the year 26: such a date is a typing fault, not a date.
CREATE TEMP MACRO moment(cell) AS CASE
    WHEN parsed(cell) >= getvariable('earliest_day') THEN parsed(cell)
END

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
CREATE TEMP TABLE words AS
SELECT
    unnest($column_names::VARCHAR[]) AS column_name,
    unnest($words::VARCHAR[]) AS word,
    unnest($codes::VARCHAR[]) AS code

-- name: found_units
CREATE TEMP TABLE found_units AS
SELECT
    unnest($unit_codes::VARCHAR[]) AS unit_code,
    unnest($unit_names::VARCHAR[]) AS unit_name,
    unnest($codes::VARCHAR[]) AS code,
    unnest($faults::VARCHAR[]) AS fault

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

-- name: first_rows
SELECT * FROM received ORDER BY row_no LIMIT $count
