-- What a form showed instead of asking for it, and what the unit did with it.

-- shown_by: system (a figure of the exports as of the form's day) or previous (the unit's own of the last round). stance:
-- confirmed, disputed or, of the unit's own, replaced; the unit's figure and its reason stand in submission_values. A
-- share of nothing has parts and no value.
CREATE TABLE shown_figures (
    submission_id TEXT NOT NULL REFERENCES submissions (submission_id),
    indicator     TEXT NOT NULL,
    shown_by      TEXT NOT NULL CHECK (shown_by IN ('system', 'previous')),
    stance        TEXT NOT NULL CHECK (stance IN ('confirmed', 'disputed', 'replaced')),
    value         TEXT,
    numerator     TEXT,
    denominator   TEXT,
    PRIMARY KEY (submission_id, indicator)
);
