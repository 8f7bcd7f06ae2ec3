-- The record of scoring: pinned sets, events of points and of units' files, evidence, surveys, results. Append-only.

-- The set of criteria by which a list of a round is scored, whole (`content` is what `criteria.parse_set` reads back).
-- The last line of a list is in force; earlier ones stay, so that what was scored by them can be computed again.
CREATE TABLE scoring_sets (
    round_id    TEXT NOT NULL REFERENCES rounds (round_id),
    list        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    version     TEXT NOT NULL,
    content     TEXT NOT NULL,
    pinned_at   TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT,
    document_no TEXT,
    PRIMARY KEY (round_id, list, seq)
);

-- What somebody (or the computer) said of one criterion of one unit. points NULL: unknown, or dropped = 1: the
-- criterion leaves the maximum. numbers_json: the numbers behind it, each with its origin.
CREATE TABLE score_events (
    event_id       TEXT NOT NULL PRIMARY KEY,
    round_id       TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code      TEXT NOT NULL,
    seq            INTEGER NOT NULL,
    criterion      TEXT NOT NULL,
    set_version    TEXT NOT NULL,
    stage          TEXT NOT NULL
        CHECK (stage IN ('tu_cham', 'tinh', 'tham_dinh_1', 'tham_dinh_2', 'hoi_dong', 'kien_nghi')),
    points         TEXT,
    dropped        INTEGER NOT NULL CHECK (dropped IN (0, 1)),
    basis          TEXT NOT NULL,
    numbers_json   TEXT NOT NULL,
    reason         TEXT,
    document_no    TEXT,
    actor          TEXT NOT NULL,
    at             TEXT NOT NULL,
    prior_event_id TEXT REFERENCES score_events (event_id),
    UNIQUE (round_id, unit_code, seq),
    CHECK (stage IN ('tu_cham', 'tinh') OR reason IS NOT NULL),
    CHECK (dropped = 0 OR points IS NULL)
);

-- What happened to a unit's whole file, or to the round (unit_code '').
CREATE TABLE score_file_events (
    event_id    TEXT NOT NULL PRIMARY KEY,
    round_id    TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code   TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT,
    document_no TEXT,
    at          TEXT NOT NULL,
    detail      TEXT NOT NULL,
    UNIQUE (round_id, unit_code, seq)
);

-- A file (kept by its hash) or a link that a unit names for a criterion. received_with: the submission it came with.
CREATE TABLE evidence (
    evidence_id   TEXT NOT NULL PRIMARY KEY,
    round_id      TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code     TEXT NOT NULL,
    criterion     TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('tep', 'lien_ket')),
    name          TEXT NOT NULL,
    sha256        TEXT,
    bytes         INTEGER,
    stored_path   TEXT,
    url           TEXT,
    document_no   TEXT,
    document_date TEXT,
    summary       TEXT,
    status        TEXT NOT NULL,
    received_with TEXT NOT NULL,
    at            TEXT NOT NULL,
    CHECK ((kind = 'tep') = (sha256 IS NOT NULL AND stored_path IS NOT NULL)),
    CHECK ((kind = 'lien_ket') = (url IS NOT NULL))
);
CREATE INDEX evidence_of_unit ON evidence (round_id, unit_code, criterion);
CREATE INDEX evidence_by_hash ON evidence (sha256);

-- What came of opening a link; the last line counts.
CREATE TABLE evidence_checks (
    evidence_id TEXT NOT NULL REFERENCES evidence (evidence_id),
    seq         INTEGER NOT NULL,
    status      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    at          TEXT NOT NULL,
    PRIMARY KEY (evidence_id, seq)
);

-- What a unit says about a decision on its points. stance: dong_y or giai_trinh. evidence_ids: JSON.
CREATE TABLE explanations (
    round_id     TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code    TEXT NOT NULL,
    criterion    TEXT NOT NULL,
    round_no     INTEGER NOT NULL,
    stance       TEXT NOT NULL CHECK (stance IN ('dong_y', 'giai_trinh')),
    text         TEXT NOT NULL,
    evidence_ids TEXT NOT NULL,
    actor        TEXT NOT NULL,
    at           TEXT NOT NULL,
    PRIMARY KEY (round_id, unit_code, criterion, round_no)
);

