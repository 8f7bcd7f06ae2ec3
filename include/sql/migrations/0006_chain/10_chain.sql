-- Proof that nothing was changed past the program.

-- One link for each record as it was written, in the order of commits. name: what is sealed (a table, or some of its
-- columns); record: its key as JSON; content: a hash of its rows, '' when they are gone; link: a hash over the link
-- before and all of this one.
CREATE TABLE chain (
    place   BIGINT PRIMARY KEY,
    name    TEXT NOT NULL,
    record  TEXT NOT NULL,
    content TEXT NOT NULL,
    link    TEXT NOT NULL
);
CREATE INDEX chain_of_record ON chain (name, record, place);

-- The last link; whoever adds one holds this row.
CREATE TABLE chain_head (
    line  TEXT PRIMARY KEY,
    place BIGINT NOT NULL,
    link  TEXT NOT NULL
);

-- Files of a landing (nhan: typed rows, cach-ly: refused ones) with the hash of their bytes.
CREATE TABLE landing_files (
    landing_id TEXT NOT NULL REFERENCES landings (landing_id),
    part       TEXT NOT NULL CHECK (part IN ('nhan', 'cach-ly')),
    sha256     TEXT NOT NULL,
    PRIMARY KEY (landing_id, part)
);
