-- By what reports of births and deaths meet: the keyed marks of each, beside the entry that has them.
CREATE TABLE marks (
    mark BLOB NOT NULL CHECK (length(mark) = 8),
    seq INTEGER NOT NULL,
    PRIMARY KEY (mark, seq)
) WITHOUT ROWID;
