-- What units sent, what was read out of it and what the checks said.

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
