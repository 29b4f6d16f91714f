-- Buildings that left this device's wards and that its own entries name, without the names of their
-- owners: what was taken there can still be printed, and nothing can be taken.
CREATE TABLE former (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
