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
