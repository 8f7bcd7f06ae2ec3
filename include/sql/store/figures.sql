-- name: consolidated_of_draft
SELECT indicator, scope, value, numerator, denominator, distribution, units_counted, units_obliged,
       missing, stated, reported_nothing, as_of
FROM consolidated
WHERE round_id = :round_id AND draft = :draft

-- name: readings_of_draft
SELECT indicator, scope, origins, other_rule, other_value, other_numerator, other_denominator, other_distribution,
       other_counted
FROM consolidated_readings
WHERE round_id = :round_id AND draft = :draft

-- name: province_lines
-- The province's lines of the last draft that was made by then, with their readings.
SELECT c.draft, c.indicator, c.scope, c.value, c.numerator, c.denominator, c.distribution, c.units_counted,
       c.units_obliged, c.missing, c.stated, c.reported_nothing, c.as_of, r.origins, r.other_rule, r.other_value,
       r.other_numerator, r.other_denominator, r.other_distribution, r.other_counted
FROM consolidated AS c
LEFT JOIN consolidated_readings AS r
    ON r.round_id = c.round_id AND r.draft = c.draft AND r.indicator = c.indicator AND r.scope = c.scope
WHERE c.round_id = :round_id AND c.scope = 'tinh'
  AND c.draft = (SELECT MAX(n.draft) FROM consolidated AS n WHERE n.round_id = :round_id AND n.as_of <= :known_by)

-- name: lines_of_indicator
SELECT c.draft, c.indicator, c.scope, c.value, c.numerator, c.denominator, c.distribution, c.units_counted,
       c.units_obliged, c.missing, c.stated, c.reported_nothing, c.as_of, r.origins, r.other_rule, r.other_value,
       r.other_numerator, r.other_denominator, r.other_distribution, r.other_counted
FROM consolidated AS c
LEFT JOIN consolidated_readings AS r
    ON r.round_id = c.round_id AND r.draft = c.draft AND r.indicator = c.indicator AND r.scope = c.scope
WHERE c.round_id = :round_id AND c.indicator = :indicator
  AND c.draft = (SELECT MAX(n.draft) FROM consolidated AS n WHERE n.round_id = :round_id AND n.as_of <= :known_by)

-- name: add_reading
INSERT INTO consolidated_readings (round_id, draft, indicator, scope, origins, other_rule, other_value,
                                   other_numerator, other_denominator, other_distribution, other_counted)
VALUES (:round_id, :draft, :indicator, :scope, :origins, :other_rule, :other_value,
        :other_numerator, :other_denominator, :other_distribution, :other_counted)
ON CONFLICT DO NOTHING

-- name: last_draft
SELECT MAX(draft) AS draft FROM consolidated WHERE round_id = :round_id

-- name: add_consolidated
INSERT INTO consolidated (round_id, draft, indicator, scope, value, numerator, denominator, distribution,
                          units_counted, units_obliged, missing, stated, reported_nothing, as_of)
VALUES (:round_id, :draft, :indicator, :scope, :value, :numerator, :denominator, :distribution,
        :units_counted, :units_obliged, :missing, :stated, :reported_nothing, :as_of)
ON CONFLICT DO NOTHING

-- name: findings_of_round
SELECT s.submission_id, o.unit_code, f.seq, f.rule, f.severity, f.sheet, f.cell, f.indicator, f.found,
       f.expected, f.message
FROM findings AS f
JOIN submissions AS s ON s.submission_id = f.submission_id
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product
ORDER BY o.unit_code, s.submission_id, f.seq

-- name: witnesses
SELECT unit_code, indicator, witness, value, numerator, denominator, raw, explanation, evidence, cell, origin,
       has_gap, choice, counts
FROM witnesses
WHERE round_id = :round_id
  AND known_from <= :known_by
  AND (known_until IS NULL OR known_until > :known_by)
ORDER BY unit_code, indicator, witness

-- name: given_by_systems
-- What any system gives in a round.
SELECT DISTINCT s.indicator
FROM system_values AS s
JOIN snapshots AS p ON p.snapshot_id = s.snapshot_id
WHERE s.round_id = :round_id AND p.frozen_at <= :known_by

