//! Receipts of this device found again, and what the office said about them.

use std::collections::HashSet;

use ledger::{
    ApartSettled, Entry, Fact, InstrumentSettled, InstrumentState, Lease, Moment, Paise, Receiving,
};
use ledger::{StaffId, Writer};

use super::Store;
use super::error::StoreError;
use super::tally::Counterfoil;

/// What the office wrote into its book about this device's receipts and closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeSaid {
    /// The sequence in the office book.
    pub seq: u64,
    pub said: Said,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A receipt took so much more than was owed, which the office holds for the building.
    Excess { receipt: u64, amount: Paise },
    /// The bank did not honour the cheque or draft of a receipt, for this reason.
    Dishonoured { receipt: u64, reason: String },
    /// An officer received the cash of a close at the office's own counter.
    Received { officer: StaffId, word: Receiving },
    /// Two persons settled an entry that was kept apart.
    Settled(ApartSettled),
}

impl Said {
    /// What an entry of the office book says to a device; none where it says nothing to it.
    pub(super) fn of(entry: &Entry, own: Writer) -> Option<Self> {
        match &entry.fact {
            Fact::ExcessHeld(held) if held.writer == own => {
                Some(Self::Excess { receipt: held.receipt, amount: held.amount })
            }
            Fact::InstrumentSettled(InstrumentSettled { writer, receipt, state, said, .. })
                if *writer == own && *state == InstrumentState::Dishonoured =>
            {
                Some(Self::Dishonoured { receipt: *receipt, reason: said.clone() })
            }
            Fact::Received(word) if word.of.writer == own => {
                Some(Self::Received { officer: entry.staff?, word: word.clone() })
            }
            Fact::ApartSettled(word) if word.writer == own => Some(Self::Settled(word.clone())),
            _ => None,
        }
    }
}

impl Store {
    /// Receipts of this device, newest first, at most `limit` of them: all, or those whose number,
    /// or whose building's number, is like what was typed.
    pub fn receipts_like(&self, typed: &str, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let typed = typed.trim().to_uppercase();
        let of_buildings: HashSet<u32> = match typed.is_empty() {
            true => HashSet::new(),
            false => self.buildings_by_number(&typed)?.into_iter().map(|found| found.id).collect(),
        };
        let number = |counterfoil: &Counterfoil| {
            let lease = self.tally.lease(counterfoil.book);
            lease.map(|lease| lease.number(counterfoil.number).to_string())
        };
        let seqs = self.newest_receipts(limit, |counterfoil| {
            typed.is_empty()
                || counterfoil.building.is_some_and(|id| of_buildings.contains(&id))
                || number(counterfoil).is_some_and(|number| number.contains(&typed))
        })?;
        let mut found = Vec::with_capacity(seqs.len());
        for seq in seqs {
            found.extend(self.entry(seq)?);
        }
        Ok(found)
    }

    /// Whether a receipt of this device was cancelled.
    pub fn is_cancelled(&self, receipt: u64) -> bool {
        self.tally.is_cancelled(receipt)
    }

    /// The lease of the book with this code that was opened last before an entry.
    pub fn opened_before(&self, book: &str, seq: u64) -> Option<Lease> {
        self.tally.opened_before(book, seq).cloned()
    }

    /// What the office said about receipts and closes of this device, oldest first.
    pub fn office_said(&self) -> impl Iterator<Item = &OfficeSaid> {
        self.said.iter()
    }

    /// Full hours since the office was last heard of; none where the wall clock cannot be believed.
    pub fn unheard_hours(&self, now: Moment) -> Option<u32> {
        if self.unsure_since(now).is_some() {
            return None;
        }
        let unheard_ms = now.wall_ms.saturating_sub(self.time.office_ms).max(0);
        u32::try_from(unheard_ms / 3_600_000).ok()
    }
}
