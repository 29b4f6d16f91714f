//! What the office says to one request under its signature: which request it answers, what time it
//! is, and whether the device is locked. The rest of an answer proves itself (checkpoints, notices)
//! or moves nothing; these three would move something in the hands of whoever carries the answer:
//! a clock, or a device that takes no money any more, or takes it again.

use ledger::{Hash, Head, PublicKey, Purpose, Signature, Signer, Writer, WrongSignature};
use minicbor::{Decode, Encode};

use crate::message::{Checkpoint, SignedCheckpoint};

/// It names the request by its hash, so that an answer that was kept back, doubled or overtaken
/// says nothing of a later moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Attestation {
    #[n(0)]
    pub writer: Writer,
    /// The SHA-256 of the body of the request that is answered.
    #[n(1)]
    pub request: Hash,
    /// The centre's clock, milliseconds since 1970.
    #[n(2)]
    pub at_ms: i64,
    /// None where the device is not locked.
    #[n(3)]
    pub lock: Option<Lock>,
    /// How far the office has the device's chain, where this word countersigns it as well.
    #[n(4)]
    pub head: Option<Head>,
}

/// The office has another history of this device and has locked it, until an officer has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Lock {
    /// By the office's clock, milliseconds since 1970.
    #[n(0)]
    pub since_ms: i64,
    /// The first entry by which the histories differ, where that is why it is locked.
    #[n(1)]
    pub parts_at: Option<u64>,
    /// The last entry of the request's batch that the centre has, in the chain or kept beside it;
    /// none where it lacks what comes before the batch, or there was none. The device holds it
    /// against its own chain, and sends on from there.
    #[n(2)]
    pub held: Option<Head>,
    /// The centre keeps no more of this device's entries: it need not send them.
    #[n(3)]
    pub full: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedAttestation {
    #[n(0)]
    pub attestation: Attestation,
    #[n(1)]
    pub signature: Signature,
}

impl Attestation {
    pub fn signed(self, office: &dyn Signer) -> SignedAttestation {
        let signature = office.sign(Purpose::Attestation, &self.message());
        SignedAttestation { attestation: self, signature }
    }

    fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedAttestation {
    /// The countersignature that this word is; none where it names no head, or the device is
    /// locked: the office then has another history.
    pub fn checkpoint(&self) -> Option<SignedCheckpoint> {
        let Attestation { writer, request, at_ms, lock: None, head: Some(head) } = self.attestation
        else {
            return None;
        };
        let checkpoint = Checkpoint { writer, seq: head.seq, hash: head.hash, at_ms };
        Some(SignedCheckpoint { checkpoint, signature: self.signature, request: Some(request) })
    }

    pub fn verify(&self, office: &PublicKey) -> Result<(), WrongSignature> {
        office.verify(Purpose::Attestation, &self.attestation.message(), &self.signature)
    }
}
