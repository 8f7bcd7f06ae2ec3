-- Exports, frozen snapshots and the figures computed from them.

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
    rows_outside     INTEGER NOT NULL, -- totals, headings, signatures: none of the rows read
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
