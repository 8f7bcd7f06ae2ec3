-- The working store. Instants are ISO texts with +07:00, days are ISO texts, decimals are texts:
-- what goes in comes out exactly, on SQLite and on PostgreSQL alike.

-- A round as it was opened. What happens to it later stands in round_events.
CREATE TABLE rounds (
    round_id        TEXT PRIMARY KEY,
    year            INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    opens_at        TEXT NOT NULL,
    window_first    TEXT,
    window_last     TEXT,
    unit_due_at     TEXT NOT NULL,
    province_due_on TEXT NOT NULL,
    closes_at       TEXT NOT NULL
);

-- opened, rescheduled, closed, drafted, returned, approved, issued
CREATE TABLE round_events (
    round_id    TEXT NOT NULL REFERENCES rounds (round_id),
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT,
    detail      TEXT NOT NULL,
    event_key   TEXT NOT NULL UNIQUE,
    PRIMARY KEY (round_id, seq)
);

-- One unit owes one product of one round. due_at is the due date at opening; later ones are events.
CREATE TABLE obligations (
    obligation_id TEXT PRIMARY KEY,
    round_id      TEXT NOT NULL REFERENCES rounds (round_id),
    unit_code     TEXT NOT NULL,
    product       TEXT NOT NULL,
    item          TEXT NOT NULL,
    title         TEXT NOT NULL,
    due_at        TEXT NOT NULL
);
CREATE INDEX obligations_of_round ON obligations (round_id, unit_code);

-- Append-only. event_key makes a repeated recording of the same fact change nothing.
CREATE TABLE obligation_events (
    obligation_id TEXT NOT NULL REFERENCES obligations (obligation_id),
    seq           INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    happened_at   TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    actor         TEXT NOT NULL,
    reason        TEXT,
    detail        TEXT NOT NULL,
    event_key     TEXT NOT NULL UNIQUE,
    PRIMARY KEY (obligation_id, seq)
);
CREATE INDEX obligation_events_recorded ON obligation_events (recorded_at);

