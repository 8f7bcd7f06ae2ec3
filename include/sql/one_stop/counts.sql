-- DuckDB. Counts of Biểu 06/VPCP/KSTT per unit for a window, over a frozen snapshot. All days inclusive.

-- name: counts
-- Parts and totals are counted independently of each other, so that the identities of the form prove something.
WITH dossiers AS (
    SELECT
        unit,
        field_key,
        channel,
        return_channel,
        service_level,
        status,
        received_at::DATE AS received_on,
        due_at::DATE AS due_on,
        returned_at::DATE AS returned_on,
        -- Only a finished dossier has ended, whatever else its end date says; after the window it is still open.
        CASE WHEN list_contains($finished, status) THEN ended_at::DATE END AS ended_on
    FROM read_parquet($path)
    WHERE received_at IS NOT NULL AND NOT list_contains($not_counted, status)
),
placed AS (
    SELECT
        *,
        received_on BETWEEN $first AND $last AS received,
        received_on < $first AND (ended_on IS NULL OR ended_on >= $first) AS carried,
        coalesce(ended_on BETWEEN $first AND $last, false) AS resolved,
        ended_on IS NULL OR ended_on > $last AS still_open,
        -- Ended before the window: of Biểu 06 no longer, but its result can still be returned in the window.
        ended_on IS NULL OR ended_on >= $first AS counted
    FROM dossiers
    WHERE received_on <= $last
),
judged AS (
    SELECT
        *,
        resolved AND NOT list_contains($always_on_time, status) AND due_on IS NOT NULL AS measured,
        still_open AND ended_on IS NULL AND list_contains($always_in_term, status) AS waiting
    FROM placed
),
classed AS (
    SELECT
        *,
        measured AND ended_on < due_on AS early,
        resolved AND (NOT measured OR ended_on = due_on) AS on_time,
        measured AND ended_on > due_on AS late,
        still_open AND (waiting OR due_on IS NULL OR due_on >= $last) AS in_term,
        still_open AND NOT waiting AND due_on IS NOT NULL AND due_on < $last AS overdue
    FROM judged
)
SELECT
    unit,
    count(*) FILTER (counted) AS total,
    count(*) FILTER (received AND channel = 2) AS received_online,
    count(*) FILTER (received AND channel IN (1, 3)) AS received_direct_or_post,
    count(*) FILTER (carried) AS carried_over,
    count(*) FILTER (resolved) AS resolved,
    count(*) FILTER (early) AS early,
    count(*) FILTER (on_time) AS on_time,
    count(*) FILTER (late) AS late,
    count(*) FILTER (still_open) AS still_open,
    count(*) FILTER (in_term) AS in_term,
    count(*) FILTER (overdue) AS overdue,
    count(*) FILTER (received) AS received,
    count(*) FILTER (resolved AND list_contains($land, field_key)) AS land_resolved,
    count(*) FILTER ((early OR on_time) AND list_contains($land, field_key)) AS land_in_time,
    count(*) FILTER (resolved AND list_contains($construction, field_key)) AS construction_resolved,
    count(*) FILTER ((early OR on_time) AND list_contains($construction, field_key)) AS construction_in_time,
    count(*) FILTER (received AND channel = 3) AS received_by_post,
    count(*) FILTER (return_channel = 3 AND returned_on BETWEEN $first AND $last) AS returned_by_post,
    count(*) FILTER (counted AND list_contains($processed, status)) AS processed,
    count(*) FILTER (received AND list_contains($online_levels, service_level)) AS level_received,
    count(*) FILTER (received AND channel = 2 AND list_contains($online_levels, service_level)) AS level_online,
    count(*) FILTER (resolved AND service_level = 3) AS level_3_resolved,
    count(*) FILTER (resolved AND service_level = 3 AND channel = 2) AS level_3_online,
    count(*) FILTER (resolved AND service_level = 4) AS level_4_resolved,
    count(*) FILTER (resolved AND service_level = 4 AND channel = 2) AS level_4_online
FROM classed
GROUP BY unit
ORDER BY unit

-- name: known
-- Units with at least one dossier ever, and whether the optional columns were in the exports at all.
SELECT
    list_sort(list(DISTINCT unit)),
    bool_or(service_level IS NOT NULL) AS has_level,
    bool_or(return_channel IS NOT NULL) AS has_return_channel
FROM read_parquet($path)
