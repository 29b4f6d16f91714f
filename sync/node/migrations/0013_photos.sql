-- Photos that were taken here: their files lie beside the books, each under its hash. One that the
-- office has is 'sent', and its file is gone; 'refused' stands with the reason.
CREATE TABLE photos (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    size INTEGER NOT NULL,
    -- The civil day on which it was taken, by which the bytes of a day are counted.
    day INTEGER NOT NULL,
    added INTEGER NOT NULL,
    -- How many bytes the office has, as it said last.
    office_has INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused')),
    reason TEXT
) WITHOUT ROWID;
CREATE INDEX photos_by_day ON photos (day);
CREATE INDEX photos_waiting ON photos (added) WHERE state = 'waiting';

-- The edits that name them, by their numbers: what names a photo goes before it.
CREATE TABLE photo_edits (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL
);
CREATE INDEX photo_edits_by_hash ON photo_edits (hash);
