-- name: pin_set
INSERT INTO scoring_sets (round_id, list, seq, version, content, pinned_at, actor, reason, document_no)
VALUES (:round_id, :list, :seq, :version, :content, :pinned_at, :actor, :reason, :document_no)

-- name: versions_of_round
SELECT list, seq, version, content
FROM scoring_sets
WHERE round_id = :round_id
ORDER BY list, seq

-- name: add_event
INSERT INTO score_events (event_id, round_id, unit_code, seq, criterion, set_version, stage, points, dropped, basis,
                          numbers_json, reason, document_no, actor, at, prior_event_id)
VALUES (:event_id, :round_id, :unit_code, :seq, :criterion, :set_version, :stage, :points, :dropped, :basis,
        :numbers_json, :reason, :document_no, :actor, :at, :prior_event_id)

-- name: last_events
SELECT unit_code, criterion, event_id, seq
FROM score_events
WHERE round_id = :round_id AND unit_code = :unit_code
ORDER BY seq

-- name: events_of_round
SELECT event_id, round_id, unit_code, criterion, set_version, stage, points, dropped, basis, numbers_json, reason,
       document_no, actor, at, prior_event_id
FROM score_events
WHERE round_id = :round_id AND at <= :as_of
ORDER BY unit_code, seq

-- name: points_of_round
-- The points alone, of the stages that an appraisal rests on; the last of a stage counts.
SELECT unit_code, criterion, stage, points, dropped
FROM score_events
WHERE round_id = :round_id AND at <= :as_of AND stage IN ('tu_cham', 'tinh', 'tham_dinh_1', 'tham_dinh_2')
  AND criterion IN :criteria
ORDER BY unit_code, seq

-- name: events_of_units
SELECT event_id, round_id, unit_code, criterion, set_version, stage, points, dropped, basis, numbers_json, reason,
       document_no, actor, at, prior_event_id
FROM score_events
WHERE round_id = :round_id AND unit_code IN :units AND at <= :as_of
ORDER BY unit_code, seq

-- name: events_of_criterion
SELECT event_id, round_id, unit_code, criterion, set_version, stage, points, dropped, basis, numbers_json, reason,
       document_no, actor, at, prior_event_id
FROM score_events
WHERE round_id = :round_id AND unit_code = :unit_code AND criterion = :criterion
ORDER BY seq

-- name: add_file_event
INSERT INTO score_file_events (event_id, round_id, unit_code, seq, kind, actor, reason, document_no, at, detail)
VALUES (:event_id, :round_id, :unit_code, :seq, :kind, :actor, :reason, :document_no, :at, :detail)

-- name: file_events_of_round
SELECT event_id, round_id, unit_code, seq, kind, actor, reason, document_no, at, detail
FROM score_file_events
WHERE round_id = :round_id
ORDER BY at, seq

-- name: add_evidence
INSERT INTO evidence (evidence_id, round_id, unit_code, criterion, kind, name, sha256, bytes, stored_path, url,
                      document_no, document_date, summary, status, received_with, at)
VALUES (:evidence_id, :round_id, :unit_code, :criterion, :kind, :called, :sha256, :bytes, :stored_path, :url,
        :document_no, :document_date, :summary, :status, :received_with, :at)
ON CONFLICT (evidence_id) DO NOTHING

-- name: evidence_of_unit
SELECT e.evidence_id, e.round_id, e.unit_code, e.criterion, e.kind, e.name, e.sha256, e.bytes, e.stored_path, e.url,
       e.document_no, e.document_date, e.summary, COALESCE(c.status, e.status) AS status, e.received_with, e.at,
       c.detail
FROM evidence_spans AS e
LEFT JOIN evidence_checks AS c
    ON c.evidence_id = e.evidence_id
   AND c.seq = (SELECT MAX(m.seq) FROM evidence_checks AS m WHERE m.evidence_id = e.evidence_id AND m.at <= :as_of)
WHERE e.round_id = :round_id
  AND e.counted_from <= :as_of
  AND (e.counted_until IS NULL OR e.counted_until > :as_of)
  AND e.unit_code = COALESCE(:unit_code, e.unit_code)
  AND e.criterion = COALESCE(:criterion, e.criterion)
ORDER BY e.unit_code, e.at, e.received_with, e.criterion, e.name

-- name: proven
-- With what evidence came that counts, by unit and criterion.
SELECT DISTINCT unit_code, criterion, received_with
FROM evidence_spans
WHERE round_id = :round_id
  AND criterion IN :criteria
  AND counted_from <= :as_of
  AND (counted_until IS NULL OR counted_until > :as_of)

-- name: evidence_ever
SELECT evidence_id, round_id, unit_code, criterion, kind, name, sha256, bytes, stored_path, url, document_no,
       document_date, summary, status, received_with, at, '' AS detail
FROM evidence
WHERE round_id = :round_id AND unit_code = :unit_code
ORDER BY at, received_with, criterion, name

-- name: evidence_by_id
SELECT evidence_id, round_id, unit_code, criterion, kind, name, sha256, bytes, stored_path, url, document_no,
       document_date, summary, status, received_with, at, '' AS detail
FROM evidence
WHERE evidence_id = :evidence_id

-- name: evidence_again
SELECT o.evidence_id, o.round_id, o.unit_code, o.criterion, o.name, e.evidence_id AS again
FROM evidence AS e
JOIN evidence AS o ON o.sha256 = e.sha256 AND o.evidence_id <> e.evidence_id
WHERE e.round_id = :round_id AND e.unit_code = :unit_code
ORDER BY e.evidence_id, o.round_id, o.unit_code, o.criterion