-- One file version that a unit sent for an obligation; stored_path is relative to the instance's data folder.
-- channel: thu-muc (the round's folder) or hop-thu (mail); sender_unit: whose mailbox it came from, NULL for a folder.
CREATE TABLE submissions (
    submission_id TEXT PRIMARY KEY,
    obligation_id TEXT NOT NULL REFERENCES obligations (obligation_id),
    received_at   TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    channel       TEXT NOT NULL,
    file_name     TEXT NOT NULL,
    file_sha256   TEXT NOT NULL,
    stored_path   TEXT NOT NULL,
    form_version  TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    sender_unit   TEXT
);
CREATE INDEX submissions_of_obligation ON submissions (obligation_id, received_at);

-- Documents (docx, pdf, txt) that came in the same mail as a submission; kept beside it, never counted as a report.
CREATE TABLE enclosures (
    submission_id TEXT NOT NULL REFERENCES submissions (submission_id),
    seq           INTEGER NOT NULL,
    file_name     TEXT NOT NULL,
    file_sha256   TEXT NOT NULL,
    stored_path   TEXT NOT NULL,
    PRIMARY KEY (submission_id, seq)
);

-- Messages of the mailbox that were dealt with, so that none is dealt with twice. Neither text nor address of a mail
-- is kept: message_mark is a hash over its Message-ID and its attachments, unit_code the registered sender, if any.
-- review is 1 when a person should look at the message.
CREATE TABLE mailbox_messages (
    message_mark TEXT PRIMARY KEY,
    mailbox      TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    received_at  TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    verdict      TEXT NOT NULL,
    review       INTEGER NOT NULL,
    unit_code    TEXT,
    UNIQUE (mailbox, uid_validity, uid)
);

-- raw is the cell as typed; value, numerator and denominator are decimals as text, NULL when not given.
CREATE TABLE submission_values (
    submission_id TEXT NOT NULL REFERENCES submissions (submission_id),
    indicator     TEXT NOT NULL,
    raw           TEXT,
    value         TEXT,
    numerator     TEXT,
    denominator   TEXT,
    explanation   TEXT,
    evidence      TEXT,
    cell          TEXT NOT NULL,
    PRIMARY KEY (submission_id, indicator)
);

CREATE TABLE submission_narratives (
    submission_id TEXT NOT NULL REFERENCES submissions (submission_id),
    section       TEXT NOT NULL,
    content       TEXT NOT NULL,
    PRIMARY KEY (submission_id, section)
);

-- Sections declared 'không phát sinh': of the figures (so_lieu, by the indicators' section) or of the narrative
-- (noi_dung, by the outline's code). Their figures are neither missing without a reason nor 0.
CREATE TABLE submission_nothing (
    submission_id TEXT NOT NULL REFERENCES submissions (submission_id),
    part          TEXT NOT NULL CHECK (part IN ('so_lieu', 'noi_dung')),
    section       TEXT NOT NULL,
    PRIMARY KEY (submission_id, part, section)
);

CREATE TABLE findings (
    submission_id TEXT NOT NULL REFERENCES submissions (submission_id),
    seq           INTEGER NOT NULL,
    rule          TEXT NOT NULL,
    severity      TEXT NOT NULL,
    sheet         TEXT NOT NULL,
    cell          TEXT NOT NULL,
    indicator     TEXT,
    found         TEXT,
    expected      TEXT,
    message       TEXT NOT NULL,
    PRIMARY KEY (submission_id, seq)
);

-- One export file; rows_read = rows_accepted + rows_quarantined, rows_superseded of the latter are replaced by a
-- later row of the same file. file_sha256 is the hash of the original, which is not kept because of the personal
-- data in it; parquet_path holds all rows that were read, typed, the refused ones with their kept cells, and
-- dropped_columns is a JSON list of the headers that were not kept. Paths are relative to the instance's data folder.
CREATE TABLE landings (
    landing_id       TEXT PRIMARY KEY,
    source           TEXT NOT NULL,
    layout           TEXT NOT NULL,
    file_name        TEXT NOT NULL,
    file_sha256      TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    rows_read        INTEGER NOT NULL,
    rows_accepted    INTEGER NOT NULL,
    rows_quarantined INTEGER NOT NULL,
    parquet_path     TEXT NOT NULL,
    quarantine_path  TEXT,
    rows_superseded  INTEGER NOT NULL,
    dropped_columns  TEXT NOT NULL,
    is_mended        INTEGER NOT NULL, -- 1: a quarantine file that people corrected, never a whole list
    CHECK (rows_read = rows_accepted + rows_quarantined)
);

-- A file that could not be landed, with the reason as it was told.
CREATE TABLE export_refusals (
    file_sha256 TEXT PRIMARY KEY,
    file_name   TEXT NOT NULL,
    received_at TEXT NOT NULL,
    reason      TEXT NOT NULL
);

-- The state of a source frozen on a cut-off day.
CREATE TABLE snapshots (
    snapshot_id TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    cut_off     TEXT NOT NULL,
    frozen_at   TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    path        TEXT NOT NULL,
    row_count   INTEGER NOT NULL
);

-- Figures computed from snapshots: the second and third witness.
CREATE TABLE system_values (
    round_id    TEXT NOT NULL,
    unit_code   TEXT NOT NULL,
    indicator   TEXT NOT NULL,
    snapshot_id TEXT NOT NULL REFERENCES snapshots (snapshot_id),
    value       TEXT,
    numerator   TEXT,
    denominator TEXT,
    PRIMARY KEY (round_id, unit_code, indicator)
);

-- From when until when (NULL: still) a submission was the one that counts for its obligation, as far as was known:
-- accepted (a late one by a decision after it came), and neither followed by an accepted one nor sent back since.
CREATE VIEW counted_submissions AS
WITH accepted AS (
    SELECT s.submission_id, s.obligation_id, s.received_at, s.recorded_at,
           COALESCE((SELECT MIN(e.recorded_at)
                     FROM obligation_events AS e
                     WHERE e.obligation_id = s.obligation_id
                       AND e.kind = 'accepted'
                       AND e.detail LIKE '%"' || s.submission_id || '"%'),
                    s.recorded_at) AS known_from
    FROM submissions AS s
    WHERE s.outcome IN ('accepted', 'accepted_with_warnings')
), ends AS (
    SELECT s.submission_id, n.known_from AS known_at
    FROM accepted AS s
    JOIN accepted AS n ON n.obligation_id = s.obligation_id
    WHERE (n.received_at, n.recorded_at, n.submission_id) > (s.received_at, s.recorded_at, s.submission_id)
    UNION ALL
    SELECT s.submission_id, e.recorded_at
    FROM accepted AS s
    JOIN obligation_events AS e ON e.obligation_id = s.obligation_id
    WHERE e.kind = 'returned' AND e.happened_at >= s.received_at
)
SELECT s.submission_id, s.obligation_id, o.round_id, o.unit_code, o.product, s.known_from,
       MIN(x.known_at) AS known_until
FROM accepted AS s
JOIN obligations AS o ON o.obligation_id = s.obligation_id
LEFT JOIN ends AS x ON x.submission_id = s.submission_id
GROUP BY s.submission_id, s.obligation_id, o.round_id, o.unit_code, o.product, s.known_from;

-- Whose figure the province's report takes (self, one_stop, doc_management), as configured when the round was last
-- consolidated. An indicator without a row: the unit's own and nothing else.
CREATE TABLE precedence (
    round_id  TEXT NOT NULL REFERENCES rounds (round_id),
    indicator TEXT NOT NULL,
    first     TEXT NOT NULL,
    second    TEXT,
    third     TEXT,
    PRIMARY KEY (round_id, indicator)
);

-- Every figure of a round with who gives it, since when that is known and until when it counted (NULL: still).
-- choice: 1 is the first whose figure the report takes, NULL is never taken. counts is 1 when there is a number.
CREATE VIEW witnesses AS
WITH given AS (
    SELECT c.round_id, c.unit_code, v.indicator, 'self' AS witness, v.value, v.numerator, v.denominator, v.raw,
           v.explanation, v.evidence, v.cell, c.submission_id AS origin, c.known_from, c.known_until
    FROM counted_submissions AS c
    JOIN submission_values AS v ON v.submission_id = c.submission_id
    WHERE c.product = 'bao_cao'
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

-- A rung of the ladder that was decided for an obligation on a day. No rung twice, ever, unless a person
-- asks for it by hand (occasion then names the hand).
CREATE TABLE reminders (
    obligation_id TEXT NOT NULL REFERENCES obligations (obligation_id),
    rung          TEXT NOT NULL,
    occasion      TEXT NOT NULL,
    as_of         TEXT NOT NULL,
    mail_key      TEXT NOT NULL,
    PRIMARY KEY (obligation_id, rung, occasion)
);

-- A unit that is not reminded for a while (tam_hoan: said afterwards, tat_nhac: never said). round_id '' is every
-- round. Never changed: the latest row of a unit and round counts.
CREATE TABLE holds (
    unit_code   TEXT NOT NULL,
    round_id    TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('tam_hoan', 'tat_nhac')),
    last_day    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    actor       TEXT NOT NULL,
    PRIMARY KEY (unit_code, round_id, recorded_at)
);

-- Who switched the mail mode, when and to what. Real mail leaves only while the last row says so.
CREATE TABLE mail_modes (
    seq         INTEGER PRIMARY KEY,
    changed_at  TEXT NOT NULL,
    mode        TEXT NOT NULL,
    redirect_to TEXT,
    actor       TEXT NOT NULL
);

-- Addresses of ours (of units and of the department) that a mail server reported as undeliverable; nobody else's
-- are kept. message_mark: the report's, as in mailbox_messages; message_id: of our mail that came back.
CREATE TABLE bounces (
    message_mark TEXT NOT NULL,
    address      TEXT NOT NULL,
    unit_code    TEXT,
    status       TEXT NOT NULL,
    words        TEXT NOT NULL,
    message_id   TEXT,
    bounced_at   TEXT NOT NULL,
    recorded_at  TEXT NOT NULL,
    PRIMARY KEY (message_mark, address)
);

-- An operator says that an address works again: reports before that do not count any more.
CREATE TABLE mended_addresses (
    address     TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (address, recorded_at)
);

-- Outbox: decided -> claimed -> sent | failed (tried again) | dead | previewed (dry run); withdrawn: a reminder
-- that could not be sent on its own day. delivered: addresses that the server has already taken.
CREATE TABLE mails (
    mail_key       TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,
    as_of          TEXT NOT NULL,
    round_id       TEXT,
    unit_code      TEXT,
    recipients     TEXT NOT NULL,
    copies         TEXT NOT NULL,
    subject        TEXT NOT NULL,
    attachments    TEXT NOT NULL,
    message_id     TEXT NOT NULL UNIQUE,
    in_reply_to    TEXT,
    mode           TEXT NOT NULL,
    state          TEXT NOT NULL,
    attempts       INTEGER NOT NULL,
    decided_at     TEXT NOT NULL,
    claimed_at     TEXT,
    sent_at        TEXT,
    server_answer  TEXT,
    delivered      TEXT NOT NULL DEFAULT '[]',
    html           TEXT NOT NULL, -- last: whoever asks for another column need not read past the long texts
    plain          TEXT NOT NULL
);
CREATE INDEX mails_by_state ON mails (state);
CREATE INDEX mails_of_round ON mails (kind, round_id, unit_code);

-- When the next mail may leave (milliseconds since 1970) while the number of mails a minute is limited; one row.
CREATE TABLE mail_turns (
    line    TEXT PRIMARY KEY,
    next_ms BIGINT NOT NULL
);

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
