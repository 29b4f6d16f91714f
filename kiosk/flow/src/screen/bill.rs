//! What the page of a bill says besides what is owed.

use schemars::JsonSchema;
use serde::Serialize;

/// Whose bill it is, and what was used month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BillPart {
    /// Who billed it.
    pub biller: String,
    pub account: String,
    /// What the units are, "kWh".
    pub unit: String,
    /// The last twelve months up to the newest bill, oldest first; empty where none is known.
    pub bars: Vec<UseBar>,
    /// The address where it is paid, where this body has no licence to collect for it: nothing is
    /// taken here.
    pub elsewhere: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UseBar {
    /// "August 2026".
    pub month: String,
    /// None where that month has no bill.
    pub units: Option<u32>,
}