-- name: add_evidence_check
INSERT INTO evidence_checks (evidence_id, seq, status, detail, at)
VALUES (:evidence_id, :seq, :status, :detail, :at)

-- name: checks_of_evidence
SELECT seq FROM evidence_checks WHERE evidence_id = :evidence_id ORDER BY seq

-- name: add_explanation
INSERT INTO explanations (round_id, unit_code, criterion, round_no, stance, text, evidence_ids, actor, at)
VALUES (:round_id, :unit_code, :criterion, :round_no, :stance, :text, :evidence_ids, :actor, :at)

-- name: explanations_of_round
SELECT round_id, unit_code, criterion, round_no, stance, text, evidence_ids, actor, at
FROM explanations
WHERE round_id = :round_id AND unit_code = COALESCE(:unit_code, unit_code)
ORDER BY unit_code, criterion, round_no

-- name: explanations_of_units
SELECT round_id, unit_code, criterion, round_no, stance, text, evidence_ids, actor, at
FROM explanations
WHERE round_id = :round_id AND unit_code IN :units
ORDER BY unit_code, criterion, round_no

-- name: explained
-- Criteria to whose decision the unit's last words say more than yes.
SELECT x.unit_code, x.criterion
FROM explanations AS x
WHERE x.round_id = :round_id AND x.at <= :as_of AND x.stance = 'giai_trinh' AND x.criterion IN :criteria
  AND NOT EXISTS (
      SELECT 1
      FROM explanations AS y
      WHERE y.round_id = x.round_id AND y.unit_code = x.unit_code AND y.criterion = x.criterion
        AND y.round_no > x.round_no AND y.at <= :as_of)

-- name: add_survey_form
INSERT INTO survey_forms (form_id, round_id, survey, about_unit, answered_by_kind, answers_json, at, channel)
VALUES (:form_id, :round_id, :survey, :about_unit, :answered_by_kind, :answers_json, :at, :channel)
ON CONFLICT (form_id) DO NOTHING

-- name: survey_forms_of_round
SELECT form_id, round_id, survey, about_unit, answered_by_kind, answers_json, at, channel
FROM survey_forms
WHERE round_id = :round_id
ORDER BY survey, about_unit, form_id

-- name: add_external_value
INSERT INTO external_values (year, index_code, unit_code, seq, value, document_no, document_date, note, file_sha256,
                             recorded_at, actor)
VALUES (:year, :index_code, :unit_code, :seq, :value, :document_no, :document_date, :note, :file_sha256, :recorded_at,
        :actor)

-- name: external_values_of_unit
SELECT seq, value, document_no, document_date, file_sha256
FROM external_values
WHERE year = :year AND index_code = :index_code AND unit_code = :unit_code
ORDER BY seq

-- name: external_values_of_year
SELECT year, index_code, unit_code, value, document_no, document_date, note, file_sha256, recorded_at, actor
FROM external_values
WHERE year = :year AND recorded_at <= :as_of
ORDER BY index_code, unit_code, seq

-- name: add_council_session
INSERT INTO council_sessions (session_id, round_id, held_at, present_json, written_json, minutes_document_id, actor,
                              recorded_at)
VALUES (:session_id, :round_id, :held_at, :present_json, :written_json, :minutes_document_id, :actor, :recorded_at)
ON CONFLICT (session_id) DO NOTHING

-- name: council_sessions_of_round
SELECT session_id, round_id, held_at, present_json, written_json, minutes_document_id, actor, recorded_at
FROM council_sessions
WHERE round_id = :round_id
ORDER BY held_at, session_id

-- name: add_objection
INSERT INTO objections (objection_id, round_id, unit_code, criterion, text, evidence_ids, received_at)
VALUES (:objection_id, :round_id, :unit_code, :criterion, :text, :evidence_ids, :received_at)
ON CONFLICT (objection_id) DO NOTHING

-- name: objections_of_round
SELECT o.objection_id, o.round_id, o.unit_code, o.criterion, o.text, o.evidence_ids, o.received_at,
       d.decision, d.points, d.document_no, d.reason, d.actor, d.at
FROM objections AS o
LEFT JOIN objection_decisions AS d
    ON d.objection_id = o.objection_id
   AND d.seq = (SELECT MAX(n.seq) FROM objection_decisions AS n WHERE n.objection_id = o.objection_id)
WHERE o.round_id = :round_id AND o.unit_code = COALESCE(:unit_code, o.unit_code)
ORDER BY o.received_at, o.objection_id

-- name: decide_objection
INSERT INTO objection_decisions (objection_id, seq, decision, points, document_no, reason, actor, at)
VALUES (:objection_id, :seq, :decision, :points, :document_no, :reason, :actor, :at)

-- name: decisions_of_objection
SELECT seq FROM objection_decisions WHERE objection_id = :objection_id ORDER BY seq

-- name: add_ranking
INSERT INTO rankings (round_id, list, edition, unit_code, index_value, rank, class, inputs_sha256)
VALUES (:round_id, :list, :edition, :unit_code, :index_value, :rank, :class, :inputs_sha256)

-- name: rankings_of_round
SELECT round_id, list, edition, unit_code, index_value, rank, class, inputs_sha256
FROM rankings
WHERE round_id = :round_id
ORDER BY list, edition, rank, unit_code
