//! Times of the body's facilities that are booked with no network: the office leases them to a
//! device, as it leases receipt books, and nobody else can sell them meanwhile.

use minicbor::{Decode, Encode};

use crate::entry::Writer;
use crate::moment::date_of;
use crate::receipt::{Answer, Receipt};
use crate::signature::{PublicKey, Purpose, Signature, Signer, WrongSignature};

/// The names under which a receipt's answers keep what was booked. No form may ask them.
pub const BOOKED_FACILITY: &str = "booked_facility";
pub const BOOKED_DAY: &str = "booked_day";
pub const BOOKED_SLOT: &str = "booked_slot";

/// The longest lease, in days: what is booked lies within a year.
pub const SLOT_DAYS_MAX: i64 = 366;

/// The most slots of a day.
pub const SLOTS_A_DAY_MAX: usize = 12;

/// One slot of a facility on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Booking {
    /// The facility, as the rule pack names it.
    #[n(0)]
    pub facility: String,
    /// Days since 1970-01-01.
    #[n(1)]
    pub day: i64,
    /// The slot of the day, as the rule pack names it.
    #[n(2)]
    pub slot: String,
}

/// Which slots a device may sell: each of `slots` on each day, both ends counted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SlotLease {
    #[n(0)]
    pub body: String,
    /// Counted upwards by the office over all devices.
    #[n(1)]
    pub number: u32,
    #[n(2)]
    pub writer: Writer,
    #[n(3)]
    pub facility: String,
    /// Days since 1970-01-01.
    #[n(4)]
    pub from: i64,
    #[n(5)]
    pub to: i64,
    #[n(6)]
    pub slots: Vec<String>,
    /// When the office issued it, milliseconds since 1970.
    #[n(7)]
    pub issued_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedSlots {
    #[n(0)]
    pub lease: SlotLease,
    #[n(1)]
    pub signature: Signature,
}

/// Office book: a device is asked to give back what it has not sold of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SlotsRecalled {
    #[n(0)]
    pub writer: Writer,
    /// The number of the lease.
    #[n(1)]
    pub lease: u32,
}

/// The device's answer: from this entry on it sells nothing of the lease. What it sold before
/// stays sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SlotsReturned {
    /// The number of the lease.
    #[n(0)]
    pub lease: u32,
    /// How many of its slots were not sold.
    #[n(1)]
    pub unsold: u32,
}

impl Booking {
    /// What the answers of a receipt or a form book. None where they book nothing; an error where
    /// they name a part of a booking and not the whole.
    pub fn of(answers: &[Answer]) -> Result<Option<Self>, HalfBooked> {
        let named = |name: &str| {
            let found = answers.iter().find(|answer| answer.name == name);
            found.map(|answer| answer.value.as_str())
        };
        let (facility, day, slot) = (named(BOOKED_FACILITY), named(BOOKED_DAY), named(BOOKED_SLOT));
        if facility.is_none() && day.is_none() && slot.is_none() {
            return Ok(None);
        }
        let (Some(facility), Some(day), Some(slot)) = (facility, day, slot) else {
            return Err(HalfBooked);
        };
        let date: chrono::NaiveDate = day.parse().map_err(|_| HalfBooked)?;
        let epoch = chrono::DateTime::UNIX_EPOCH.date_naive();
        let number = date.signed_duration_since(epoch).num_days();
        if date.to_string() != day || facility.is_empty() || slot.is_empty() {
            return Err(HalfBooked);
        }
        Ok(Some(Self { facility: facility.to_owned(), day: number, slot: slot.to_owned() }))
    }

    pub fn of_receipt(receipt: &Receipt) -> Result<Option<Self>, HalfBooked> {
        Self::of(&receipt.answers)
    }

    /// As a receipt keeps it.
    pub fn answers(&self) -> [Answer; 3] {
        [
            (BOOKED_FACILITY, self.facility.clone()),
            (BOOKED_DAY, date_of(self.day).to_string()),
            (BOOKED_SLOT, self.slot.clone()),
        ]
        .map(|(name, value)| Answer { name: name.to_owned(), value })
    }

    /// Whether an answer of this name says what is booked.
    pub fn is_answer(name: &str) -> bool {
        [BOOKED_FACILITY, BOOKED_DAY, BOOKED_SLOT].contains(&name)
    }
}

/// Answers that name a part of a booking and not the whole, or no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its answers name a part of a booking only")]
pub struct HalfBooked;

impl SlotLease {
    /// Whether a slot is one of these.
    pub fn has(&self, booking: &Booking) -> bool {
        self.facility == booking.facility
            && (self.from..=self.to).contains(&booking.day)
            && self.slots.contains(&booking.slot)
    }

    /// How many slots it is of.
    pub fn count(&self) -> u32 {
        let days = u32::try_from(self.to - self.from + 1).unwrap_or(0);
        days.saturating_mul(u32::try_from(self.slots.len()).unwrap_or(u32::MAX))
    }

    /// Whether it is one that can be sold from: some days, each slot once.
    pub fn is_sound(&self) -> bool {
        let twice = |(place, slot): (usize, &String)| self.slots[..place].contains(slot);
        (0..SLOT_DAYS_MAX).contains(&self.to.saturating_sub(self.from))
            && (1..=SLOTS_A_DAY_MAX).contains(&self.slots.len())
            && !self.slots.iter().enumerate().any(twice)
    }

    /// Signs it with the office's key.
    pub fn signed(self, office: &dyn Signer) -> SignedSlots {
        let signature = office.sign(Purpose::Slots, &self.message());
        SignedSlots { lease: self, signature }
    }

    fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedSlots {
    pub fn verify(&self, office: &PublicKey) -> Result<(), WrongSignature> {
        office.verify(Purpose::Slots, &self.lease.message(), &self.signature)
    }
}
