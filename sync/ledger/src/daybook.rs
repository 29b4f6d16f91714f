//! The rules that every entry of a device must keep. They run twice: on the device before it
//! writes, and at the centre after it has read.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::chain::Head;
use crate::entry::{
    DayClose, Entry, Fact, Intent, IntentEnded, IntentEnding, IntentMode, Notes, Print,
    PrintOutcome, Writer,
};
use crate::lease::{Lease, SignedLease};
use crate::money::Paise;
use crate::receipt::{Payer, RECEIPT_LINES_MAX, Receipt, TYPED_CHARACTERS_MAX, Tender};
use crate::signature::PublicKey;
use crate::visit::{KINDS_MAX, SACKS_MAX, Visit, VisitOutcome, WEIGHT_G_MAX};

/// How many UPI intents without a word are remembered: a busy kiosk's fortnight. What the bank says
/// of an older one is settled at the centre.
const LATE_INTENTS_MAX: usize = 512;

/// Where one device's books stand after its last entry. Small: only what is open is in it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DayBook {
    #[n(0)]
    writer: Writer,
    #[n(1)]
    office: PublicKey,
    #[n(2)]
    head: Head,
    #[n(3)]
    book: Option<OpenBook>,
    /// Intents without an ending, by their sequence.
    #[n(4)]
    intents: BTreeMap<u64, Intent>,
    /// UPI intents that ended without a word from the bank: a late payment may still fulfil them.
    #[n(5)]
    late: BTreeMap<u64, Intent>,
    /// Entries whose slip is not known to be out, by their sequence.
    #[n(6)]
    paper: BTreeMap<u64, Paper>,
    /// Cash taken and not yet counted at a day's end.
    #[n(7)]
    cash: Paise,
    /// Receipts since the last day's end.
    #[n(8)]
    receipts: u32,
    /// The last day that was closed, days since 1970-01-01.
    #[n(9)]
    closed_day: Option<i64>,
    /// The newest boot that was written.
    #[n(10)]
    boot: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OpenBook {
    #[n(0)]
    pub lease: Lease,
    /// The number that comes next; above `lease.last` when the book is used up.
    #[n(1)]
    pub next: u32,
}

/// What is known of the paper of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Paper {
    #[n(0)]
    pub outcome: Option<PrintOutcome>,
}

/// Why an entry is not taken into the books.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Breach {
    #[error("entry {found} does not follow entry {head}")]
    Sequence { head: u64, found: u64 },
    #[error("no receipt book is open")]
    NoBook,
    #[error("receipt book {0} is used up")]
    BookUsedUp(String),
    #[error("receipt book {0} still has numbers")]
    BookNotUsedUp(String),
    #[error("a receipt book of another device, body or key")]
    ForeignBook,
    #[error("receipt {found} of book {book} is out of turn: {next} comes next")]
    OutOfTurn { book: String, found: u32, next: u32 },
    #[error("a sum of {0} is not a payment")]
    Sum(Paise),
    #[error("the lines add up to {lines}, the receipt says {total}")]
    LinesDiffer { lines: Paise, total: Paise },
    #[error("too many lines, or a text that is too long")]
    TooLong,
    #[error("cash without a cashier")]
    CashWithoutCashier,
    #[error("{0} was put on the table, which is less than the sum")]
    TenderedTooLittle(Paise),
    #[error("no open intent {0} of this kind and sum")]
    NoSuchIntent(u64),
    #[error("more than the last four digits of a card")]
    CardNumber,
    #[error("entry {0} has no slip that is awaited")]
    NoSuchSlip(u64),
    #[error("a visit that says both {0:?} and waste")]
    VisitContradicts(VisitOutcome),
    #[error("a weight or a count beyond what hands can carry")]
    VisitTooMuch,
    #[error("day {0} is closed already")]
    DayClosed(i64),
    #[error("the count does not add up, or differs without a reason")]
    Count,
    #[error("the book expects {expected}, the close says {found}")]
    Expected { expected: Paise, found: Paise },
    #[error("an entry that only the office writes")]
    OfficeOnly,
}

