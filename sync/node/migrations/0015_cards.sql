-- Which record names a card, by the card's mark: derived from the records, and looked in when somebody
-- presents one.
CREATE TABLE cards (
    mark BLOB NOT NULL,
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (mark, kind, number)
) WITHOUT ROWID;
CREATE INDEX cards_of ON cards (number, kind);

-- Programs before this one left such fields out of the records that they were sent: all is heard
-- once more, and what is known changes nothing.
UPDATE records_cursors SET feed_to = 0;

-- Replies of the form before, which no device can read any more: their parcels are fetched anew.
DELETE FROM errands WHERE writer IN (SELECT writer FROM errand_replies);
DELETE FROM errand_parcels WHERE writer NOT IN (SELECT writer FROM errands);
DELETE FROM errand_replies;
