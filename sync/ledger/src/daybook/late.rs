//! Entries that were kept apart and are taken into the books after all. The chain has gone on over
//! them, so that they are taken out of their place.

use super::breach::Breach;
use super::{DayBook, check_lines};
use crate::entry::{Entry, Fact};
use crate::receipt::Receipt;

impl DayBook {
    /// Takes an entry as if it had kept the rule that it broke, or says why that cannot be and
    /// changes nothing.
    pub fn take_late(&mut self, entry: &Entry) -> Result<(), Breach> {
        self.check_late(entry)?;
        self.take_out_of_place(entry);
        Ok(())
    }

    /// Takes an entry that keeps every rule now, but for its place in the chain.
    pub fn free(&mut self, entry: &Entry) -> Result<(), Breach> {
        self.check_fact(entry)?;
        self.take_out_of_place(entry);
        Ok(())
    }

    /// What no settlement can mend: what the books could not even be kept by.
    fn check_late(&self, entry: &Entry) -> Result<(), Breach> {
        match &entry.fact {
            Fact::Receipt(receipt) => check_lines(receipt),
            Fact::Applied(applied) => Self::check_applied_late(applied, entry),
            Fact::BookOpened(lease) => self.check_opening(lease, entry),
            Fact::BookReturned(back) => {
                self.book(&back.book).map(|_| ()).ok_or(Breach::ForeignBook)
            }
            Fact::SlotsOpened(lease) => self.check_slots(lease),
            Fact::SlotsReturned(back) => {
                self.slots_returned(back.lease).map(|_| ()).ok_or(Breach::NoSuchSlots(back.lease))
            }
            Fact::DayClosed(_) | Fact::FloatTaken(_) | Fact::Received(_) => {
                entry.staff.map(|_| ()).ok_or(Breach::CashWithoutCashier)
            }
            Fact::ComplaintWorked(word) => {
                word.check(entry.staff.is_some()).map_err(Breach::Complaint)
            }
            Fact::ComplaintAnswered(word) => word.check().map_err(Breach::Complaint),
            fact => match fact.is_offices_alone() {
                true => Err(Breach::OfficeOnly),
                false => Ok(()),
            },
        }
    }

    fn take_out_of_place(&mut self, entry: &Entry) {
        let canonical = entry.canonical();
        match &entry.fact {
            Fact::Receipt(receipt) => self.take_receipt_late(receipt, entry, &canonical),
            Fact::Applied(applied) => self.take_applied_late(applied, entry.seq, &canonical),
            Fact::DayClosed(close) => {
                let staff = entry.staff.expect("it was checked that somebody closes the day");
                self.close_till_late(staff, close, entry.unsure_since_ms.is_some());
                self.carry(staff, close, entry.seq, &canonical);
                self.await_paper(entry.seq);
            }
            _ => self.take(entry, &canonical),
        }
    }

    fn take_receipt_late(&mut self, receipt: &Receipt, entry: &Entry, canonical: &[u8]) {
        let next = self.next_after(receipt);
        let standing = self.standing.clone();
        self.take(entry, canonical);
        if let Some(next) = next {
            self.move_on(&receipt.book, next);
        }
        let day = entry.at.day();
        if standing.values().any(|other| other.day() > day) {
            // A receipt of a day that is over can be cancelled by nobody, and puts none out of it.
            self.standing = standing;
        }
    }

    /// The number that its book goes on with: one that was out of turn is used all the same.
    fn next_after(&self, receipt: &Receipt) -> Option<u32> {
        let open = self.book(&receipt.book)?;
        Some(open.next.max(receipt.number.saturating_add(1)))
    }
}
