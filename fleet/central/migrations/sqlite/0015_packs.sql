-- Rule packs that were put into service, each as the file that the office signed. The one that the
-- data folder began with lies there and not here.
CREATE TABLE pack_file (
    version  INTEGER PRIMARY KEY,
    -- The SHA-256 of the file, by which devices ask for it.
    digest   BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    file     BLOB    NOT NULL,
    added_ms INTEGER NOT NULL
);

-- What a device's chain says of such a file: derived from its entries.
CREATE TABLE device_pack (
    writer  INTEGER NOT NULL REFERENCES device,
    digest  BLOB    NOT NULL CHECK (length(digest) = 32),
    version INTEGER NOT NULL,
    said    TEXT    NOT NULL CHECK (said IN ('kept', 'in_use', 'refused')),
    -- Why it was refused.
    reason  TEXT,
    -- The entry that says so.
    seq     INTEGER NOT NULL,
    said_ms INTEGER NOT NULL,
    PRIMARY KEY (writer, digest)
);
