-- The books of one local body, as SQLite has them after its ninth migration: the same names and the
-- same meaning. Entries are facts: they are added, never changed and never taken away, and the
-- database itself refuses to. What stands below "derived" can be made again from the entries.
--
-- Words that are sorted or compared have the order of their bytes, whatever the database's own is.
-- What a device may make as long as it likes is in no ordered index: one takes 2,700 bytes at most.

CREATE TABLE device (
    writer          BIGINT PRIMARY KEY CHECK (writer > 0),
    name            TEXT COLLATE "C" NOT NULL UNIQUE,
    profile         TEXT   NOT NULL,
    public_key      BYTEA  NOT NULL CHECK (length(public_key) = 32),
    operator        BIGINT,
    -- How many numbers each of its receipt books has.
    book_numbers    BIGINT NOT NULL,
    enrolled_ms     BIGINT NOT NULL,
    last_contact_ms BIGINT,
    frozen_ms       BIGINT,
    frozen_because  TEXT
);

CREATE TABLE device_ward (
    writer BIGINT NOT NULL REFERENCES device,
    ward   BIGINT NOT NULL,
    PRIMARY KEY (writer, ward)
);

-- Where each device's chain stands, and the state of its day book there. A turn locks its device's
-- row and moves it from where it found it: this, and no index, makes (writer, seq) unique among
-- the parts of the entries.
CREATE TABLE device_head (
    writer   BIGINT PRIMARY KEY REFERENCES device,
    seq      BIGINT NOT NULL,
    hash     BYTEA  NOT NULL CHECK (length(hash) = 32),
    day_book BYTEA  NOT NULL
);

-- One part for each financial year in which entries came; the centre makes the parts of this year
-- and the next when it opens the books. What no part is for goes into the last one.
CREATE TABLE entry (
    writer      BIGINT NOT NULL REFERENCES device,
    seq         BIGINT NOT NULL CHECK (seq > 0),
    hash        BYTEA  NOT NULL CHECK (length(hash) = 32),
    canonical   BYTEA  NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, seq, received_ms)
) PARTITION BY RANGE (received_ms);
CREATE TABLE entry_of_other_years PARTITION OF entry DEFAULT;

-- The office book: the centre's own chain.
CREATE TABLE office_entry (
    seq       BIGINT PRIMARY KEY CHECK (seq > 0),
    hash      BYTEA  NOT NULL CHECK (length(hash) = 32),
    canonical BYTEA  NOT NULL,
    -- The device that is told; NULL for all of them, 0 for none.
    addressee BIGINT
);

-- What only one transaction at a time goes on with, and always in this order: the register, then
-- the office book. Both have numbers without gaps that others read on from.
CREATE TABLE book_lock (
    book TEXT COLLATE "C" PRIMARY KEY
);
INSERT INTO book_lock VALUES ('register'), ('office');

CREATE FUNCTION is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is never changed', TG_ARGV[0]; END
$$;
CREATE TRIGGER entry_is_not_changed BEFORE UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION is_never_changed('an entry');
CREATE TRIGGER office_entry_is_not_changed BEFORE UPDATE OR DELETE ON office_entry
    FOR EACH ROW EXECUTE FUNCTION is_never_changed('an entry');
CREATE TRIGGER entries_are_not_emptied BEFORE TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION is_never_changed('an entry');
CREATE TRIGGER office_entries_are_not_emptied BEFORE TRUNCATE ON office_entry
    FOR EACH STATEMENT EXECUTE FUNCTION is_never_changed('an entry');

-- Entries of the chain that broke a rule: their place is taken, their effect is not.
CREATE TABLE quarantine (
    writer   BIGINT NOT NULL REFERENCES device,
    seq      BIGINT NOT NULL,
    reason   TEXT   NOT NULL,
    found_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, seq)
);

-- Two histories of one device.
CREATE TABLE fork (
    writer   BIGINT NOT NULL REFERENCES device,
    seq      BIGINT NOT NULL,
    -- The head of the history that came second.
    theirs   BYTEA  NOT NULL CHECK (length(theirs) = 32),
    found_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, seq, theirs)
);

-- Two persons looked at the two histories of a device and closed the case. Derived from the office
-- book; the device stays frozen.
CREATE TABLE fork_settled (
    office_seq BIGINT PRIMARY KEY REFERENCES office_entry,
    writer     BIGINT NOT NULL REFERENCES device,
    -- How many entries lay beside the chain then: a case with more of them is open again.
    held       BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    officer    BIGINT NOT NULL,
    second     BIGINT NOT NULL,
    at_ms      BIGINT NOT NULL
);
CREATE INDEX fork_settled_writer ON fork_settled (writer);

