//! What the centre answers, over whichever carrier.

mod short;
#[cfg(test)]
mod tests;

use ledger::{
    ApartCause, Building, Entry, Hash, Head, PublicKey, Purpose, Signature, Signer, Writer,
    WrongSignature,
};
use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::attestation::{Attestation, SignedAttestation};
use crate::pack_file::PackOffer;
use crate::packing::{PackingError, pack, unpack};
use crate::record::RecordsAnswer;

pub use short::Question;

/// The largest message that is read, unpacked: a first fill of 500 buildings is about 200 kB.
pub const MESSAGE_BYTES_MAX: usize = 1_024 * 1_024;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// The last entry of the device that is at the centre, on disk.
    #[n(0)]
    pub acknowledged: u64,
    #[n(1)]
    pub checkpoint: Option<SignedCheckpoint>,
    /// Entries of the office book that are for this device, oldest first.
    #[n(2)]
    pub notices: Vec<SignedNotice>,
    /// How far the office book was looked through.
    #[n(3)]
    pub office_to: u64,
    /// Buildings of the device's wards that changed, oldest change first.
    #[n(4)]
    pub buildings: Vec<Building>,
    #[n(5)]
    pub register_to: u64,
    /// There is more of the register: ask again at once.
    #[n(6)]
    pub more: bool,
    /// Why the batch was not taken.
    #[n(7)]
    pub rejection: Option<Rejection>,
    /// Entries that broke a rule: kept apart, with the reason, for an officer.
    #[n(8)]
    pub quarantined: Vec<Quarantined>,
    /// The centre's clock.
    #[n(9)]
    pub at_ms: i64,
    /// What the office says to this very request; a centre of before had no such word.
    #[n(10)]
    pub attestation: Option<SignedAttestation>,
    /// What the office says of shared records, to a device that asked.
    #[n(11)]
    pub records: Option<RecordsAnswer>,
    /// Buildings that are not of the device's wards any more.
    #[n(12)]
    pub gone: Option<Vec<u32>>,
    /// A rule pack that the device has not spoken of.
    #[n(13)]
    pub pack: Option<PackOffer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Quarantined {
    #[n(0)]
    pub seq: u64,
    #[n(1)]
    pub reason: String,
    /// The kind of rule; a centre of before did not say.
    #[n(2)]
    pub cause: Option<ApartCause>,
}

/// Why the centre took nothing of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Error)]
pub enum Rejection {
    /// The centre lacks what comes before: send from there.
    #[n(0)]
    #[error("the centre has entries up to {0} only")]
    Gap(#[n(0)] u64),
    /// Another history of this device is at the centre already.
    #[n(1)]
    #[error(
        "entry {0} differs from the one that the centre has: this device was copied or restored"
    )]
    Fork(#[n(0)] u64),
    #[n(2)]
    #[error("the batch is damaged: {0}")]
    Damaged(#[n(0)] String),
    /// The device may not write until an officer has looked at it.
    #[n(3)]
    #[error("the office has locked this device")]
    Frozen,
}

/// The centre countersigns how far it has a device's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Checkpoint {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub seq: u64,
    #[n(2)]
    pub hash: Hash,
    #[n(3)]
    pub at_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedCheckpoint {
    #[n(0)]
    pub checkpoint: Checkpoint,
    #[n(1)]
    pub signature: Signature,
    /// The SHA-256 of the request by whose answer it came, where the office signed both at once.
    #[n(2)]
    pub request: Option<Hash>,
}

/// One entry of the office book, for one device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Notice {
    #[n(0)]
    pub to: Writer,
    #[n(1)]
    pub entry: Entry,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedNotice {
    #[n(0)]
    pub notice: Notice,
    #[n(1)]
    pub signature: Signature,
}

#[derive(Debug, Error)]
pub enum MessageError {
    #[error("the message cannot be unpacked")]
    Packing(#[source] PackingError),
    #[error("not a message of this version")]
    Shape(#[source] minicbor::decode::Error),
    #[error("the message is signed for another device")]
    WrongWriter,
    #[error("the message is not signed by its device")]
    Signature(#[source] WrongSignature),
    /// Damaged entries, a gap before them, another history, or another's signature: with both
    /// hashes of the chain it can be told.
    #[error("the entries cannot be placed without the hashes of the chain")]
    Unplaced,
}

impl Answer {
    /// An answer that says nothing but the time.
    pub fn empty(at_ms: i64) -> Self {
        Self {
            acknowledged: 0,
            checkpoint: None,
            notices: Vec::new(),
            office_to: 0,
            buildings: Vec::new(),
            register_to: 0,
            more: false,
            rejection: None,
            quarantined: Vec::new(),
            at_ms,
            attestation: None,
            records: None,
            gone: None,
            pack: None,
        }
    }

    pub fn sealed(&self) -> Vec<u8> {
        pack(&encoded(self))
    }

    pub fn read(packed: &[u8]) -> Result<Self, MessageError> {
        let message = unpack(packed, MESSAGE_BYTES_MAX).map_err(MessageError::Packing)?;
        minicbor::decode(&message).map_err(MessageError::Shape)
    }
}

impl Checkpoint {
    pub fn signed(self, office: &dyn Signer) -> SignedCheckpoint {
        let signature = office.sign(Purpose::Checkpoint, &encoded(&self));
        SignedCheckpoint { checkpoint: self, signature, request: None }
    }
}

impl SignedCheckpoint {
    pub fn verify(&self, office: &PublicKey) -> Result<(), WrongSignature> {
        let Some(request) = self.request else {
            return office.verify(Purpose::Checkpoint, &encoded(&self.checkpoint), &self.signature);
        };
        let Checkpoint { writer, seq, hash, at_ms } = self.checkpoint;
        let head = Some(Head { seq, hash });
        let attestation = Attestation { writer, request, at_ms, lock: None, head };
        SignedAttestation { attestation, signature: self.signature }.verify(office)
    }
}

impl Notice {
    pub fn signed(self, office: &dyn Signer) -> SignedNotice {
        let signature = office.sign(Purpose::Notice, &encoded(&self));
        SignedNotice { notice: self, signature }
    }
}

impl SignedNotice {
    pub fn verify(&self, office: &PublicKey) -> Result<(), WrongSignature> {
        office.verify(Purpose::Notice, &encoded(&self.notice), &self.signature)
    }
}

pub(crate) fn encoded<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a Vec takes every byte")
}
