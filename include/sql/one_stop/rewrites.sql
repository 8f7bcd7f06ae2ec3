-- DuckDB. What exports after a cut-off day say of dossiers that were final on that day. Days, not hours, are
-- compared: software shows the hour in one list and not in the next. Only where the hour decides ($by_hour) an hour that
-- both exports show is compared too.

-- name: newest
-- Place in time of the newest row of each dossier in the later landings.
CREATE TEMP TABLE newest AS
SELECT d.dossier_code, max(l.place) AS place
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
GROUP BY d.dossier_code

-- name: lists
-- Exports that are declared to be whole lists by day of receipt: between the first and the last day in them
-- nothing can be missing, for the units in them.
CREATE TEMP TABLE lists AS
SELECT
    l.place, d.unit,
    min(min(d.received_at::DATE)) OVER (PARTITION BY l.place) AS first,
    max(max(d.received_at::DATE)) OVER (PARTITION BY l.place) AS last
FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
JOIN landings AS l ON l.path = d.filename
WHERE $some
GROUP BY l.place, d.unit

-- name: gone
-- In the frozen state, not in a later whole list that covers its day and unit, and in no export since.
CREATE TEMP TABLE gone AS
SELECT f.dossier_code, min(w.place) AS place
FROM read_parquet($snapshot) AS f
JOIN landings AS told ON told.landing_id = f.landing_id
JOIN lists AS w ON w.unit = f.unit AND f.received_at::DATE BETWEEN w.first AND w.last
LEFT JOIN newest AS n ON n.dossier_code = f.dossier_code
LEFT JOIN refused AS r ON r.cell = f.dossier_code AND r.place >= w.place
WHERE f.received_at::DATE <= $last
    AND NOT list_contains($not_counted, f.status)
    AND w.place > greatest(told.place, coalesce(n.place, -1))
    AND r.cell IS NULL
GROUP BY f.dossier_code

