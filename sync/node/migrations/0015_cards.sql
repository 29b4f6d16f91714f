-- Which record names a card, by the card's mark: derived from the records, and looked in when somebody
-- presents one.
CREATE TABLE cards (
    mark BLOB NOT NULL,
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (mark, kind, number)
) WITHOUT ROWID;
CREATE INDEX cards_of ON cards (number, kind);
