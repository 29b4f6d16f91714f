-- What was collected for a utility goes to it in numbered hand-overs, each receipt once, and one
-- that does not stand any more once more, as a reversal.
CREATE TABLE bill_batch (
    service TEXT COLLATE "C" NOT NULL,
    batch   BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    PRIMARY KEY (service, batch)
);

CREATE TABLE bill_handed (
    -- The device's entry, also where the receipt was restored.
    writer       BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('payment', 'reversal')),
    service      TEXT COLLATE "C" NOT NULL,
    batch        BIGINT NOT NULL,
    place        BIGINT NOT NULL,
    -- As it was handed over, in JSON: it is written again just so.
    item         TEXT COLLATE "C" NOT NULL,
    -- When the utility's own system took it, where it was given to one.
    delivered_ms BIGINT,
    PRIMARY KEY (writer, seq, kind)
);
CREATE INDEX bill_handed_batch ON bill_handed (service, batch, place);
