-- Shared records: what several people found out about the same house, each as one automerge
-- document.
CREATE TABLE record (
    kind   TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    saved  BYTEA  NOT NULL,
    PRIMARY KEY (kind, number)
);

-- The feed: every change that a record took, by its place. A record that comes into another ward is
-- told anew, under new places.
CREATE TABLE record_change (
    change      BIGINT PRIMARY KEY CHECK (change > 0),
    kind        TEXT COLLATE "C" NOT NULL,
    number      BIGINT NOT NULL,
    hash        BYTEA  NOT NULL CHECK (length(hash) = 32),
    body        BYTEA  NOT NULL,
    -- The device that it came from; 0 for the office.
    writer      BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    UNIQUE (kind, number, hash)
);

-- Whoever changes a record locks this row first, and after the books: places come in the order of
-- their commits.
CREATE TABLE record_head (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    change BIGINT NOT NULL
);
INSERT INTO record_head (id, change) VALUES (1, 0);

-- What devices pushed, each edit by the number that its device gave it: taken, waiting for what it
-- was made upon, or refused with its reason. Nothing is taken away.
CREATE TABLE record_edit (
    writer      BIGINT NOT NULL REFERENCES device,
    edit        BIGINT NOT NULL CHECK (edit > 0),
    kind        TEXT COLLATE "C" NOT NULL,
    number      BIGINT NOT NULL,
    hash        BYTEA,
    body        BYTEA  NOT NULL,
    state       TEXT   NOT NULL,
    reason      TEXT,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, edit)
);
CREATE INDEX record_edit_waiting ON record_edit (kind, number) WHERE state = 'waiting';
CREATE INDEX record_edit_refused ON record_edit (received_ms) WHERE state = 'refused';

-- Fields of which people said different things apart from each other: derived from the records.
CREATE TABLE record_conflict (
    kind     TEXT COLLATE "C" NOT NULL,
    number   BIGINT NOT NULL,
    field    TEXT COLLATE "C" NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, number, field)
);

-- They are dense already.
ALTER TABLE record ALTER COLUMN saved SET STORAGE EXTERNAL;
