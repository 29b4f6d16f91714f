-- What was answered in applications, sealed for the office, by the entry that names it. It is written
-- with that entry and goes once the office has all of it; then 'body' is empty.
CREATE TABLE sealed (
    seq INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    size INTEGER NOT NULL,
    body BLOB,
    -- How many bytes the office has, as it said last.
    office_has INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused')),
    reason TEXT
);
CREATE INDEX sealed_waiting ON sealed (seq) WHERE state = 'waiting';
