-- DuckDB. What each landing holds of each unit.

-- name: rows
SELECT l.place, d.unit, count(*) AS rows
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
GROUP BY l.place, d.unit
