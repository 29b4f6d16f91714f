//! What is remembered of the entries while the books are open, so that no table has to be kept in
//! step with them: which receipts name a building, what was done there today, which books were
//! opened.

use std::collections::{HashMap, HashSet};

use ledger::{Entry, Fact, Lease, Moment, Paise, Payer, Receipt, VisitOutcome};

/// What this device did at one building on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HouseToday {
    /// The outcome of the day's last visit.
    pub visit: Option<VisitOutcome>,
    /// Money taken for it on this day.
    pub paid: Paise,
    /// When the last of it was written.
    pub at: Moment,
}

/// A cancelled receipt of a building.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Voided {
    pub receipt: u64,
    /// The sequence of the cancellation.
    pub by: u64,
}

/// A receipt of this device, as far as it is searched by.
#[derive(Clone, Copy)]
pub(super) struct Counterfoil {
    pub seq: u64,
    pub number: u32,
    /// The place of its book among those that were opened.
    pub book: usize,
    pub building: Option<u32>,
}

#[derive(Default)]
pub(super) struct Tally {
    receipts: HashMap<u32, Vec<u64>>,
    voided: HashMap<u32, Vec<Voided>>,
    latest: HashMap<u32, HouseToday>,
    opened: HashSet<(u16, String)>,
    /// The books in the order in which they were opened, each with the entry that opened it.
    books: Vec<(u64, Lease)>,
    counterfoils: Vec<Counterfoil>,
    cancelled: HashSet<u64>,
}

impl Tally {
    pub(super) fn note(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::BookOpened(signed) => {
                self.opened.insert((signed.lease.year, signed.lease.book.clone()));
                self.books.push((entry.seq, signed.lease.clone()));
            }
            Fact::Receipt(receipt) => {
                self.note_counterfoil(receipt, entry.seq);
                if let Payer::Building(building) = receipt.payer {
                    self.receipts.entry(building).or_default().push(entry.seq);
                    let today = self.today(building, entry.at);
                    // Sums that would leave the range of money were refused by the rules already.
                    today.paid = today.paid.checked_add(receipt.total).unwrap_or(today.paid);
                }
            }
            Fact::Voided(void) => {
                self.cancelled.insert(void.receipt);
                self.take_out(void.receipt, entry.seq);
            }
            Fact::Visit(visit) => {
                self.today(visit.building, entry.at).visit = Some(visit.outcome);
            }
            _ => {}
        }
    }

    fn note_counterfoil(&mut self, receipt: &Receipt, seq: u64) {
        let mut newest = self.books.iter().enumerate().rev();
        let found = newest.find(|(_, (_, lease))| lease.book == receipt.book);
        let Some((book, _)) = found else { return };
        let building = match receipt.payer {
            Payer::Building(building) => Some(building),
            Payer::Suspense(_) => None,
        };
        self.counterfoils.push(Counterfoil { seq, number: receipt.number, book, building });
    }

    /// This device's receipts, newest first, each with the lease of its book.
    pub(super) fn counterfoils(&self) -> impl Iterator<Item = (Counterfoil, &Lease)> {
        let newest = self.counterfoils.iter().rev();
        newest.map(|counterfoil| (*counterfoil, &self.books[counterfoil.book].1))
    }

    /// The lease of the book with this code that was opened last before an entry.
    pub(super) fn opened_before(&self, book: &str, seq: u64) -> Option<&Lease> {
        let mut newest = self.books.iter().rev();
        newest.find(|(opened, lease)| *opened < seq && lease.book == book).map(|(_, lease)| lease)
    }

    pub(super) fn is_cancelled(&self, receipt: u64) -> bool {
        self.cancelled.contains(&receipt)
    }

    /// This device's receipts for a building that stand, oldest first.
    pub(super) fn receipts(&self, building: u32) -> &[u64] {
        self.receipts.get(&building).map_or(&[], Vec::as_slice)
    }

    /// This device's cancelled receipts for a building.
    pub(super) fn voided(&self, building: u32) -> &[Voided] {
        self.voided.get(&building).map_or(&[], Vec::as_slice)
    }

    /// Only the latest receipt of a building can be cancelled.
    fn take_out(&mut self, receipt: u64, by: u64) {
        let mut of_buildings = self.receipts.iter_mut();
        let found = of_buildings.find(|(_, receipts)| receipts.last() == Some(&receipt));
        if let Some((building, receipts)) = found {
            receipts.pop();
            self.voided.entry(*building).or_default().push(Voided { receipt, by });
        }
    }

    /// Whether an entry of this device names a building.
    pub(super) fn names(&self, building: u32) -> bool {
        self.receipts.contains_key(&building)
            || self.voided.contains_key(&building)
            || self.latest.contains_key(&building)
    }

    pub(super) fn house_on(&self, building: u32, day: i64) -> Option<HouseToday> {
        self.latest.get(&building).filter(|house| house.at.day() == day).copied()
    }

    pub(super) fn was_opened(&self, lease: &Lease) -> bool {
        self.opened.contains(&(lease.year, lease.book.clone()))
    }

    /// The building's day, begun anew where the entry is of another day than the last one.
    fn today(&mut self, building: u32, at: Moment) -> &mut HouseToday {
        let new = HouseToday { visit: None, paid: Paise::ZERO, at };
        let house = self.latest.entry(building).or_insert(new);
        if house.at.day() != at.day() {
            *house = new;
        }
        house.at = at;
        house
    }
}
