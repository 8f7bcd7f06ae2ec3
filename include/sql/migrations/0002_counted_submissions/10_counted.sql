-- Which submission counts is a fold over the events. Its result stands in rows now, in the place of the view that
-- answered by itself, from the outcome shown and a search in the events' detail, and sometimes otherwise.

DROP VIEW reconciliation;
DROP VIEW witnesses;
DROP VIEW counted_submissions;

-- From when until before when (NULL: still) a submission was the one that counts for its obligation, as far as was
-- known. Follows from the events alone and is written with them, by the ledger and nobody else. The ledger knows a
-- submission by its name only, which an event may give before or without the file.
CREATE TABLE counted_submissions (
    obligation_id TEXT NOT NULL REFERENCES obligations (obligation_id),
    submission_id TEXT NOT NULL,
    counted_from  TEXT NOT NULL,
    counted_until TEXT,
    PRIMARY KEY (obligation_id, counted_from)
);

-- Every figure of a round with who gives it, since when that is known and until when it counted (NULL: still).
-- choice: 1 is the first whose figure the report takes, NULL is never taken. counts is 1 when there is a number.
CREATE VIEW witnesses AS
WITH given AS (
    SELECT o.round_id, o.unit_code, v.indicator, 'self' AS witness, v.value, v.numerator, v.denominator, v.raw,
           v.explanation, v.evidence, v.cell, c.submission_id AS origin, c.counted_from AS known_from,
           c.counted_until AS known_until
    FROM counted_submissions AS c
    JOIN obligations AS o ON o.obligation_id = c.obligation_id
    JOIN submission_values AS v ON v.submission_id = c.submission_id
    WHERE o.product = 'bao_cao'
    UNION ALL
    SELECT s.round_id, s.unit_code, s.indicator, p.source, s.value, s.numerator, s.denominator, NULL,
           NULL, NULL, NULL, s.snapshot_id, p.frozen_at, NULL
    FROM system_values AS s
    JOIN snapshots AS p ON p.snapshot_id = s.snapshot_id
    JOIN rounds AS r ON r.round_id = s.round_id
)
SELECT g.round_id, g.unit_code, g.indicator, g.witness, g.value, g.numerator, g.denominator, g.raw, g.explanation,
       g.evidence, g.cell, g.origin, g.known_from, g.known_until,
       CASE g.witness WHEN COALESCE(p.first, 'self') THEN 1 WHEN p.second THEN 2 WHEN p.third THEN 3 END AS choice,
       CASE WHEN g.value IS NOT NULL OR (g.numerator IS NOT NULL AND g.denominator IS NOT NULL)
            THEN 1 ELSE 0 END AS counts
FROM given AS g
LEFT JOIN precedence AS p ON p.round_id = g.round_id AND p.indicator = g.indicator;

-- Reconciliation as it stands: the unit's figure beside those of the systems, whose figure the report takes (NULL:
-- nobody gives a number), unit minus system, and the unit's explanation. A figure that nobody gave has no row.
CREATE VIEW reconciliation AS
WITH beside AS (
    SELECT round_id, unit_code, indicator,
           MAX(CASE WHEN witness = 'self' THEN value END) AS unit_value,
           MAX(CASE WHEN witness = 'one_stop' THEN value END) AS one_stop_value,
           MAX(CASE WHEN witness = 'doc_management' THEN value END) AS document_value,
           MAX(CASE WHEN witness = 'self' THEN explanation END) AS explanation,
           MIN(CASE WHEN counts = 1 THEN choice END) AS choice
    FROM witnesses
    WHERE known_until IS NULL
    GROUP BY round_id, unit_code, indicator
)
SELECT b.round_id, b.unit_code, b.indicator, b.unit_value, b.one_stop_value, b.document_value,
       w.witness AS chosen, w.value AS chosen_value,
       ROUND(CAST(b.unit_value AS NUMERIC)
             - CAST(COALESCE(b.one_stop_value, b.document_value) AS NUMERIC), 4) AS difference,
       b.explanation
FROM beside AS b
LEFT JOIN witnesses AS w
    ON w.round_id = b.round_id AND w.unit_code = b.unit_code AND w.indicator = b.indicator
   AND w.choice = b.choice AND w.known_until IS NULL;
