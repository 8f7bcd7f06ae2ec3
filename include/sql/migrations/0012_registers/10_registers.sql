-- Who changed what of the year's files, and which figures somebody keeps an eye on.

-- One file of the year's data put in force in the place of another; the former one is kept under its hash. differences:
-- JSON, sentences or lines of the two files.
CREATE TABLE config_changes (
    file          TEXT NOT NULL,
    seq           INTEGER NOT NULL,
    recorded_at   TEXT NOT NULL,
    actor         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    before_sha256 TEXT NOT NULL,
    kept_path     TEXT NOT NULL,
    after_sha256  TEXT NOT NULL,
    differences   TEXT NOT NULL,
    PRIMARY KEY (file, seq)
);

-- unit_code '': the province's figure. round_id: the round that was looked at.
CREATE TABLE figure_marks (
    indicator   TEXT NOT NULL,
    unit_code   TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('followed', 'released')),
    round_id    TEXT NOT NULL REFERENCES rounds (round_id),
    note        TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    PRIMARY KEY (indicator, unit_code, seq)
);
