-- The receipts among the entries that are held beside a chain, so that numbers that two histories
-- used can be listed with both. Derived from held_entry.
CREATE TABLE held_receipt (
    writer INTEGER NOT NULL REFERENCES device,
    seq    INTEGER NOT NULL,
    hash   BLOB    NOT NULL CHECK (length(hash) = 32),
    number TEXT    NOT NULL,
    amount INTEGER NOT NULL,
    at_ms  INTEGER NOT NULL,
    PRIMARY KEY (writer, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_receipt_number ON held_receipt (writer, number);

-- Entries of the chains whose time cannot be true, judged as they came: dated before the office
-- countersigned what they name, or after they arrived. They stand and have their effect.
CREATE TABLE misdated (
    writer   INTEGER NOT NULL REFERENCES device,
    seq      INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    -- NULL where the entry names nothing that the office countersigned.
    since_ms INTEGER,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX misdated_until ON misdated (until_ms);