impl DayBook {
    /// The books of a device before its first entry. `office` signs its leases.
    pub fn new(writer: Writer, office: PublicKey) -> Self {
        Self {
            writer,
            office,
            head: Head::before_first(writer),
            book: None,
            intents: BTreeMap::new(),
            late: BTreeMap::new(),
            paper: BTreeMap::new(),
            cash: Paise::ZERO,
            receipts: 0,
            closed_day: None,
            boot: 0,
        }
    }

    pub fn writer(&self) -> Writer {
        self.writer
    }

    pub fn head(&self) -> Head {
        self.head
    }

    pub fn book(&self) -> Option<&OpenBook> {
        self.book.as_ref()
    }

    pub fn boot(&self) -> u32 {
        self.boot
    }

    /// Cash that was taken and not yet counted.
    pub fn cash(&self) -> Paise {
        self.cash
    }

    /// Receipts since the last day's end.
    pub fn receipts(&self) -> u32 {
        self.receipts
    }

    pub fn closed_day(&self) -> Option<i64> {
        self.closed_day
    }

    pub fn intents(&self) -> impl Iterator<Item = (u64, &Intent)> {
        self.intents.iter().map(|(seq, intent)| (*seq, intent))
    }

    /// UPI intents that ended without a word from the bank.
    pub fn late_intents(&self) -> impl Iterator<Item = (u64, &Intent)> {
        self.late.iter().map(|(seq, intent)| (*seq, intent))
    }

    /// Entries whose slip is not known to be out, oldest first.
    pub fn paper(&self) -> impl Iterator<Item = (u64, Paper)> {
        self.paper.iter().map(|(seq, paper)| (*seq, *paper))
    }

