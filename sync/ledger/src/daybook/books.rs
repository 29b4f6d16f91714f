//! Receipt books that are open on a device: one for each operator, and one of the device's own;
//! and what a book of acknowledgements has in common with them.

use minicbor::{Decode, Encode};
use ring::digest::{Context, SHA256};

use super::DayBook;
use super::breach::Breach;
use crate::chain::Hash;
use crate::entry::{BookReturn, Entry, ReturnCause, StaffId};
use crate::lease::{Lease, SignedLease};

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OpenBook {
    #[n(0)]
    pub lease: Lease,
    /// The number that comes next; above `lease.last` when the book is used up.
    #[n(1)]
    pub next: u32,
    /// The hash over the book's receipts and cancellations so far: its counterfoils.
    #[n(2)]
    pub root: Hash,
}

impl OpenBook {
    fn new(lease: Lease) -> Self {
        let root = hashed(b"padi book 1\0", &[&lease.message()]);
        Self { next: lease.first, lease, root }
    }

    pub fn is_used_up(&self) -> bool {
        self.next > self.lease.last
    }

    /// How many of its numbers were used.
    pub fn used(&self) -> u32 {
        self.next - self.lease.first
    }

    /// What the device hands in when the book goes back.
    pub fn returned(&self, cause: ReturnCause) -> BookReturn {
        BookReturn { book: self.lease.book.clone(), used: self.used(), root: self.root, cause }
    }

    fn take_counterfoil(&mut self, canonical: &[u8]) {
        self.root = hashed(b"padi counterfoil 1\0", &[&self.root[..], canonical]);
    }
}

impl DayBook {
    /// Every open receipt book, the device's own first.
    pub fn books(&self) -> impl Iterator<Item = &OpenBook> {
        self.books.values()
    }

    /// The open book of this code, of receipts or of acknowledgements.
    pub fn book(&self, code: &str) -> Option<&OpenBook> {
        let mut all = self.books.values().chain(&self.acknowledgements);
        all.find(|open| open.lease.book == code)
    }

    fn book_mut(&mut self, code: &str) -> Option<&mut OpenBook> {
        let mut all = self.books.values_mut().chain(&mut self.acknowledgements);
        all.find(|open| open.lease.book == code)
    }

    /// The book that whoever is signed in writes receipts in: their own, else the device's.
    pub fn book_of(&self, staff: Option<StaffId>) -> Option<&OpenBook> {
        let own = staff.and_then(|staff| self.books.get(&Some(staff)));
        own.or_else(|| self.books.get(&None))
    }

    /// The book and the number of the next receipt.
    pub fn next_number(&self, staff: Option<StaffId>) -> Result<(String, u32), Breach> {
        let open = self.book_of(staff).ok_or(Breach::NoBook)?;
        if open.is_used_up() {
            return Err(Breach::BookUsedUp(open.lease.book.clone()));
        }
        Ok((open.lease.book.clone(), open.next))
    }

    /// Whether this book was opened here before, and so can never be again.
    pub fn has_opened(&self, lease: &Lease) -> bool {
        self.opened.contains(&(lease.year, lease.book.clone()))
    }

    pub(super) fn check_opening(&self, signed: &SignedLease, entry: &Entry) -> Result<(), Breach> {
        let lease = &signed.lease;
        let genuine = signed.verify(&self.office).is_ok();
        let shared = self.book(&lease.book).is_some();
        if !genuine || lease.writer != self.writer || lease.first > lease.last || shared {
            return Err(Breach::ForeignBook);
        }
        if self.has_opened(lease) {
            return Err(Breach::BookOpenedBefore(lease.book.clone()));
        }
        if lease.acknowledges.is_some() {
            return self.check_opening_of_acknowledgements(signed, entry);
        }
        if let Some(open) = self.books.get(&lease.operator) {
            return Err(Breach::BookNotReturned(open.lease.book.clone()));
        }
        check_year(lease, entry)
    }

    /// Used up to the last number, or over because its year is; never just because somebody would
    /// like another one.
    pub(super) fn check_return(&self, back: &BookReturn, entry: &Entry) -> Result<(), Breach> {
        let open = self.book(&back.book).ok_or(Breach::ForeignBook)?;
        let may = match back.cause {
            ReturnCause::UsedUp => open.is_used_up(),
            ReturnCause::YearEnded => check_year(&open.lease, entry).is_err(),
        };
        if !may {
            return Err(Breach::BookNotUsedUp(open.lease.book.clone()));
        }
        match back.used == open.used() && back.root == open.root {
            true => Ok(()),
            false => Err(Breach::Counterfoils(open.lease.book.clone())),
        }
    }

    pub(super) fn check_number(
        &self,
        book: &str,
        number: u32,
        entry: &Entry,
    ) -> Result<(), Breach> {
        let (open, next) = self.next_number(entry.staff)?;
        if book != open || number != next {
            return Err(Breach::OutOfTurn { book: open, found: number, next });
        }
        match self.book(book) {
            Some(open) => check_year(&open.lease, entry),
            None => Err(Breach::NoBook),
        }
    }

    pub(super) fn open_book(&mut self, lease: &Lease) {
        self.opened.insert((lease.year, lease.book.clone()));
        let open = OpenBook::new(lease.clone());
        match lease.acknowledges {
            Some(_) => self.acknowledgements = Some(open),
            None => drop(self.books.insert(lease.operator, open)),
        }
    }

    pub(super) fn return_book(&mut self, code: &str) {
        self.books.retain(|_, open| open.lease.book != code);
        self.acknowledgements.take_if(|open| open.lease.book == code);
    }

    /// The number that a book goes on with.
    pub(super) fn move_on(&mut self, code: &str, next: u32) {
        if let Some(open) = self.book_mut(code) {
            open.next = next;
        }
    }

    /// A receipt uses a number; a cancellation is a counterfoil without one.
    pub(super) fn take_counterfoil(&mut self, code: &str, numbers: u32, canonical: &[u8]) {
        if let Some(open) = self.book_mut(code) {
            open.next = open.next.saturating_add(numbers);
            open.take_counterfoil(canonical);
        }
    }
}

/// A book serves its own financial year. Where the clock cannot be believed, nobody can say that
/// the year has changed, and the open book goes on.
pub(super) fn check_year(lease: &Lease, entry: &Entry) -> Result<(), Breach> {
    let year = entry.at.financial_year();
    if entry.unsure_since_ms.is_some() || year == lease.year {
        return Ok(());
    }
    Err(Breach::OtherYear { book: lease.book.clone(), year: lease.year })
}

fn hashed(name: &[u8], parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(name);
    parts.iter().for_each(|part| context.update(part));
    let hash: [u8; 32] = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
    hash.into()
}