-- name: witnesses_of_indicators
SELECT unit_code, indicator, witness, value, numerator, denominator, raw, explanation, evidence, cell, origin,
       has_gap, choice, counts
FROM witnesses
WHERE round_id = :round_id AND indicator IN :indicators
  AND known_from <= :known_by
  AND (known_until IS NULL OR known_until > :known_by)
ORDER BY unit_code, indicator, witness

-- name: witnesses_of_indicator
SELECT unit_code, indicator, witness, value, numerator, denominator, raw, explanation, evidence, cell, origin,
       has_gap, choice, counts
FROM witnesses
WHERE round_id = :round_id AND indicator = :indicator
  AND known_from <= :known_by
  AND (known_until IS NULL OR known_until > :known_by)
ORDER BY unit_code, witness

-- name: witnesses_of_unit
SELECT unit_code, indicator, witness, value, numerator, denominator, raw, explanation, evidence, cell, origin,
       has_gap, choice, counts
FROM witnesses
WHERE round_id = :round_id AND unit_code = :unit_code
  AND known_from <= :known_by
  AND (known_until IS NULL OR known_until > :known_by)
ORDER BY indicator, witness

-- name: stances
-- What units did with the systems' figures that their forms showed, in the reports that count.
SELECT o.unit_code, f.indicator, f.stance, f.value, f.numerator, f.denominator
FROM shown_figures AS f
JOIN counted_submissions AS c ON c.submission_id = f.submission_id
JOIN obligations AS o ON o.obligation_id = c.obligation_id
WHERE o.round_id = :round_id AND o.product = 'bao_cao' AND f.shown_by = 'system'
  AND c.counted_from <= :known_by
  AND (c.counted_until IS NULL OR c.counted_until > :known_by)

-- name: stances_of_indicator
SELECT o.unit_code, f.indicator, f.stance
FROM counted_submissions AS c
JOIN obligations AS o ON o.obligation_id = c.obligation_id
JOIN shown_figures AS f ON f.submission_id = c.submission_id
WHERE o.round_id = :round_id AND f.indicator = :indicator AND o.product = 'bao_cao' AND f.shown_by = 'system'
  AND c.counted_from <= :known_by
  AND (c.counted_until IS NULL OR c.counted_until > :known_by)

-- name: stances_of_unit
SELECT o.unit_code, f.indicator, f.stance
FROM counted_submissions AS c
JOIN obligations AS o ON o.obligation_id = c.obligation_id
JOIN shown_figures AS f ON f.submission_id = c.submission_id
WHERE o.round_id = :round_id AND o.unit_code = :unit_code AND o.product = 'bao_cao' AND f.shown_by = 'system'
  AND c.counted_from <= :known_by
  AND (c.counted_until IS NULL OR c.counted_until > :known_by)

-- name: drop_precedence
DELETE FROM precedence WHERE round_id = :round_id

-- name: add_precedence
INSERT INTO precedence (round_id, indicator, first, second, third)
VALUES (:round_id, :indicator, :first, :second, :third)

-- name: precedence_of_round
SELECT indicator, first, second, third FROM precedence WHERE round_id = :round_id

-- name: settled
SELECT unit_code, indicator, witness
FROM settled_figures
WHERE round_id = :round_id AND recorded_at <= :known_by
ORDER BY seq

-- name: last_settled
SELECT MAX(seq) AS seq FROM settled_figures
WHERE round_id = :round_id AND unit_code = :unit_code AND indicator = :indicator

-- name: add_settled
INSERT INTO settled_figures (round_id, unit_code, indicator, seq, witness, recorded_at, actor, reason)
VALUES (:round_id, :unit_code, :indicator, :seq, :witness, :recorded_at, :actor, :reason)

-- name: submissions_of_round
SELECT s.submission_id, o.unit_code, s.file_name, s.file_sha256, s.received_at
FROM submissions AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
WHERE o.round_id = :round_id AND o.product = :product
ORDER BY o.unit_code, s.received_at

-- name: snapshots_behind
SELECT DISTINCT w.indicator, s.snapshot_id, s.source, s.cut_off, s.sha256
FROM witnesses AS w
JOIN snapshots AS s ON s.snapshot_id = w.origin
WHERE w.round_id = :round_id
  AND w.known_from <= :known_by
  AND (w.known_until IS NULL OR w.known_until > :known_by)
