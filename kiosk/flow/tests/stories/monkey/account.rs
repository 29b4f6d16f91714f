//! What the books must add up to.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Entry, Fact, IntentMode, Paise, Payer, Receipt, StaffId, Tender};

use crate::books::WRITER;
use crate::teller::Teller;

/// The books, added up by another way than the ledger's.
#[derive(Default)]
pub struct Account {
    pub seen: usize,
    /// What each member of staff took and did not count yet, and the change money beside it.
    tills: BTreeMap<StaffId, Paise>,
    floats: BTreeMap<StaffId, Paise>,
    /// What was counted and nobody has received, by the close.
    carried: BTreeMap<u64, Paise>,
    /// Cash receipts that stand, by their sequence.
    in_cash: BTreeMap<u64, (StaffId, Paise)>,
    pub receipts: usize,
    /// Those of them that a form asked for.
    pub fees: usize,
    pub cancelled: usize,
    pub handed_in: usize,
    pub receipted: BTreeSet<u64>,
    pub upi: Vec<u64>,
    /// The number that the open book gives next.
    next: Option<(String, u32)>,
}

impl Account {
    pub fn cash(&self) -> Paise {
        let all = self.tills.values().chain(self.carried.values());
        Paise::sum(all.copied()).expect("bounded")
    }

    /// Adds the entries that came since the last time.
    pub fn add_up(&mut self, teller: &Teller) {
        for entry in &teller.books.entries[self.seen..] {
            assert_eq!(entry.seq, u64::try_from(self.seen).expect("small") + 1);
            self.seen += 1;
            self.add(entry);
        }
    }

    fn add(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::BookOpened(opened) => {
                self.next = Some((opened.lease.book.clone(), opened.lease.first));
            }
            Fact::FloatTaken(amount) => {
                self.floats.insert(entry.staff.expect("somebody takes it"), *amount);
            }
            Fact::DayClosed(close) => {
                let staff = entry.staff.expect("somebody counts");
                let till = self.tills.remove(&staff).unwrap_or_default();
                let float = self.floats.remove(&staff).unwrap_or_default();
                assert_eq!(close.expected, till.checked_add(float).expect("bounded"));
                let payers = close.counted.checked_sub(float).expect("bounded").at_least_zero();
                if !close.is_empty() {
                    self.carried.insert(entry.seq, payers);
                }
            }
            Fact::Received(word) if word.of.writer == WRITER => self.hand_in(word.of.close),
            Fact::HandedIn(hand_in) => self.hand_in(hand_in.close),
            Fact::Voided(void) => {
                self.cancelled += 1;
                if let Some((staff, amount)) = self.in_cash.remove(&void.receipt) {
                    let till = self.tills.get_mut(&staff).expect("it was taken");
                    *till = till.checked_sub(amount).expect("bounded");
                }
            }
            Fact::Intent(intent) if intent.by == IntentMode::Upi => self.upi.push(entry.seq),
            Fact::Receipt(receipt) => self.add_receipt(entry, receipt),
            _ => {}
        }
    }

    fn hand_in(&mut self, close: u64) {
        assert!(self.carried.remove(&close).is_some(), "handed in twice, or never carried");
        self.handed_in += 1;
    }

    fn add_receipt(&mut self, entry: &Entry, receipt: &Receipt) {
        self.receipts += 1;
        self.fees += usize::from(matches!(receipt.payer, Payer::Named(_)));
        let (book, next) = self.next.clone().expect("a book is open");
        assert_eq!((&receipt.book, receipt.number), (&book, next), "numbers have gaps");
        self.next = Some((book, next + 1));
        match &receipt.tender {
            Tender::Cash(_) => {
                let staff = entry.staff.expect("a cashier");
                let till = self.tills.entry(staff).or_default();
                *till = till.checked_add(receipt.total).expect("bounded");
                self.in_cash.insert(entry.seq, (staff, receipt.total));
            }
            Tender::Instrument(_) => assert!(entry.staff.is_some(), "a cheque that nobody took"),
            Tender::Card(_) | Tender::Upi(_) => {
                let intent = receipt.tender.intent().expect("it was asked for");
                let again = !self.receipted.insert(intent);
                let may = receipt.group.is_some_and(|place| !place.is_first());
                assert_eq!(again, may, "two receipts of {intent}");
            }
        }
    }
}
