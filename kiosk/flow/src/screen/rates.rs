//! The rate board.

use schemars::JsonSchema;
use serde::Serialize;

use super::TestPrint;

/// What each service takes today.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RatesPage {
    /// "14-08-2026".
    pub on: String,
    pub parts: Vec<RatePart>,
    /// The rule pack that says so, "padippuram 3".
    pub pack: String,
    /// What became of the board on paper.
    pub paper: TestPrint,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RatePart {
    pub title: String,
    pub rates: Vec<RateRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RateRow {
    /// "Library cess".
    pub what: String,
    /// "5 %"; empty where the body has not set it yet.
    pub takes: String,
    /// The first day and, where it has one, the last on which it holds: "01-04-2026".
    pub from: String,
    pub to: Option<String>,
}
