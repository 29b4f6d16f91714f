//! Entries in quarantine as officers settle them: what is asked to be written, what came of it, and
//! what the office's page says.

use ledger::{ApartCause, Paise, StaffId, WayOut};
use serde::Serialize;

/// Two persons looked at an entry that is kept apart, and settle it.
pub struct ToSettleApart {
    /// The device's name in the office, "collector-3".
    pub device: String,
    /// Its entry.
    pub seq: u64,
    pub way: WayOut,
    pub reason: String,
    pub by: StaffId,
    pub second: StaffId,
    pub now_ms: i64,
}

/// What was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledApart {
    /// The number and the sum of a receipt.
    pub receipt: Option<(String, Paise)>,
    /// Later entries that count with it.
    pub freed: Vec<u64>,
}

/// An entry that broke a rule of the device or of the office.
#[derive(Clone, Debug, Serialize)]
pub struct QuarantinedEntry {
    pub device: String,
    pub seq: u64,
    /// "receipt", "visit", "day_closed" and so on.
    pub kind: &'static str,
    /// Of a receipt, where its book is known.
    pub number: Option<String>,
    #[serde(rename = "amount_paise")]
    pub amount: Option<Paise>,
    pub cause: ApartCause,
    pub reason: String,
    pub found_ms: i64,
    /// Days since it was found.
    pub age_days: i64,
    /// None while nobody has settled it.
    pub settled: Option<Settlement>,
}

/// Who settled an entry, when, how and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// accepted, fixed, rejected, returned; freed where it counts since another was settled.
    pub way: String,
    /// The building of a fix.
    pub building: Option<u32>,
    /// The voucher of money that was returned.
    pub voucher: Option<String>,
    pub reason: String,
    pub by: u32,
    pub second: u32,
    pub at_ms: i64,
}
