-- Payments of the settlements of other channels, each kept once. What can be told of which building
-- it is stands in the office book.
CREATE TABLE settlement_row (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel    TEXT COLLATE "C" NOT NULL,
    reference  TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    -- Empty where the file named none.
    service    TEXT COLLATE "C" NOT NULL,
    amount     BIGINT NOT NULL,
    fee        BIGINT NOT NULL,
    paid_ms    BIGINT NOT NULL,
    taken_ms   BIGINT NOT NULL,
    -- booked, or why it is in no book.
    state      TEXT COLLATE "C" NOT NULL,
    office_seq BIGINT REFERENCES office_entry,
    UNIQUE (channel, reference, amount)
);
CREATE INDEX settlement_row_open ON settlement_row (taken_ms) WHERE state <> 'booked';
CREATE INDEX settlement_row_book ON settlement_row (office_seq);
CREATE INDEX building_number ON building (number);
