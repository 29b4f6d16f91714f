-- Parcels of other devices that this one carries to the office, one a device, and the office's
-- replies until they are given back. digest is the parcel's SHA-256; seq is its last entry.
CREATE TABLE errands (
    writer INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    parcel BLOB NOT NULL,
    digest BLOB NOT NULL,
    reply_ms INTEGER,
    reply BLOB,
    refusal TEXT
);
