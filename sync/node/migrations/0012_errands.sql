-- Parcels of other devices that this one carries to the office, one a device, and the office's
-- replies until they are fetched. seq is a parcel's last entry, 0 where it has none; sent_ms is when
-- its device made it, by that device's clock; digest is its SHA-256; bytes count parcel and reply.
CREATE TABLE errands (
    writer INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL,
    digest BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    reply_ms INTEGER,
    refusal TEXT
);
CREATE TABLE errand_parcels (writer INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE errand_replies (writer INTEGER PRIMARY KEY, body BLOB NOT NULL);

-- When the parcel was made: while nothing has changed, the same one is made again.
ALTER TABLE carried ADD COLUMN sent_ms INTEGER NOT NULL DEFAULT 0;
