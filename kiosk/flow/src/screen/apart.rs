//! What the office keeps apart of this device's entries, and what came of it.

use ledger::{ApartCause, Paise};
use schemars::JsonSchema;
use serde::Serialize;

/// Entries that broke a rule, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ApartPage {
    pub rows: Vec<ApartRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ApartRow {
    /// The sequence of the entry; the id to `choose` a receipt by.
    pub id: String,
    pub kind: ApartKind,
    /// Of a receipt.
    pub number: String,
    pub place: String,
    pub amount: Option<Paise>,
    /// "14-08-2026".
    pub date: String,
    pub cause: ApartCause,
    pub came_of_it: CameOfIt,
    /// The office's own words: what it has against the entry, then why it settled it so.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApartKind {
    Receipt,
    Visit,
    DayEnd,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CameOfIt {
    /// The office has still to look at it.
    Open,
    /// It counts as it is.
    Accepted,
    /// It counts, as the office corrected it.
    Fixed,
    /// It does not count.
    Rejected,
    /// It does not count, and the office gives its money back.
    Returned,
}

/// Where a receipt stands on its way to the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AtOffice {
    /// It waits for a line.
    Waiting,
    /// The office has it.
    There,
    /// The office keeps it apart, or kept it; see what came of it.
    Apart(CameOfIt),
}
