-- Slots of facilities that devices may sell, lease by lease. Derived from the office book and from the
-- devices' chains.
CREATE TABLE slot_lease (
    -- Counted upwards over all devices.
    number       BIGINT PRIMARY KEY,
    writer       BIGINT NOT NULL REFERENCES device,
    facility     TEXT COLLATE "C" NOT NULL,
    -- Days since 1970-01-01, both counted.
    from_day     BIGINT NOT NULL,
    to_day       BIGINT NOT NULL,
    office_seq   BIGINT NOT NULL,
    -- The device's entry that took it.
    opened_seq   BIGINT,
    -- The office's entry that wants it back, and the device's that gives it back.
    recalled_seq BIGINT,
    returned_seq BIGINT,
    CHECK (from_day <= to_day)
);

CREATE TABLE slot_lease_slot (
    number BIGINT NOT NULL REFERENCES slot_lease,
    slot   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (number, slot)
);

-- What receipts that stand have booked.
CREATE TABLE slot_sold (
    writer   BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    facility TEXT COLLATE "C" NOT NULL,
    day      BIGINT NOT NULL,
    slot     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (writer, seq)
);

CREATE INDEX slot_sold_day ON slot_sold (facility, day, slot);
