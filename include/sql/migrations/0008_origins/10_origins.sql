-- Systems first: where an export is complete, what a person decided otherwise, and where each total comes from.

-- System figures of a round that are not the whole: the unit's longest stretch without a row in the window, and how
-- many rows would have been usual in it (NULL: the export has no row of the unit in the window at all). Such a figure is
-- shown and never taken by itself.
CREATE TABLE source_gaps (
    round_id  TEXT NOT NULL,
    source    TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day  TEXT NOT NULL,
    expected  TEXT,
    PRIMARY KEY (round_id, source, unit_code)
);

-- Whose figure of one unit is taken because a person said so, with the reason; the last word counts. witness: self or a
-- source; NULL: the rule again.
CREATE TABLE settled_figures (
    round_id    TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code   TEXT NOT NULL,
    indicator   TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    witness     TEXT,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (round_id, unit_code, indicator, seq)
);

-- Beside each line of `consolidated`: how many units stand behind it by origin (JSON: origin -> units), and how it would
-- read by another rule: `units` (their own figures alone) or `systems` (systems first); NULL: there is no other reading.
CREATE TABLE consolidated_readings (
    round_id           TEXT NOT NULL REFERENCES rounds (round_id),
    draft              INTEGER NOT NULL,
    indicator          TEXT NOT NULL,
    scope              TEXT NOT NULL,
    origins            TEXT NOT NULL,
    other_rule         TEXT,
    other_value        TEXT,
    other_numerator    TEXT,
    other_denominator  TEXT,
    other_distribution TEXT,
    other_counted      INTEGER,
    PRIMARY KEY (round_id, draft, indicator, scope)
);

DROP VIEW reconciliation;
DROP VIEW witnesses;

-- Every figure of a round with who gives it, since when that is known and until when it counted (NULL: still).
-- choice: 1 is the first whose figure the report takes, NULL is never taken. counts is 1 when there is a number. has_gap
-- is 1 for a system figure that is not the whole.
CREATE VIEW witnesses AS
WITH given AS (
    SELECT o.round_id, o.unit_code, v.indicator, 'self' AS witness, v.value, v.numerator, v.denominator, v.raw,
           v.explanation, v.evidence, v.cell, c.submission_id AS origin, c.counted_from AS known_from,
           c.counted_until AS known_until, 0 AS has_gap
    FROM counted_submissions AS c
    JOIN obligations AS o ON o.obligation_id = c.obligation_id
    JOIN submission_values AS v ON v.submission_id = c.submission_id
    WHERE o.product = 'bao_cao'
    UNION ALL
    SELECT s.round_id, s.unit_code, s.indicator, p.source, s.value, s.numerator, s.denominator, NULL,
           NULL, NULL, NULL, s.snapshot_id, p.frozen_at, NULL, CASE WHEN x.unit_code IS NULL THEN 0 ELSE 1 END
    FROM system_values AS s
    JOIN snapshots AS p ON p.snapshot_id = s.snapshot_id
    JOIN rounds AS r ON r.round_id = s.round_id
    LEFT JOIN source_gaps AS x
        ON x.round_id = s.round_id AND x.source = p.source AND x.unit_code = s.unit_code
)
SELECT g.round_id, g.unit_code, g.indicator, g.witness, g.value, g.numerator, g.denominator, g.raw, g.explanation,
       g.evidence, g.cell, g.origin, g.known_from, g.known_until, g.has_gap,
       CASE WHEN g.has_gap = 1 THEN NULL
            WHEN g.witness = COALESCE(p.first, 'self') THEN 1
            WHEN g.witness = p.second THEN 2
            WHEN g.witness = p.third THEN 3 END AS choice,
       CASE WHEN g.value IS NOT NULL OR (g.numerator IS NOT NULL AND g.denominator IS NOT NULL)
            THEN 1 ELSE 0 END AS counts
FROM given AS g
LEFT JOIN precedence AS p ON p.round_id = g.round_id AND p.indicator = g.indicator;

-- Reconciliation as it stands: the unit's figure beside those of the systems, whose figure the report takes (NULL:
-- nobody gives a number), unit minus system, and the unit's explanation. A figure that nobody gave has no row.
CREATE VIEW reconciliation AS
WITH last_words AS (
    SELECT s.round_id, s.unit_code, s.indicator, s.witness
    FROM settled_figures AS s
    WHERE s.seq = (SELECT MAX(n.seq) FROM settled_figures AS n
                   WHERE n.round_id = s.round_id AND n.unit_code = s.unit_code AND n.indicator = s.indicator)
), ranked AS (
    SELECT w.round_id, w.unit_code, w.indicator, w.witness, w.value, w.explanation, w.counts,
           CASE WHEN w.witness = s.witness THEN 0 ELSE w.choice END AS choice
    FROM witnesses AS w
    LEFT JOIN last_words AS s
        ON s.round_id = w.round_id AND s.unit_code = w.unit_code AND s.indicator = w.indicator
    WHERE w.known_until IS NULL
), beside AS (
    SELECT round_id, unit_code, indicator,
           MAX(CASE WHEN witness = 'self' THEN value END) AS unit_value,
           MAX(CASE WHEN witness = 'one_stop' THEN value END) AS one_stop_value,
           MAX(CASE WHEN witness = 'doc_management' THEN value END) AS document_value,
           MAX(CASE WHEN witness = 'catalogue' THEN value END) AS catalogue_value,
           MAX(CASE WHEN witness = 'self' THEN explanation END) AS explanation,
           MIN(CASE WHEN counts = 1 THEN choice END) AS choice
    FROM ranked
    GROUP BY round_id, unit_code, indicator
)
SELECT b.round_id, b.unit_code, b.indicator, b.unit_value, b.one_stop_value, b.document_value, b.catalogue_value,
       w.witness AS chosen, w.value AS chosen_value,
       ROUND(CAST(b.unit_value AS NUMERIC)
             - CAST(COALESCE(b.one_stop_value, b.document_value, b.catalogue_value) AS NUMERIC), 4) AS difference,
       b.explanation
FROM beside AS b
LEFT JOIN ranked AS w
    ON w.round_id = b.round_id AND w.unit_code = b.unit_code AND w.indicator = b.indicator
   AND w.choice = b.choice;
