-- Cheques and drafts of a close that did not come to the officer who received its money: the
-- officer's word, and the receipt in the chain of the close's device. Derived from the entries.
CREATE TABLE receiving_missing (
    writer  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    receipt INTEGER NOT NULL,
    PRIMARY KEY (writer, seq, receipt)
) STRICT, WITHOUT ROWID;
