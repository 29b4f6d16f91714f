-- The way of the cash from whoever took it to the bank, cheques and drafts, and receipts that were
-- restored from slips. All of it can be made again from the entries and the bank's statements.

-- What a close says beside its count; NULL for a hash from before this version.
ALTER TABLE day_close ADD COLUMN float INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day_close ADD COLUMN instruments INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day_close ADD COLUMN instruments_sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day_close ADD COLUMN hash BLOB CHECK (length(hash) = 32);

-- Whether a receipt counts: not where it was cancelled, dishonoured, or gave way to its device's.
ALTER TABLE receipt ADD COLUMN stands INTEGER NOT NULL DEFAULT 1;
UPDATE receipt SET stands = 0 WHERE voided_seq IS NOT NULL;

-- The close that a receipt was counted in.
ALTER TABLE receipt ADD COLUMN close_seq INTEGER;
UPDATE receipt SET close_seq = (SELECT min(c.seq) FROM day_close c WHERE c.writer = receipt.writer
    AND c.staff = receipt.staff AND c.seq > receipt.seq);
CREATE INDEX receipt_close ON receipt (writer, close_seq);
CREATE INDEX receipt_in_hand ON receipt (writer, staff, day)
    WHERE close_seq IS NULL AND stands AND mode IN ('cash', 'cheque', 'demand_draft');

-- A receipt restored from its slip stands under the office book (writer 0); these name the entry
-- of its device.
ALTER TABLE receipt ADD COLUMN of_writer INTEGER;
ALTER TABLE receipt ADD COLUMN of_seq INTEGER;
ALTER TABLE receipt ADD COLUMN of_hash BLOB;
CREATE UNIQUE INDEX receipt_restored ON receipt (of_writer, of_seq) WHERE of_writer IS NOT NULL;

-- An officer's word that the money of a close was received, in a device's chain or, as writer 0,
-- in the office book.
CREATE TABLE receiving (
    writer       INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    close_writer INTEGER NOT NULL,
    close_seq    INTEGER NOT NULL,
    close_hash   BLOB    NOT NULL CHECK (length(close_hash) = 32),
    day          INTEGER NOT NULL,
    collector    INTEGER NOT NULL,
    claimed      INTEGER NOT NULL,
    counted      INTEGER NOT NULL,
    instruments  INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    officer      INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    -- waiting (its close is not here), matched, differs, twice (the close was received before).
    state        TEXT    NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX receiving_close ON receiving (close_writer, close_seq);
CREATE UNIQUE INDEX receiving_matched ON receiving (close_writer, close_seq)
    WHERE state = 'matched';

-- A device says that it has an officer's word on its close.
CREATE TABLE hand_in (
    writer  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    close   INTEGER NOT NULL,
    by      INTEGER NOT NULL,
    entry   INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    officer INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE deposit (
    office_seq     INTEGER PRIMARY KEY REFERENCES office_entry,
    challan        TEXT    NOT NULL UNIQUE,
    day            INTEGER NOT NULL,
    amount         INTEGER NOT NULL,
    officer        INTEGER NOT NULL,
    -- What the bank's statement says of it.
    realised_day   INTEGER,
    bank_reference TEXT,
    realised_seq   INTEGER REFERENCES office_entry
) STRICT;

-- The closes whose money a deposit is: each is deposited once.
CREATE TABLE deposit_close (
    writer  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    deposit INTEGER NOT NULL REFERENCES deposit,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX deposit_close_deposit ON deposit_close (deposit);

-- Rows of the bank's statements; the same row is kept once.
CREATE TABLE statement_row (
    id             INTEGER PRIMARY KEY,
    day            INTEGER NOT NULL,
    amount         INTEGER NOT NULL,
    challan        TEXT    NOT NULL,
    bank_reference TEXT    NOT NULL,
    taken_ms       INTEGER NOT NULL,
    -- realised, differs (the deposit is of another sum), twice (the bank had it before), unmatched.
    state          TEXT    NOT NULL,
    UNIQUE (challan, bank_reference, day, amount)
) STRICT;
CREATE INDEX statement_row_open ON statement_row (challan) WHERE state <> 'realised';

-- Cheques and drafts of receipts, and what the bank said of them.
CREATE TABLE instrument (
    writer      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    number      TEXT    NOT NULL,
    bank        TEXT    NOT NULL,
    dated       INTEGER NOT NULL,
    -- open, realised, dishonoured.
    state       TEXT    NOT NULL DEFAULT 'open',
    settled_day INTEGER,
    said        TEXT,
    settled_seq INTEGER REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;

-- Receipts whose payers are told that the office holds more than was owed, by the device's own
-- entry: each is told once, however often its building is made anew.
CREATE TABLE excess_told (
    writer     INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    office_seq INTEGER NOT NULL REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;

-- A number that somebody asks for is counted once an hour.
ALTER TABLE asked ADD COLUMN last_ms INTEGER NOT NULL DEFAULT 0;
