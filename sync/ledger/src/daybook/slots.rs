//! The slots that a device may sell, and those that it sold.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::DayBook;
use super::breach::Breach;
use crate::entry::Entry;
use crate::receipt::Receipt;
use crate::slots::{Booking, SignedSlots, SlotLease, SlotsReturned};

/// A lease is forgotten so many days after its last one, when the next is taken: nobody cancels a
/// receipt, or has an entry settled, so much later.
const FORGOTTEN_AFTER_DAYS: i64 = 62;

/// What the office leased, and what was sold of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(super) struct SlotPool {
    /// By their numbers.
    #[n(0)]
    leases: BTreeMap<u32, SlotLease>,
    /// By the sequence of the receipt.
    #[n(1)]
    sold: BTreeMap<u64, Booking>,
    /// The highest number that was taken: a lease that went back is never opened again.
    #[n(2)]
    newest: u32,
}

impl SlotPool {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn is_sold(&self, booking: &Booking) -> bool {
        self.sold.values().any(|sold| sold == booking)
    }

    fn unsold(&self, lease: &SlotLease) -> u32 {
        let sold = self.sold.values().filter(|sold| lease.has(sold)).collect::<Vec<_>>();
        // One that two persons accepted though it was sold before stands there twice.
        let different =
            sold.iter().enumerate().filter(|(place, one)| !sold[..*place].contains(one));
        lease.count().saturating_sub(u32::try_from(different.count()).unwrap_or(u32::MAX))
    }
}

impl DayBook {
    /// The leases that are open, oldest first.
    pub fn slot_leases(&self) -> impl Iterator<Item = &SlotLease> {
        self.slots.leases.values()
    }

    /// Whether this device took a lease of this number, or a later one.
    pub fn has_taken_slots(&self, number: u32) -> bool {
        number <= self.slots.newest
    }

    /// Whether a slot is leased to this device and not sold.
    pub fn is_slot_free(&self, booking: &Booking) -> bool {
        self.slots.leases.values().any(|lease| lease.has(booking)) && !self.slots.is_sold(booking)
    }

    /// Whether this device sold it, and nobody cancelled that.
    pub fn is_slot_sold(&self, booking: &Booking) -> bool {
        self.slots.is_sold(booking)
    }

    /// What the device hands in when a lease goes back; none where it has no such lease.
    pub fn slots_returned(&self, number: u32) -> Option<SlotsReturned> {
        let lease = self.slots.leases.get(&number)?;
        Some(SlotsReturned { lease: number, unsold: self.slots.unsold(lease) })
    }

    pub(super) fn check_slots(&self, signed: &SignedSlots) -> Result<(), Breach> {
        let lease = &signed.lease;
        let genuine = signed.verify(&self.office).is_ok();
        if !genuine || lease.writer != self.writer || !lease.is_sound() {
            return Err(Breach::ForeignSlots);
        }
        match self.has_taken_slots(lease.number) {
            true => Err(Breach::SlotsTakenBefore(lease.number)),
            false => Ok(()),
        }
    }

    pub(super) fn check_slots_returned(&self, back: &SlotsReturned) -> Result<(), Breach> {
        let known = self.slots_returned(back.lease).ok_or(Breach::NoSuchSlots(back.lease))?;
        match known == *back {
            true => Ok(()),
            false => Err(Breach::SlotsUnsold {
                lease: back.lease,
                unsold: known.unsold,
                found: back.unsold,
            }),
        }
    }

    pub(super) fn check_booking(&self, receipt: &Receipt) -> Result<(), Breach> {
        let booking = Booking::of_receipt(receipt).map_err(|_| Breach::HalfBooked)?;
        let Some(booking) = booking else { return Ok(()) };
        if self.slots.is_sold(&booking) {
            return Err(Breach::SlotSold(booking.words()));
        }
        match self.slots.leases.values().any(|lease| lease.has(&booking)) {
            true => Ok(()),
            false => Err(Breach::SlotNotLeased(booking.words())),
        }
    }

    pub(super) fn take_slots(&mut self, lease: &SlotLease, entry: &Entry) {
        if entry.unsure_since_ms.is_none() {
            let gone = entry.at.day().saturating_sub(FORGOTTEN_AFTER_DAYS);
            self.slots.leases.retain(|_, lease| lease.to >= gone);
            self.slots.sold.retain(|_, sold| sold.day >= gone);
        }
        self.slots.newest = self.slots.newest.max(lease.number);
        self.slots.leases.insert(lease.number, lease.clone());
    }

    pub(super) fn take_slots_returned(&mut self, number: u32) {
        self.slots.leases.remove(&number);
    }

    /// A receipt that books a slot has sold it.
    pub(super) fn take_booking(&mut self, receipt: &Receipt, seq: u64) {
        if let Ok(Some(booking)) = Booking::of_receipt(receipt) {
            self.slots.sold.insert(seq, booking);
        }
    }

    /// A cancelled receipt frees what it booked.
    pub(super) fn free_slot(&mut self, receipt: u64) {
        self.slots.sold.remove(&receipt);
    }
}

impl Booking {
    /// "town_hall, 2026-08-14, morning".
    fn words(&self) -> String {
        let [facility, day, slot] = self.answers().map(|answer| answer.value);
        format!("{facility}, {day}, {slot}")
    }
}
