-- Inspection and scoring.

CREATE TABLE inspection_choices (
    round_id   TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code  TEXT NOT NULL,
    risk       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (round_id, unit_code)
);

CREATE TABLE inspection_findings (
    round_id     TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code    TEXT NOT NULL,
    number       INTEGER NOT NULL,
    content      TEXT NOT NULL,
    order_text   TEXT NOT NULL,
    answer_due_at TEXT NOT NULL,
    PRIMARY KEY (round_id, unit_code, number)
);

CREATE TABLE scores (
    round_id         TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code        TEXT NOT NULL,
    criterion        TEXT NOT NULL,
    criteria_version TEXT NOT NULL,
    self_points      TEXT,
    computed_points  TEXT,
    final_points     TEXT,
    basis            TEXT NOT NULL,
    evidence         TEXT,
    PRIMARY KEY (round_id, unit_code, criterion)
);