    /// Takes an entry into the books, or says why not and changes nothing.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), Breach> {
        self.check(entry)?;
        self.take(entry);
        self.advance(entry);
        Ok(())
    }

    /// Keeps the chain going over an entry that broke a rule and is in quarantine: its place is
    /// taken, its effect is not.
    pub fn pass_over(&mut self, entry: &Entry) -> Result<(), Breach> {
        self.check_sequence(entry)?;
        self.advance(entry);
        Ok(())
    }

    /// The number that the next receipt bears.
    pub fn next_number(&self) -> Result<(String, u32), Breach> {
        let open = self.book.as_ref().ok_or(Breach::NoBook)?;
        if open.next > open.lease.last {
            return Err(Breach::BookUsedUp(open.lease.book.clone()));
        }
        Ok((open.lease.book.clone(), open.next))
    }

    fn advance(&mut self, entry: &Entry) {
        self.head = self.head.after(&entry.canonical());
        self.boot = self.boot.max(entry.at.boot);
    }

    fn check_sequence(&self, entry: &Entry) -> Result<(), Breach> {
        if entry.seq == self.head.seq + 1 {
            return Ok(());
        }
        Err(Breach::Sequence { head: self.head.seq, found: entry.seq })
    }

    fn check(&self, entry: &Entry) -> Result<(), Breach> {
        self.check_sequence(entry)?;
        match &entry.fact {
            Fact::BookOpened(lease) => self.check_book(lease),
            Fact::BookReturned(back) => self.check_return(&back.book, back.used),
            Fact::Receipt(receipt) => self.check_receipt(receipt, entry),
            Fact::Print(print) => self.check_print(print),
            Fact::Intent(intent) => check_intent(intent),
            Fact::IntentEnded(ended) => self.open_intent(ended.intent).map(|_| ()),
            Fact::Visit(visit) => check_visit(visit),
            Fact::DayClosed(close) => self.check_close(close),
            Fact::SignedIn | Fact::SignedOut => Ok(()),
            Fact::Confirmed(_) | Fact::BookLeased(_) | Fact::DeviceEnrolled(_) => {
                Err(Breach::OfficeOnly)
            }
        }
    }

    fn check_book(&self, signed: &SignedLease) -> Result<(), Breach> {
        let lease = &signed.lease;
        let genuine = signed.verify(&self.office).is_ok();
        if !genuine || lease.writer != self.writer || lease.first > lease.last {
            return Err(Breach::ForeignBook);
        }
        match &self.book {
            Some(open) if open.next <= open.lease.last => {
                Err(Breach::BookNotUsedUp(open.lease.book.clone()))
            }
            _ => Ok(()),
        }
    }

    fn check_return(&self, book: &str, used: u32) -> Result<(), Breach> {
        let open = self.book.as_ref().ok_or(Breach::NoBook)?;
        if open.lease.book != book {
            return Err(Breach::ForeignBook);
        }
        if open.next <= open.lease.last || used != open.lease.last - open.lease.first + 1 {
            return Err(Breach::BookNotUsedUp(open.lease.book.clone()));
        }
        Ok(())
    }

    fn check_receipt(&self, receipt: &Receipt, entry: &Entry) -> Result<(), Breach> {
        let (book, next) = self.next_number()?;
        if receipt.book != book || receipt.number != next {
            return Err(Breach::OutOfTurn { book, found: receipt.number, next });
        }
        check_lines(receipt)?;
        match &receipt.tender {
            Tender::Cash(cash) => {
                if entry.staff.is_none() {
                    return Err(Breach::CashWithoutCashier);
                }
                if self.closed_day.is_some_and(|closed| entry.at.day() <= closed) {
                    return Err(Breach::DayClosed(entry.at.day()));
                }
                if cash.tendered < receipt.total {
                    return Err(Breach::TenderedTooLittle(cash.tendered));
                }
                Ok(())
            }
            Tender::Card(card) => {
                if card.last_four.len() > 4 {
                    return Err(Breach::CardNumber);
                }
                self.check_fulfils(card.intent, IntentMode::Card, receipt.total)
            }
            Tender::Upi(upi) => self.check_fulfils(upi.intent, IntentMode::Upi, receipt.total),
        }
    }

    fn check_fulfils(&self, seq: u64, by: IntentMode, total: Paise) -> Result<(), Breach> {
        let intent = self.intents.get(&seq).or_else(|| self.late.get(&seq));
        match intent {
            Some(intent) if intent.by == by && intent.amount == total => Ok(()),
            _ => Err(Breach::NoSuchIntent(seq)),
        }
    }

    /// A slip is printed for an entry that awaits it, or says that an intent is still open; any
    /// further paper would be a copy.
    fn check_print(&self, print: &Print) -> Result<(), Breach> {
        let open = self.intents.contains_key(&print.of) || self.late.contains_key(&print.of);
        match open || self.paper.contains_key(&print.of) {
            true => Ok(()),
            false => Err(Breach::NoSuchSlip(print.of)),
        }
    }

    fn open_intent(&self, seq: u64) -> Result<&Intent, Breach> {
        self.intents.get(&seq).ok_or(Breach::NoSuchIntent(seq))
    }

    fn check_close(&self, close: &DayClose) -> Result<(), Breach> {
        if self.closed_day.is_some_and(|closed| close.day <= closed) {
            return Err(Breach::DayClosed(close.day));
        }
        let notes = close.notes.iter().map(|notes| notes.value.times(i64::from(notes.count)));
        let notes: Vec<Paise> = notes.collect::<Result<_, _>>().map_err(|_| Breach::Count)?;
        let counted = Paise::sum(notes).and_then(|notes| notes.checked_add(close.coins));
        let negative = close.coins < Paise::ZERO || close.notes.iter().any(negative_note);
        if counted != Ok(close.counted) || negative {
            return Err(Breach::Count);
        }
        if close.expected != self.cash || close.receipts != self.receipts {
            return Err(Breach::Expected { expected: self.cash, found: close.expected });
        }
        let text_fits = close.reason.chars().count() <= TYPED_CHARACTERS_MAX;
        if !text_fits || (close.counted != close.expected && close.reason.trim().is_empty()) {
            return Err(Breach::Count);
        }
        Ok(())
    }

    fn take(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::BookOpened(signed) => {
                let lease = signed.lease.clone();
                self.book = Some(OpenBook { next: lease.first, lease });
            }
            Fact::BookReturned(_) => self.book = None,
            Fact::Receipt(receipt) => self.take_receipt(entry.seq, receipt),
            Fact::Print(print) => self.take_print(print),
            Fact::Intent(intent) => {
                self.intents.insert(entry.seq, intent.clone());
            }
            Fact::IntentEnded(ended) => self.take_ending(ended),
            Fact::Visit(visit) if visit.slip => self.await_paper(entry.seq),
            Fact::Visit(_) => {}
            Fact::DayClosed(close) => {
                self.closed_day = Some(close.day);
                self.cash = Paise::ZERO;
                self.receipts = 0;
                self.await_paper(entry.seq);
            }
            Fact::SignedIn | Fact::SignedOut => {}
            Fact::Confirmed(_) | Fact::BookLeased(_) | Fact::DeviceEnrolled(_) => {}
        }
    }

    fn take_receipt(&mut self, seq: u64, receipt: &Receipt) {
        if let Some(open) = &mut self.book {
            open.next += 1;
        }
        if let Some(intent) = receipt.tender.intent() {
            self.intents.remove(&intent);
            self.late.remove(&intent);
        }
        if matches!(receipt.tender, Tender::Cash(_)) {
            // Bounded: a receipt is at most PAISE_MAX, and a day's end comes long before a million.
            self.cash = self.cash.checked_add(receipt.total).unwrap_or(self.cash);
        }
        self.receipts += 1;
        self.await_paper(seq);
    }

    fn take_print(&mut self, print: &Print) {
        match print.outcome {
            PrintOutcome::Whole => {
                self.paper.remove(&print.of);
            }
            outcome => {
                if let Some(paper) = self.paper.get_mut(&print.of) {
                    paper.outcome = Some(outcome);
                }
            }
        }
    }

    fn take_ending(&mut self, ended: &IntentEnded) {
        let Some(intent) = self.intents.remove(&ended.intent) else { return };
        let may_still_come = match ended.ending {
            IntentEnding::Expired | IntentEnding::Unknown => true,
            IntentEnding::Cancelled => intent.by == IntentMode::Upi,
            IntentEnding::Declined | IntentEnding::NeverSeen => false,
        };
        if may_still_come {
            self.late.insert(ended.intent, intent);
        }
        if self.late.len() > LATE_INTENTS_MAX {
            self.late.pop_first();
        }
    }

    fn await_paper(&mut self, seq: u64) {
        self.paper.insert(seq, Paper { outcome: None });
    }
}

