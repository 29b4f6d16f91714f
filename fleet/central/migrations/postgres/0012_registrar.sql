-- Births and deaths that were reported, by the entry of their device, and what the Registrar decided
-- of each last: 'registered', 'duplicate' or 'returned'.
CREATE TABLE report (
    writer     BIGINT NOT NULL REFERENCES device,
    seq        BIGINT NOT NULL,
    number     TEXT COLLATE "C" NOT NULL,
    service    TEXT COLLATE "C" NOT NULL,
    delay      TEXT COLLATE "C" NOT NULL,
    fee_paise  BIGINT NOT NULL,
    at_ms      BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    decision   TEXT CHECK (decision IN ('registered', 'duplicate', 'returned')),
    -- The number of the register, the acknowledgement of the first report, or the reason.
    says       TEXT COLLATE "C",
    decided_ms BIGINT,
    -- The entry of the office book that says so.
    office_seq BIGINT REFERENCES office_entry,
    PRIMARY KEY (writer, seq)
);
-- Not unique: a device whose disk was put back gives a number again.
CREATE INDEX report_by_number ON report (number);
CREATE UNIQUE INDEX report_by_register ON report (says) WHERE decision = 'registered';
-- By what reports meet: the keyed marks of each.
CREATE TABLE report_mark (
    mark   BYTEA NOT NULL CHECK (length(mark) = 8),
    writer BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    PRIMARY KEY (mark, writer, seq)
);
CREATE INDEX report_mark_of ON report_mark (writer, seq);
-- Extracts of the register that were given out.
CREATE TABLE extract (
    register   TEXT COLLATE "C" NOT NULL,
    nth        BIGINT NOT NULL,
    at_ms      BIGINT NOT NULL,
    office_seq BIGINT NOT NULL REFERENCES office_entry,
    PRIMARY KEY (register, nth)
);
