//! What a journey reads: the device's own books, its part of the register, its staff. The desk
//! lends them for the time of one event.

use ledger::{
    Answer, Building, CardMark, ClaimError, ComplaintState, DayBook, Entry, Extract, FieldValue,
    KeptApart, Lease, Mark, Moment, Paise, ReceiptLine, ReceiptNumber, Receiving, RecordId,
    Registration, SignedLease, SignedSlots, SlotsRecalled, StaffId, VisitOutcome, Writer,
};
use thiserror::Error;

use crate::event::NotRecorded;
use crate::screen::ErrandState;

/// The books could not be read; the log has the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the books of this device cannot be read")]
pub struct Unreadable;

pub trait Books {
    fn day_book(&self) -> &DayBook;

    fn entry(&self, seq: u64) -> Result<Option<Entry>, Unreadable>;

    /// Buildings with this number or old number.
    fn by_number(&self, number: &str) -> Result<Vec<Building>, Unreadable>;

    /// At most `limit` buildings of these wards that agree with what was typed, those that agree
    /// best first: numbers, streets and initials, and `with_names` the owners, however spelled.
    fn search(
        &self,
        typed: &str,
        with_names: bool,
        wards: &[u16],
        limit: usize,
    ) -> Result<Vec<Building>, Unreadable>;

    fn building(&self, id: u32) -> Result<Option<Building>, Unreadable>;

    /// The building whose sticker says this.
    fn by_house_code(&self, code: &str) -> Result<Option<Building>, Unreadable>;

    /// The buildings that people said the card of a household to be of.
    fn by_card(&self, mark: CardMark) -> Result<Vec<Building>, Unreadable>;

    /// The buildings with an account of this number at a utility: of one service, or of any.
    fn by_account(&self, service: Option<&str>, account: &str)
    -> Result<Vec<Building>, Unreadable>;

    /// What this device took for a building and its register does not have yet.
    fn paid_since(&self, building: u32) -> Result<Vec<ReceiptLine>, Unreadable>;

    /// The buildings of a ward in the order of the round.
    fn round(&self, ward: u16) -> Result<Vec<Building>, Unreadable>;

    /// What this device did at a building on a day, the latest of it.
    fn done_on(&self, building: u32, day: i64) -> Option<Done>;

    /// The receipts that stand and that a day's close counts, oldest first, by the close's
    /// sequence.
    fn receipts_of_close(&self, close: u64) -> Result<Vec<Entry>, Unreadable>;

    /// Receipt books that the office leased and that were not opened yet, oldest first.
    fn leases(&self) -> Vec<SignedLease>;

    /// Slots that the office leased and that this device has not taken yet, oldest first.
    fn slot_leases(&self) -> Vec<SignedSlots>;

    /// Leases of slots that the office wants back, answered or not.
    fn slots_recalled(&self) -> Vec<SlotsRecalled>;

    /// None where the device's wall clock can be believed; else the last time that it could,
    /// milliseconds since 1970.
    fn unsure_since(&self, now: Moment) -> Option<i64>;

    /// Receipts that this device wrote, newest first: all of them, or those whose number or whose
    /// building's number contains what was typed.
    fn receipts_like(&self, typed: &str, limit: usize) -> Result<Vec<Entry>, Unreadable>;

    /// The newest receipts that this device wrote for a building, newest first, those that were
    /// cancelled among them.
    fn receipts_of_building(&self, building: u32, limit: usize) -> Result<Vec<Entry>, Unreadable>;

    /// By what a report of a birth or a death meets others (see `ledger::LikenessKey`); none where
    /// this device does not have the body's key.
    fn marks(&self, rule: &Registration, answers: &[Answer]) -> Vec<Mark>;

    /// Reports of this device that have one of these marks, newest first.
    fn alike(&self, marks: &[Mark]) -> Result<Vec<Entry>, Unreadable>;

    /// Whether a receipt of this device was cancelled.
    fn is_cancelled(&self, receipt: u64) -> bool;

    /// The lease of the book with this code that was opened last before an entry.
    fn opened_before(&self, book: &str, seq: u64) -> Result<Option<Lease>, Unreadable>;

    /// What the office noted about receipts of this device, oldest first.
    fn notices(&self) -> Vec<OfficeNotice>;

    /// What the office says of an entry of this device that it keeps apart, or kept.
    fn apart(&self, seq: u64) -> Option<KeptApart>;

    /// All of them, oldest entry first.
    fn kept_apart(&self) -> Vec<KeptApart>;

    /// The name of a device of this body, or its number where it has none here.
    fn device_name(&self, writer: Writer) -> String;

    /// The hours since the office was last heard of, where the clocks can tell.
    fn unheard_hours(&self, now: Moment) -> Option<u32>;

    /// The text of the square of a day's close, or of an officer's word on one, under this device's
    /// signature.
    fn remittance_square(&self, entry: &Entry) -> String;