fn check_intent(intent: &Intent) -> Result<(), Breach> {
    if !intent.amount.is_positive() {
        return Err(Breach::Sum(intent.amount));
    }
    if intent.reference.is_empty() || intent.reference.len() > TYPED_CHARACTERS_MAX {
        return Err(Breach::TooLong);
    }
    Ok(())
}

fn check_lines(receipt: &Receipt) -> Result<(), Breach> {
    if !receipt.total.is_positive() {
        return Err(Breach::Sum(receipt.total));
    }
    if let Some(line) = receipt.lines.iter().find(|line| !line.has_sound_amount()) {
        return Err(Breach::Sum(line.amount));
    }
    let lines = Paise::sum(receipt.lines.iter().map(|line| line.amount));
    let lines = lines.map_err(|_| Breach::Sum(receipt.total))?;
    if lines != receipt.total {
        return Err(Breach::LinesDiffer { lines, total: receipt.total });
    }
    let typed_fits = match &receipt.payer {
        Payer::Building(_) => true,
        Payer::Suspense(suspense) => fits(&suspense.payer) && fits(&suspense.place),
    };
    if receipt.lines.len() > RECEIPT_LINES_MAX || !typed_fits {
        return Err(Breach::TooLong);
    }
    Ok(())
}

fn fits(typed: &str) -> bool {
    typed.chars().count() <= TYPED_CHARACTERS_MAX
}

fn check_visit(visit: &Visit) -> Result<(), Breach> {
    let waste = visit.weight_g > 0 || visit.sacks > 0 || !visit.kinds.is_empty();
    let may_have_waste =
        matches!(visit.outcome, VisitOutcome::Collected | VisitOutcome::NotSegregated);
    if waste && !may_have_waste {
        return Err(Breach::VisitContradicts(visit.outcome));
    }
    let too_much = visit.weight_g > WEIGHT_G_MAX || visit.sacks > SACKS_MAX;
    if too_much || visit.kinds.len() > KINDS_MAX {
        return Err(Breach::VisitTooMuch);
    }
    Ok(())
}

fn negative_note(notes: &Notes) -> bool {
    !notes.value.is_positive()
}
