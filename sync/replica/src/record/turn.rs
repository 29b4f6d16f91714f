//! Shared records in an exchange: what a device pushes, by the numbers that it gives its edits, and
//! what the office's feed has for it.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use thiserror::Error;

use super::Edit;
use crate::complaint::{ComplaintTold, Complaints};
use crate::message::encoded;
use crate::packing::{PackingError, pack, unpack};

/// The most edits of one request, and of one answer.
pub const EDITS_MAX: usize = 512;

/// The most bytes of edits of one request or answer, before they are packed.
pub const EDITS_BYTES_MAX: usize = 64 * 1_024;

/// What a device says of shared records with its turn.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RecordsAsked {
    /// The last change of the office's feed that the device has.
    #[n(0)]
    pub after: u64,
    /// The last of its own edits that the office has, by their numbers from 1.
    #[n(1)]
    pub acknowledged: u64,
    /// Those that follow it; none where the office has all.
    #[n(2)]
    pushed: Option<Edits>,
}

/// What the office answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RecordsAnswer {
    /// The last of the device's edits that the office has, taken or kept apart.
    #[n(0)]
    pub edits_to: u64,
    /// Those of the request that were not taken.
    #[n(1)]
    pub refused: Vec<RefusedEdit>,
    /// How far the feed was looked through.
    #[n(2)]
    pub to: u64,
    /// What others said since, oldest first; none where nobody did.
    #[n(3)]
    changes: Option<Edits>,
    /// Complaints that changed since, by the places of the same feed; a centre of before had none.
    #[n(4)]
    complaints: Option<Complaints>,
}

/// An edit that the office keeps apart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RefusedEdit {
    #[n(0)]
    pub number: u64,
    #[n(1)]
    pub why: WhyRefused,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Error)]
pub enum WhyRefused {
    /// It breaks a rule of the office.
    #[n(0)]
    #[error("{0}")]
    Rule(#[n(0)] String),
    /// It was made upon one that was refused: the device makes it anew without that.
    #[n(1)]
    #[error("it was made upon an edit that was refused")]
    Follows,
}

/// Edits as they travel, packed together: one alone hardly packs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
struct Edits(#[n(0)] ByteVec);

#[derive(Debug, Error)]
pub enum EditsError {
    #[error("the edits cannot be unpacked")]
    Packing(#[source] PackingError),
    #[error("these are no edits of this version")]
    Shape(#[source] minicbor::decode::Error),
    #[error("{0} edits: from 1 to {EDITS_MAX} travel together")]
    Count(usize),
}

impl RecordsAsked {
    /// At most as many edits as travel together.
    pub fn new(after: u64, acknowledged: u64, edits: &[Edit]) -> Self {
        let pushed = (!edits.is_empty()).then(|| Edits::of(edits));
        Self { after, acknowledged, pushed }
    }

    /// Whether it sends edits.
    pub fn pushes(&self) -> bool {
        self.pushed.is_some()
    }

    pub fn edits(&self) -> Result<Vec<Edit>, EditsError> {
        self.pushed.as_ref().map_or(Ok(Vec::new()), Edits::read)
    }
}

impl RecordsAnswer {
    pub fn new(edits_to: u64, refused: Vec<RefusedEdit>, to: u64, changes: &[Edit]) -> Self {
        let changes = (!changes.is_empty()).then(|| Edits::of(changes));
        Self { edits_to, refused, to, changes, complaints: None }
    }

    /// The same with complaints that changed.
    pub fn with_complaints(self, told: &[ComplaintTold]) -> Self {
        let complaints = (!told.is_empty()).then(|| Complaints::of(told));
        Self { complaints, ..self }
    }

    pub fn tells_complaints(&self) -> bool {
        self.complaints.is_some()
    }

    pub fn complaints(&self) -> Result<Vec<ComplaintTold>, EditsError> {
        self.complaints.as_ref().map_or(Ok(Vec::new()), Complaints::read)
    }

    /// Whether nobody has said anything, and nothing was refused.
    pub fn is_quiet(&self) -> bool {
        self.changes.is_none() && self.refused.is_empty() && self.complaints.is_none()
    }

    pub fn changes(&self) -> Result<Vec<Edit>, EditsError> {
        self.changes.as_ref().map_or(Ok(Vec::new()), Edits::read)
    }
}

impl Edits {
    fn of(edits: &[Edit]) -> Self {
        Self(pack(&encoded(&edits)).into())
    }

    fn read(&self) -> Result<Vec<Edit>, EditsError> {
        // A record's name and the lengths around a change have some bytes, too.
        let unpacked = unpack(&self.0, 2 * EDITS_BYTES_MAX).map_err(EditsError::Packing)?;
        let edits: Vec<Edit> = minicbor::decode(&unpacked).map_err(EditsError::Shape)?;
        match edits.len() {
            1..=EDITS_MAX => Ok(edits),
            count => Err(EditsError::Count(count)),
        }
    }
}
