-- Receipt books by their operator, and what came back of each.
ALTER TABLE lease ADD COLUMN operator INTEGER;
UPDATE lease SET operator = (SELECT operator FROM device d WHERE d.writer = lease.writer);
ALTER TABLE lease ADD COLUMN returned_seq INTEGER;
ALTER TABLE lease ADD COLUMN used INTEGER;

-- Receipts that were cancelled stay, with the reason.
ALTER TABLE receipt ADD COLUMN voided_seq INTEGER;
ALTER TABLE receipt ADD COLUMN void_reason TEXT;
CREATE INDEX receipt_building ON receipt (building);

-- A building as it was before its first receipt, so that its demands can be made anew from the
-- receipts that stand.
CREATE TABLE building_base (
    id  INTEGER PRIMARY KEY,
    row BLOB NOT NULL
) STRICT;

-- What a receipt took beyond what was owed, because another device took it while they were apart:
-- it is held for the building (Kerala Panchayat Raj (Accounts) Rules 2011, rule 25).
CREATE TABLE excess (
    writer   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    building INTEGER NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT, WITHOUT ROWID;
