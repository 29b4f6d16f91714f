//! Books that travel without a line of their own: on a stick, to a device nearby, as squares on the
//! screen; and those of other devices that this one carries.

use schemars::JsonSchema;
use serde::Serialize;

/// Carrying the books.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CarryPage {
    pub stage: CarryStage,
    /// What the office's reply brought, where one was taken on this page.
    pub brought: Option<Brought>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CarryStage {
    /// Which way: the ids to `choose`.
    Choose(CarryChoice),
    Stick(StickState),
    Nearby(CallState),
    Squares(SquaresShown),
    Others(OthersPage),
    /// Whether what the office turned away is to be removed from this device; `next` does it.
    Remove(ErrandRow),
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CarryChoice {
    /// Entries that the office does not have.
    pub to_send: u64,
    pub ways: Vec<Way>,
    /// Devices whose books are carried here.
    pub others: u32,
    pub read: Option<SquaresRead>,
}

/// A way to carry; its name is the id to `choose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The stick that is in.
    Stick,
    /// Another device on the same network, whose square is scanned.
    Nearby,
    /// Squares on this screen, which another device scans.
    Squares,
    /// This device carries for others.
    Others,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StickState {
    Writing,
    /// On the stick, with the parcels of so many other devices.
    Written {
        others: u32,
        /// Those of so many could not be read or written.
        failed: u32,
    },
    /// The office has everything, and its reply was taken.
    NothingLeft,
    /// Nothing was written; the refusal says why. It can be tried again.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// The other device's square is waited for.
    Scan,
    Calling,
    /// The other device has it; the office's reply is waited for.
    HandedOver,
    /// It has it, and the office has not answered yet: the reply comes at the next meeting.
    LeftThere,
    /// The office has answered.
    Answered,
}

/// Squares that follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SquaresShown {
    /// The device whom the reply that is shown is for; none where it is this device's own parcel.
    pub for_device: Option<String>,
    /// The text of the present square; none until the first is there.
    pub code: Option<String>,
    /// Which of how many it is.
    pub place: u32,
    pub of: u32,
    /// Squares can be scanned here: the office's reply is taken on this page.
    pub can_scan: bool,
    pub read: Option<SquaresRead>,
}

/// How far a stream of squares was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SquaresRead {
    pub read: u32,
    /// At least so many are needed.
    pub of: u32,
}

/// What is carried for others, and how they bring it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OthersPage {
    pub door: Door,
    pub can_scan: bool,
    /// The ids to `choose`: a reply is shown as squares, and what was turned away is asked about.
    pub rows: Vec<ErrandRow>,
    pub read: Option<SquaresRead>,
    /// The device whose parcel was brought last on this page.
    pub taken: Option<String>,
}

/// Whether devices on the same network can come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    Opening,
    /// The text of the square that they scan.
    Open(String),
    /// This device is on no network.
    NoNetwork,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ErrandRow {
    pub id: String,
    pub device: String,
    /// When it was brought, "14-08-2026 10:42".
    pub at: String,
    pub state: ErrandState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrandState {
    /// It waits for a line.
    Waiting,
    /// The office's reply is here.
    Answered,
    /// The office turned it away, in its own words.
    Refused(String),
}

/// What an office's reply brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Brought {
    /// Entries that the office acknowledged.
    pub acknowledged: u64,
    pub houses: u32,
    pub apart: u32,
    /// The office has everything that this device has.
    pub all: bool,
    /// The office did not take what was sent last.
    pub refused: bool,
    /// More is waiting at the office.
    pub more: bool,
}
