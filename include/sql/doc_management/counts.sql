-- DuckDB. Documents sent and received per unit, over documents in Parquet. Window and rules come as variables.

-- name: classed
-- One row a document of the window.
CREATE OR REPLACE TEMP VIEW classed AS
SELECT
    document_key,
    unit,
    direction,
    medium,
    signed,
    CASE direction WHEN 'di' THEN 'sent' WHEN 'den' THEN 'received' END AS register,
    CASE medium WHEN 'giay' THEN 'paper' WHEN 'dien-tu' THEN 'electronic' WHEN 'dien-tu-va-giay' THEN 'both' END AS form,
    coalesce(medium = 'dien-tu' AND (signed OR getvariable('wholly_electronic') = 'any'), false) AS wholly_electronic
FROM read_parquet(getvariable('path'))
WHERE registered_on BETWEEN getvariable('first') AND getvariable('last')

-- name: counts
-- The totals are counted independently of their parts, so that (1)=(2)+(3)+(4) proves something.
SELECT
    unit,
    count(*) FILTER (direction = 'di') AS sent,
    count(*) FILTER (register = 'sent' AND form = 'paper') AS sent_paper,
    count(*) FILTER (register = 'sent' AND form = 'electronic') AS sent_electronic,
    count(*) FILTER (register = 'sent' AND form = 'both') AS sent_both,
    count(*) FILTER (direction = 'den') AS received,
    count(*) FILTER (register = 'received' AND form = 'paper') AS received_paper,
    count(*) FILTER (register = 'received' AND form = 'electronic') AS received_electronic,
    count(*) FILTER (register = 'received' AND form = 'both') AS received_both,
    count(*) FILTER (register = 'sent' AND signed) AS signed,
    count(*) FILTER (register = 'sent' AND wholly_electronic) AS sent_wholly_electronic,
    count(*) FILTER (register = 'sent' AND form IN ('electronic', 'both')) AS sent_electronic_at_all
FROM classed
GROUP BY unit
ORDER BY unit

-- name: known
-- Units with a document ever, in each register, and whether digital signing was in the exports at all.
SELECT
    list_sort(list(DISTINCT unit) FILTER (direction = 'di')),
    list_sort(list(DISTINCT unit) FILTER (direction = 'den')),
    bool_or(signed IS NOT NULL) AS has_signed
FROM read_parquet(getvariable('path'))

-- name: weeks
-- Documents registered in the window by unit, direction and week (its Monday).
SELECT unit, direction AS part, date_trunc('week', registered_on)::DATE AS monday, count(*) AS rows
FROM read_parquet(getvariable('path'))
WHERE registered_on BETWEEN getvariable('first') AND getvariable('last')
GROUP BY ALL
