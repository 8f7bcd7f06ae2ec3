-- Sending that rests, mails that wait for a person, and what operators sent again.

-- Mails that met trouble. refused: times a server refused it for now, for reasons that may be its own; unknown: times
-- a worker died, or the line broke, before the server's answer. A person who sends it again sets both to nought.
CREATE TABLE mail_tries (
    mail_key TEXT PRIMARY KEY REFERENCES mails (mail_key),
    refused  INTEGER NOT NULL,
    unknown  INTEGER NOT NULL
);

-- The server refused our account, or nobody knew what it did: nothing is sent before rest_until. The last row counts;
-- one with cause 'lifted' is an administrator's word that sending may go on.
CREATE TABLE mail_stops (
    seq        INTEGER PRIMARY KEY,
    stopped_at TEXT NOT NULL,
    rest_until TEXT NOT NULL,
    cause      TEXT NOT NULL,
    words      TEXT NOT NULL,
    actor      TEXT NOT NULL
);

-- What a person did with a mail: sent it again (new_key: the mail that goes, the same one when it never arrived), or
-- settled that it is not sent again.
CREATE TABLE mail_acts (
    mail_key    TEXT NOT NULL REFERENCES mails (mail_key),
    recorded_at TEXT NOT NULL,
    act         TEXT NOT NULL CHECK (act IN ('gui_lai', 'thoi')),
    new_key     TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (mail_key, recorded_at)
);
