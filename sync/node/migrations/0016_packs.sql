-- Rule packs that the office sent, each as the file that it signed: every version that was ever
-- taken, so that none older is. content is the hash of the pack, digest that of the file. told is
-- what the device's own chain says of it: 0 nothing, 1 that it is kept, 2 that it was taken into use.
CREATE TABLE packs (
    version INTEGER PRIMARY KEY,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    content BLOB NOT NULL CHECK (length(content) = 32),
    expires INTEGER NOT NULL,
    file BLOB NOT NULL,
    told INTEGER NOT NULL DEFAULT 0
);

-- Files that were refused, by their hashes, with what the device says of them (ledger's PackSaid).
CREATE TABLE packs_refused (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    version INTEGER NOT NULL,
    word BLOB NOT NULL,
    told INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- What came of the file that is being fetched.
CREATE TABLE pack_pieces (
    digest BLOB NOT NULL,
    place INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (digest, place)
) WITHOUT ROWID;
