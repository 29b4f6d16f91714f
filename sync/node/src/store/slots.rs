//! Slots that the office leased to this device, or wants back, as its notices say.

use ledger::{SignedSlots, SlotsRecalled};

use super::Store;

/// What the notices said, oldest first.
#[derive(Default)]
pub(super) struct OfficeSlots {
    pub(super) leases: Vec<SignedSlots>,
    pub(super) recalls: Vec<SlotsRecalled>,
}

impl Store {
    /// Slots that the office leased and that this device has not taken yet, oldest first.
    pub fn slot_leases(&self) -> Vec<SignedSlots> {
        let untaken = |signed: &&SignedSlots| !self.day_book.has_taken_slots(signed.lease.number);
        self.slots.leases.iter().filter(untaken).cloned().collect()
    }

    /// A lesson has slots that no office leased.
    pub(crate) fn lend_slots(&mut self, slots: SignedSlots) {
        self.slots.leases.push(slots);
    }

    /// Leases that the office wants back, answered or not.
    pub fn slots_recalled(&self) -> Vec<SlotsRecalled> {
        self.slots.recalls.clone()
    }
}
