//! The card terminal's day against the receipts here.

use ledger::Paise;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SettlementPage {
    pub state: SettlementState,
    /// Today's receipts by card, and their sum.
    pub here: u32,
    pub here_sum: Paise,
    /// What the terminal says that it took, once it was asked.
    pub terminal: Option<u32>,
    pub terminal_sum: Option<Paise>,
    /// What has no partner on the other side.
    pub rows: Vec<SettlementRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettlementState {
    /// The terminal was not asked yet.
    Ready,
    Asking,
    Agrees,
    Differs,
    /// The terminal did not answer; it may be asked again.
    NotReached,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SettlementRow {
    pub side: Unmatched,
    /// The number of the receipt, the terminal's number, or the reference of what was asked for.
    pub number: String,
    pub amount: Option<Paise>,
    /// "14-08-2026"; empty where only the terminal knows.
    pub date: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// A receipt that the terminal knows no payment of.
    Here,
    /// A payment at the terminal without a receipt.
    Terminal,
    /// Nobody can tell on which side it is missing.
    Unclear,
}
