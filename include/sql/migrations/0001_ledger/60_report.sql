-- Consolidated figures, documents, and what later exports change in a frozen state.

-- Figures of the consolidated report, per draft; scope is 'tinh' or a tier. missing, stated and reported_nothing
-- are JSON lists of unit codes: without a figure; with one that cannot be added up; of the missing ones, those
-- that declared nothing to report. units_counted + stated + missing = units_obliged. as_of: what was known then.
CREATE TABLE consolidated (
    round_id      TEXT NOT NULL REFERENCES rounds (round_id),
    draft         INTEGER NOT NULL,
    indicator     TEXT NOT NULL,
    scope         TEXT NOT NULL,
    value         TEXT,
    numerator     TEXT,
    denominator   TEXT,
    distribution  TEXT,
    units_counted INTEGER NOT NULL,
    units_obliged INTEGER NOT NULL,
    missing       TEXT NOT NULL,
    stated        TEXT NOT NULL,
    reported_nothing TEXT NOT NULL,
    as_of         TEXT NOT NULL,
    PRIMARY KEY (round_id, draft, indicator, scope)
);

-- Documents made for a round; files are content-addressed by sha256 and copied to the round's folder.
CREATE TABLE documents (
    document_id TEXT PRIMARY KEY,
    round_id    TEXT NOT NULL REFERENCES rounds (round_id),
    kind        TEXT NOT NULL,
    draft       INTEGER NOT NULL,
    unit_code   TEXT,
    file_name   TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    number      TEXT,
    symbol      TEXT,
    issued_on   TEXT,
    made_at     TEXT NOT NULL,
    provenance  TEXT NOT NULL
);

-- What exports after the cut-off day change in the frozen state of a round: one check each time that differs from
-- the check before. document_id: the report of it, NULL while nothing was ever changed.
CREATE TABLE rewrite_checks (
    round_id       TEXT NOT NULL REFERENCES rounds (round_id),
    checked_at     TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    document_id    TEXT REFERENCES documents (document_id),
    PRIMARY KEY (round_id, checked_at)
);

CREATE TABLE rewrite_counts (
    round_id   TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    source     TEXT NOT NULL,
    unit_code  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    cases      INTEGER NOT NULL,
    PRIMARY KEY (round_id, checked_at, source, unit_code, kind),
    FOREIGN KEY (round_id, checked_at) REFERENCES rewrite_checks (round_id, checked_at)
);
