-- Photos that records name, by the hash of their file: derived from the edits that were taken.
CREATE TABLE photo_named (
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    kind     TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    field    TEXT    NOT NULL,
    -- The device that named it; 0 for the office.
    writer   INTEGER NOT NULL,
    named_ms INTEGER NOT NULL,
    PRIMARY KEY (hash, kind, number, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_named_by_time ON photo_named (named_ms);
CREATE INDEX photo_named_by_record ON photo_named (kind, number);

-- Those whose file is kept whole, elsewhere: in a folder or an object store.
CREATE TABLE photo (
    hash     BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    size     INTEGER NOT NULL,
    -- jpeg or png.
    format   TEXT    NOT NULL,
    -- The device that sent it; that which named it, where the file was found again.
    writer   INTEGER NOT NULL,
    whole_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a device is sending: how long the file is, and how much of it is here. Each device has its
-- own, so that nobody spoils what another sends.
CREATE TABLE photo_coming (
    writer     INTEGER NOT NULL REFERENCES device,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    size       INTEGER NOT NULL,
    has        INTEGER NOT NULL,
    touched_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX photo_coming_by_hash ON photo_coming (hash);

-- Its pieces, until it is whole.
CREATE TABLE photo_piece (
    writer INTEGER NOT NULL,
    hash   BLOB    NOT NULL,
    place  INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (writer, hash, place)
) STRICT;

-- How many bytes of photos were taken of a device on a day.
CREATE TABLE photo_day (
    writer INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    PRIMARY KEY (writer, day)
) STRICT, WITHOUT ROWID;