-- Entries that came under a device's signature and are not in its chain: the second history of a
-- fork, and what a frozen device still sent.
CREATE TABLE held_entry (
    writer      BIGINT NOT NULL REFERENCES device,
    seq         BIGINT NOT NULL,
    hash        BYTEA  NOT NULL CHECK (length(hash) = 32),
    canonical   BYTEA  NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, seq, hash)
);

-- The receipts among them, so that numbers that two histories used can be listed with both.
CREATE TABLE held_receipt (
    writer BIGINT NOT NULL REFERENCES device,
    seq    BIGINT NOT NULL,
    hash   BYTEA  NOT NULL CHECK (length(hash) = 32),
    number TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    at_ms  BIGINT NOT NULL,
    PRIMARY KEY (writer, seq, hash)
);

-- How far each device signed that its chain goes, once for every batch that was taken, held or found
-- to be another history; and the office's countersignature where it was taken. By these an auditor
-- can say between which two entries a chain was rewritten.
CREATE TABLE signed_head (
    writer           BIGINT NOT NULL REFERENCES device,
    seq              BIGINT NOT NULL CHECK (seq > 0),
    hash             BYTEA  NOT NULL CHECK (length(hash) = 32),
    -- By the device's clock.
    sent_ms          BIGINT NOT NULL,
    -- The hash of the request that the device's signature covers besides the head.
    request          BYTEA  NOT NULL CHECK (length(request) = 32),
    signature        BYTEA  NOT NULL CHECK (length(signature) = 64),
    -- By the office's clock.
    received_ms      BIGINT NOT NULL,
    countersignature BYTEA  CHECK (length(countersignature) = 64),
    PRIMARY KEY (writer, seq, hash)
);
CREATE TRIGGER signed_head_is_not_changed BEFORE UPDATE OR DELETE ON signed_head
    FOR EACH ROW EXECUTE FUNCTION is_never_changed('a signed head');
CREATE TRIGGER signed_heads_are_not_emptied BEFORE TRUNCATE ON signed_head
    FOR EACH STATEMENT EXECUTE FUNCTION is_never_changed('a signed head');

CREATE TABLE staff (
    id   BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    pin  TEXT NOT NULL
);

CREATE TABLE lease (
    year         BIGINT NOT NULL,
    book         TEXT COLLATE "C" NOT NULL,
    -- The letter of the series and the place in it: K and 3 for K3.
    series       TEXT   NOT NULL,
    place        BIGINT NOT NULL,
    writer       BIGINT NOT NULL REFERENCES device,
    first        BIGINT NOT NULL,
    last         BIGINT NOT NULL,
    office_seq   BIGINT NOT NULL REFERENCES office_entry,
    -- The device's entry that opened the book.
    opened_seq   BIGINT,
    operator     BIGINT,
    -- What came back of it.
    returned_seq BIGINT,
    used         BIGINT,
    PRIMARY KEY (year, book)
);
CREATE INDEX lease_writer ON lease (writer);

-- The register, as its latest state, in the order of the changes.
CREATE TABLE building (
    id     BIGINT PRIMARY KEY,
    ward   BIGINT NOT NULL,
    number TEXT   NOT NULL,
    change BIGINT NOT NULL UNIQUE,
    row    BYTEA  NOT NULL
);

CREATE TABLE register_head (
    change BIGINT NOT NULL
);
INSERT INTO register_head VALUES (0);

-- A building as it was before its first receipt, so that its demands can be made anew from the
-- receipts that stand.
CREATE TABLE building_base (
    id  BIGINT PRIMARY KEY,
    row BYTEA NOT NULL
);

-- What the bank said of UPI payments.
CREATE TABLE bank_word (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference      TEXT COLLATE "C" NOT NULL,
    bank_reference TEXT COLLATE "C" NOT NULL,
    amount         BIGINT NOT NULL,
    payer_address  TEXT   NOT NULL,
    paid_ms        BIGINT NOT NULL,
    received_ms    BIGINT NOT NULL,
    -- waiting, confirmed, differs (the sum is another), twice (the request was paid before).
    state          TEXT   NOT NULL,
    office_seq     BIGINT REFERENCES office_entry,
    UNIQUE (reference, bank_reference)
);
CREATE INDEX bank_word_state ON bank_word (state) WHERE state <> 'confirmed';

