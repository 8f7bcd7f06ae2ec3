-- What pages ask for, over the years: one unit's affairs, one round's papers, one kind of event, the newest mails.
CREATE INDEX obligations_of_unit ON obligations (unit_code);
CREATE INDEX obligation_events_of_kind ON obligation_events (kind, recorded_at);
CREATE INDEX documents_of_round ON documents (round_id);

DROP INDEX mails_by_state;
CREATE INDEX mails_by_state ON mails (state, decided_at);
CREATE INDEX mails_by_kind ON mails (kind, state);
CREATE INDEX mails_by_mode ON mails (mode, state);
CREATE INDEX mails_by_day ON mails (decided_at, mail_key);
CREATE INDEX mails_of_unit ON mails (unit_code, decided_at);
