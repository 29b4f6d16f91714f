-- Shared records of the houses in scope, each as one automerge document.
CREATE TABLE records (
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    saved BLOB NOT NULL,
    PRIMARY KEY (kind, number)
) WITHOUT ROWID;

-- What was said of them here, by its own number. The office has taken it, or keeps it apart with a
-- reason; remade_as is the number under which it was said anew, where it was made upon one that the
-- office refused.
CREATE TABLE edits (
    number INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    of INTEGER NOT NULL,
    body BLOB NOT NULL,
    reason TEXT,
    remade_as INTEGER
);

-- How far the exchange of records came; one row.
CREATE TABLE records_cursors (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    acknowledged INTEGER NOT NULL,
    feed_to INTEGER NOT NULL
);
INSERT INTO records_cursors VALUES (1, 0, 0);
