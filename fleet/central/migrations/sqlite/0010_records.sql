-- Shared records: what several people found out about the same house, each as one automerge
-- document.
CREATE TABLE record (
    kind   TEXT    NOT NULL,
    number INTEGER NOT NULL,
    saved  BLOB    NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

-- The feed: every change that a record took, by its place. A record that comes into another ward is
-- told anew, under new places.
CREATE TABLE record_change (
    change      INTEGER PRIMARY KEY CHECK (change > 0),
    kind        TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    body        BLOB    NOT NULL,
    -- The device that it came from; 0 for the office.
    writer      INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    UNIQUE (kind, number, hash)
) STRICT;

CREATE TABLE record_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    change INTEGER NOT NULL
) STRICT;
INSERT INTO record_head (id, change) VALUES (1, 0);

-- What devices pushed, each edit by the number that its device gave it: taken, waiting for what it
-- was made upon, or refused with its reason. Nothing is taken away.
CREATE TABLE record_edit (
    writer      INTEGER NOT NULL REFERENCES device,
    edit        INTEGER NOT NULL CHECK (edit > 0),
    kind        TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    hash        BLOB,
    body        BLOB    NOT NULL,
    state       TEXT    NOT NULL,
    reason      TEXT,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, edit)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_edit_waiting ON record_edit (kind, number) WHERE state = 'waiting';
CREATE INDEX record_edit_refused ON record_edit (received_ms) WHERE state = 'refused';

-- Fields of which people said different things apart from each other: derived from the records.
CREATE TABLE record_conflict (
    kind     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    field    TEXT    NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, number, field)
) STRICT, WITHOUT ROWID;
