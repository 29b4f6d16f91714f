-- Books of acknowledgements are leases of their own kind.
ALTER TABLE lease ADD COLUMN acknowledges INTEGER NOT NULL DEFAULT 0;

-- What was applied for, by the entry of its device. What was answered is in 'body', sealed to the
-- office, once it came; it goes where the application is erased.
CREATE TABLE application (
    writer     INTEGER NOT NULL REFERENCES device,
    seq        INTEGER NOT NULL,
    number     TEXT    NOT NULL,
    service    TEXT    NOT NULL,
    building   INTEGER,
    missing    INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    size       INTEGER NOT NULL,
    body       BLOB,
    whole_ms   INTEGER,
    -- The entry of the office book that says so.
    erased_seq INTEGER REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
) STRICT;
CREATE INDEX application_by_number ON application (number);
CREATE INDEX application_by_hash ON application (hash);
CREATE INDEX application_by_due ON application (due);
