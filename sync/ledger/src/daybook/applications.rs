//! The book of acknowledgements, and the applications that use its numbers up, one after the other.

use super::DayBook;
use super::books::{OpenBook, check_year};
use super::breach::Breach;
use crate::application::{ApplicationFault, Applied};
use crate::entry::Entry;
use crate::lease::SignedLease;

impl DayBook {
    /// The open book of acknowledgements, which everybody at the device shares.
    pub fn acknowledgements(&self) -> Option<&OpenBook> {
        self.acknowledgements.as_ref()
    }

    /// The book and the number of the next acknowledgement.
    pub fn next_acknowledgement(&self) -> Result<(String, u32), Breach> {
        let open = self.acknowledgements.as_ref().ok_or(Breach::NoBook)?;
        if open.is_used_up() {
            return Err(Breach::BookUsedUp(open.lease.book.clone()));
        }
        Ok((open.lease.book.clone(), open.next))
    }

    /// The book has no operator, and there is one at a time.
    pub(super) fn check_opening_of_acknowledgements(
        &self,
        signed: &SignedLease,
        entry: &Entry,
    ) -> Result<(), Breach> {
        if signed.lease.operator.is_some() {
            return Err(Breach::ForeignBook);
        }
        if let Some(open) = &self.acknowledgements {
            return Err(Breach::BookNotReturned(open.lease.book.clone()));
        }
        check_year(&signed.lease, entry)
    }

    pub(super) fn check_applied(&self, applied: &Applied, entry: &Entry) -> Result<(), Breach> {
        let (open, next) = self.next_acknowledgement()?;
        if applied.book != open || applied.number != next {
            return Err(Breach::OutOfTurn { book: open, found: applied.number, next });
        }
        if let Some(open) = &self.acknowledgements {
            check_year(&open.lease, entry)?;
        }
        let channel = applied.complaint.as_ref().and_then(|complaint| complaint.channel);
        if channel.is_some() && entry.staff.is_none() {
            return Err(Breach::Application(ApplicationFault::Nobody));
        }
        applied.check(entry.at.day()).map_err(Breach::Application)
    }

    /// What no settlement can mend.
    pub(super) fn check_applied_late(applied: &Applied, entry: &Entry) -> Result<(), Breach> {
        applied.check(entry.at.day()).map_err(Breach::Application)
    }

    pub(super) fn take_applied(&mut self, applied: &Applied, seq: u64, canonical: &[u8]) {
        self.take_counterfoil(&applied.book, 1, canonical);
        self.await_paper(seq);
    }

    /// A number that was out of turn is used all the same.
    pub(super) fn take_applied_late(&mut self, applied: &Applied, seq: u64, canonical: &[u8]) {
        let next = self.book(&applied.book).map(|open| open.next);
        self.take_applied(applied, seq, canonical);
        if let Some(next) = next {
            self.move_on(&applied.book, next.max(applied.number.saturating_add(1)));
        }
    }
}
