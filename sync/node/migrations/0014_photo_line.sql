-- How many bytes of a photo the line carries in one piece, as it was found out; one row. A device
-- that is begun again would else try each time what never comes through.
CREATE TABLE photo_line (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    piece_bytes INTEGER NOT NULL
);
