-- How many wrong PINs were tried since the last right one; one row at most. No end of the program
-- gives anybody new tries.
CREATE TABLE wrong_pins (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    tried INTEGER NOT NULL
);
