//! What the books must add up to.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Fact, IntentMode, Paise, StaffId, Tender};

use crate::teller::Teller;

/// The books, added up by another way than the ledger's.
#[derive(Default)]
pub struct Account {
    pub seen: usize,
    /// What each member of staff took and did not count yet.
    tills: BTreeMap<StaffId, Paise>,
    pub receipts: usize,
    pub receipted: BTreeSet<u64>,
    pub upi: Vec<u64>,
    /// The number that the open book gives next.
    next: Option<(String, u32)>,
}

impl Account {
    pub fn cash(&self) -> Paise {
        Paise::sum(self.tills.values().copied()).expect("bounded")
    }

    /// Adds the entries that came since the last time.
    pub fn add_up(&mut self, teller: &Teller) {
        for entry in &teller.books.entries[self.seen..] {
            assert_eq!(entry.seq, u64::try_from(self.seen).expect("small") + 1);
            self.seen += 1;
            match &entry.fact {
                Fact::BookOpened(opened) => {
                    self.next = Some((opened.lease.book.clone(), opened.lease.first));
                }
                Fact::DayClosed(close) => {
                    let staff = entry.staff.expect("somebody counts");
                    let till = self.tills.remove(&staff).unwrap_or_default();
                    assert_eq!(close.expected, till);
                }
                Fact::Intent(intent) if intent.by == IntentMode::Upi => self.upi.push(entry.seq),
                Fact::Receipt(receipt) => {
                    self.receipts += 1;
                    let (book, next) = self.next.clone().expect("a book is open");
                    assert_eq!((&receipt.book, receipt.number), (&book, next), "numbers have gaps");
                    self.next = Some((book, next + 1));
                    match receipt.tender.intent() {
                        Some(intent) => {
                            assert!(self.receipted.insert(intent), "two receipts of {intent}");
                        }
                        None => {
                            assert!(matches!(receipt.tender, Tender::Cash(_)));
                            let till = self.tills.entry(entry.staff.expect("a cashier"));
                            let till = till.or_default();
                            *till = till.checked_add(receipt.total).expect("bounded");
                        }
                    }
                }
                _ => {}
            }
        }
    }
}
