//! What a slip's square says: the whole receipt under its device's signature, so that it proves
//! itself to any device of the body without a network.

use data_encoding::BASE32_NOPAD;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::application::Applied;
use crate::chain::sha256;
use crate::entry::{ENTRY_BYTES_MAX, Entry, EntryError, Fact, Writer};
use crate::number::ReceiptNumber;
use crate::receipt::Receipt;
use crate::signature::{PublicKey, Purpose, Signature, Signer, WrongSignature};

/// The longest text that is read as a square, in bytes: a square holds 4,296 of these signs.
const SQUARE_BYTES_MAX: usize = 4_296;

/// Letters and digits of a check code: 30 bits, asked for by a page that answers a few tries a
/// minute.
const CHECK_CODE_CHARACTERS: usize = 6;

/// What stands in a practice number instead of the body's code. A lesson's keys are gone with it,
/// so that nobody can check such a slip, and nobody has to: it says itself that it is none.
pub const PRACTICE_BODY: &str = "PRACTICE";

/// What the fragment of a square's address holds; the signature is still to be checked.
pub(crate) fn read_square<T: for<'b> Decode<'b, ()>>(square: &str) -> Result<T, ClaimError> {
    let square = square.trim();
    if square.len() > SQUARE_BYTES_MAX || !square.is_ascii() {
        return Err(ClaimError::Shape);
    }
    let claim = square.rsplit('#').next().ok_or(ClaimError::Shape)?;
    let upper = claim.to_ascii_uppercase();
    let bytes = BASE32_NOPAD.decode(upper.as_bytes()).map_err(|_| ClaimError::Shape)?;
    if bytes.len() > ENTRY_BYTES_MAX {
        return Err(ClaimError::Shape);
    }
    minicbor::decode(&bytes).map_err(|_| ClaimError::Shape)
}

/// A receipt as its device claims it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Claim {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub body: String,
    /// The financial year of the receipt book.
    #[n(2)]
    pub year: u16,
    /// The canonical bytes of the receipt's entry.
    #[n(3)]
    entry: ByteVec,
}

/// A claim under its device's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedClaim {
    #[n(0)]
    claim: Claim,
    #[n(1)]
    signature: Signature,
}

#[derive(Debug, Error)]
pub enum ClaimError {
    #[error("not the square of a Padi slip, or torn")]
    Shape,
    #[error("the slip's entry cannot be read")]
    Entry(#[source] EntryError),
    #[error("the slip's entry is no receipt")]
    NotAReceipt,
    #[error("the paper is no day's close")]
    NotAClose,
    #[error("the paper is no officer's word on a day's close")]
    NotAReceiving,
    #[error("no device of this body wrote the slip")]
    UnknownDevice(Writer),
    #[error("the slip was altered")]
    Altered(#[source] WrongSignature),
    #[error("a practice slip, and no receipt")]
    Practice,
}

impl ClaimError {
    /// The same of a slip that names this body: one of another lesson is of practice, whatever else
    /// is wrong with it.
    pub(crate) fn of(self, body: &str) -> Self {
        if body == PRACTICE_BODY { Self::Practice } else { self }
    }
}

impl Claim {
    pub fn new(writer: Writer, body: String, year: u16, entry: &Entry) -> Self {
        Self { writer, body, year, entry: entry.canonical().into() }
    }

    pub fn signed(self, device: &dyn Signer) -> SignedClaim {
        let signature = device.sign(Purpose::Receipt, &self.message());
        SignedClaim { claim: self, signature }
    }

    pub fn entry(&self) -> Result<(Entry, Receipt), ClaimError> {
        let entry = Entry::read(&self.entry).map_err(ClaimError::Entry)?;
        match &entry.fact {
            Fact::Receipt(receipt) => Ok((entry.clone(), receipt.clone())),
            _ => Err(ClaimError::NotAReceipt),
        }
    }

    /// The application that the slip acknowledges.
    pub fn application(&self) -> Result<(Entry, Applied), ClaimError> {
        let entry = Entry::read(&self.entry).map_err(ClaimError::Entry)?;
        match &entry.fact {
            Fact::Applied(applied) => Ok((entry.clone(), applied.clone())),
            _ => Err(ClaimError::NotAReceipt),
        }
    }

    /// The number of an application's acknowledgement.
    pub fn acknowledgement(&self, applied: &Applied) -> ReceiptNumber {
        ReceiptNumber {
            body: self.body.clone(),
            year: self.year,
            book: applied.book.clone(),
            number: applied.number,
        }
    }

    pub fn number(&self, receipt: &Receipt) -> ReceiptNumber {
        ReceiptNumber {
            body: self.body.clone(),
            year: self.year,
            book: receipt.book.clone(),
            number: receipt.number,
        }
    }

    fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedClaim {
    /// The square's text: the address of the number's check page, and the claim as its fragment,
    /// which a phone keeps to itself. All but the '#' is in a QR code's alphanumeric mode.
    pub fn square(&self, address: &str, number: &ReceiptNumber) -> String {
        self.under(address, "R", number)
    }

    /// The same of the acknowledgement of an application.
    pub fn acknowledgement_square(&self, address: &str, number: &ReceiptNumber) -> String {
        self.under(address, "A", number)
    }

    fn under(&self, address: &str, page: &str, number: &ReceiptNumber) -> String {
        let bytes = minicbor::to_vec(self).expect("a Vec takes every byte");
        let claim = BASE32_NOPAD.encode(&bytes);
        let address = address.trim_end_matches('/').to_ascii_uppercase();
        format!("{address}/{page}/{number}#{claim}")
    }

    /// Reads what was scanned; nothing of it is true before [`SignedClaim::checked`].
    pub fn read(square: &str) -> Result<Self, ClaimError> {
        read_square(square)
    }

    /// The device that is said to have written it.
    pub fn writer(&self) -> Writer {
        self.claim.writer
    }

    /// The claim, once the signature was found to be the named device's. `key` gives the public key
    /// of a device of this body.
    pub fn checked(&self, key: impl Fn(Writer) -> Option<PublicKey>) -> Result<&Claim, ClaimError> {
        let (writer, body) = (self.claim.writer, &self.claim.body);
        let device = key(writer).ok_or_else(|| ClaimError::UnknownDevice(writer).of(body))?;
        device
            .verify(Purpose::Receipt, &self.claim.message(), &self.signature)
            .map_err(|error| ClaimError::Altered(error).of(body))?;
        Ok(&self.claim)
    }
}

/// The check code of a receipt: six letters and digits of its entry's hash, which a page asks for
/// before it says anything about a number.
pub fn check_code(entry: &Entry) -> String {
    let mut code = BASE32_NOPAD.encode(&sha256(&entry.canonical())[..]);
    code.truncate(CHECK_CODE_CHARACTERS);
    code
}