-- One filled survey form. answers_json: question -> option.
CREATE TABLE survey_forms (
    form_id          TEXT NOT NULL PRIMARY KEY,
    round_id         TEXT NOT NULL REFERENCES rounds (round_id),
    survey           TEXT NOT NULL,
    about_unit       TEXT NOT NULL,
    answered_by_kind TEXT NOT NULL,
    answers_json     TEXT NOT NULL,
    at               TEXT NOT NULL,
    channel          TEXT NOT NULL
);
CREATE INDEX survey_forms_of_round ON survey_forms (round_id, survey, about_unit);

-- Indexes that others publish (SIPAS, DTI, QD 766); the last line of a unit counts.
CREATE TABLE external_values (
    year          INTEGER NOT NULL,
    index_code    TEXT NOT NULL,
    unit_code     TEXT NOT NULL,
    seq           INTEGER NOT NULL,
    value         TEXT NOT NULL,
    document_no   TEXT NOT NULL,
    document_date TEXT NOT NULL,
    note          TEXT,
    file_sha256   TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    actor         TEXT NOT NULL,
    PRIMARY KEY (year, index_code, unit_code, seq)
);

CREATE TABLE council_sessions (
    session_id          TEXT NOT NULL PRIMARY KEY,
    round_id            TEXT NOT NULL REFERENCES rounds (round_id),
    held_at             TEXT NOT NULL,
    present_json        TEXT NOT NULL,
    written_json        TEXT NOT NULL,
    minutes_document_id TEXT,
    actor               TEXT NOT NULL,
    recorded_at         TEXT NOT NULL
);

-- An objection as it came; what was decided stands in objection_decisions, the last line counts.
CREATE TABLE objections (
    objection_id TEXT NOT NULL PRIMARY KEY,
    round_id     TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code    TEXT NOT NULL,
    criterion    TEXT NOT NULL,
    text         TEXT NOT NULL,
    evidence_ids TEXT NOT NULL,
    received_at  TEXT NOT NULL
);

CREATE TABLE objection_decisions (
    objection_id TEXT NOT NULL REFERENCES objections (objection_id),
    seq          INTEGER NOT NULL,
    decision     TEXT NOT NULL,
    points       TEXT,
    document_no  TEXT,
    reason       TEXT NOT NULL,
    actor        TEXT NOT NULL,
    at           TEXT NOT NULL,
    PRIMARY KEY (objection_id, seq)
);

-- The published result of a list: edition 1, and one more for each decision that adjusts it.
CREATE TABLE rankings (
    round_id      TEXT NOT NULL REFERENCES rounds (round_id),
    list          TEXT NOT NULL,
    edition       INTEGER NOT NULL,
    unit_code     TEXT NOT NULL,
    index_value   TEXT,
    rank          INTEGER,
    class         TEXT,
    inputs_sha256 TEXT NOT NULL,
    PRIMARY KEY (round_id, list, edition, unit_code)
);

-- What stands for each criterion: the last event of its latest stage.
CREATE VIEW score_standing AS
WITH placed AS (
    SELECT e.*, ROW_NUMBER() OVER (
        PARTITION BY e.round_id, e.unit_code, e.criterion
        ORDER BY CASE e.stage WHEN 'tu_cham' THEN 1 WHEN 'tinh' THEN 2 WHEN 'tham_dinh_1' THEN 3
                              WHEN 'tham_dinh_2' THEN 4 WHEN 'hoi_dong' THEN 5 ELSE 6 END DESC, e.seq DESC
    ) AS place
    FROM score_events AS e
)
SELECT round_id, unit_code, criterion, set_version, stage, points, dropped, basis, reason, document_no, actor, at,
       event_id
FROM placed
WHERE place = 1;
