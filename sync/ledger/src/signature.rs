//! Ed25519 signatures, each over a named kind of thing, so that none can be taken for another.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use ring::signature::{ED25519, UnparsedPublicKey};
use thiserror::Error;

/// A public Ed25519 key, 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct PublicKey(#[n(0)] ByteArray<32>);

/// An Ed25519 signature, 64 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Signature(#[n(0)] ByteArray<64>);

/// What a signature is given for; the name is signed with the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Lease,
    Request,
    Receipt,
    Checkpoint,
    Notice,
    /// How far a chain goes, at the end of an export.
    Head,
    /// A day's close, or an officer's word on one, as one device shows it to another.
    Remittance,
    /// What the office says to one request.
    Attestation,
    /// The office's answers to what somebody carried to it.
    Replies,
    /// Where a device that carries for others is met, and by which key.
    Offer,
    /// The first word of a device that comes to one that carries.
    Greeting,
    /// A piece of a photo, from the device that has it.
    Photo,
    /// What the office says of a photo.
    PhotoAnswer,
    /// What the office says of a rule pack: of which body and version, and until when.
    Pack,
    /// Which houses the office knows by a name that staff typed at a device.
    NameQuestion,
    NameAnswer,
    /// A statement of receipts that the office takes away as a file.
    Statement,
    /// What a device asks of a building's earlier payments.
    Earlier,
    /// The office's list of them.
    EarlierAnswer,
    /// Slots of a facility that a device may sell.
    Slots,
    /// An extract of the register of births and deaths.
    Extract,
}

/// Whoever holds a private key: the device, the office.
pub trait Signer {
    fn public_key(&self) -> PublicKey;
    /// Signs `purpose` and `message` together.
    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the signature does not belong to this {0:?} and key")]
pub struct WrongSignature(pub Purpose);

impl PublicKey {
    pub fn new(key: [u8; 32]) -> Self {
        Self(key.into())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    pub fn verify(
        &self,
        purpose: Purpose,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), WrongSignature> {
        UnparsedPublicKey::new(&ED25519, self.bytes())
            .verify(&purpose.signed(message), signature.bytes())
            .map_err(|_| WrongSignature(purpose))
    }
}

impl Signature {
    pub fn new(signature: [u8; 64]) -> Self {
        Self(signature.into())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }
}

impl Purpose {
    /// The bytes that are signed: the purpose's name, a zero, the message.
    pub fn signed(self, message: &[u8]) -> Vec<u8> {
        let name: &[u8] = match self {
            Self::Lease => b"padi lease 1\0",
            Self::Request => b"padi request 1\0",
            Self::Receipt => b"padi receipt 1\0",
            Self::Checkpoint => b"padi checkpoint 1\0",
            Self::Notice => b"padi notice 1\0",
            Self::Head => b"padi head 1\0",
            Self::Remittance => b"padi remittance 1\0",
            Self::Attestation => b"padi attestation 1\0",
            Self::Replies => b"padi replies 2\0",
            Self::Offer => b"padi offer 1\0",
            Self::Greeting => b"padi greeting 1\0",
            Self::Photo => b"padi photo 1\0",
            Self::PhotoAnswer => b"padi photo answer 1\0",
            Self::Pack => b"padi pack 1\0",
            Self::NameQuestion => b"padi name question 1\0",
            Self::NameAnswer => b"padi name answer 1\0",
            Self::Statement => b"padi statement 1\0",
            Self::Earlier => b"padi earlier 1\0",
            Self::EarlierAnswer => b"padi earlier answer 1\0",
            Self::Slots => b"padi slots 1\0",
            Self::Extract => b"padi extract 1\0",
        };
        [name, message].concat()
    }
}
