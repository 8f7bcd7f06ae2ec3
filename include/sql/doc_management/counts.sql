-- DuckDB. Documents sent and received per unit for a window, over a frozen snapshot. All days inclusive.

-- name: counts
-- The totals are counted independently of their parts, so that (1)=(2)+(3)+(4) proves something.
SELECT
    unit,
    count(*) FILTER (direction = 'di') AS sent,
    count(*) FILTER (direction = 'di' AND medium = 'giay') AS sent_paper,
    count(*) FILTER (direction = 'di' AND medium = 'dien-tu') AS sent_electronic,
    count(*) FILTER (direction = 'di' AND medium = 'dien-tu-va-giay') AS sent_both,
    count(*) FILTER (direction = 'den') AS received,
    count(*) FILTER (direction = 'den' AND medium = 'giay') AS received_paper,
    count(*) FILTER (direction = 'den' AND medium = 'dien-tu') AS received_electronic,
    count(*) FILTER (direction = 'den' AND medium = 'dien-tu-va-giay') AS received_both,
    count(*) FILTER (direction = 'di' AND signed) AS signed,
    count(*) FILTER (direction = 'di' AND signed AND medium = 'dien-tu') AS sent_wholly_electronic,
    count(*) FILTER (direction = 'di' AND medium IN ('dien-tu', 'dien-tu-va-giay')) AS sent_electronic_at_all
FROM read_parquet($path)
WHERE registered_on BETWEEN $first AND $last
GROUP BY unit
ORDER BY unit

-- name: known
-- Units with a document ever, in each register, and whether digital signing was in the exports at all.
SELECT
    list_sort(list(DISTINCT unit) FILTER (direction = 'di')),
    list_sort(list(DISTINCT unit) FILTER (direction = 'den')),
    bool_or(signed IS NOT NULL) AS has_signed
FROM read_parquet($path)
