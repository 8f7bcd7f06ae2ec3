-- When things arrived, as we saw it, and what a person has to look at.

-- When the folder of a round was looked at last: a file that is seen now and was not seen then came in between.
CREATE TABLE folder_looks (
    round_id  TEXT PRIMARY KEY REFERENCES rounds (round_id),
    looked_at TEXT NOT NULL
);

-- Files that lie in the inbox, since when they were seen. place: below the inbox; mark tells a file from another one that
-- took its place. came_after: the last look that did not see it. size and modified are those of the last look,
-- unchanged_since the first look that saw them so. The row goes with the file.
CREATE TABLE folder_sightings (
    place           TEXT PRIMARY KEY,
    mark            TEXT NOT NULL,
    came_after      TEXT NOT NULL,
    first_seen_at   TEXT NOT NULL,
    size            TEXT NOT NULL,
    modified        TEXT NOT NULL,
    unchanged_since TEXT NOT NULL
);

-- Things that could not be taken in and were not refused either: 'Cần xem lại'. origin: where it came from; held_in:
-- where it lies now, below the installation's folder, or the mailbox's folder. came_after: the last look that did not
-- see it, where we look ourselves. fault: the place in the program. Of the thing itself only a hash is kept here.
CREATE TABLE set_aside (
    item_id     TEXT PRIMARY KEY,
    channel     TEXT NOT NULL,
    origin      TEXT NOT NULL,
    title       TEXT NOT NULL,
    held_in     TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    received_at TEXT NOT NULL,
    came_after  TEXT,
    reason      TEXT NOT NULL,
    fault       TEXT NOT NULL
);

-- What happened to it; the last step counts. set_aside: waits for a person; again: a person wants it read again;
-- settled: it was read, or is gone; dismissed: a person says that nothing is to be done.
CREATE TABLE set_aside_steps (
    item_id     TEXT NOT NULL REFERENCES set_aside (item_id),
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('set_aside', 'again', 'settled', 'dismissed')),
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    reason      TEXT,
    PRIMARY KEY (item_id, seq)
);
