-- The books of one local body. Entries are facts: they are added, never changed and never taken
-- away, and the database itself refuses to. What stands in the tables below "derived" can be made
-- again from the entries.

CREATE TABLE device (
    writer          INTEGER PRIMARY KEY CHECK (writer > 0),
    name            TEXT    NOT NULL UNIQUE,
    profile         TEXT    NOT NULL,
    public_key      BLOB    NOT NULL CHECK (length(public_key) = 32),
    operator        INTEGER,
    -- How many numbers each of its receipt books has.
    book_numbers    INTEGER NOT NULL,
    enrolled_ms     INTEGER NOT NULL,
    last_contact_ms INTEGER,
    frozen_ms       INTEGER,
    frozen_because  TEXT
) STRICT;

CREATE TABLE device_ward (
    writer INTEGER NOT NULL REFERENCES device,
    ward   INTEGER NOT NULL,
    PRIMARY KEY (writer, ward)
) STRICT, WITHOUT ROWID;

-- Where each device's chain stands, and the state of its day book there.
CREATE TABLE device_head (
    writer   INTEGER PRIMARY KEY REFERENCES device,
    seq      INTEGER NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    day_book BLOB    NOT NULL
) STRICT;

CREATE TABLE entry (
    writer      INTEGER NOT NULL REFERENCES device,
    seq         INTEGER NOT NULL CHECK (seq > 0),
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    canonical   BLOB    NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;

-- The office book: the centre's own chain.
CREATE TABLE office_entry (
    seq       INTEGER PRIMARY KEY CHECK (seq > 0),
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    canonical BLOB    NOT NULL,
    -- The device that is told; NULL for all of them, 0 for none.
    addressee INTEGER
) STRICT;

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER office_entry_is_not_changed BEFORE UPDATE ON office_entry
BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER office_entry_is_not_deleted BEFORE DELETE ON office_entry
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;

-- Entries of the chain that broke a rule: their place is taken, their effect is not.
CREATE TABLE quarantine (
    writer   INTEGER NOT NULL REFERENCES device,
    seq      INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    found_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;

-- Two histories of one device.
CREATE TABLE fork (
    writer   INTEGER NOT NULL REFERENCES device,
    seq      INTEGER NOT NULL,
    -- The head of the history that came second.
    theirs   BLOB    NOT NULL CHECK (length(theirs) = 32),
    found_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, seq, theirs)
) STRICT, WITHOUT ROWID;

-- Entries that came under a device's signature and are not in its chain: the second history of a
-- fork, and what a frozen device still sent.
CREATE TABLE held_entry (
    writer      INTEGER NOT NULL REFERENCES device,
    seq         INTEGER NOT NULL,
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    canonical   BLOB    NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, seq, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    pin  TEXT NOT NULL
) STRICT;

CREATE TABLE lease (
    year       INTEGER NOT NULL,
    book       TEXT    NOT NULL,
    -- The letter of the series and the place in it: K and 3 for K3.
    series     TEXT    NOT NULL,
    place      INTEGER NOT NULL,
    writer     INTEGER NOT NULL REFERENCES device,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    office_seq INTEGER NOT NULL REFERENCES office_entry,
    -- The device's entry that opened the book.
    opened_seq INTEGER,
    PRIMARY KEY (year, book)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_writer ON lease (writer);

-- The register, as its latest state, in the order of the changes.
CREATE TABLE building (
    id     INTEGER PRIMARY KEY,
    ward   INTEGER NOT NULL,
    number TEXT    NOT NULL,
    change INTEGER NOT NULL UNIQUE,
    row    BLOB    NOT NULL
) STRICT;

CREATE TABLE register_head (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    change INTEGER NOT NULL
) STRICT;
INSERT INTO register_head VALUES (1, 0);

-- What the bank said of UPI payments.
CREATE TABLE bank_word (
    id             INTEGER PRIMARY KEY,
    reference      TEXT    NOT NULL,
    bank_reference TEXT    NOT NULL,
    amount         INTEGER NOT NULL,
    payer_address  TEXT    NOT NULL,
    paid_ms        INTEGER NOT NULL,
    received_ms    INTEGER NOT NULL,
    -- waiting, confirmed, differs (the sum is another), twice (the request was paid before).
    state          TEXT    NOT NULL,
    office_seq     INTEGER REFERENCES office_entry,
    UNIQUE (reference, bank_reference)
) STRICT;
CREATE INDEX bank_word_state ON bank_word (state) WHERE state <> 'confirmed';

-- Derived from the entries.

CREATE TABLE receipt (
    writer     INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    number     TEXT    NOT NULL,
    check_code TEXT    NOT NULL,
    building   INTEGER,
    ward       INTEGER,
    place      TEXT    NOT NULL,
    service    TEXT    NOT NULL,
    amount     INTEGER NOT NULL,
    mode       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    staff      INTEGER,
    day        INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_number ON receipt (number);
CREATE INDEX receipt_day ON receipt (day);
CREATE INDEX receipt_at ON receipt (at_ms);

CREATE TABLE receipt_line (
    writer   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    building INTEGER,
    period   TEXT    NOT NULL,
    head     TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (writer, seq, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_line_building ON receipt_line (building, head, period);
CREATE INDEX receipt_line_day ON receipt_line (day, head);

CREATE TABLE visit (
    writer   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    building INTEGER NOT NULL,
    ward     INTEGER,
    outcome  TEXT    NOT NULL,
    sacks    INTEGER NOT NULL,
    weight_g INTEGER NOT NULL,
    staff    INTEGER,
    day      INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_day ON visit (day);

CREATE TABLE day_close (
    writer   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    staff    INTEGER,
    day      INTEGER NOT NULL,
    counted  INTEGER NOT NULL,
    expected INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    receipts INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_close_day ON day_close (day);

CREATE TABLE intent (
    writer    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    reference TEXT    NOT NULL,
    mode      TEXT    NOT NULL,
    amount    INTEGER NOT NULL,
    building  INTEGER,
    at_ms     INTEGER NOT NULL,
    -- open, fulfilled, or how it ended.
    state     TEXT    NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX intent_reference ON intent (reference);
CREATE INDEX intent_open ON intent (state) WHERE state = 'open';

-- The automerge document of one device's day, as the centre derives it.
CREATE TABLE day_document (
    writer INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    head   BLOB    NOT NULL,
    saved  BLOB    NOT NULL,
    -- The device last named another head for it.
    differs INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (writer, day)
) STRICT, WITHOUT ROWID;