-- name: found
-- One row a dossier with what contradicts its frozen state. `before` and `after`: the dossier as counted then,
-- and as it would be counted for the same cut-off day from what is told now.
CREATE TEMP TABLE found AS
WITH columns_told AS (
    -- A column that an export does not have says nothing: the frozen value stands.
    SELECT
        l.place,
        bool_or(d.due_at IS NOT NULL) AS has_due,
        bool_or(d.returned_at IS NOT NULL) AS has_returned,
        bool_or(d.service_level IS NOT NULL) AS has_level
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    GROUP BY l.place
),
later AS (
    SELECT d.*, c.* EXCLUDE (place), l.place
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    JOIN newest AS n ON n.dossier_code = d.dossier_code AND n.place = l.place
    JOIN columns_told AS c ON c.place = l.place
),
frozen AS (
    SELECT s.*, l.place
    FROM read_parquet($snapshot) AS s
    JOIN landings AS l ON l.landing_id = s.landing_id
),
removed AS (
    -- Finished without an end date: such a row is refused at the door, but it says that the date was taken out.
    SELECT f.dossier_code, min(r.place) AS place
    FROM frozen AS f
    JOIN refused AS r ON r.cell = f.dossier_code AND r.no_end
    LEFT JOIN newest AS n ON n.dossier_code = f.dossier_code
    WHERE r.place > greatest(f.place, coalesce(n.place, -1))
    GROUP BY f.dossier_code
),
pairs AS (
    SELECT
        coalesce(f.dossier_code, n.dossier_code) AS dossier_code,
        f.dossier_code IS NOT NULL AS was_frozen,
        f.place AS old_place,
        n.place AS new_place,
        f.unit AS old_unit, n.unit AS new_unit,
        f.field_key AS old_field, n.field_key AS new_field,
        f.channel AS old_channel, n.channel AS new_channel,
        f.service_level AS old_level,
        CASE WHEN n.has_level THEN n.service_level ELSE f.service_level END AS new_level,
        f.status AS old_status, n.status AS new_status,
        f.return_channel AS old_return, coalesce(n.return_channel, f.return_channel) AS new_return,
        f.received_at::DATE AS old_received, n.received_at::DATE AS new_received,
        f.due_at AS old_due_at,
        CASE WHEN n.has_due THEN n.due_at ELSE f.due_at END AS new_due_at,
        old_due_at::DATE AS old_due, new_due_at::DATE AS new_due,
        f.ended_at AS old_ended_at, n.ended_at AS new_ended_at,
        CASE WHEN list_contains($finished, f.status) THEN f.ended_at::DATE END AS old_ended,
        CASE WHEN list_contains($finished, n.status) THEN n.ended_at::DATE END AS new_ended,
        f.returned_at::DATE AS old_returned,
        CASE WHEN n.has_returned THEN n.returned_at ELSE f.returned_at END::DATE AS new_returned
    FROM later AS n
    LEFT JOIN frozen AS f ON f.dossier_code = n.dossier_code
    WHERE f.dossier_code IS NULL OR n.place > f.place
),
placed AS (
    SELECT
        *,
        coalesce(
            was_frozen AND old_received <= $last AND NOT list_contains($not_counted, old_status), false
        ) AS was_counted,
        coalesce(new_received <= $last AND NOT list_contains($not_counted, new_status), false) AS is_counted,
        coalesce(old_ended <= $last, false) AS was_final,
        coalesce(new_ended <= $last, false) AS is_final,
        coalesce(list_contains($always_in_term, old_status), false) AS was_waiting,
        $by_hour AND new_ended_at <> old_ended_at
            AND new_ended_at::TIME <> TIME '00:00:00' AND old_ended_at::TIME <> TIME '00:00:00' AS end_hour_moved,
        $by_hour AND new_due_at <> old_due_at
            AND new_due_at::TIME <> TIME '00:00:00' AND old_due_at::TIME <> TIME '00:00:00' AS due_hour_moved
    FROM pairs
),
judged AS (
    SELECT
        *,
        list_filter(
            [
                CASE WHEN NOT was_frozen AND is_counted THEN {
                    'kind': CASE
                        WHEN EXISTS (FROM refused AS r WHERE r.cell = dossier_code AND r.before_freeze)
                            THEN 'was_refused'
                        WHEN new_received >= $exported_on THEN 'last_day'
                        ELSE 'appeared'
                    END,
                    'old': NULL::VARCHAR,
                    'new': new_received::VARCHAR
                } END,
                CASE WHEN was_final AND new_ended IS NULL THEN {
                    'kind': 'reopened', 'old': old_status::VARCHAR, 'new': new_status::VARCHAR
                } END,
                CASE
                    WHEN was_final AND new_ended <> old_ended
                        THEN {'kind': 'end_changed', 'old': old_ended::VARCHAR, 'new': new_ended::VARCHAR}
                    WHEN was_final AND new_ended = old_ended AND end_hour_moved
                        THEN {'kind': 'end_changed', 'old': old_ended_at::VARCHAR, 'new': new_ended_at::VARCHAR}
                END,
                CASE WHEN was_frozen AND NOT was_final AND is_final AND is_counted THEN {
                    'kind': CASE WHEN new_ended >= $exported_on THEN 'last_day' ELSE 'end_backdated' END,
                    'old': old_ended::VARCHAR,
                    'new': new_ended::VARCHAR
                } END,
                -- An open dossier may be given a new date; only one that changes how it stood on the day counts.
                CASE
                    WHEN was_counted AND is_counted AND new_due IS DISTINCT FROM old_due
                        AND (
                            was_final OR is_final
                            OR (
                                NOT was_waiting
                                AND coalesce(old_due < $last, false) <> coalesce(new_due < $last, false)
                            )
                        )
                        THEN {'kind': 'due_changed', 'old': old_due::VARCHAR, 'new': new_due::VARCHAR}
                    WHEN was_counted AND is_counted AND was_final AND new_due = old_due AND due_hour_moved
                        THEN {'kind': 'due_changed', 'old': old_due_at::VARCHAR, 'new': new_due_at::VARCHAR}
                END,
                CASE
                    WHEN was_counted AND new_received IS DISTINCT FROM old_received
                        OR was_frozen AND NOT was_counted AND is_counted
                            AND new_received IS DISTINCT FROM old_received
                        THEN {
                            'kind': CASE
                                WHEN NOT was_counted AND new_received >= $exported_on THEN 'last_day'
                                ELSE 'received_changed'
                            END,
                            'old': old_received::VARCHAR,
                            'new': new_received::VARCHAR
                        }
                END,
                -- Between finished states only 'finished, then handed over' (9, then 10) is the normal course.
                CASE
                    WHEN was_final AND new_ended IS NOT NULL AND new_status <> old_status
                            AND NOT (old_status = 9 AND new_status = 10)
                        OR was_counted AND NOT was_final AND list_contains($not_counted, new_status)
                        OR was_frozen AND NOT was_counted AND is_counted AND new_received = old_received
                        THEN {'kind': 'status_changed', 'old': old_status::VARCHAR, 'new': new_status::VARCHAR}
                END,
                CASE WHEN was_counted AND new_channel <> old_channel THEN {
                    'kind': 'channel_changed', 'old': old_channel::VARCHAR, 'new': new_channel::VARCHAR
                } END,
                CASE WHEN was_counted AND new_unit <> old_unit THEN {
                    'kind': 'unit_changed', 'old': old_unit, 'new': new_unit
                } END,
                CASE WHEN was_counted AND new_field <> old_field THEN {
                    'kind': 'field_changed', 'old': old_field, 'new': new_field
                } END,
                CASE WHEN was_counted AND new_level IS DISTINCT FROM old_level THEN {
                    'kind': 'level_changed', 'old': old_level::VARCHAR, 'new': new_level::VARCHAR
                } END,
                CASE
                    WHEN was_counted AND new_returned IS DISTINCT FROM old_returned
                        AND (old_returned <= $last OR new_returned < least($last + 1, $exported_on))
                        THEN {
                            'kind': 'returned_changed', 'old': old_returned::VARCHAR, 'new': new_returned::VARCHAR
                        }
                END
            ],
            lambda one: one IS NOT NULL
        ) AS changes
    FROM placed
),
restated AS (
    SELECT
        dossier_code, old_place, new_place, old_unit, new_unit, changes,
        CASE WHEN was_frozen THEN {
            'field_key': old_field, 'channel': old_channel, 'return_channel': old_return,
            'service_level': old_level, 'status': old_status, 'received_at': old_received,
            'due_at': old_due_at, 'ended_at': old_ended_at, 'returned_at': old_returned
        } END AS before,
        {
            'field_key': new_field, 'channel': new_channel, 'return_channel': new_return,
            'service_level': new_level,
            'status': CASE
                WHEN is_final OR list_contains($not_counted, new_status) THEN new_status
                -- What happened after the day is not held against it: still open, as it was then.
                WHEN was_counted AND NOT was_final THEN old_status
                WHEN new_ended IS NULL THEN new_status
                ELSE 4
            END,
            'received_at': new_received, 'due_at': new_due_at,
            'ended_at': CASE
                WHEN is_final THEN new_ended_at
                WHEN was_counted AND NOT was_final THEN old_ended_at
            END,
            'returned_at': CASE WHEN new_returned <= $last THEN new_returned WHEN was_frozen THEN old_returned END
        } AS after
    FROM judged
    WHERE len(changes) > 0
),
taken AS (
    SELECT
        f.dossier_code, f.place AS old_place, coalesce(g.place, r.place) AS new_place, f.unit AS old_unit,
        CASE WHEN g.place IS NULL THEN f.unit END AS new_unit,
        [{
            'kind': CASE WHEN g.place IS NULL THEN 'end_removed' ELSE 'gone' END,
            'old': CASE WHEN g.place IS NULL THEN f.ended_at ELSE f.received_at END::DATE::VARCHAR,
            'new': NULL::VARCHAR
        }] AS changes,
        {
            'field_key': f.field_key, 'channel': f.channel, 'return_channel': f.return_channel,
            'service_level': f.service_level, 'status': f.status, 'received_at': f.received_at::DATE,
            'due_at': f.due_at, 'ended_at': f.ended_at, 'returned_at': f.returned_at::DATE
        } AS before,
        CASE WHEN g.place IS NULL THEN {
            'field_key': f.field_key, 'channel': f.channel, 'return_channel': f.return_channel,
            'service_level': f.service_level, 'status': 4, 'received_at': f.received_at::DATE,
            'due_at': f.due_at, 'ended_at': NULL, 'returned_at': f.returned_at::DATE
        } END AS after
    FROM frozen AS f
    LEFT JOIN gone AS g ON g.dossier_code = f.dossier_code
    LEFT JOIN removed AS r ON r.dossier_code = f.dossier_code
    WHERE g.place IS NOT NULL
        OR r.place IS NOT NULL AND list_contains($finished, f.status) AND f.ended_at::DATE <= $last
)
FROM taken
UNION ALL BY NAME
FROM restated WHERE dossier_code NOT IN (SELECT dossier_code FROM taken)

