//! What a walk through every chain found.

/// The findings of `central verify`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub chains: usize,
    pub entries: u64,
    /// What is wrong and where, in the order of the chains.
    pub faults: Vec<Fault>,
    /// Forks whose case two persons have closed: known, and no fault any more.
    pub settled: Vec<String>,
    pub recomputed: Recomputed,
}

/// What came of computing receipts again, each by the version of the rule pack that it names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    pub same: u64,
    /// Those that come out otherwise, as the office knows their buildings: no fault of the books.
    pub differing: Vec<String>,
    /// Those whose version is not here, or that were computed from more than is kept.
    pub not_again: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// "kiosk-1", "the office book".
    pub chain: String,
    /// The entry, where one can be named.
    pub seq: Option<u64>,
    pub what: String,
}

impl Report {
    pub fn is_complete(&self) -> bool {
        self.faults.is_empty()
    }
}
