-- Receipts that payers showed or asked for. One that no device has sent is a case of loss until its
-- device sends it.

-- A slip that proved itself: the whole entry, under its device's signature.
CREATE TABLE claim (
    writer    INTEGER NOT NULL REFERENCES device,
    seq       INTEGER NOT NULL,
    canonical BLOB    NOT NULL,
    number    TEXT    NOT NULL,
    amount    INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    shown_ms  INTEGER NOT NULL,
    PRIMARY KEY (writer, seq, canonical)
) STRICT, WITHOUT ROWID;

-- A number of a leased book that somebody asked for before any device had sent it.
CREATE TABLE asked (
    number   TEXT    PRIMARY KEY,
    writer   INTEGER NOT NULL REFERENCES device,
    first_ms INTEGER NOT NULL,
    times    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
