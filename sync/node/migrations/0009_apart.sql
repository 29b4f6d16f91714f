-- What kind of rule an entry broke that the office keeps apart; NULL where the office did not say.
ALTER TABLE quarantined ADD COLUMN cause TEXT;
