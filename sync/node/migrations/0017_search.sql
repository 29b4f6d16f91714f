-- What the buildings of the register are found by (../../ledger/src/search.rs): words that are made
-- there, so that this index needs to know no language. It holds no text, and rows of the register
-- are looked up by its rowid, which is theirs. An index of its own for the beginnings of words would
-- be two and a half times as large, and a search no faster where it matters.
CREATE VIRTUAL TABLE search USING fts5(
    ward, number, street, owner, initials,
    tokenize = "ascii tokenchars '_'",
    content = '', contentless_delete = 1, detail = 'column'
);

-- Which program made the index; one row at most.
CREATE TABLE search_made (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    form TEXT NOT NULL
);

CREATE TRIGGER search_leaves AFTER DELETE ON buildings BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
