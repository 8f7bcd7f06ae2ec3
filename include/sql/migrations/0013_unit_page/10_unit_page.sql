-- The personal links of units to their own page: which no longer count, and which were used.

-- From here on a link of the unit that was made before counts no more. round_id: '' for those of all rounds.
CREATE TABLE unit_page_revocations (
    unit_code   TEXT NOT NULL,
    round_id    TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (unit_code, round_id, seq)
);

-- What was done through a link, counted by day and visitor. visitor: a keyed hash of the day and the address of who
-- came, so that two days of one person are not known for one.
CREATE TABLE unit_page_uses (
    unit_code  TEXT NOT NULL,
    round_id   TEXT NOT NULL REFERENCES rounds (round_id),
    generation INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('opened', 'form', 'upload', 'nothing', 'more_time')),
    day        TEXT NOT NULL,
    visitor    TEXT NOT NULL,
    times      INTEGER NOT NULL,
    first_at   TEXT NOT NULL,
    last_at    TEXT NOT NULL,
    PRIMARY KEY (unit_code, round_id, generation, kind, day, visitor)
);
