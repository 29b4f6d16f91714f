-- Slots of facilities that devices may sell, lease by lease. Derived from the office book and from the
-- devices' chains.
CREATE TABLE slot_lease (
    -- Counted upwards over all devices.
    number       INTEGER PRIMARY KEY,
    writer       INTEGER NOT NULL REFERENCES device,
    facility     TEXT NOT NULL,
    -- Days since 1970-01-01, both counted.
    from_day     INTEGER NOT NULL,
    to_day       INTEGER NOT NULL,
    office_seq   INTEGER NOT NULL,
    -- The device's entry that took it.
    opened_seq   INTEGER,
    -- The office's entry that wants it back, and the device's that gives it back.
    recalled_seq INTEGER,
    returned_seq INTEGER,
    CHECK (from_day <= to_day)
);

CREATE TABLE slot_lease_slot (
    number INTEGER NOT NULL REFERENCES slot_lease,
    slot   TEXT NOT NULL,
    PRIMARY KEY (number, slot)
);

-- What receipts that stand have booked.
CREATE TABLE slot_sold (
    writer   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    facility TEXT NOT NULL,
    day      INTEGER NOT NULL,
    slot     TEXT NOT NULL,
    PRIMARY KEY (writer, seq)
);

CREATE INDEX slot_sold_day ON slot_sold (facility, day, slot);
