//! What payers know and the books do not: slips that were shown, numbers that were asked for, and
//! what a lost device may have collected.

use ledger::Paise;
use serde::Serialize;

/// What the books say of a slip that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The very receipt is here.
    Known { number: String },
    /// No device has sent it: it is kept as a case.
    Lost { number: String, amount: Paise },
    /// Something else stands in its place: the device tells two histories. It is kept as a case.
    Contradicts { number: String, seq: u64 },
    /// It is no slip of a device of this body, or was altered; why.
    Refused(String),
}

/// A receipt that somebody showed or asked for and that no device has sent.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    pub number: String,
    pub device: String,
    /// Known where the slip itself was shown.
    #[serde(rename = "amount_paise")]
    pub amount: Option<Paise>,
    pub since_ms: i64,
}

/// What a device may have collected and never sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostDevice {
    pub name: String,
    pub last_contact_ms: Option<i64>,
    /// The last entry that is here.
    pub last_entry: u64,
    /// Cash that was taken and not handed in, as far as the entries here tell.
    pub cash: Paise,
    pub books: Vec<LostBook>,
    /// Books that went out and were not opened, as far as is known here.
    pub unopened: Vec<String>,
    pub claims: Vec<LostClaim>,
}

/// Numbers of an open book that may have been given since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostBook {
    pub first: String,
    pub last: String,
    pub numbers: u32,
}

/// A slip that a payer showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostClaim {
    pub number: String,
    pub amount: Paise,
    pub at_ms: i64,
}