-- A slip that proved itself: the whole entry, under its device's signature. The same slip is kept
-- once, by its hash: a slip may be longer than what an index takes.
CREATE TABLE claim (
    writer    BIGINT NOT NULL REFERENCES device,
    seq       BIGINT NOT NULL,
    canonical BYTEA  NOT NULL,
    number    TEXT COLLATE "C" NOT NULL,
    amount    BIGINT NOT NULL,
    at_ms     BIGINT NOT NULL,
    shown_ms  BIGINT NOT NULL
);
CREATE UNIQUE INDEX claim_once ON claim (writer, seq, sha256(canonical));
CREATE INDEX claim_number ON claim USING hash (number);

-- A number of a leased book that somebody asked for before any device had sent it; counted once an
-- hour.
CREATE TABLE asked (
    number   TEXT COLLATE "C" PRIMARY KEY,
    writer   BIGINT NOT NULL REFERENCES device,
    first_ms BIGINT NOT NULL,
    times    BIGINT NOT NULL,
    last_ms  BIGINT NOT NULL DEFAULT 0
);

-- Derived from the entries.

-- Entries of the chains whose time cannot be true, judged as they came: dated before the office
-- countersigned what they name, or after they arrived. They stand and have their effect.
CREATE TABLE misdated (
    writer   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    -- NULL where the entry names nothing that the office countersigned.
    since_ms BIGINT,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX misdated_until ON misdated (until_ms);

-- A receipt restored from its slip stands under the office book (writer 0); of_writer, of_seq and
-- of_hash name the entry of its device.
CREATE TABLE receipt (
    writer      BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    number      TEXT COLLATE "C" NOT NULL,
    check_code  TEXT   NOT NULL,
    building    BIGINT,
    ward        BIGINT,
    place       TEXT   NOT NULL,
    service     TEXT   NOT NULL,
    amount      BIGINT NOT NULL,
    mode        TEXT COLLATE "C" NOT NULL,
    state       TEXT   NOT NULL,
    staff       BIGINT,
    day         BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    voided_seq  BIGINT,
    void_reason TEXT,
    -- Whether it counts: not where it was cancelled, dishonoured, or gave way to its device's.
    stands      BOOLEAN NOT NULL DEFAULT TRUE,
    -- The close that it was counted in.
    close_seq   BIGINT,
    of_writer   BIGINT,
    of_seq      BIGINT,
    of_hash     BYTEA,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX receipt_number ON receipt (number);
CREATE INDEX receipt_day ON receipt (day);
CREATE INDEX receipt_at ON receipt (at_ms);
CREATE INDEX receipt_building ON receipt (building);
CREATE INDEX receipt_close ON receipt (writer, close_seq);
CREATE INDEX receipt_in_hand ON receipt (writer, staff, day)
    WHERE close_seq IS NULL AND stands AND mode IN ('cash', 'cheque', 'demand_draft');
CREATE UNIQUE INDEX receipt_restored ON receipt (of_writer, of_seq) WHERE of_writer IS NOT NULL;

CREATE TABLE receipt_line (
    writer   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    day      BIGINT NOT NULL,
    building BIGINT,
    period   TEXT COLLATE "C" NOT NULL,
    head     TEXT COLLATE "C" NOT NULL,
    amount   BIGINT NOT NULL,
    PRIMARY KEY (writer, seq, line)
);
CREATE INDEX receipt_line_building ON receipt_line (building, period);
CREATE INDEX receipt_line_day ON receipt_line (day);

CREATE TABLE visit (
    writer   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    building BIGINT NOT NULL,
    ward     BIGINT,
    outcome  TEXT   NOT NULL,
    sacks    BIGINT NOT NULL,
    weight_g BIGINT NOT NULL,
    staff    BIGINT,
    day      BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX visit_day ON visit (day);

CREATE TABLE day_close (
    writer          BIGINT NOT NULL,
    seq             BIGINT NOT NULL,
    staff           BIGINT,
    day             BIGINT NOT NULL,
    counted         BIGINT NOT NULL,
    expected        BIGINT NOT NULL,
    reason          TEXT   NOT NULL,
    receipts        BIGINT NOT NULL,
    float           BIGINT NOT NULL DEFAULT 0,
    instruments     BIGINT NOT NULL DEFAULT 0,
    instruments_sum BIGINT NOT NULL DEFAULT 0,
    hash            BYTEA  CHECK (length(hash) = 32),
    PRIMARY KEY (writer, seq)
);
CREATE INDEX day_close_day ON day_close (day);

CREATE TABLE intent (
    writer    BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    mode      TEXT   NOT NULL,
    amount    BIGINT NOT NULL,
    building  BIGINT,
    at_ms     BIGINT NOT NULL,
    -- open, fulfilled, or how it ended.
    state     TEXT   NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX intent_reference ON intent USING hash (reference);
CREATE INDEX intent_open ON intent (state) WHERE state = 'open';

-- The automerge document of one device's day, as the centre derives it.
CREATE TABLE day_document (
    writer  BIGINT  NOT NULL,
    day     BIGINT  NOT NULL,
    head    BYTEA   NOT NULL,
    saved   BYTEA   NOT NULL,
    -- The device last named another head for it.
    differs BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (writer, day)
);
CREATE INDEX day_document_differs ON day_document (writer) WHERE differs;

-- What a receipt took beyond what was owed, because another device took it while they were apart:
-- it is held for the building (Kerala Panchayat Raj (Accounts) Rules 2011, rule 25).
CREATE TABLE excess (
    writer   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    building BIGINT NOT NULL,
    amount   BIGINT NOT NULL,
    PRIMARY KEY (writer, seq)
);

-- Receipts whose payers are told of that, by the device's own entry: each is told once, however
-- often its building is made anew.
CREATE TABLE excess_told (
    writer     BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    office_seq BIGINT NOT NULL REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
);

-- An officer's word that the money of a close was received, in a device's chain or, as writer 0,
-- in the office book.
CREATE TABLE receiving (
    writer       BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    close_writer BIGINT NOT NULL,
    close_seq    BIGINT NOT NULL,
    close_hash   BYTEA  NOT NULL CHECK (length(close_hash) = 32),
    day          BIGINT NOT NULL,
    collector    BIGINT NOT NULL,
    claimed      BIGINT NOT NULL,
    counted      BIGINT NOT NULL,
    instruments  BIGINT NOT NULL,
    reason       TEXT   NOT NULL,
    officer      BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    -- waiting (its close is not here), matched, differs, twice (the close was received before).
    state        TEXT   NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX receiving_close ON receiving (close_writer, close_seq);
CREATE UNIQUE INDEX receiving_matched ON receiving (close_writer, close_seq)
    WHERE state = 'matched';

-- Cheques and drafts of a close that did not come to the officer who received its money: the
-- officer's word, and the receipt in the chain of the close's device.
CREATE TABLE receiving_missing (
    writer  BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    receipt BIGINT NOT NULL,
    PRIMARY KEY (writer, seq, receipt)
);

-- A device says that it has an officer's word on its close.
CREATE TABLE hand_in (
    writer  BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    close   BIGINT NOT NULL,
    by      BIGINT NOT NULL,
    entry   BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    officer BIGINT NOT NULL,
    at_ms   BIGINT NOT NULL,
    PRIMARY KEY (writer, seq)
);

CREATE TABLE deposit (
    office_seq     BIGINT PRIMARY KEY REFERENCES office_entry,
    challan        TEXT COLLATE "C" NOT NULL UNIQUE,
    day            BIGINT NOT NULL,
    amount         BIGINT NOT NULL,
    officer        BIGINT NOT NULL,
    -- What the bank's statement says of it.
    realised_day   BIGINT,
    bank_reference TEXT,
    realised_seq   BIGINT REFERENCES office_entry
);

-- The closes whose money a deposit is: each is deposited once.
CREATE TABLE deposit_close (
    writer  BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    deposit BIGINT NOT NULL REFERENCES deposit,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX deposit_close_deposit ON deposit_close (deposit);

-- Rows of the bank's statements; the same row is kept once.
CREATE TABLE statement_row (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day            BIGINT NOT NULL,
    amount         BIGINT NOT NULL,
    challan        TEXT COLLATE "C" NOT NULL,
    bank_reference TEXT COLLATE "C" NOT NULL,
    taken_ms       BIGINT NOT NULL,
    -- realised, differs (the deposit is of another sum), twice (the bank had it before), unmatched.
    state          TEXT   NOT NULL,
    UNIQUE (challan, bank_reference, day, amount)
);
CREATE INDEX statement_row_open ON statement_row (challan) WHERE state <> 'realised';

-- Cheques and drafts of receipts, and what the bank said of them.
CREATE TABLE instrument (
    writer      BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    number      TEXT   NOT NULL,
    bank        TEXT   NOT NULL,
    dated       BIGINT NOT NULL,
    -- open, realised, dishonoured.
    state       TEXT   NOT NULL DEFAULT 'open',
    settled_day BIGINT,
    said        TEXT,
    settled_seq BIGINT REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
);

-- Both are dense already, and written anew with every turn: packing them again would only cost time.
ALTER TABLE device_head ALTER COLUMN day_book SET STORAGE EXTERNAL;
ALTER TABLE day_document ALTER COLUMN saved SET STORAGE EXTERNAL;
