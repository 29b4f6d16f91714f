//! Entries: facts that are added and never changed.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apart::{ApartSettled, WardsAssigned};
use crate::application::{ApplicationErased, Applied};
use crate::chain::Hash;
use crate::complaint::{ComplaintAnswered, ComplaintWorked};
use crate::elsewhere::PaidElsewhere;
use crate::group::IntentPart;
use crate::instrument::InstrumentSettled;
use crate::lease::SignedLease;
use crate::moment::Moment;
use crate::money::Paise;
use crate::notice::{ExcessHeld, ForkSettled, PayerNotice, Restored};
use crate::pack_said::PackSaid;
use crate::receipt::Receipt;
use crate::registration::{Decided, ExtractIssued};
use crate::remittance::{Deposit, HandIn, Realised, Receiving};
use crate::signature::PublicKey;
use crate::slots::{SignedSlots, SlotsRecalled, SlotsReturned};
use crate::visit::Visit;

/// The largest entry that is read, in bytes: a receipt of thirty demands with typed names has about
/// 1,500.
pub const ENTRY_BYTES_MAX: usize = 8_192;

/// Who writes a chain: a device, or the office itself.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Encode,
    Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Writer(#[n(0)] pub u32);

impl Writer {
    /// The office book of the local body, written and signed by the centre.
    pub const OFFICE: Self = Self(0);
}

/// A member of staff, by the number in the office's roster.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Encode,
    Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct StaffId(#[n(0)] pub u32);

/// One fact in the chain of its writer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// Gap-free from 1.
    #[n(0)]
    pub seq: u64,
    #[n(1)]
    pub at: Moment,
    /// Who was signed in; none at an unattended kiosk.
    #[n(2)]
    pub staff: Option<StaffId>,
    /// The writer's newest sequence that the office had countersigned when this was written.
    #[n(3)]
    pub countersigned: u64,
    #[n(4)]
    pub fact: Fact,
    /// Where the wall clock could not be believed: until when it could, milliseconds since 1970.
    #[n(5)]
    pub unsure_since_ms: Option<i64>,
}

/// What happened. Variants are only ever added; each keeps its number.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Fact {
    /// The device opened a receipt book that the office leased to it.
    #[n(0)]
    BookOpened(#[n(0)] SignedLease),
    /// An open book goes back to the office: used up, or its year has ended.
    #[n(1)]
    BookReturned(#[n(0)] BookReturn),
    #[n(2)]
    Receipt(#[n(0)] Receipt),
    /// What came of printing an entry's slip.
    #[n(3)]
    Print(#[n(0)] Print),
    /// Money was asked for from a terminal or by UPI; on disk before the first byte goes out.
    #[n(4)]
    Intent(#[n(0)] Intent),
    /// An intent came to nothing. (A receipt that names it is the other ending.)
    #[n(5)]
    IntentEnded(#[n(0)] IntentEnded),
    #[n(6)]
    Visit(#[n(0)] Visit),
    #[n(7)]
    DayClosed(#[n(0)] DayClose),
    #[n(8)]
    SignedIn,
    #[n(9)]
    SignedOut,
    /// Office book: the bank says that an intent of a device was paid.
    #[n(10)]
    Confirmed(#[n(0)] Confirmation),
    /// Office book: a further receipt book for a device.
    #[n(11)]
    BookLeased(#[n(0)] SignedLease),
    /// Office book: a device of the body, so that all others can check its slips.
    #[n(12)]
    DeviceEnrolled(#[n(0)] Enrolment),
    /// A receipt is cancelled. Its number stays used, and its paper is taken back.
    #[n(13)]
    Voided(#[n(0)] Void),
    /// A certificate of remittance was asked for, since no copy of a receipt is ever given.
    #[n(14)]
    Certified(#[n(0)] Certificate),
    /// Change money that somebody begins the day with.
    #[n(15)]
    FloatTaken(#[n(0)] Paise),
    /// A duplicate of a receipt, marked as one, where the pack allows it.
    #[n(16)]
    Duplicated(#[n(0)] Duplicate),
    /// An officer took over the money of a day's close; on the officer's device, or in the office
    /// book.
    #[n(17)]
    Received(#[n(0)] Receiving),
    /// The device of a day's close has the officer's word that its money was received.
    #[n(18)]
    HandedIn(#[n(0)] HandIn),
    /// What the office noted about a receipt was put on paper for its payer.
    #[n(19)]
    NoticeWritten(#[n(0)] PayerNotice),
    /// Office book: a receipt took more than was owed, and the office holds it for the building.
    #[n(20)]
    ExcessHeld(#[n(0)] ExcessHeld),
    /// Office book: the bank honoured a cheque or a draft, or did not.
    #[n(21)]
    InstrumentSettled(#[n(0)] InstrumentSettled),
    /// Office book: money that officers received was paid into the bank.
    #[n(22)]
    Deposited(#[n(0)] Deposit),
    /// Office book: the bank's statement has a deposit.
    #[n(23)]
    Realised(#[n(0)] Realised),
    /// Office book: a receipt that no device has sent, restored from its payer's slip.
    #[n(24)]
    Restored(#[n(0)] Restored),
    /// Office book: two persons closed the case of a device that tells two histories.
    #[n(25)]
    ForkSettled(#[n(0)] ForkSettled),
    /// Office book: two persons settled an entry of a device that was kept apart.
    #[n(26)]
    ApartSettled(#[n(0)] ApartSettled),
    /// Office book: the wards that a device has from now on.
    #[n(27)]
    WardsAssigned(#[n(0)] WardsAssigned),
    /// What the device says of a rule pack that the office sent it.
    #[n(30)]
    PackSaid(#[n(0)] PackSaid),
    /// Office book: a payment that came for a building through a channel of others.
    #[n(32)]
    PaidElsewhere(#[n(0)] PaidElsewhere),
    /// Office book: slots of a facility that a device may sell.
    #[n(36)]
    SlotsLeased(#[n(0)] SignedSlots),
    /// The device sells from these slots, which the office leased to it.
    #[n(37)]
    SlotsOpened(#[n(0)] SignedSlots),
    /// Office book: a device is to give back what it has not sold of a lease.
    #[n(38)]
    SlotsRecalled(#[n(0)] SlotsRecalled),
    /// The device gives a lease back, and sells nothing of it from now on.
    #[n(39)]
    SlotsReturned(#[n(0)] SlotsReturned),
    /// Something was asked of the office, and an acknowledgement given for it.
    #[n(31)]
    Applied(#[n(0)] Applied),
    /// Office book: what was answered in an application was deleted.
    #[n(40)]
    ApplicationErased(#[n(0)] ApplicationErased),
    /// Office book: the Registrar decided of a birth or death that was reported.
    #[n(41)]
    Decided(#[n(0)] Decided),
    /// Office book: an extract of the register of births or deaths was given out.
    #[n(42)]
    ExtractIssued(#[n(0)] ExtractIssued),
    /// Somebody of the office worked on a complaint; at a device, or in the office book.
    #[n(45)]
    ComplaintWorked(#[n(0)] ComplaintWorked),
    /// The citizen said how a complaint was answered, or that it was not.
    #[n(46)]
    ComplaintAnswered(#[n(0)] ComplaintAnswered),
}

/// The counterfoil of a book: what came of its numbers, as the device hands it in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BookReturn {
    #[n(0)]
    pub book: String,
    /// How many numbers were used, from the lease's first on. The others can be used by nobody.
    #[n(1)]
    pub used: u32,
    /// The hash over every receipt and cancellation of the book, in their order.
    #[n(2)]
    pub root: Hash,
    #[n(3)]
    pub cause: ReturnCause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ReturnCause {
    #[n(0)]
    UsedUp,
    /// The financial year that it was issued for has ended.
    #[n(1)]
    YearEnded,
}

/// A receipt that does not stand. Only the latest one of its demand can be cancelled, in cash, on
/// its own day and by two persons.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Void {
    /// The sequence of the receipt.
    #[n(0)]
    pub receipt: u64,
    #[n(1)]
    pub reason: String,
    /// The second person, who saw the paper taken back.
    #[n(2)]
    pub second: StaffId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Certificate {
    /// The sequence of the receipt.
    #[n(0)]
    pub receipt: u64,
    /// Gap-free from 1 on this device.
    #[n(1)]
    pub number: u32,
}

/// The marked duplicate of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Duplicate {
    /// The sequence of the receipt.
    #[n(0)]
    pub receipt: u64,
    /// 1 for the first duplicate of this receipt; it stands on the paper.
    #[n(1)]
    pub nth: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Print {
    /// The sequence of the entry whose slip it is.
    #[n(0)]
    pub of: u64,
    #[n(1)]
    pub outcome: PrintOutcome,
    /// How its end is known.
    #[n(2)]
    pub witness: PrintWitness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PrintOutcome {
    /// The whole slip is out.
    #[n(0)]
    Whole,
    /// Not a whole slip: it is still to be handed over.
    #[n(1)]
    Failed,
    /// Nobody can tell; staff are asked.
    #[n(2)]
    Uncertain,
    /// The person left without it; staff hold it.
    #[n(3)]
    Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PrintWitness {
    #[n(0)]
    Printer,
    /// A member of staff answered.
    #[n(1)]
    Staff,
    /// The books were opened and found it without an outcome.
    #[n(2)]
    Restart,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Intent {
    #[n(0)]
    pub amount: Paise,
    #[n(1)]
    pub by: IntentMode,
    /// The reference that the terminal or the UPI app is given; unique for ever.
    #[n(2)]
    pub reference: String,
    /// The building that it is for; none for money in suspense, and for several demands.
    #[n(3)]
    pub building: Option<u32>,
    /// The service, as the rule pack names it.
    #[n(4)]
    pub service: String,
    /// Where it is for several demands: what is asked for each. They add up to the amount, and each
    /// has its receipt.
    #[n(5)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub parts: Vec<IntentPart>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum IntentMode {
    #[n(0)]
    Card,
    #[n(1)]
    Upi,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct IntentEnded {
    /// The sequence of the intent.
    #[n(0)]
    pub intent: u64,
    #[n(1)]
    pub ending: IntentEnding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum IntentEnding {
    #[n(0)]
    Declined,
    /// The payer went another way before anything was taken.
    #[n(1)]
    Cancelled,
    /// No word came in time. A UPI payment may still arrive late.
    #[n(2)]
    Expired,
    /// Nobody can tell; the office settles it.
    #[n(3)]
    Unknown,
    /// The terminal never saw it.
    #[n(4)]
    NeverSeen,
}

/// The day's end of a member of staff: what was counted against what the book says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DayClose {
    /// Days since 1970-01-01 in India: the day that is closed.
    #[n(0)]
    pub day: i64,
    /// Notes by their value, and how many.
    #[n(1)]
    pub notes: Vec<Notes>,
    #[n(2)]
    pub coins: Paise,
    #[n(3)]
    pub counted: Paise,
    #[n(4)]
    pub expected: Paise,
    /// Why they differ; empty only where they do not.
    #[n(5)]
    pub reason: String,
    /// Receipts that were written, the cancelled ones among them.
    #[n(6)]
    pub receipts: u32,
    #[n(7)]
    pub voided: u32,
    /// The statement of receipts by head of account, in the order of the codes (Kerala Panchayat
    /// Raj (Accounts) Rules 2011, rule 24), whatever they were paid by.
    #[n(8)]
    pub heads: Vec<HeadSum>,
    /// The change money of the day's beginning, which is counted with the rest.
    #[n(9)]
    pub float: Paise,
    /// Cheques and drafts that are handed in with the cash.
    #[n(10)]
    pub instruments: u32,
    #[n(11)]
    pub instruments_sum: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeadSum {
    #[n(0)]
    pub head: String,
    #[n(1)]
    pub amount: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Notes {
    #[n(0)]
    pub value: Paise,
    #[n(1)]
    pub count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Confirmation {
    #[n(0)]
    pub writer: Writer,
    /// The sequence of the device's intent.
    #[n(1)]
    pub intent: u64,
    #[n(2)]
    pub reference: String,
    #[n(3)]
    pub amount: Paise,
    /// The bank's own reference.
    #[n(4)]
    pub bank_reference: String,
    #[n(5)]
    pub paid_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Enrolment {
    #[n(0)]
    pub writer: Writer,
    /// The device's name in the office, "kiosk-1".
    #[n(1)]
    pub name: String,
    #[n(2)]
    pub key: PublicKey,
}

impl Entry {
    /// The one form of its bytes that hashes and signatures are taken over.
    pub fn canonical(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }

    /// Reads canonical bytes, and nothing else: bytes that would be written otherwise are refused,
    /// so that one entry cannot have two hashes.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong(bytes.len()));
        }
        let entry: Self = minicbor::decode(bytes).map_err(EntryError::Shape)?;
        if entry.canonical() != bytes {
            return Err(EntryError::NotCanonical);
        }
        Ok(entry)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("an entry of {0} bytes is longer than {ENTRY_BYTES_MAX}")]
    TooLong(usize),
    #[error("not an entry")]
    Shape(#[source] minicbor::decode::Error),
    #[error("an entry that is not written in its one form")]
    NotCanonical,
}
