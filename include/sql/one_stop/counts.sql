-- DuckDB. Biểu 06/VPCP/KSTT over dossiers in Parquet: each dossier is classed once, the classes are tallied, and every
-- grouping is read from the tally. Rules and window come as variables: in a view they are constants to the planner.

-- name: statuses
CREATE OR REPLACE TEMP TABLE statuses AS
SELECT
    status::TINYINT AS status,
    NOT list_contains($not_counted, status) AS counted,
    list_contains($finished, status) AS finished,
    list_contains($always_on_time, status) AS always_on_time,
    list_contains($always_in_term, status) AS always_in_term,
    list_contains($processed, status) AS processed
FROM range(1, 11) AS codes (status)

-- name: classed
-- One row a dossier of the form, or one that only still returned its result. `arrival` and `outcome` are its classes;
-- counted, resolved and still_open are told independently of them, so that the identities of the form prove something.
CREATE OR REPLACE TEMP VIEW classed AS
WITH dossiers AS (
    SELECT
        d.dossier_code,
        d.unit,
        d.field_key,
        d.channel,
        d.service_level,
        s.processed,
        s.always_on_time,
        s.always_in_term,
        d.received_at::DATE AS received_on,
        d.due_at::DATE AS due_on,
        -- Only a finished dossier has ended, whatever else its end date says.
        CASE WHEN s.finished THEN d.ended_at::DATE END AS ended_on,
        CASE
            WHEN s.finished AND getvariable('closing_day') = 'returned'
                THEN greatest(d.ended_at::DATE, d.returned_at::DATE)
            WHEN s.finished THEN d.ended_at::DATE
        END AS closed_on,
        -- After its hour on the due day; a date without an hour means the whole day.
        getvariable('late_by') = 'hour'
            AND d.ended_at > d.due_at
            AND d.ended_at::TIME <> TIME '00:00:00'
            AND d.due_at::TIME <> TIME '00:00:00' AS after_the_hour,
        d.return_channel = 3
            AND d.returned_at::DATE BETWEEN getvariable('first') AND getvariable('last') AS returned_by_post
    FROM read_parquet(getvariable('path')) AS d
    JOIN statuses AS s USING (status)
    WHERE s.counted AND d.received_at::DATE <= getvariable('last')
),
placed AS (
    SELECT
        *,
        received_on >= getvariable('first') AS received,
        closed_on IS NULL OR closed_on >= getvariable('first') AS counted,
        coalesce(closed_on BETWEEN getvariable('first') AND getvariable('last'), false) AS resolved,
        closed_on IS NULL OR closed_on > getvariable('last') AS still_open
    FROM dossiers
)
SELECT
    *,
    CASE
        WHEN received_on >= getvariable('first') AND channel = 2 THEN 'online'
        WHEN received_on >= getvariable('first') AND channel IN (1, 3) THEN 'direct_or_post'
        WHEN received_on >= getvariable('first') AND channel = 0 THEN 'channel_unknown'
        WHEN received_on < getvariable('first') AND counted THEN 'carried_over'
    END AS arrival,
    CASE
        WHEN resolved AND always_on_time THEN 'on_time'
        WHEN resolved AND due_on IS NULL THEN getvariable('resolved_without_due')
        WHEN resolved AND ended_on < due_on THEN 'early'
        WHEN resolved AND (ended_on > due_on OR after_the_hour) THEN 'late'
        WHEN resolved AND ended_on = due_on THEN getvariable('ended_on_due_day')
        WHEN still_open AND always_in_term THEN 'in_term'
        WHEN still_open AND due_on IS NULL THEN getvariable('open_without_due')
        WHEN still_open AND due_on > getvariable('last') THEN 'in_term'
        WHEN still_open AND due_on = getvariable('last') THEN getvariable('due_on_last_day')
        WHEN still_open AND due_on < getvariable('last') THEN 'overdue'
    END AS outcome
FROM placed

