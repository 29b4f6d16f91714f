//! What is asked and answered about the bills of utilities.

use ledger::Writer;

use crate::bills::{BillRow, Item};

/// Bills of a utility, each row sound in itself.
pub struct ToTakeBills {
    pub service: String,
    pub rows: Vec<BillRow>,
    pub now_ms: i64,
}

/// What became of a file of bills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillsTaken {
    pub bills: usize,
    /// How many buildings changed.
    pub buildings: usize,
    /// By line, why nothing was taken.
    pub bad: Vec<(usize, String)>,
}

/// What is handed over to a utility at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    pub batch: u64,
    pub items: Vec<Item>,
}

/// One of a hand-over on its way to the utility's own platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// The device's entry.
    pub writer: Writer,
    pub seq: u64,
    pub item: Item,
}
