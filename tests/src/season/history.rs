//! What one device wrote, remembered apart from it: the heads of its chain and its receipts. The
//! device's books, and the centre's copy of them, are held against this.

use std::collections::BTreeMap;

use ledger::{Entry, Fact, Head, InstrumentKind, Intent, Paise, Tender, Writer};

use super::fault::{Checked, must};

#[derive(Clone)]
pub struct History {
    heads: Vec<Head>,
    pub receipts: Vec<Written>,
    intents: BTreeMap<u64, Intent>,
    /// The year of each book that was opened, by its code.
    years: BTreeMap<String, u16>,
}

/// One receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub seq: u64,
    pub head: Head,
    pub number: Number,
    pub amount: Paise,
    pub paid: Paid,
    /// False for what a clone has from the device that it was copied from.
    pub own: bool,
}

/// Year, book and place of a receipt.
pub type Number = (u16, String, u32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paid {
    Cash,
    Card { reference: String },
    Upi { reference: String, bank_reference: String },
    Instrument(InstrumentKind),
}

impl History {
    pub fn new(writer: Writer) -> Self {
        Self {
            heads: vec![Head::before_first(writer)],
            receipts: Vec::new(),
            intents: BTreeMap::new(),
            years: BTreeMap::new(),
        }
    }

    pub fn head(&self) -> Head {
        *self.heads.last().expect("there is a head before the first entry")
    }

    /// The head after an entry.
    pub fn head_at(&self, seq: u64) -> Option<Head> {
        self.heads.get(usize::try_from(seq).ok()?).copied()
    }

    /// Takes the next entry, and says what it is as a receipt.
    pub fn note(&mut self, entry: &Entry) -> Checked<Option<Written>> {
        let before = self.head();
        must(entry.seq == before.seq + 1, || {
            format!("entry {} follows entry {}: a gap", entry.seq, before.seq)
        })?;
        let head = before.after(&entry.canonical());
        self.heads.push(head);
        match &entry.fact {
            Fact::BookOpened(opened) => {
                self.years.insert(opened.lease.book.clone(), opened.lease.year);
            }
            Fact::Intent(intent) => {
                self.intents.insert(entry.seq, intent.clone());
            }
            Fact::Receipt(_) => return self.receipt(entry, head).map(Some),
            _ => {}
        }
        Ok(None)
    }

    fn receipt(&mut self, entry: &Entry, head: Head) -> Checked<Written> {
        let Fact::Receipt(receipt) = &entry.fact else { unreachable!("the caller looked") };
        let lines = Paise::sum(receipt.lines.iter().map(|line| line.amount));
        must(lines == Ok(receipt.total), || format!("the lines of entry {} differ", entry.seq))?;
        let year = self.years.get(&receipt.book).copied();
        must(year.is_some(), || format!("book {} was never opened", receipt.book))?;
        let reference = |intent: u64| {
            self.intents.get(&intent).map(|intent| intent.reference.clone()).unwrap_or_default()
        };
        let paid = match &receipt.tender {
            Tender::Cash(_) => Paid::Cash,
            Tender::Instrument(instrument) => Paid::Instrument(instrument.kind),
            Tender::Card(card) => Paid::Card { reference: reference(card.intent) },
            Tender::Upi(upi) => Paid::Upi {
                reference: reference(upi.intent),
                bank_reference: upi.bank_reference.clone(),
            },
        };
        let number = (year.unwrap_or_default(), receipt.book.clone(), receipt.number);
        let (seq, amount) = (entry.seq, receipt.total);
        let written = Written { seq, head, number, amount, paid, own: true };
        self.receipts.push(written.clone());
        Ok(written)
    }

    /// An older image of the disk was put in: what came after it is gone. Says which receipts.
    pub fn back_to(&mut self, seq: u64) -> Vec<Written> {
        self.heads.truncate(usize::try_from(seq).expect("a place in memory") + 1);
        self.intents.retain(|intent, _| *intent <= seq);
        let kept = self.receipts.iter().take_while(|receipt| receipt.seq <= seq).count();
        self.receipts.split_off(kept)
    }

    /// The history of a clone: it begins with what its disk holds.
    pub fn cloned_at(&self, seq: u64) -> Self {
        let mut clone = self.clone();
        clone.back_to(seq);
        clone.receipts.iter_mut().for_each(|receipt| receipt.own = false);
        clone
    }

    /// Receipts after an entry, up to and with another.
    pub fn receipts_between(&self, after: u64, to: u64) -> &[Written] {
        let first = self.receipts.partition_point(|receipt| receipt.seq <= after);
        let last = self.receipts.partition_point(|receipt| receipt.seq <= to);
        &self.receipts[first..last.max(first)]
    }
}
