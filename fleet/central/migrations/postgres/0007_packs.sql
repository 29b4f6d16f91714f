-- Rule packs that were put into service, each as the file that the office signed. The one that the
-- data folder began with lies there and not here.
CREATE TABLE pack_file (
    version  BIGINT PRIMARY KEY,
    -- The SHA-256 of the file, by which devices ask for it.
    digest   BYTEA  NOT NULL UNIQUE CHECK (length(digest) = 32),
    file     BYTEA  NOT NULL,
    added_ms BIGINT NOT NULL
);

-- They are dense already.
ALTER TABLE pack_file ALTER COLUMN file SET STORAGE EXTERNAL;

-- What a device's chain says of such a file: derived from its entries.
CREATE TABLE device_pack (
    writer  BIGINT NOT NULL REFERENCES device,
    digest  BYTEA  NOT NULL CHECK (length(digest) = 32),
    version BIGINT NOT NULL,
    said    TEXT COLLATE "C" NOT NULL CHECK (said IN ('kept', 'in_use', 'refused')),
    -- Why it was refused.
    reason  TEXT COLLATE "C",
    -- The entry that says so.
    seq     BIGINT NOT NULL,
    said_ms BIGINT NOT NULL,
    PRIMARY KEY (writer, digest)
);
