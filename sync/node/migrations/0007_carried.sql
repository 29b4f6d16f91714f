-- The requests that were last given to somebody to carry: by their hash the office's reply names
-- them. columns_to is the last of their entries that went as columns.
CREATE TABLE carried (
    request BLOB PRIMARY KEY,
    batch INTEGER NOT NULL,
    columns_to INTEGER
) WITHOUT ROWID;
