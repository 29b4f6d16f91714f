-- Two persons looked at the two histories of a device and closed the case. Derived from the office
-- book; the device stays frozen.
CREATE TABLE fork_settled (
    office_seq INTEGER PRIMARY KEY REFERENCES office_entry,
    writer     INTEGER NOT NULL REFERENCES device,
    -- How many entries lay beside the chain then: a case with more of them is open again.
    held       INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    officer    INTEGER NOT NULL,
    second     INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX fork_settled_writer ON fork_settled (writer);
