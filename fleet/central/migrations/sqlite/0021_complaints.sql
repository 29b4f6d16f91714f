-- Complaints, by the number of their acknowledgement, as they stand after all that was done about
-- them. Derived from the entries; 'change' is their place in the feed of shared records.
CREATE TABLE complaint (
    number   TEXT    PRIMARY KEY,
    writer   INTEGER NOT NULL REFERENCES device,
    seq      INTEGER NOT NULL,
    category TEXT    NOT NULL,
    ward     INTEGER NOT NULL,
    asset    TEXT,
    channel  TEXT,
    pack     INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    -- What its slip proves itself by.
    code     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    office   TEXT    NOT NULL,
    -- Who took it up or ended it, and since when.
    staff    INTEGER,
    since_ms INTEGER,
    stars    INTEGER,
    reopened INTEGER NOT NULL,
    remark   TEXT,
    -- What tells its place from others, and the first complaint of the same matter.
    place    BLOB,
    same_as  TEXT,
    change   INTEGER NOT NULL
) STRICT;
CREATE INDEX complaint_alike ON complaint (place) WHERE place IS NOT NULL;
CREATE INDEX complaint_linked ON complaint (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX complaint_by_change ON complaint (change);
CREATE INDEX complaint_open ON complaint (due) WHERE state IN ('open', 'taken_up');

-- What was done about them, by the entry of a device or (writer 0) of the office book; one may come
-- before its complaint does.
CREATE TABLE complaint_deed (
    writer INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    number TEXT    NOT NULL,
    at_ms  INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    staff  INTEGER,
    -- taken_up, resolved, reassigned, rejected, rated, reopened.
    did    TEXT    NOT NULL,
    says   TEXT,
    office TEXT,
    stars  INTEGER,
    code   TEXT,
    counts INTEGER NOT NULL,
    PRIMARY KEY (writer, seq)
) STRICT;
CREATE INDEX complaint_deed_of ON complaint_deed (number);
