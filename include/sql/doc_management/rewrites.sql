-- DuckDB. What exports after a cut-off day say of documents that were in the registers on that day.

-- name: newest
CREATE TEMP TABLE newest AS
SELECT d.document_key, max(l.place) AS place
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
GROUP BY d.document_key

-- name: lists
-- Whole registers by day of entry: between the first and the last day in them nothing can be missing.
CREATE TEMP TABLE lists AS
SELECT
    l.place, d.unit, d.direction,
    min(min(d.registered_on)) OVER (PARTITION BY l.place) AS first,
    max(max(d.registered_on)) OVER (PARTITION BY l.place) AS last
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
WHERE $some
GROUP BY l.place, d.unit, d.direction

-- name: gone
CREATE TEMP TABLE gone AS
SELECT f.document_key, min(w.place) AS place
FROM read_parquet($snapshot) AS f
JOIN landings AS told ON told.landing_id = f.landing_id
JOIN lists AS w
    ON w.unit = f.unit AND w.direction = f.direction AND f.registered_on BETWEEN w.first AND w.last
LEFT JOIN newest AS n ON n.document_key = f.document_key
-- A refused row has no key, so any refused row with the same number may be the document.
LEFT JOIN refused AS r ON r.cell = upper(f.number) AND r.place >= w.place
WHERE f.registered_on <= $last
    AND w.place > greatest(told.place, coalesce(n.place, -1))
    AND r.cell IS NULL
GROUP BY f.document_key

-- name: found
CREATE TEMP TABLE found AS
WITH columns_told AS (
    SELECT l.place, bool_or(d.signed IS NOT NULL) AS has_signed
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    GROUP BY l.place
),
later AS (
    SELECT d.*, c.has_signed, l.place
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    JOIN newest AS n ON n.document_key = d.document_key AND n.place = l.place
    JOIN columns_told AS c ON c.place = l.place
),
frozen AS (
    SELECT s.*, l.place
    FROM read_parquet($snapshot) AS s
    JOIN landings AS l ON l.landing_id = s.landing_id
),
pairs AS (
    SELECT
        n.document_key,
        f.document_key IS NOT NULL AS was_frozen,
        f.place AS old_place, n.place AS new_place,
        f.unit AS old_unit, n.unit AS new_unit,
        coalesce(f.direction, n.direction) AS direction,
        f.medium AS old_medium, n.medium AS new_medium,
        f.registered_on AS old_day, n.registered_on AS new_day,
        f.signed AS old_signed, CASE WHEN n.has_signed THEN n.signed ELSE f.signed END AS new_signed
    FROM later AS n
    LEFT JOIN frozen AS f ON f.document_key = n.document_key
    WHERE f.document_key IS NULL OR n.place > f.place
),
judged AS (
    SELECT
        *,
        list_filter(
            [
                CASE WHEN NOT was_frozen AND new_day <= $last THEN {
                    'kind': CASE WHEN new_day >= $exported_on THEN 'last_day' ELSE 'appeared' END,
                    'old': NULL::VARCHAR,
                    'new': new_day::VARCHAR
                } END,
                CASE WHEN old_day <= $last AND new_medium <> old_medium THEN {
                    'kind': 'medium_changed', 'old': old_medium, 'new': new_medium
                } END,
                CASE WHEN old_day <= $last AND new_signed IS DISTINCT FROM old_signed THEN {
                    'kind': 'signed_changed', 'old': old_signed::INTEGER::VARCHAR, 'new': new_signed::INTEGER::VARCHAR
                } END,
                CASE WHEN new_day <> old_day AND least(old_day, new_day) <= $last THEN {
                    'kind': 'day_changed', 'old': old_day::VARCHAR, 'new': new_day::VARCHAR
                } END
            ],
            lambda one: one IS NOT NULL
        ) AS changes
    FROM pairs
)
SELECT
    f.document_key, f.place AS old_place, g.place AS new_place, f.unit AS old_unit, NULL AS new_unit,
    [{'kind': 'gone', 'old': f.registered_on::VARCHAR, 'new': NULL::VARCHAR}] AS changes,
    {'direction': f.direction, 'medium': f.medium, 'signed': f.signed, 'registered_on': f.registered_on} AS before,
    NULL AS after
FROM frozen AS f
JOIN gone AS g ON g.document_key = f.document_key
UNION ALL
SELECT
    document_key, old_place, new_place, old_unit, new_unit, changes,
    CASE WHEN was_frozen THEN {
        'direction': direction, 'medium': old_medium, 'signed': old_signed, 'registered_on': old_day
    } END,
    {'direction': direction, 'medium': new_medium, 'signed': new_signed, 'registered_on': new_day}
FROM judged
WHERE len(changes) > 0 AND document_key NOT IN (SELECT document_key FROM gone)

-- name: side
COPY (
    SELECT document_key, document_key AS unit, unnest(CASE WHEN $side = 'before' THEN before ELSE after END)
    FROM found
    WHERE CASE WHEN $side = 'before' THEN before ELSE after END IS NOT NULL
) TO $path (FORMAT parquet)

-- name: touched
-- The unit of each side, NULL where the document is not told of.
SELECT
    document_key,
    CASE WHEN before IS NOT NULL THEN old_unit END AS unit_before,
    CASE WHEN after IS NOT NULL THEN coalesce(new_unit, old_unit) END AS unit_after
FROM found

-- name: changes
WITH changes AS (
    SELECT document_key AS key, old_place, new_place, old_unit, new_unit, unnest(changes) AS change FROM found
),
history AS (
    SELECT d.*, l.place
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    WHERE d.document_key IN (SELECT document_key FROM found)
),
seen AS (
    SELECT c.key, c.change.kind AS kind, min(h.place) AS place
    FROM changes AS c
    JOIN history AS h ON h.document_key = c.key AND h.place > coalesce(c.old_place, -1)
    WHERE c.change.new IS NOT DISTINCT FROM CASE
        WHEN c.change.kind IN ('appeared', 'last_day', 'day_changed') THEN h.registered_on::VARCHAR
        WHEN c.change.kind = 'medium_changed' THEN h.medium
        WHEN c.change.kind = 'signed_changed' THEN h.signed::INTEGER::VARCHAR
    END
    GROUP BY ALL
)
SELECT
    c.key, coalesce(c.old_unit, c.new_unit) AS unit, c.new_unit, c.change.kind AS kind, c.change.old AS old,
    c.change.new AS new, coalesce(l.landing_id, told.landing_id) AS landing_id
FROM changes AS c
LEFT JOIN seen AS s ON s.key = c.key AND s.kind = c.change.kind
LEFT JOIN landings AS l ON l.place = s.place
JOIN landings AS told ON told.place = c.new_place
ORDER BY unit, c.key, kind, c.change.new

-- name: history
SELECT l.landing_id, d.* EXCLUDE (filename, faults, cells)
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
WHERE d.document_key = $key
ORDER BY l.place
