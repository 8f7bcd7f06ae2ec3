-- name: put_score
INSERT INTO scores (round_id, unit_code, criterion, criteria_version, self_points, computed_points, final_points, basis, evidence)
VALUES (:round_id, :unit_code, :criterion, :criteria_version, :self_points, :computed_points, :final_points, :basis, NULL)
ON CONFLICT (round_id, unit_code, criterion)
DO UPDATE SET computed_points = excluded.computed_points, final_points = excluded.final_points,
              basis = excluded.basis, criteria_version = excluded.criteria_version

-- name: scores_of_round
SELECT unit_code, criterion, criteria_version, self_points, computed_points, final_points, basis, evidence
FROM scores
WHERE round_id = :round_id
ORDER BY unit_code, criterion
