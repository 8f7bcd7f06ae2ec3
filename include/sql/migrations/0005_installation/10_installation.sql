-- Whose store this is, and what had left before a restored one was put in charge.

-- Which folder works on this store; the last row counts. identity: the installation, for ever the same, also in a
-- backup. home: the folder in charge, which bears it in its own file; another one is taken for a copy. place: where
-- that folder lay when it took over, in words.
CREATE TABLE homes (
    seq      INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,
    home     TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    place    TEXT NOT NULL,
    actor    TEXT NOT NULL,
    reason   TEXT NOT NULL
);

-- Mails that had left after the backup was taken from which this store was restored: whoever decides one of them again
-- sends nothing. told_by: where its Message-ID was found.
CREATE TABLE sent_before_restore (
    message_id  TEXT PRIMARY KEY,
    sent_at     TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    told_by     TEXT NOT NULL
);
