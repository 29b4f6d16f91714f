-- Complaints as the office told of them last: to an officer those of the device's wards that are
-- still open, to the device that one was filed at how that stands.
CREATE TABLE complaint (
    number TEXT PRIMARY KEY,
    ward INTEGER NOT NULL,
    -- It was filed here.
    own INTEGER NOT NULL,
    body BLOB NOT NULL
);
-- What was done about complaints here, by its entry: until the office has it, it stands above what the
-- office told.
CREATE TABLE complaint_deed (
    seq INTEGER PRIMARY KEY,
    number TEXT NOT NULL
);
