-- The office has locked this device; one row at most. held_to is the last entry of this chain that
-- the office has, in its chain or beside it; it wants none after that where no_more is set.
CREATE TABLE locked (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    since_ms INTEGER NOT NULL,
    parts_at INTEGER,
    held_to INTEGER NOT NULL,
    no_more INTEGER NOT NULL
);
