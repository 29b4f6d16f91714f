-- Whose books these are; one row.
CREATE TABLE device (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL,
    writer INTEGER NOT NULL
);

-- The chain: one row an entry, and that row is all that a receipt writes.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
);

-- How far the exchange with the centre came; one row.
CREATE TABLE cursors (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    acknowledged INTEGER NOT NULL,
    office_to INTEGER NOT NULL,
    register_to INTEGER NOT NULL
);

-- The newest checkpoint that the office countersigned; one row at most.
CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    body BLOB NOT NULL
);

-- Entries of the office book that are for this device, with the office's signature.
CREATE TABLE notices (
    seq INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

-- Entries of this device that the office keeps apart, with its reason.
CREATE TABLE quarantined (
    seq INTEGER PRIMARY KEY,
    reason TEXT NOT NULL
);

-- The register of the device's wards. Numbers are written as they are searched for. as_of_seq is
-- the last entry of this device that the office had counted in when it wrote the row.
CREATE TABLE buildings (
    id INTEGER PRIMARY KEY,
    ward INTEGER NOT NULL,
    number TEXT NOT NULL,
    old_number TEXT,
    house_code TEXT NOT NULL,
    body BLOB NOT NULL,
    as_of_seq INTEGER NOT NULL
);
CREATE INDEX buildings_number ON buildings (number);
CREATE INDEX buildings_old_number ON buildings (old_number) WHERE old_number IS NOT NULL;
CREATE INDEX buildings_house_code ON buildings (house_code);
CREATE INDEX buildings_ward ON buildings (ward, id);

-- The automerge document of each day, derived from the entries up to last_seq.
CREATE TABLE documents (
    day INTEGER PRIMARY KEY,
    saved BLOB NOT NULL,
    head BLOB NOT NULL,
    last_seq INTEGER NOT NULL
);
