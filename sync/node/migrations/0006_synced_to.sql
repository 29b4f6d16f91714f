-- The last entry when the log was last synced for the sake of entries that were committed without.
ALTER TABLE opened ADD COLUMN synced_to INTEGER NOT NULL DEFAULT 0;
