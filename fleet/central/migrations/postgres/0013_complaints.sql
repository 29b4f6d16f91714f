-- Complaints, by the number of their acknowledgement, as they stand after all that was done about
-- them. Derived from the entries; 'change' is their place in the feed of shared records.
CREATE TABLE complaint (
    number   TEXT COLLATE "C" PRIMARY KEY,
    writer   BIGINT NOT NULL REFERENCES device,
    seq      BIGINT NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    ward     BIGINT NOT NULL,
    asset    TEXT,
    channel  TEXT COLLATE "C",
    pack     BIGINT NOT NULL,
    day      BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    -- What its slip proves itself by.
    code     TEXT COLLATE "C" NOT NULL,
    state    TEXT COLLATE "C" NOT NULL,
    office   TEXT COLLATE "C" NOT NULL,
    -- Who took it up or ended it, and since when.
    staff    BIGINT,
    since_ms BIGINT,
    stars    BIGINT,
    reopened BIGINT NOT NULL,
    remark   TEXT,
    -- What tells its place from others, and the first complaint of the same matter.
    place    BYTEA,
    same_as  TEXT COLLATE "C",
    change   BIGINT NOT NULL
);
CREATE INDEX complaint_alike ON complaint (place) WHERE place IS NOT NULL;
CREATE INDEX complaint_linked ON complaint (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX complaint_by_change ON complaint (change);
CREATE INDEX complaint_open ON complaint (due) WHERE state IN ('open', 'taken_up');

-- What was done about them, by the entry of a device or (writer 0) of the office book; one may come
-- before its complaint does.
CREATE TABLE complaint_deed (
    writer BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    at_ms  BIGINT NOT NULL,
    day    BIGINT NOT NULL,
    staff  BIGINT,
    -- taken_up, resolved, reassigned, rejected, rated, reopened.
    did    TEXT COLLATE "C" NOT NULL,
    says   TEXT,
    office TEXT,
    stars  BIGINT,
    code   TEXT,
    counts BOOLEAN NOT NULL,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX complaint_deed_of ON complaint_deed (number);
