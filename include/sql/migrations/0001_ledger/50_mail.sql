-- Reminders, holds, the mail mode, addresses and the outbox.

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
