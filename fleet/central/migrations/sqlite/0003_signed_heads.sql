-- How far each device signed that its chain goes, once for every batch that was taken, held or found
-- to be another history; and the office's countersignature where it was taken. By these an auditor
-- can say between which two entries a chain was rewritten.
CREATE TABLE signed_head (
    writer           INTEGER NOT NULL REFERENCES device,
    seq              INTEGER NOT NULL CHECK (seq > 0),
    hash             BLOB    NOT NULL CHECK (length(hash) = 32),
    -- By the device's clock.
    sent_ms          INTEGER NOT NULL,
    -- The hash of the request that the device's signature covers besides the head.
    request          BLOB    NOT NULL CHECK (length(request) = 32),
    signature        BLOB    NOT NULL CHECK (length(signature) = 64),
    -- By the office's clock.
    received_ms      INTEGER NOT NULL,
    countersignature BLOB    CHECK (length(countersignature) = 64),
    PRIMARY KEY (writer, seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER signed_head_is_not_changed BEFORE UPDATE ON signed_head
BEGIN SELECT RAISE(ABORT, 'a signed head is never changed'); END;
CREATE TRIGGER signed_head_is_not_deleted BEFORE DELETE ON signed_head
BEGIN SELECT RAISE(ABORT, 'a signed head is never deleted'); END;
