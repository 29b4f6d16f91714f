//! Shared records at the office: what its pages and commands show of them, and how an officer
//! decides where people said different things.

use ledger::{FieldValue, RecordId, StaffId};
use serde::Serialize;

use crate::photos::PhotoSaid;

/// An officer says what a field holds.
pub struct ToDecide {
    pub record: RecordId,
    pub field: String,
    pub value: FieldValue,
    pub by: StaffId,
    pub now_ms: i64,
}

/// One record with all that was ever said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RecordPage {
    pub fields: Vec<FieldSaid>,
    /// Every edit, oldest first.
    pub edits: Vec<EditSaid>,
    /// Edits that wait for what they were made upon, or were refused.
    pub apart: Vec<EditApart>,
    /// Photos that edits name, the latest first.
    pub photos: Vec<PhotoSaid>,
}

/// A field as it stands; more than one value where people said them apart from each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldSaid {
    pub field: String,
    /// The first is the one that every copy shows.
    pub said: Vec<ValueSaid>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueSaid {
    pub value: String,
    #[serde(flatten)]
    pub by: Author,
}

/// Whose word it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Author {
    /// The device's name; "office" for an officer at the centre.
    pub device: String,
    pub staff: Option<u32>,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditSaid {
    pub field: String,
    /// None where it says that the other values are wrong.
    pub value: Option<String>,
    #[serde(flatten)]
    pub by: Author,
    pub received_ms: i64,
}

/// A field of a record that an officer must decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undecided {
    pub record: String,
    /// The building's ward and number.
    pub place: String,
    pub since_ms: i64,
    #[serde(flatten)]
    pub field: FieldSaid,
}

/// An edit of a device that the office keeps apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditApart {
    pub device: String,
    /// The number that its device gave it.
    pub edit: u64,
    pub record: String,
    /// What it says, where it can be read.
    pub says: String,
    pub reason: String,
    pub received_ms: i64,
}