ORDER BY w.indicator, s.snapshot_id

-- name: origins_of_unit
-- The files and snapshots behind one unit's figures of a round.
SELECT DISTINCT w.origin, s.file_name, s.received_at, s.file_sha256, p.source, p.cut_off, p.sha256
FROM witnesses AS w
LEFT JOIN submissions AS s ON s.submission_id = w.origin
LEFT JOIN snapshots AS p ON p.snapshot_id = w.origin
WHERE w.round_id = :round_id AND w.unit_code = :unit_code
  AND w.known_from <= :known_by
  AND (w.known_until IS NULL OR w.known_until > :known_by)
ORDER BY w.origin

-- name: rounds_of_year
SELECT round_id, kind FROM rounds WHERE year = :year ORDER BY round_id

-- name: visited_units
-- Units at which the inspection team was; in a round of before visits were recorded, those that were chosen.
SELECT DISTINCT unit_code FROM inspection_events
WHERE round_id = :round_id AND subject = 'cuoc_kiem_tra' AND at <= :as_of
  AND kind IN ('da_kiem_tra', 'bien_ban_thong_nhat', 'bien_ban_khong_thong_nhat', 'da_ket_luan')
UNION
SELECT unit_code FROM inspection_choices WHERE round_id = :round_id AND :has_orders = 1
ORDER BY unit_code

-- name: units_of_findings
SELECT finding_id, unit_code FROM inspected_findings WHERE round_id = :round_id

-- name: add_mark
INSERT INTO figure_marks (indicator, unit_code, seq, kind, round_id, note, recorded_at, actor)
VALUES (:indicator, :unit_code,
        (SELECT COUNT(*) + 1 FROM figure_marks WHERE indicator = :indicator AND unit_code = :unit_code),
        :kind, :round_id, :note, :recorded_at, :actor)
ON CONFLICT (indicator, unit_code, seq) DO NOTHING

-- name: last_mark
SELECT kind, round_id FROM figure_marks
WHERE indicator = :indicator AND unit_code = :unit_code
ORDER BY seq DESC
LIMIT 1

-- name: marks
-- The last word about each figure.
SELECT m.indicator, m.unit_code, m.kind, m.round_id, m.note, m.recorded_at, m.actor
FROM figure_marks AS m
WHERE m.recorded_at <= :as_of
  AND m.seq = (SELECT MAX(n.seq) FROM figure_marks AS n
               WHERE n.indicator = m.indicator AND n.unit_code = m.unit_code AND n.recorded_at <= :as_of)
ORDER BY m.recorded_at, m.indicator, m.unit_code

-- name: round_is_open
SELECT round_id FROM rounds WHERE round_id = :round_id

-- name: mark_of_round
-- Another mark whenever anything was added from which a round's figures follow.
SELECT (SELECT COUNT(*) FROM obligations AS o JOIN obligation_events AS e ON e.obligation_id = o.obligation_id
        WHERE o.round_id = :round_id) AS events,
       (SELECT COUNT(*) FROM obligations AS o JOIN counted_submissions AS c ON c.obligation_id = o.obligation_id
        WHERE o.round_id = :round_id) AS counted,
       (SELECT COUNT(c.counted_until) FROM obligations AS o
        JOIN counted_submissions AS c ON c.obligation_id = o.obligation_id
        WHERE o.round_id = :round_id) AS ended,
       (SELECT COUNT(*) FROM obligations AS o JOIN submissions AS s ON s.obligation_id = o.obligation_id
        WHERE o.round_id = :round_id) AS files,
       (SELECT COUNT(*) FROM settled_figures WHERE round_id = :round_id) AS settled,
       (SELECT COUNT(*) FROM source_gaps WHERE round_id = :round_id) AS gaps,
       (SELECT COUNT(*) FROM system_values WHERE round_id = :round_id) AS given,
       (SELECT MIN(snapshot_id) FROM system_values WHERE round_id = :round_id) AS first_snapshot,
       (SELECT MAX(snapshot_id) FROM system_values WHERE round_id = :round_id) AS last_snapshot
