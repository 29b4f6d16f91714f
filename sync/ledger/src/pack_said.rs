//! What a device says of a rule pack that the office sent it: it is kept, it is in use, or it is
//! not believed. It is an entry of the device's chain, so that the office and an auditor know from
//! which entry on a version held at this device.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chain::Hash;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PackSaid {
    /// The pack's version; 0 where the file does not say it so that it can be believed.
    #[n(0)]
    pub version: u32,
    /// The SHA-256 of the file as the office offered it.
    #[n(1)]
    pub file: Hash,
    #[n(2)]
    pub said: PackWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PackWord {
    /// The file is good and lies on the device's disk.
    #[n(0)]
    Kept,
    /// From here on receipts name it.
    #[n(1)]
    InUse,
    #[n(2)]
    Refused(#[n(0)] PackRefusal),
}

/// Why a pack is not taken.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema, Error,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PackRefusal {
    /// It may be good another time: the office goes on offering it.
    #[n(0)]
    #[error("it is not the file that the office offered")]
    Damaged,
    #[n(1)]
    #[error("it is not signed by the office")]
    Signature,
    #[n(2)]
    #[error("it is the pack of another local body")]
    OtherBody,
    #[n(3)]
    #[error("it has expired")]
    Expired,
    #[n(4)]
    #[error("it is older than one that was here before")]
    Older,
    /// A version is one text for ever: a changed pack has another.
    #[n(5)]
    #[error("it is another text under a version that is here already")]
    Changed,
    #[n(6)]
    #[error("it cannot be read, or has faults")]
    Faulty,
}

impl PackRefusal {
    /// Its name, as interfaces and tables write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Signature => "signature",
            Self::OtherBody => "other_body",
            Self::Expired => "expired",
            Self::Older => "older",
            Self::Changed => "changed",
            Self::Faulty => "faulty",
        }
    }
}
