//! What is remembered of the entries while the books are open, so that no table has to be kept in
//! step with them: which receipts name a building, what was done there today, which books were
//! opened. Of receipts that a kept state covers, only those that were cancelled are in memory.

use std::collections::{BTreeMap, HashMap, HashSet};

use ledger::{Entry, Fact, Lease, Moment, Paise, Payer, Receipt, VisitOutcome};
use minicbor::{Decode, Encode};

/// What this device did at one building on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HouseToday {
    /// The outcome of the day's last visit.
    #[n(0)]
    pub visit: Option<VisitOutcome>,
    /// Money taken for it on this day.
    #[n(1)]
    pub paid: Paise,
    /// When the last of it was written.
    #[n(2)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counterfoil {
    pub seq: u64,
    pub number: u32,
    /// The place of its book among those that were opened.
    pub book: usize,
    pub building: Option<u32>,
}

/// A book that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct Opened {
    /// The entry that opened it.
    #[n(0)]
    pub seq: u64,
    #[n(1)]
    pub lease: Lease,
}

/// All of a tally but its receipts, as it is kept.
#[derive(Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct KeptTally {
    #[n(0)]
    books: Vec<Opened>,
    /// Cancelled receipts, each with its cancellation.
    #[n(1)]
    cancelled: BTreeMap<u64, u64>,
    /// The houses of the newest day and the one before.
    #[n(2)]
    latest: BTreeMap<u32, HouseToday>,
}

impl KeptTally {
    /// Whether a tally of all entries says the same, and of houses no less.
    pub(super) fn is_of(&self, all: &Tally) -> bool {
        let mut houses = self.latest.iter();
        (&self.books, &self.cancelled) == (&all.books, &all.cancelled)
            && houses.all(|(building, house)| all.latest.get(building) == Some(house))
    }
}

#[derive(Default)]
pub(super) struct Tally {
    /// Receipts since the state that is kept, by their building.
    receipts: HashMap<u32, Vec<u64>>,
    latest: HashMap<u32, HouseToday>,
    opened: HashSet<(u16, String)>,
    /// The books in the order in which they were opened.
    books: Vec<Opened>,
    /// Receipts since the state that is kept, oldest first.
    counterfoils: Vec<Counterfoil>,
    cancelled: BTreeMap<u64, u64>,
}

impl Tally {
    /// Without the receipts that were kept beside it.
    pub(super) fn of(kept: KeptTally) -> Self {
        let opened = |book: &Opened| (book.lease.year, book.lease.book.clone());
        Self {
            opened: kept.books.iter().map(opened).collect(),
            books: kept.books,
            cancelled: kept.cancelled,
            latest: kept.latest.into_iter().collect(),
            ..Self::default()
        }
    }

    /// What is kept of it, when the newest entry is of this day.
    pub(super) fn kept(&self, day: i64) -> KeptTally {
        let lately = self.latest.iter().filter(|(_, house)| house.at.day() >= day - 1);
        KeptTally {
            books: self.books.clone(),
            cancelled: self.cancelled.clone(),
            latest: lately.map(|(building, house)| (*building, *house)).collect(),
        }
    }

    /// The receipts that no kept state covers yet, oldest first.
    pub(super) fn unkept(&self) -> &[Counterfoil] {
        &self.counterfoils
    }

    /// They are kept now.
    pub(super) fn forget_unkept(&mut self) {
        self.counterfoils = Vec::new();
        self.receipts = HashMap::new();
    }

    pub(super) fn note(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::BookOpened(signed) => {
                self.opened.insert((signed.lease.year, signed.lease.book.clone()));
                self.books.push(Opened { seq: entry.seq, lease: signed.lease.clone() });
            }
            Fact::Receipt(receipt) => {
                self.note_counterfoil(receipt, entry.seq);
                if let Payer::Building(building) = receipt.payer {
                    let today = self.today(building, entry.at);
                    // Sums that would leave the range of money were refused by the rules already.
                    today.paid = today.paid.checked_add(receipt.total).unwrap_or(today.paid);
                }
            }
            Fact::Voided(void) => {
                self.cancelled.insert(void.receipt, entry.seq);
            }
            Fact::Visit(visit) => {
                self.today(visit.building, entry.at).visit = Some(visit.outcome);
            }
            _ => {}
        }
    }

    fn note_counterfoil(&mut self, receipt: &Receipt, seq: u64) {
        let building = receipt.payer.building();
        if let Some(building) = building {
            self.receipts.entry(building).or_default().push(seq);
        }
        let mut newest = self.books.iter().enumerate().rev();
        let found = newest.find(|(_, opened)| opened.lease.book == receipt.book);
        let book = found.map(|(place, _)| place).expect("a receipt was taken, so its book is open");
        self.counterfoils.push(Counterfoil { seq, number: receipt.number, book, building });
    }

    /// The lease of the book that was opened at this place.
    pub(super) fn lease(&self, book: usize) -> Option<&Lease> {
        self.books.get(book).map(|opened| &opened.lease)
    }

    /// The lease of the book with this code that was opened last before an entry.
    pub(super) fn opened_before(&self, book: &str, seq: u64) -> Option<&Lease> {
        let mut newest = self.books.iter().rev();
        let found = newest.find(|opened| opened.seq < seq && opened.lease.book == book);
        found.map(|opened| &opened.lease)
    }

    pub(super) fn is_cancelled(&self, receipt: u64) -> bool {
        self.cancelled.contains_key(&receipt)
    }

    /// A receipt and its cancellation, if it has one.
    pub(super) fn voided(&self, receipt: u64) -> Option<Voided> {
        self.cancelled.get(&receipt).map(|by| Voided { receipt, by: *by })
    }

    /// The receipts for a building that no kept state covers yet, oldest first.
    pub(super) fn unkept_of(&self, building: u32) -> &[u64] {
        self.receipts.get(&building).map_or(&[], Vec::as_slice)
    }

    /// Whether a receipt that no kept state covers yet, or what was done of late, names a building.
    pub(super) fn names(&self, building: u32) -> bool {
        self.receipts.contains_key(&building) || self.latest.contains_key(&building)
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
