//! Several buildings that are paid at once.

use ledger::Paise;
use schemars::JsonSchema;
use serde::Serialize;

/// The list of what will be paid together.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GroupPage {
    /// In the order in which they were put on it; choosing one takes it off the list.
    pub rows: Vec<GroupRow>,
    pub total: Paise,
    /// How many may be paid at once.
    pub most: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GroupRow {
    /// The id to `choose`.
    pub id: String,
    /// "Ward 7, 12/345".
    pub place: String,
    pub owner: String,
    pub amount: Paise,
}

/// Which slip of one payment is being printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SlipPlace {
    /// From 1.
    pub nth: u32,
    pub of: u32,
}
