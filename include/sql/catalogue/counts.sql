-- DuckDB. How many procedures there are of each kind, distinct by code whatever the rows that name them.

-- name: counts
-- A count is NULL when a list that names the procedure does not have the column that it needs.
WITH judged AS (
    SELECT
        *,
        coalesce(published_on <= $last, true)
            AND NOT coalesce(ended_on <= $last, state IS NOT DISTINCT FROM 3) AS in_force
    FROM read_parquet($path)
),
-- One row a code in force: a procedure that is wholly online at one level is so.
procedures AS (
    SELECT
        code,
        bool_or(level IN (1, 3)) AS at_province,
        bool_or(level IN (2, 3)) AS at_commune,
        CASE WHEN count(*) = count(online_level) THEN max(online_level) END AS online_level,
        CASE WHEN count(*) = count(paid_online) THEN bool_or(paid_online) END AS paid_online,
        CASE WHEN count(*) = count(by_post) THEN bool_or(by_post) END AS by_post,
        CASE WHEN count(*) = count(is_public) THEN bool_or(is_public) END AS is_public,
        CASE WHEN count(*) = count(on_portal) THEN bool_or(on_portal) END AS on_portal,
        CASE WHEN count(*) = count(linked) THEN bool_or(linked = 1) END AS linked_at_level,
        CASE WHEN count(*) = count(linked) THEN bool_or(linked = 2) END AS linked_between
    FROM judged
    WHERE in_force
    GROUP BY code
),
changed AS (
    SELECT
        count(DISTINCT code) FILTER (published_on BETWEEN $first AND $last AND state IS DISTINCT FROM 2) AS published,
        count(DISTINCT code) FILTER (ended_on BETWEEN $first AND $last) AS ended,
        coalesce(bool_and(has_published), false) AS has_published,
        coalesce(bool_and(has_ended), false) AS has_ended
    FROM judged
)
SELECT
    count(*) AS in_force,
    count(*) FILTER (at_province) AS at_province,
    count(*) FILTER (at_commune) AS at_commune,
    (SELECT CASE WHEN has_published THEN published END FROM changed) AS published,
    (SELECT CASE WHEN has_ended THEN ended END FROM changed) AS ended,
    CASE WHEN count(*) = count(online_level) THEN count(*) FILTER (online_level > 0) END AS online,
    CASE WHEN count(*) = count(online_level) THEN count(*) FILTER (online_level = 1) END AS partly_online,
    CASE WHEN count(*) = count(online_level) THEN count(*) FILTER (online_level = 2) END AS wholly_online,
    CASE WHEN count(*) = count(paid_online) THEN count(*) FILTER (paid_online) END AS paid_online,
    CASE WHEN count(*) = count(by_post) THEN count(*) FILTER (by_post) END AS by_post,
    CASE WHEN count(*) = count(is_public) THEN count(*) FILTER (is_public) END AS is_public,
    CASE WHEN count(*) = count(on_portal) THEN count(*) FILTER (on_portal) END AS on_portal,
    CASE WHEN count(*) = count(linked_at_level) THEN count(*) FILTER (linked_at_level) END AS linked_at_level,
    CASE WHEN count(*) = count(linked_between) THEN count(*) FILTER (linked_between) END AS linked_between
FROM procedures
