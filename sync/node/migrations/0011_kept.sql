-- Where the books stood after an entry, so that opening them replays only what follows; one row at
-- most. All of it can be made again from the entries.
CREATE TABLE kept_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    form TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL,
    digest BLOB NOT NULL
);

-- The receipts up to that entry, as far as they are searched by. The book is its place among those
-- that were opened.
CREATE TABLE kept_receipts (
    seq INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    book INTEGER NOT NULL,
    building INTEGER
);
CREATE INDEX kept_receipts_building ON kept_receipts (building) WHERE building IS NOT NULL;
