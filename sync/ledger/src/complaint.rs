//! Complaints: an application that a ward's officers work on. Its entry is for ever, so that it
//! says only what kind of complaint it is, of which ward, and which thing of the body's it is
//! about; door, landmark, words and telephone number are in the sealed file, and the office alone
//! says which of them its officers read. What officers did, and what the citizen said of it, are
//! entries of whichever device they stood at.

mod trail;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::number::ReceiptNumber;

pub use trail::{ComplaintDeed, ComplaintStanding, Did, Filed, stand};

/// The longest name of a category, an office or an asset, in bytes; the pack's limit.
const NAME_BYTES_MAX: usize = 40;

/// The longest remark or reason of an officer, in characters.
pub const COMPLAINT_REMARK_CHARACTERS_MAX: usize = 200;

/// The most stars that a resolution can be given.
pub const STARS_MAX: u8 = 5;

/// The longest check code, in characters: what a slip prints has eight.
pub const COMPLAINT_CODE_CHARACTERS_MAX: usize = 16;

/// What the entry of an application says of a complaint.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Complaint {
    /// As the rule pack names it.
    #[n(0)]
    pub category: String,
    #[n(1)]
    pub ward: u16,
    /// The thing of the body's whose tag was scanned.
    #[n(2)]
    pub asset: Option<String>,
    /// How it reached the office, where a member of staff wrote it down for somebody.
    #[n(3)]
    pub channel: Option<Channel>,
}

/// How a complaint reaches an office besides its own machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Channel {
    #[n(0)]
    Phone,
    #[n(1)]
    Sms,
    #[n(2)]
    Email,
    #[n(3)]
    App,
    /// A voice line that asks by itself.
    #[n(4)]
    Ivrs,
}

/// What somebody of the office did about a complaint.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ComplaintWorked {
    #[n(0)]
    pub number: ReceiptNumber,
    #[n(1)]
    pub work: Work,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Work {
    #[n(0)]
    TakenUp,
    /// With what was done.
    #[n(1)]
    Resolved(#[n(0)] String),
    /// To another office, as the rule pack names it, with the reason.
    #[n(2)]
    Reassigned(#[n(0)] String, #[n(1)] String),
    #[n(3)]
    Rejected(#[n(0)] String),
}

/// What the citizen says of how a complaint was answered. The number alone is no proof that
/// somebody filed it: the check code stands on the slip and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ComplaintAnswered {
    #[n(0)]
    pub number: ReceiptNumber,
    #[n(1)]
    pub code: String,
    #[n(2)]
    pub says: CitizenSays,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum CitizenSays {
    /// From 1 to 5 stars.
    #[n(0)]
    Rated(#[n(0)] u8),
    /// It is not solved.
    #[n(1)]
    Reopened,
}

/// Where a complaint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ComplaintState {
    #[n(0)]
    Open,
    #[n(1)]
    TakenUp,
    #[n(2)]
    Resolved,
    #[n(3)]
    Rejected,
}

/// What is wrong with an entry about a complaint in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ComplaintFault {
    #[error("nobody of the office is signed in")]
    NoOfficer,
    #[error("a remark or reason is missing")]
    NoRemark,
    #[error("a name, a code or a remark is empty or too long")]
    TooLong,
    #[error("{0} stars: from 1 to {STARS_MAX} there are")]
    Stars(u8),
}

impl Complaint {
    pub(crate) fn is_short(&self) -> bool {
        named(&self.category) && self.asset.as_ref().is_none_or(|asset| named(asset))
    }
}

impl Channel {
    pub const ALL: [Self; 5] = [Self::Phone, Self::Sms, Self::Email, Self::App, Self::Ivrs];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::App => "app",
            Self::Ivrs => "ivrs",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

impl ComplaintWorked {
    pub fn check(&self, has_officer: bool) -> Result<(), ComplaintFault> {
        if !has_officer {
            return Err(ComplaintFault::NoOfficer);
        }
        match &self.work {
            Work::TakenUp => Ok(()),
            Work::Resolved(remark) | Work::Rejected(remark) => said(remark),
            Work::Reassigned(office, reason) => match named(office) {
                true => said(reason),
                false => Err(ComplaintFault::TooLong),
            },
        }
    }
}

impl ComplaintAnswered {
    pub fn check(&self) -> Result<(), ComplaintFault> {
        if !(1..=COMPLAINT_CODE_CHARACTERS_MAX).contains(&self.code.chars().count()) {
            return Err(ComplaintFault::TooLong);
        }
        match self.says {
            CitizenSays::Rated(stars) if !(1..=STARS_MAX).contains(&stars) => {
                Err(ComplaintFault::Stars(stars))
            }
            CitizenSays::Rated(_) | CitizenSays::Reopened => Ok(()),
        }
    }
}

impl ComplaintState {
    pub const ALL: [Self; 4] = [Self::Open, Self::TakenUp, Self::Resolved, Self::Rejected];

    /// How books and programs write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::TakenUp => "taken_up",
            Self::Resolved => "resolved",
            Self::Rejected => "rejected",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether somebody still has to work on it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::TakenUp)
    }
}

fn named(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
}

fn said(words: &str) -> Result<(), ComplaintFault> {
    if words.trim().is_empty() {
        return Err(ComplaintFault::NoRemark);
    }
    match words.chars().count() <= COMPLAINT_REMARK_CHARACTERS_MAX {
        true => Ok(()),
        false => Err(ComplaintFault::TooLong),
    }
}
