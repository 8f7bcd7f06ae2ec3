-- name: add_visit
INSERT INTO inspection_visits (visit_id, round_id, unit_code, kind, source, actor, at)
VALUES (:visit_id, :round_id, :unit_code, :kind, :source, :actor, :at)
ON CONFLICT DO NOTHING

-- name: visits_of_round
SELECT visit_id, round_id, unit_code, kind, source, actor, at
FROM inspection_visits
WHERE round_id = :round_id
ORDER BY visit_id

-- name: add_finding
INSERT INTO inspected_findings (finding_id, round_id, unit_code, source, actor, at)
VALUES (:finding_id, :round_id, :unit_code, :source, :actor, :at)
ON CONFLICT DO NOTHING

-- name: findings_of_round
SELECT finding_id, round_id, unit_code, source, at
FROM inspected_findings
WHERE round_id = :round_id
ORDER BY finding_id

-- name: finding
SELECT finding_id, round_id, unit_code, source, at FROM inspected_findings WHERE finding_id = :finding_id

-- name: rounds_with_findings
SELECT DISTINCT round_id FROM inspected_findings ORDER BY round_id

-- name: add_event
INSERT INTO inspection_events (event_id, subject, subject_id, seq, round_id, unit_code, kind, actor, reason,
                               document_no, at, payload_json)
VALUES (:event_id, :subject, :subject_id, :seq, :round_id, :unit_code, :kind, :actor, :reason,
        :document_no, :at, :payload_json)

-- name: event
SELECT event_id FROM inspection_events WHERE event_id = :event_id

-- name: events_of_subject
SELECT event_id, subject, subject_id, round_id, unit_code, kind, actor, reason, document_no, at, payload_json
FROM inspection_events
WHERE subject = :subject AND subject_id = :subject_id
ORDER BY seq

-- name: events_of_round
SELECT event_id, subject, subject_id, round_id, unit_code, kind, actor, reason, document_no, at, payload_json
FROM inspection_events
WHERE round_id = :round_id AND subject = :subject
ORDER BY subject_id, seq

-- name: rounds_before
SELECT round_id, year FROM rounds WHERE year < :year AND kind = 'KT' ORDER BY year

-- name: figures_of_round
SELECT unit_code, indicator, witness, value
FROM witnesses
WHERE round_id = :round_id AND counts = 1 AND value IS NOT NULL
  AND known_from <= :known_by AND (known_until IS NULL OR known_until > :known_by)
