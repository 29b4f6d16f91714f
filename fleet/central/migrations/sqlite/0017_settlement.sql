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

-- Numbers of people who want messages about a building. They are in no entry and on no device.
CREATE TABLE phone (
    building INTEGER NOT NULL,
    -- Ten digits.
    mobile   TEXT NOT NULL,
    language TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (building, mobile)
) STRICT;

-- Messages to them. The key is the same however often one is tried.
CREATE TABLE outbox (
    id        INTEGER PRIMARY KEY,
    key       TEXT NOT NULL UNIQUE,
    building  INTEGER NOT NULL,
    mobile    TEXT NOT NULL,
    text      TEXT NOT NULL,
    parts     INTEGER NOT NULL,
    -- queued, failed (it is tried again), sent, given_up.
    state     TEXT NOT NULL,
    -- The gateway's name of it, or why it did not go out.
    why       TEXT,
    tries     INTEGER NOT NULL,
    -- It is not tried before this.
    next_ms   INTEGER NOT NULL,
    queued_ms INTEGER NOT NULL,
    ended_ms  INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (next_ms) WHERE state IN ('queued', 'failed');
CREATE INDEX outbox_lately ON outbox (building, mobile, queued_ms);
