//! The one file that makes a device: its key, the keys that it trusts, its staff, wards and book.
//! Enrolment over the network fills the same type.

use ledger::{Enrolment, Language, PublicKey, SignedLease, StaffId, Writer};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use thiserror::Error;

/// The largest file that is read: a hundred sisters and two hundred staff are under 64 kB, and no
/// file names more than a thousand sisters.
const PROVISION_BYTES_MAX: usize = 256 * 1_024;

/// The first bytes of the file.
const MAGIC: &[u8; 8] = b"PADIDEV1";

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Provision {
    #[n(0)]
    pub body: String,
    #[n(1)]
    pub writer: Writer,
    /// The device's name in the office, "kiosk-1".
    #[n(2)]
    pub name: String,
    /// kiosk, collector or karmasena.
    #[n(3)]
    pub profile: String,
    #[n(4)]
    pub wards: Vec<u16>,
    /// The device's private key, PKCS#8.
    #[n(5)]
    pub key: ByteVec,
    #[n(6)]
    pub office: PublicKey,
    /// The newest devices of the body, this one included: whose slips can be checked here before
    /// the office has told of the others.
    #[n(7)]
    pub sisters: Vec<Enrolment>,
    #[n(8)]
    pub staff: Vec<Member>,
    #[n(9)]
    pub book: SignedLease,
    /// The centre's certificate, DER; none for a centre on plain HTTP on this machine.
    #[n(10)]
    pub certificate: Option<ByteVec>,
    #[n(11)]
    pub language: Language,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Member {
    #[n(0)]
    pub id: StaffId,
    #[n(1)]
    pub name: String,
    /// The PIN's argon2id hash, in PHC form.
    #[n(2)]
    pub pin: String,
    /// An officer: receives the cash of a day's close.
    #[n(3)]
    pub receives: bool,
}

#[derive(Debug, Error)]
pub enum ProvisionError {
    #[error("not a file that makes a Padi device: make one with `central provision`")]
    Magic,
    #[error("the file that makes this device is larger than {PROVISION_BYTES_MAX} bytes")]
    TooLarge,
    #[error("the file that makes this device is damaged: make it again with `central provision`")]
    Shape(#[source] minicbor::decode::Error),
}

impl Provision {
    pub fn written(&self) -> Vec<u8> {
        let body = minicbor::to_vec(self).expect("a Vec takes every byte");
        [&MAGIC[..], &body].concat()
    }

    pub fn read(file: &[u8]) -> Result<Self, ProvisionError> {
        if file.len() > PROVISION_BYTES_MAX {
            return Err(ProvisionError::TooLarge);
        }
        let body = file.strip_prefix(&MAGIC[..]).ok_or(ProvisionError::Magic)?;
        minicbor::decode(body).map_err(ProvisionError::Shape)
    }
}