    /// What such a square says, once its signature was checked.
    fn check_remittance(&self, square: &str) -> Result<CheckedRemittance, ClaimError>;

    /// Whether the PIN is this person's. The try is counted on the disk before it is made, and a
    /// right one ends the count.
    fn try_pin(&self, staff: StaffId, pin: &str) -> Result<bool, NotRecorded>;

    /// How many PINs were tried since the last right one, in earlier runs of the program too.
    fn wrong_pins(&self) -> u32;

    /// What is known of a house by others and by this device.
    fn details(&self, record: RecordId) -> Result<Vec<Detail>, Unreadable>;

    /// What was said of a building here and the office did not take, newest first.
    fn refused_details(&self, building: u32) -> Result<Vec<DetailRefused>, Unreadable>;

    /// How many things that were said of houses the centre has not acknowledged.
    fn details_to_send(&self) -> u64;

    /// What is carried for other devices, the longest kept first.
    fn errands(&self) -> Result<Vec<Errand>, Unreadable>;

    /// The complaints that this device may know, by the day on which they are due.
    fn complaints(&self) -> Result<Vec<ComplaintHere>, Unreadable>;

    /// The last entry that the centre has acknowledged.
    fn acknowledged(&self) -> u64;

    /// Since when the office has locked this device, by the office's clock in milliseconds since
    /// 1970; none where it has not.
    fn frozen(&self) -> Option<i64>;

    /// When the centre last answered.
    fn reached_at(&self) -> Option<Moment>;

    /// The text of the square on the slip of a receipt or an application: its entry under this
    /// device's signature.
    fn square(&self, entry: &Entry) -> String;

    /// What the square of an extract of the register says, once the office's signature was checked.
    fn check_extract(&self, square: &str) -> Result<Extract, ClaimError>;

    /// What the square of a slip says, once its signature was checked.
    fn check_square(&self, square: &str) -> Result<Checked, ClaimError>;
}

/// A parcel of another device that this one carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    pub of: Writer,
    /// When it was brought, milliseconds since 1970.
    pub at_ms: i64,
    pub state: ErrandState,
}

/// What was done at a building today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    pub at: Moment,
    pub deed: Deed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Paid,
    Visited(VisitOutcome),
}

/// One field of a record, and who said what of it; the first word is the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    pub field: String,
    pub said: Vec<DetailSaid>,
    /// This device said it, and the centre has not acknowledged that.
    pub waiting: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailSaid {
    pub value: FieldValue,
    /// The person's name where it is known here, else the device's.
    pub by: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

/// What was said here and the office did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailRefused {
    pub record: RecordId,
    pub field: String,
    pub reason: String,
}

/// What the office noted about a receipt of this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeNotice {
    /// The sequence in the office book.
    pub seq: u64,
    /// The sequence of the receipt.
    pub receipt: u64,
    pub noted: Noted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It took so much more than was owed, which the office holds for the building.
    Excess(Paise),
    /// The bank did not honour its cheque or draft, for this reason.
    Dishonoured(String),
    /// It cannot stand, and the office gives its money back by a voucher, for this reason.
    Returned { voucher: String, reason: String },
}

/// An officer's word in the office book on a close of this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeWord {
    /// The sequence in the office book.
    pub seq: u64,
    pub officer: StaffId,
    pub word: Receiving,
}

/// A square of a remittance that proved itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckedRemittance {
    Close {
        writer: Writer,
        /// The close's entry.
        entry: Entry,
        /// The name of the device that wrote it.
        device: String,
    },
    Receiving {
        writer: Writer,
        entry: Entry,
        word: Receiving,
    },
}

/// A complaint as this device knows it, with what was done about it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintHere {
    /// As it is printed.
    pub number: String,
    pub category: String,
    pub ward: u16,
    pub asset: Option<String>,
    /// Days since 1970-01-01.
    pub due: i64,
    pub state: ComplaintState,
    pub office: String,
    pub stars: Option<u8>,
    /// The answers that officers read.
    pub says: Vec<Answer>,
    /// The check code of its slip, where it was filed here.
    pub code: Option<String>,
    /// What was done at last, or why not.
    pub remark: Option<String>,
    /// The last day on which it may be said not to be solved, days since 1970-01-01; none where
    /// the office has not said it.
    pub reopen_to: Option<i64>,
}

/// What the acknowledgement of an application says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedApplication {
    pub service: String,
    /// Days since 1970-01-01.
    pub due: i64,
    /// The check code of its slip, where it is a complaint.
    pub complaint: Option<String>,
}

/// A slip that proved itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub number: ReceiptNumber,
    /// None on the acknowledgement of an application.
    pub amount: Option<Paise>,
    pub application: Option<CheckedApplication>,
    pub at: Moment,
    pub building: Option<u32>,
    /// The name of the device that wrote it.
    pub device: String,
}
