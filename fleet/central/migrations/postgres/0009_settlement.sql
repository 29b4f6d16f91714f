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

-- Numbers of people who want messages about a building. They are in no entry and on no device.
CREATE TABLE phone (
    building BIGINT NOT NULL,
    -- Ten digits.
    mobile   TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (building, mobile)
);

-- Messages to them. The key is the same however often one is tried.
CREATE TABLE outbox (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key       TEXT COLLATE "C" NOT NULL UNIQUE,
    building  BIGINT NOT NULL,
    mobile    TEXT COLLATE "C" NOT NULL,
    text      TEXT COLLATE "C" NOT NULL,
    parts     BIGINT NOT NULL,
    -- queued, failed (it is tried again), sent, given_up.
    state     TEXT COLLATE "C" NOT NULL,
    -- The gateway's name of it, or why it did not go out.
    why       TEXT COLLATE "C",
    tries     BIGINT NOT NULL,
    -- It is not tried before this.
    next_ms   BIGINT NOT NULL,
    queued_ms BIGINT NOT NULL,
    ended_ms  BIGINT
);
CREATE INDEX outbox_due ON outbox (next_ms) WHERE state IN ('queued', 'failed');
CREATE INDEX outbox_lately ON outbox (building, mobile, queued_ms);
