-- Which building a utility's account is of, by its number as it is looked for: derived from the
-- rows of the register.
CREATE TABLE accounts (
    sought TEXT NOT NULL,
    service TEXT NOT NULL,
    building INTEGER NOT NULL,
    PRIMARY KEY (sought, service, building)
) WITHOUT ROWID;
CREATE INDEX accounts_of ON accounts (building);

CREATE TRIGGER accounts_leave AFTER DELETE ON buildings BEGIN
    DELETE FROM accounts WHERE building = old.id;
END;

-- Programs before this one left the connections out of the rows that they were sent: all are heard
-- once more.
UPDATE cursors SET register_to = 0;
