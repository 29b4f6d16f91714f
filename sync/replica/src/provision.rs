//! The one file that makes a device: its key, the keys that it trusts, its staff, wards and book.
//! Enrolment over the network fills the same type.

use ledger::{CardMark, Enrolment, Language, PublicKey, SignedLease, StaffId, Writer};
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
    /// kiosk, collector, karmasena, or centre: a kiosk of others, which takes a charge.
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
    /// Its first book of acknowledgements, where the body takes applications; a file of before
    /// there were any has none.
    #[n(12)]
    pub acknowledgements: Option<SignedLease>,
    /// The body's secret by which reports of one birth or death meet; a file of before has none.
    #[n(13)]
    pub likeness: Option<ByteVec>,
    /// The hospital that it stands in, whose staff report births and deaths with it.
    #[n(14)]
    pub hospital: Option<String>,
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
    /// The mark of their badge, which says who they are and proves nothing: the PIN is asked all
    /// the same. A file of before there were badges has none.
    #[n(4)]
    pub badge: Option<CardMark>,
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

#[test]
fn a_file_of_before_there_were_badges_is_read() {
    #[derive(Encode)]
    struct Before {
        #[n(0)]
        id: StaffId,
        #[n(1)]
        name: String,
        #[n(2)]
        pin: String,
        #[n(3)]
        receives: bool,
    }
    let (name, pin) = ("Suma P.".to_owned(), "$argon2id$".to_owned());
    let before = Before { id: StaffId(101), name: name.clone(), pin: pin.clone(), receives: true };
    let file = minicbor::to_vec(before).expect("a Vec takes every byte");
    let member = Member { id: StaffId(101), name, pin, receives: true, badge: None };
    assert_eq!(minicbor::decode::<Member>(&file).ok(), Some(member.clone()));
    let with_badge = Member { badge: Some(CardMark::from([7; 16])), ..member };
    let file = minicbor::to_vec(&with_badge).expect("a Vec takes every byte");
    assert_eq!(minicbor::decode::<Member>(&file).ok(), Some(with_badge));
}
