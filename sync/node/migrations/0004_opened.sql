-- The boot of the last opening; one row at most. One that wrote no entry counts too.
CREATE TABLE opened (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    boot INTEGER NOT NULL
);
