//! What a journey reads: the device's own books, its part of the register, its staff. The desk
//! lends them for the time of one event.

use ledger::{
    Building, ClaimError, DayBook, Entry, Moment, Paise, ReceiptLine, ReceiptNumber, SignedLease,
    StaffId, VisitOutcome,
};
use thiserror::Error;

/// The books could not be read; the log has the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the books of this device cannot be read")]
pub struct Unreadable;

pub trait Books {
    fn day_book(&self) -> &DayBook;

    fn entry(&self, seq: u64) -> Result<Option<Entry>, Unreadable>;

    /// Buildings with this number or old number.
    fn by_number(&self, number: &str) -> Result<Vec<Building>, Unreadable>;

    fn building(&self, id: u32) -> Result<Option<Building>, Unreadable>;

    /// The building whose sticker says this.
    fn by_house_code(&self, code: &str) -> Result<Option<Building>, Unreadable>;

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

    /// None where the device's wall clock can be believed; else the last time that it could,
    /// milliseconds since 1970.
    fn unsure_since(&self, now: Moment) -> Option<i64>;

    fn pin_matches(&self, staff: StaffId, pin: &str) -> bool;

    /// The last entry that the centre has acknowledged.
    fn acknowledged(&self) -> u64;

    /// Since when the office has locked this device, by the office's clock in milliseconds since
    /// 1970; none where it has not.
    fn frozen(&self) -> Option<i64>;

    /// When the centre last answered.
    fn reached_at(&self) -> Option<Moment>;

    /// The text of the square on the slip of a receipt: the receipt under this device's signature.
    fn square(&self, receipt: &Entry) -> String;

    /// What the square of a slip says, once its signature was checked.
    fn check_square(&self, square: &str) -> Result<Checked, ClaimError>;
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

/// A slip that proved itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub number: ReceiptNumber,
    pub amount: Paise,
    pub at: Moment,
    pub building: Option<u32>,
    /// The name of the device that wrote it.
    pub device: String,
}
