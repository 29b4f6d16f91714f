//! What this machine does not do, and where it is done.

use schemars::JsonSchema;
use serde::Serialize;

use super::Tile;

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ElsewherePage {
    /// All of them: the ids to `choose`, while none is shown.
    pub tiles: Vec<Tile>,
    pub shown: Option<DoneElsewhere>,
}

/// One of them, in the rule pack's words.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DoneElsewhere {
    pub title: String,
    /// What it is, that it is not done here, where and how.
    pub says: String,
    /// What to bring there.
    pub bring: String,
    /// Where its square leads.
    pub address: String,
}

/// Whether a service works while the line is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Works {
    Offline,
    /// It is not begun while the line is down.
    Line,
    /// This machine does not do it.
    Elsewhere,
}
