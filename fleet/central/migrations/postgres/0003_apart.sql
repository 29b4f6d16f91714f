-- What kind of rule an entry in quarantine broke (NULL from before this version), whether the
-- device's day book has it all the same (it kept the device's rules, and broke one of the office's),
-- and the entry of the office book by which two persons settled it, or freed it with another.
ALTER TABLE quarantine ADD COLUMN cause TEXT;
ALTER TABLE quarantine ADD COLUMN taken BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE quarantine ADD COLUMN settled_seq BIGINT REFERENCES office_entry;
CREATE INDEX quarantine_open ON quarantine (found_ms) WHERE settled_seq IS NULL;

-- How entries came out of quarantine. Derived from the office book.
CREATE TABLE apart_settled (
    office_seq BIGINT PRIMARY KEY REFERENCES office_entry,
    writer     BIGINT NOT NULL REFERENCES device,
    seq        BIGINT NOT NULL,
    -- accepted, fixed, rejected, returned.
    way        TEXT   NOT NULL,
    -- Of a fix.
    building   BIGINT,
    -- Of money that was returned.
    voucher    TEXT,
    reason     TEXT   NOT NULL,
    officer    BIGINT NOT NULL,
    second     BIGINT NOT NULL,
    at_ms      BIGINT NOT NULL,
    UNIQUE (writer, seq)
);
