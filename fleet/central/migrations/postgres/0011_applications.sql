-- Books of acknowledgements are leases of their own kind.
ALTER TABLE lease ADD COLUMN acknowledges BOOLEAN NOT NULL DEFAULT FALSE;

-- What was applied for, by the entry of its device. What was answered is in 'body', sealed to the
-- office, once it came; it goes where the application is erased.
CREATE TABLE application (
    writer     BIGINT NOT NULL REFERENCES device,
    seq        BIGINT NOT NULL,
    number     TEXT COLLATE "C" NOT NULL,
    service    TEXT COLLATE "C" NOT NULL,
    building   BIGINT,
    missing    BIGINT NOT NULL,
    day        BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    at_ms      BIGINT NOT NULL,
    hash       BYTEA  NOT NULL CHECK (length(hash) = 32),
    size       BIGINT NOT NULL,
    body       BYTEA,
    whole_ms   BIGINT,
    -- The entry of the office book that says so.
    erased_seq BIGINT REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX application_by_number ON application (number);
CREATE INDEX application_by_hash ON application (hash);
CREATE INDEX application_by_due ON application (due);
