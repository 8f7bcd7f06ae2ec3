-- name: any_choice
SELECT unit_code FROM inspection_choices WHERE round_id = :round_id LIMIT 1

-- name: put_choice
INSERT INTO inspection_choices (round_id, unit_code, risk, reason)
VALUES (:round_id, :unit_code, :risk, :reason)
ON CONFLICT (round_id, unit_code) DO NOTHING

-- name: choices_of_round
SELECT unit_code, risk, reason FROM inspection_choices WHERE round_id = :round_id ORDER BY unit_code

-- name: last_inspected
SELECT c.unit_code, MAX(r.year) AS year
FROM inspection_choices AS c
JOIN rounds AS r ON r.round_id = c.round_id
WHERE r.year < :year
GROUP BY c.unit_code

-- name: put_finding
INSERT INTO inspection_findings (round_id, unit_code, number, content, order_text, answer_due_at)
VALUES (:round_id, :unit_code, :number, :content, :order_text, :answer_due_at)
ON CONFLICT (round_id, unit_code, number) DO NOTHING

-- name: findings_of_round
SELECT unit_code, number, content, order_text, answer_due_at
FROM inspection_findings
WHERE round_id = :round_id
ORDER BY unit_code, number
