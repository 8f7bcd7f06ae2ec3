-- The record of inspections: what is inspected, what was found there, and everything that happened to both. Append-only.

-- A visit of the team to one unit. source: the line of the schedule, or the run, that made it.
CREATE TABLE inspection_visits (
    visit_id  TEXT NOT NULL PRIMARY KEY,
    round_id  TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('theo_ke_hoach', 'dot_xuat', 'chuyen_de')),
    source    TEXT NOT NULL UNIQUE,
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL
);
CREATE INDEX inspection_visits_of_round ON inspection_visits (round_id);

-- A finding by its number, which nothing else ever gets. source: the file and row in which it was read first, by which
-- a row is known again when the number has not reached the team's workbook yet.
CREATE TABLE inspected_findings (
    finding_id TEXT NOT NULL PRIMARY KEY,
    round_id   TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code  TEXT NOT NULL,
    source     TEXT NOT NULL UNIQUE,
    actor      TEXT NOT NULL,
    at         TEXT NOT NULL
);
CREATE INDEX inspected_findings_of_round ON inspected_findings (round_id);

-- What happened to a chosen unit, a visit or a finding; what each is now follows from its events.
CREATE TABLE inspection_events (
    event_id     TEXT NOT NULL PRIMARY KEY,
    subject      TEXT NOT NULL CHECK (subject IN ('lua_chon', 'cuoc_kiem_tra', 'ton_tai')),
    subject_id   TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    round_id     TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code    TEXT NOT NULL,
    kind         TEXT NOT NULL,
    actor        TEXT NOT NULL,
    reason       TEXT,
    document_no  TEXT,
    at           TEXT NOT NULL,
    payload_json TEXT NOT NULL,
    UNIQUE (subject, subject_id, seq)
);
CREATE INDEX inspection_events_of_round ON inspection_events (round_id, subject);