-- name: tally
-- How many dossiers of each kind. The field multiplies the kinds, so it is in the key only where it is asked for.
CREATE OR REPLACE TEMP TABLE tally AS
SELECT
    unit,
    CASE WHEN getvariable('by_field') THEN field_key END AS field_key,
    service_level,
    channel,
    arrival, outcome,
    received, counted, resolved, still_open, processed, returned_by_post,
    field_key = '' AS field_unknown,
    list_contains(getvariable('land'), field_key) AS land,
    list_contains(getvariable('construction'), field_key) AS construction,
    count(*) AS number
FROM classed
GROUP BY ALL

-- name: counts
-- Per unit, and per value of the dimensions asked for; the columns of the others are empty. An empty sum is a count of 0.
SELECT
    unit,
    CASE WHEN list_contains($dimensions, 'field') THEN field_key END AS field,
    CASE WHEN list_contains($dimensions, 'service_level') THEN coalesce(service_level, 0) END AS service_level,
    CASE WHEN list_contains($dimensions, 'channel') THEN channel END AS channel,
    sum(number) FILTER (counted) AS total,
    sum(number) FILTER (arrival = 'online') AS received_online,
    sum(number) FILTER (arrival = 'direct_or_post') AS received_direct_or_post,
    sum(number) FILTER (arrival = 'channel_unknown') AS received_channel_unknown,
    sum(number) FILTER (arrival = 'carried_over') AS carried_over,
    sum(number) FILTER (resolved) AS resolved,
    sum(number) FILTER (outcome = 'early') AS early,
    sum(number) FILTER (outcome = 'on_time') AS on_time,
    sum(number) FILTER (outcome = 'late') AS late,
    sum(number) FILTER (outcome = 'resolved_without_due') AS resolved_without_due,
    sum(number) FILTER (still_open) AS still_open,
    sum(number) FILTER (outcome = 'in_term') AS in_term,
    sum(number) FILTER (outcome = 'overdue') AS overdue,
    sum(number) FILTER (outcome = 'open_without_due') AS open_without_due,
    sum(number) FILTER (received) AS received,
    sum(number) FILTER (resolved AND channel = 0) AS resolved_channel_unknown,
    sum(number) FILTER (resolved AND field_unknown) AS resolved_field_unknown,
    sum(number) FILTER (land AND resolved) AS land_resolved,
    sum(number) FILTER (land AND outcome IN ('early', 'on_time')) AS land_in_time,
    sum(number) FILTER (construction AND resolved) AS construction_resolved,
    sum(number) FILTER (construction AND outcome IN ('early', 'on_time')) AS construction_in_time,
    sum(number) FILTER (received AND channel = 3) AS received_by_post,
    sum(number) FILTER (returned_by_post) AS returned_by_post,
    sum(number) FILTER (counted AND processed) AS processed,
    sum(number) FILTER (received AND list_contains($online_levels, service_level)) AS level_received,
    sum(number) FILTER (received AND channel = 2 AND list_contains($online_levels, service_level)) AS level_online,
    sum(number) FILTER (resolved AND service_level = 3) AS level_3_resolved,
    sum(number) FILTER (resolved AND service_level = 3 AND channel = 2) AS level_3_online,
    sum(number) FILTER (resolved AND service_level = 4) AS level_4_resolved,
    sum(number) FILTER (resolved AND service_level = 4 AND channel = 2) AS level_4_online
FROM tally
GROUP BY ALL
ORDER BY ALL

-- name: field_names
-- Several spellings of one field are one field; the commonest is shown.
SELECT field_key, first(field ORDER BY number DESC, field)
FROM (SELECT field_key, field, count(*) AS number FROM read_parquet(getvariable('path')) GROUP BY ALL)
GROUP BY field_key

-- name: known
-- Units with at least one dossier ever, and whether the optional columns are in the exports of each at all.
SELECT
    unit,
    bool_or(service_level IS NOT NULL) AS has_level,
    bool_or(return_channel IS NOT NULL) AS has_return_channel
FROM read_parquet(getvariable('path'))
GROUP BY unit

-- name: weeks
-- Dossiers received in the window by unit and week (its Monday).
SELECT unit, '' AS part, date_trunc('week', received_at)::DATE AS monday, count(*) AS rows
FROM read_parquet(getvariable('path'))
WHERE received_at::DATE BETWEEN getvariable('first') AND getvariable('last')
GROUP BY ALL
