-- What was collected for a utility goes to it in numbered hand-overs, each receipt once, and one
-- that does not stand any more once more, as a reversal.
CREATE TABLE bill_batch (
    service TEXT    NOT NULL,
    batch   INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (service, batch)
);

CREATE TABLE bill_handed (
    -- The device's entry, also where the receipt was restored.
    writer       INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('payment', 'reversal')),
    service      TEXT    NOT NULL,
    batch        INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    -- As it was handed over, in JSON: it is written again just so.
    item         TEXT    NOT NULL,
    -- When the utility's own system took it, where it was given to one.
    delivered_ms INTEGER,
    PRIMARY KEY (writer, seq, kind)
);
CREATE INDEX bill_handed_batch ON bill_handed (service, batch, place);
