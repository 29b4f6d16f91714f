-- Photos that records name, by the hash of their file: derived from the edits that were taken.
CREATE TABLE photo_named (
    hash     BYTEA    NOT NULL CHECK (length(hash) = 32),
    kind     TEXT COLLATE "C" NOT NULL,
    number   BIGINT NOT NULL,
    field    TEXT COLLATE "C" NOT NULL,
    -- The device that named it; 0 for the office.
    writer   BIGINT NOT NULL,
    named_ms BIGINT NOT NULL,
    PRIMARY KEY (hash, kind, number, field)
);
CREATE INDEX photo_named_by_time ON photo_named (named_ms);
CREATE INDEX photo_named_by_record ON photo_named (kind, number);

-- Those whose file is kept whole, elsewhere: in a folder or an object store.
CREATE TABLE photo (
    hash     BYTEA    PRIMARY KEY CHECK (length(hash) = 32),
    size     BIGINT NOT NULL,
    -- jpeg or png.
    format   TEXT COLLATE "C" NOT NULL,
    -- The device that sent it; that which named it, where the file was found again.
    writer   BIGINT NOT NULL,
    whole_ms BIGINT NOT NULL
);

-- What a device is sending: how long the file is, and how much of it is here. Each device has its
-- own, so that nobody spoils what another sends.
CREATE TABLE photo_coming (
    writer     BIGINT NOT NULL REFERENCES device,
    hash       BYTEA    NOT NULL CHECK (length(hash) = 32),
    size       BIGINT NOT NULL,
    has        BIGINT NOT NULL,
    touched_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, hash)
);

CREATE INDEX photo_coming_by_hash ON photo_coming (hash);

-- Its pieces, until it is whole.
CREATE TABLE photo_piece (
    writer BIGINT NOT NULL,
    hash   BYTEA    NOT NULL,
    place  BIGINT NOT NULL,
    body   BYTEA    NOT NULL,
    PRIMARY KEY (writer, hash, place)
);

-- How many bytes of photos were taken of a device on a day.
CREATE TABLE photo_day (
    writer BIGINT NOT NULL,
    day    BIGINT NOT NULL,
    bytes  BIGINT NOT NULL,
    PRIMARY KEY (writer, day)
);

-- They are dense already.
ALTER TABLE photo_piece ALTER COLUMN body SET STORAGE EXTERNAL;
