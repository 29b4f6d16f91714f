-- Payments of the settlements of other channels, each kept once. What can be told of which building
-- it is stands in the office book.
CREATE TABLE settlement_row (
    id         INTEGER PRIMARY KEY,
    channel    TEXT    NOT NULL,
    reference  TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    -- Empty where the file named none.
    service    TEXT    NOT NULL,
    amount     INTEGER NOT NULL,
    fee        INTEGER NOT NULL,
    paid_ms    INTEGER NOT NULL,
    taken_ms   INTEGER NOT NULL,
    -- booked, or why it is in no book.
    state      TEXT    NOT NULL,
    office_seq INTEGER REFERENCES office_entry,
    UNIQUE (channel, reference, amount)
) STRICT;
CREATE INDEX settlement_row_open ON settlement_row (taken_ms) WHERE state <> 'booked';
CREATE INDEX settlement_row_book ON settlement_row (office_seq);
CREATE INDEX building_number ON building (number);