-- name: side
-- The dossiers of one side, each as a 'unit' of its own, in the columns that the counts of the form read.
COPY (
    SELECT dossier_code, dossier_code AS unit, unnest(CASE WHEN $side = 'before' THEN before ELSE after END)
    FROM found
    WHERE CASE WHEN $side = 'before' THEN before ELSE after END IS NOT NULL
) TO $path (FORMAT parquet)

-- name: touched
-- The unit of each side, NULL where the dossier is not told of.
SELECT
    dossier_code,
    CASE WHEN before IS NOT NULL THEN old_unit END AS unit_before,
    CASE WHEN after IS NOT NULL THEN coalesce(new_unit, old_unit) END AS unit_after
FROM found

-- name: changes
-- Every change with the first later export that tells the value that still stands.
WITH changes AS (
    SELECT dossier_code AS key, old_place, new_place, old_unit, new_unit, unnest(changes) AS change FROM found
),
history AS (
    SELECT d.*, l.place, CASE WHEN list_contains($finished, d.status) THEN d.ended_at::DATE END AS ended_on
    FROM (FROM read_parquet($paths, filename = true) WHERE faults IS NULL) AS d
    JOIN landings AS l ON l.path = d.filename
    WHERE d.dossier_code IN (SELECT dossier_code FROM found)
),
seen AS (
    SELECT c.key, c.change.kind AS kind, min(h.place) AS place
    FROM changes AS c
    JOIN history AS h ON h.dossier_code = c.key AND h.place > coalesce(c.old_place, -1)
    WHERE length(c.change.new) > 10
            AND c.change.new IN (h.ended_at::VARCHAR, h.due_at::VARCHAR)
        OR c.change.new IS NOT DISTINCT FROM CASE
        WHEN c.change.kind IN ('appeared', 'was_refused', 'received_changed') THEN h.received_at::DATE::VARCHAR
        WHEN c.change.kind IN ('end_changed', 'end_backdated') THEN h.ended_on::VARCHAR
        WHEN c.change.kind IN ('reopened', 'status_changed') THEN h.status::VARCHAR
        WHEN c.change.kind = 'due_changed' THEN h.due_at::DATE::VARCHAR
        WHEN c.change.kind = 'channel_changed' THEN h.channel::VARCHAR
        WHEN c.change.kind = 'unit_changed' THEN h.unit
        WHEN c.change.kind = 'field_changed' THEN h.field_key
        WHEN c.change.kind = 'level_changed' THEN h.service_level::VARCHAR
        WHEN c.change.kind = 'returned_changed' THEN h.returned_at::DATE::VARCHAR
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
WHERE d.dossier_code = $key
ORDER BY l.place
