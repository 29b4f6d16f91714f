//! Slots of facilities as officers lease them to devices: what is asked to be written, and what the
//! office has of it.

use ledger::StaffId;

/// An officer lets a device sell slots.
pub struct ToLeaseSlots {
    /// The device's name in the office, "kiosk-1".
    pub device: String,
    pub facility: String,
    /// Days since 1970-01-01, both counted.
    pub from: i64,
    pub to: i64,
    /// Of each day; empty for all that the facility has.
    pub slots: Vec<String>,
    pub by: StaffId,
    pub now_ms: i64,
}

/// What was leased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeasedSlots {
    pub number: u32,
    /// How many slots of how many days.
    pub count: u32,
}

/// An officer wants back what a device has not sold of a lease.
pub struct ToRecallSlots {
    pub number: u32,
    pub by: StaffId,
    pub now_ms: i64,
}

/// A lease as the office knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotLeaseRow {
    pub number: u32,
    pub device: String,
    pub facility: String,
    pub from: i64,
    pub to: i64,
    pub slots: Vec<String>,
    /// How many of them receipts that are here have booked.
    pub sold: u64,
    pub state: SlotLeaseState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotLeaseState {
    /// The device has not said that it has it.
    Given,
    Taken,
    /// It is wanted back, and the device may sell until it has heard and answered.
    Recalled,
    /// What was not sold may be leased again.
    Returned,
}

impl SlotLeaseState {
    /// As an operator reads it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "on its way",
            Self::Taken => "with the device",
            Self::Recalled => "wanted back",
            Self::Returned => "given back",
        }
    }
}
