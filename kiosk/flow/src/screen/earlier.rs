//! What was paid for a building before.

use ledger::Paise;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Mode, Place};

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EarlierPage {
    pub place: Place,
    /// Newest first.
    pub rows: Vec<EarlierRow>,
    pub office: EarlierOffice,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EarlierRow {
    /// The receipt's number; of another channel, its reference.
    pub number: String,
    /// "14-08-2026".
    pub date: String,
    pub service: String,
    pub amount: Paise,
    /// None where it came through another channel.
    pub mode: Option<Mode>,
    /// It does not count any more.
    pub cancelled: bool,
}

/// Whether what the office knows is in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EarlierOffice {
    Asking,
    Told,
    /// It cannot be asked now: other machines may have taken more.
    Away,
}
