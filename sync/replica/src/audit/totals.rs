//! What an auditor adds up.

use std::collections::BTreeMap;

use ledger::{Entry, Fact, Moment, MoneyError, Paise, Receipt, Tender};

/// Counts and sums over the entries that can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub entries: u64,
    /// Receipts that were written, the cancelled ones among them.
    pub receipts: u64,
    pub voided: u64,
    /// What stands of them.
    pub cash: ModeSum,
    pub card: ModeSum,
    pub upi: ModeSum,
    /// Cheques and drafts: promises of a bank until the office says that they were honoured.
    pub instruments: ModeSum,
    /// When the first and the last of them were written, by the device's clock.
    pub first: Option<Moment>,
    pub last: Option<Moment>,
}

/// The receipts of one mode of payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModeSum {
    pub receipts: u64,
    /// None where it is beyond every figure of a local body, which no true books are.
    sum: Option<Paise>,
}

impl Totals {
    pub(super) fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut totals = Self::default();
        let mut receipts = BTreeMap::new();
        for entry in entries {
            totals.count(entry);
            match &entry.fact {
                Fact::Receipt(receipt) => {
                    receipts.insert(entry.seq, receipt);
                }
                Fact::Voided(void) => {
                    totals.voided += 1;
                    if let Some(receipt) = receipts.remove(&void.receipt) {
                        totals.mode(receipt).take_out(receipt.total);
                    }
                }
                _ => {}
            }
        }
        totals
    }

    /// Sums of each mode with its name.
    pub fn modes(&self) -> [(&'static str, ModeSum); 4] {
        let instruments = ("cheques and drafts", self.instruments);
        [("cash", self.cash), ("card", self.card), ("UPI", self.upi), instruments]
    }

    fn count(&mut self, entry: &Entry) {
        self.entries += 1;
        self.first = self.first.or(Some(entry.at));
        self.last = Some(entry.at);
        match &entry.fact {
            Fact::Receipt(receipt) => {
                self.receipts += 1;
                self.mode(receipt).add(receipt.total);
            }
            Fact::BookOpened(_)
            | Fact::BookReturned(_)
            | Fact::Print(_)
            | Fact::Intent(_)
            | Fact::IntentEnded(_)
            | Fact::Visit(_)
            | Fact::DayClosed(_)
            | Fact::Voided(_)
            | Fact::Certified(_)
            | Fact::FloatTaken(_)
            | Fact::Duplicated(_)
            | Fact::Received(_)
            | Fact::HandedIn(_)
            | Fact::NoticeWritten(_)
            | Fact::SignedIn
            | Fact::SignedOut
            | Fact::Confirmed(_)
            | Fact::BookLeased(_)
            | Fact::DeviceEnrolled(_)
            | Fact::ExcessHeld(_)
            | Fact::InstrumentSettled(_)
            | Fact::Deposited(_)
            | Fact::Realised(_)
            | Fact::Restored(_)
            | Fact::ForkSettled(_)
            | Fact::ApartSettled(_)
            | Fact::WardsAssigned(_)
            | Fact::PaidElsewhere(_)
            | Fact::PackSaid(_)
            | Fact::SlotsLeased(_)
            | Fact::SlotsOpened(_)
            | Fact::SlotsRecalled(_)
            | Fact::SlotsReturned(_)
            | Fact::Applied(_)
            | Fact::ApplicationErased(_)
            | Fact::Decided(_)
            | Fact::ExtractIssued(_)
            | Fact::ComplaintWorked(_)
            | Fact::ComplaintAnswered(_) => {}
        }
    }
}

impl Totals {
    fn mode(&mut self, receipt: &Receipt) -> &mut ModeSum {
        match receipt.tender {
            Tender::Cash(_) => &mut self.cash,
            Tender::Card(_) => &mut self.card,
            Tender::Upi(_) => &mut self.upi,
            Tender::Instrument(_) => &mut self.instruments,
        }
    }
}

impl ModeSum {
    fn take_out(&mut self, amount: Paise) {
        let sum = self.sum();
        self.receipts = self.receipts.saturating_sub(1);
        self.sum = sum.and_then(|sum| sum.checked_sub(amount)).ok();
    }

    pub fn sum(&self) -> Result<Paise, MoneyError> {
        match self.receipts {
            0 => Ok(Paise::ZERO),
            _ => self.sum.ok_or(MoneyError::TooLarge),
        }
    }

    fn add(&mut self, amount: Paise) {
        let sum = self.sum();
        self.receipts += 1;
        self.sum = sum.and_then(|sum| sum.checked_add(amount)).ok();
    }
}
