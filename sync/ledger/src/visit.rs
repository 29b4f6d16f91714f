//! A visit of the Haritha Karma Sena to one house.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::money::Paise;

/// The heaviest load that one house can hand over by hand, in grams: 500 kg.
pub const WEIGHT_G_MAX: u32 = 500_000;

/// The most sacks of one visit.
pub const SACKS_MAX: u32 = 200;

/// The most kinds of waste that one visit may name.
pub const KINDS_MAX: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Visit {
    /// The building of the register.
    #[n(0)]
    pub building: u32,
    #[n(1)]
    pub outcome: VisitOutcome,
    /// The kinds, as the rule pack names them.
    #[n(2)]
    pub kinds: Vec<String>,
    #[n(3)]
    pub sacks: u32,
    #[n(4)]
    pub weight_g: u32,
    #[n(5)]
    pub weighed: Weighed,
    /// The house's own sticker was scanned at the door.
    #[n(6)]
    pub scanned: bool,
    /// What the worker was told to take later.
    #[n(7)]
    pub fee_left: Paise,
    /// A slip of its own is printed: no receipt follows.
    #[n(8)]
    pub slip: bool,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum VisitOutcome {
    #[n(0)]
    Collected,
    #[n(1)]
    Locked,
    #[n(2)]
    Refused,
    #[n(3)]
    NoWaste,
    #[n(4)]
    NotSegregated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Weighed {
    /// Nothing was weighed.
    #[n(0)]
    Not,
    #[n(1)]
    Typed,
    #[n(2)]
    Scale,
}

impl VisitOutcome {
    pub const ALL: [Self; 5] =
        [Self::Collected, Self::Locked, Self::Refused, Self::NoWaste, Self::NotSegregated];

    /// The id by which a page's choice and a pack's text name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Locked => "locked",
            Self::Refused => "refused",
            Self::NoWaste => "no_waste",
            Self::NotSegregated => "not_segregated",
        }
    }
}
