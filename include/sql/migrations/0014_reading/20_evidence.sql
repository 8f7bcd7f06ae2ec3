-- What counts: of a self-score only while it is the unit's version that counts, of an explanation what goes with the
-- unit's last words on the criterion.
CREATE VIEW counted_evidence AS
SELECT e.*
FROM evidence AS e
LEFT JOIN submissions AS s ON s.submission_id = e.received_with
LEFT JOIN obligations AS o ON o.obligation_id = s.obligation_id
LEFT JOIN counted_submissions AS n
    ON n.obligation_id = s.obligation_id AND n.submission_id = s.submission_id AND n.counted_until IS NULL
WHERE CASE WHEN o.product = 'giai_trinh' THEN EXISTS (
          SELECT 1
          FROM explanations AS x
          WHERE x.round_id = e.round_id AND x.unit_code = e.unit_code AND x.criterion = e.criterion
            AND x.evidence_ids LIKE ('%"' || e.evidence_id || '"%')
            AND x.round_no = (SELECT MAX(y.round_no) FROM explanations AS y
                              WHERE y.round_id = x.round_id AND y.unit_code = x.unit_code
                                AND y.criterion = x.criterion))
      ELSE s.submission_id IS NULL OR n.submission_id IS NOT NULL END;
