//! The way of the cash from whoever took it to the bank: a day's close, an officer who receives its
//! money, a deposit, and the bank's statement. Each step is an entry that names the one before.

use data_encoding::BASE32_NOPAD;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::chain::{Hash, sha256};
use crate::claim::{ClaimError, read_square};
use crate::entry::{DayClose, Entry, Fact, StaffId, Writer};
use crate::money::Paise;
use crate::signature::{PublicKey, Purpose, Signature, Signer};

/// The most receivings that one deposit may cover: a large office's day.
pub const DEPOSIT_RECEIVINGS_MAX: usize = 200;

/// What stands before a square's claim, so that it is told from a receipt's.
const SQUARE_PATH: &str = "/D/";

/// The most cheques and drafts of one close that may be missing: more of them is no day's bag.
pub const MISSING_MAX: usize = 100;

/// Which day's close it is whose money an officer received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct ReceivingOf {
    #[n(0)]
    pub writer: Writer,
    /// The sequence of the close.
    #[n(1)]
    pub close: u64,
}

/// An officer counted the money of a day's close and took it over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Receiving {
    #[n(0)]
    pub of: ReceivingOf,
    /// SHA-256 of the canonical bytes of the close's entry.
    #[n(1)]
    pub close_hash: Hash,
    /// The close's day, days since 1970-01-01.
    #[n(2)]
    pub day: i64,
    /// Who handed it in.
    #[n(3)]
    pub collector: StaffId,
    /// What the close says.
    #[n(4)]
    pub claimed: Paise,
    /// What the officer counted.
    #[n(5)]
    pub counted: Paise,
    /// Cheques and drafts that came with it.
    #[n(6)]
    pub instruments: u32,
    /// Why the two differ, or something did not come; empty only where all of it did.
    #[n(7)]
    pub reason: String,
    /// The receipts of the close whose cheques or drafts did not come, by their sequences in its
    /// device's chain, rising; none where all came.
    #[n(8)]
    pub missing: Option<Vec<u64>>,
}

/// The device of the close has the officer's word.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HandIn {
    /// The sequence of this device's close.
    #[n(0)]
    pub close: u64,
    /// Where the officer's entry stands: a device's chain, or the office book.
    #[n(1)]
    pub by: Writer,
    #[n(2)]
    pub entry: u64,
    #[n(3)]
    pub counted: Paise,
    #[n(4)]
    pub officer: StaffId,
}

/// Office book: received money was paid into the bank.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Deposit {
    /// The bank's challan number.
    #[n(0)]
    pub challan: String,
    /// The day of the deposit, days since 1970-01-01.
    #[n(1)]
    pub on: i64,
    #[n(2)]
    pub amount: Paise,
    /// The closes whose money it is.
    #[n(3)]
    pub of: Vec<ReceivingOf>,
}

/// Office book: the bank's statement has a deposit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Realised {
    /// The sequence of the deposit in the office book.
    #[n(0)]
    pub deposit: u64,
    #[n(1)]
    pub challan: String,
    #[n(2)]
    pub amount: Paise,
    /// By the bank's date, days since 1970-01-01.
    #[n(3)]
    pub on: i64,
    /// The bank's own reference.
    #[n(4)]
    pub bank_reference: String,
}

/// A day's close, or an officer's word on one, as its device claims it: what one device shows to
/// another where there is no network.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RemittanceClaim {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub body: String,
    /// The entry's canonical bytes.
    #[n(2)]
    entry: ByteVec,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedRemittance {
    #[n(0)]
    claim: RemittanceClaim,
    #[n(1)]
    signature: Signature,
}

impl DayClose {
    /// Nothing has to be handed in for a day without money.
    pub fn is_empty(&self) -> bool {
        self.counted.is_zero() && self.instruments == 0
    }

    /// What payers gave, by which the time to the bank is counted: the change money is the office's
    /// own.
    pub fn of_payers(&self) -> Paise {
        let cash = self.counted.checked_sub(self.float).unwrap_or_default().at_least_zero();
        cash.checked_add(self.instruments_sum).unwrap_or(cash)
    }
}

impl Receiving {
    /// The sequences of the receipts whose cheques or drafts did not come.
    pub fn missing(&self) -> &[u64] {
        self.missing.as_deref().unwrap_or_default()
    }

    /// Whether what did not come is said in the one form that there is for it, and why.
    pub(crate) fn missing_is_sound(&self) -> bool {
        let Some(missing) = &self.missing else { return true };
        (1..=MISSING_MAX).contains(&missing.len())
            && missing.is_sorted_by(|one, next| one < next)
            && !self.reason.trim().is_empty()
    }
}

impl RemittanceClaim {
    pub fn new(writer: Writer, body: String, entry: &Entry) -> Self {
        Self { writer, body, entry: entry.canonical().into() }
    }

    pub fn signed(self, device: &dyn Signer) -> SignedRemittance {
        let signature = device.sign(Purpose::Remittance, &self.message());
        SignedRemittance { claim: self, signature }
    }

    fn entry(&self) -> Result<Entry, ClaimError> {
        Entry::read(&self.entry).map_err(ClaimError::Entry)
    }

    /// The close with its entry, and the hash that an officer's word names it by.
    pub fn close(&self) -> Result<(Entry, DayClose, Hash), ClaimError> {
        let entry = self.entry()?;
        match &entry.fact {
            Fact::DayClosed(close) => Ok((entry.clone(), close.clone(), sha256(&self.entry))),
            _ => Err(ClaimError::NotAClose),
        }
    }

    /// The officer's word with its entry.
    pub fn receiving(&self) -> Result<(Entry, Receiving), ClaimError> {
        let entry = self.entry()?;
        match &entry.fact {
            Fact::Received(receiving) => Ok((entry.clone(), receiving.clone())),
            _ => Err(ClaimError::NotAReceiving),
        }
    }

    fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedRemittance {
    /// Whether a scanned text means to be one of these squares.
    pub fn is_meant(text: &str) -> bool {
        text.to_ascii_uppercase().contains(SQUARE_PATH)
    }

    /// The square's text, in a QR code's alphanumeric mode but for the '#'.
    pub fn square(&self, address: &str) -> String {
        let bytes = minicbor::to_vec(self).expect("a Vec takes every byte");
        let (address, claim) = (address.trim_end_matches('/'), BASE32_NOPAD.encode(&bytes));
        let (body, writer) = (&self.claim.body, self.claim.writer.0);
        format!("{}{SQUARE_PATH}{body}-{writer}#{claim}", address.to_ascii_uppercase())
    }

    /// Reads what was scanned; nothing of it is true before [`SignedRemittance::checked`].
    pub fn read(square: &str) -> Result<Self, ClaimError> {
        read_square(square)
    }

    /// The device that is said to have written it.
    pub fn writer(&self) -> Writer {
        self.claim.writer
    }

    /// The claim, once the signature was found to be the named device's, and the device one of the
    /// body.
    pub fn checked(
        &self,
        body: &str,
        key: impl Fn(Writer) -> Option<PublicKey>,
    ) -> Result<&RemittanceClaim, ClaimError> {
        let (writer, own) = (self.claim.writer, &self.claim.body);
        let device = key(writer).ok_or_else(|| ClaimError::UnknownDevice(writer).of(own))?;
        device
            .verify(Purpose::Remittance, &self.claim.message(), &self.signature)
            .map_err(|error| ClaimError::Altered(error).of(own))?;
        match own == body {
            true => Ok(&self.claim),
            false => Err(ClaimError::UnknownDevice(writer).of(own)),
        }
    }
}
