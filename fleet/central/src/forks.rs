//! Two histories of one device, as officers close the case: what is asked to be written, and what
//! the office's page says of it afterwards.

use ledger::StaffId;
use serde::Serialize;

/// Two persons looked at what both histories hold, and close the case.
pub struct ToSettleFork {
    /// The device's name in the office, "collector-3".
    pub device: String,
    pub reason: String,
    pub by: StaffId,
    pub second: StaffId,
    pub now_ms: i64,
}

/// What was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledFork {
    /// The first entry by which the histories differ.
    pub parts_at: u64,
    /// How many entries lie beside the device's chain.
    pub held: u64,
}

/// Who closed a case, when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settlement {
    pub by: u32,
    pub second: u32,
    pub at_ms: i64,
    pub reason: String,
    /// Entries that a copy of the device has sent since: with any, the case is open again.
    pub came_since: u64,
}
