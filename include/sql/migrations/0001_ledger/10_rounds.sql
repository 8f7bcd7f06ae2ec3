-- The working store. Instants are ISO texts with +07:00, days are ISO texts, decimals are texts:
-- what goes in comes out exactly, on SQLite and on PostgreSQL alike.
--
-- Rounds, what units owe in them, and everything that happened to both.

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
