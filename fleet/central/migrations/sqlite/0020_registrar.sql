-- Births and deaths that were reported, by the entry of their device, and what the Registrar decided
-- of each last: 'registered', 'duplicate' or 'returned'.
CREATE TABLE report (
    writer     INTEGER NOT NULL REFERENCES device,
    seq        INTEGER NOT NULL,
    number     TEXT    NOT NULL,
    service    TEXT    NOT NULL,
    delay      TEXT    NOT NULL,
    fee_paise  INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    decision   TEXT CHECK (decision IN ('registered', 'duplicate', 'returned')),
    -- The number of the register, the acknowledgement of the first report, or the reason.
    says       TEXT,
    decided_ms INTEGER,
    -- The entry of the office book that says so.
    office_seq INTEGER REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
) STRICT;
-- Not unique: a device whose disk was put back gives a number again.
CREATE INDEX report_by_number ON report (number);
CREATE UNIQUE INDEX report_by_register ON report (says) WHERE decision = 'registered';
-- By what reports meet: the keyed marks of each.
CREATE TABLE report_mark (
    mark   BLOB    NOT NULL CHECK (length(mark) = 8),
    writer INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (mark, writer, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_mark_of ON report_mark (writer, seq);
-- Extracts of the register that were given out.
CREATE TABLE extract (
    register   TEXT    NOT NULL,
    nth        INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    office_seq INTEGER NOT NULL REFERENCES office_entry,
    PRIMARY KEY (register, nth)
) STRICT;
