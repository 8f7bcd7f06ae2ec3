-- Evidence with the moments between which it counts (counted_until NULL: it still does): of a self-score while it is the
-- unit's version that counts, of an explanation while the unit's last words on the criterion name it, any other from
-- when it came. Stores that ran 0014 when it was new have a view that knows only what counts now.
DROP VIEW IF EXISTS counted_evidence;

CREATE VIEW evidence_spans AS
SELECT e.evidence_id, e.round_id, e.unit_code, e.criterion, e.kind, e.name, e.sha256, e.bytes, e.stored_path, e.url,
       e.document_no, e.document_date, e.summary, e.status, e.received_with, e.at,
       n.counted_from, n.counted_until
FROM evidence AS e
JOIN submissions AS s ON s.submission_id = e.received_with
JOIN obligations AS o ON o.obligation_id = s.obligation_id
JOIN counted_submissions AS n ON n.obligation_id = s.obligation_id AND n.submission_id = s.submission_id
WHERE o.product <> 'giai_trinh'
UNION ALL
SELECT e.evidence_id, e.round_id, e.unit_code, e.criterion, e.kind, e.name, e.sha256, e.bytes, e.stored_path, e.url,
       e.document_no, e.document_date, e.summary, e.status, e.received_with, e.at,
       x.at, (SELECT MIN(y.at)
              FROM explanations AS y
              WHERE y.round_id = x.round_id AND y.unit_code = x.unit_code AND y.criterion = x.criterion
                AND y.round_no > x.round_no)
FROM evidence AS e
JOIN submissions AS s ON s.submission_id = e.received_with
JOIN obligations AS o ON o.obligation_id = s.obligation_id
JOIN explanations AS x
    ON x.round_id = e.round_id AND x.unit_code = e.unit_code AND x.criterion = e.criterion
   AND x.evidence_ids LIKE ('%"' || e.evidence_id || '"%')
WHERE o.product = 'giai_trinh'
UNION ALL
SELECT e.evidence_id, e.round_id, e.unit_code, e.criterion, e.kind, e.name, e.sha256, e.bytes, e.stored_path, e.url,
       e.document_no, e.document_date, e.summary, e.status, e.received_with, e.at,
       e.at, NULL
FROM evidence AS e
WHERE NOT EXISTS (SELECT 1 FROM submissions AS s WHERE s.submission_id = e.received_with);
