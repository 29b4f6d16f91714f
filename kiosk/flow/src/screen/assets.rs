//! What a tag says of something that the body owns.

use schemars::JsonSchema;
use serde::Serialize;

use super::Tile;

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AssetPage {
    /// "Community hall".
    pub title: String,
    /// "Building".
    pub kind: String,
    pub ward: u16,
    pub ward_name: String,
    /// What it is.
    pub says: String,
    /// The services that it has: the ids to `choose`.
    pub tiles: Vec<Tile>,
}
