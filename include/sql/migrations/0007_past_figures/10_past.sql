-- Figures of years before the system came, as the department brought them in from its own reports.

-- One row a workbook. seq: a later one replaces what an earlier one said about the same round.
CREATE TABLE past_imports (
    seq         INTEGER PRIMARY KEY,
    file_name   TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    stored_path TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL
);

-- The rounds are none of ours: nothing is owed in them, nobody is chased. unit_code: 'toan-tinh' for the province's own
-- figure; units_counted: how many units stand behind that one, NULL when nobody knows.
CREATE TABLE past_figures (
    seq           INTEGER NOT NULL REFERENCES past_imports (seq),
    round_id      TEXT NOT NULL,
    unit_code     TEXT NOT NULL,
    indicator     TEXT NOT NULL,
    value         TEXT,
    numerator     TEXT,
    denominator   TEXT,
    units_counted INTEGER,
    cell          TEXT NOT NULL,
    PRIMARY KEY (seq, round_id, unit_code, indicator)
);
CREATE INDEX past_figures_of_round ON past_figures (round_id, unit_code);
