//! The rules that every entry of a device must keep. They run twice: on the device before it
//! writes, and at the centre after it has read.

mod applications;
mod books;
mod breach;
mod carried;
mod group;
mod late;
mod receipts;
mod shapes;
mod shared;
mod slots;
#[cfg(test)]
mod tests;
mod tills;

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};

use crate::chain::Head;
use crate::entry::{
    Certificate, Duplicate, Entry, Fact, Intent, IntentEnded, IntentEnding, IntentMode, Print,
    PrintOutcome, StaffId, Void, Writer,
};
use crate::moment::Moment;
use crate::receipt::{Receipt, TYPED_CHARACTERS_MAX, Tender};
use crate::remittance::ReceivingOf;
use crate::signature::PublicKey;

pub use books::OpenBook;
pub use breach::Breach;
pub use carried::Carried;
pub use tills::Till;

use group::Groups;
use receipts::check_lines;
use shapes::{check_intent, check_visit};
use shared::Shared;
use slots::SlotPool;
use tills::Standing;

/// How many UPI intents without a word are remembered: a busy kiosk's fortnight. What the bank says
/// of an older one is settled at the centre.
const LATE_INTENTS_MAX: usize = 512;

/// The longest reason for cancelling a receipt, in characters.
pub const VOID_REASON_CHARACTERS_MAX: usize = TYPED_CHARACTERS_MAX;

/// Where one device's books stand after its last entry. Small: only what is open is in it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DayBook {
    #[n(0)]
    writer: Writer,
    #[n(1)]
    office: PublicKey,
    #[n(2)]
    head: Head,
    /// The open books by their operator; the device's own has none.
    #[n(3)]
    books: BTreeMap<Option<StaffId>, OpenBook>,
    /// Every book that was ever opened here, by year and code.
    #[n(4)]
    opened: BTreeSet<(u16, String)>,
    /// Intents without an ending, by their sequence.
    #[n(5)]
    intents: BTreeMap<u64, Intent>,
    /// UPI intents that ended without a word from the bank: a late payment may still fulfil them.
    #[n(6)]
    late: BTreeMap<u64, Intent>,
    /// Entries whose slip is not known to be out, by their sequence.
    #[n(7)]
    paper: BTreeMap<u64, Paper>,
    #[n(8)]
    tills: BTreeMap<StaffId, Till>,
    /// Receipts of the day that stand, by their sequence.
    #[n(9)]
    standing: BTreeMap<u64, Shared<Standing>>,
    /// How many certificates of remittance were given.
    #[n(10)]
    certificates: u32,
    /// The clocks of the newest entry.
    #[n(11)]
    last: Moment,
    /// Closes whose money nobody has received yet, by their sequence.
    #[n(12)]
    carried: BTreeMap<u64, Carried>,
    /// Closes whose money an officer received at this device, by the officer's entry.
    #[n(13)]
    received: BTreeMap<u64, ReceivingOf>,
    /// How many duplicates of a receipt were given, by its sequence.
    #[n(14)]
    duplicates: BTreeMap<u64, u32>,
    /// The office's notices that were put on paper.
    #[n(15)]
    notices: BTreeSet<u64>,
    /// Payments for several demands that are under way.
    #[n(16)]
    #[cbor(skip_if = "Groups::is_empty")]
    groups: Groups,
    /// Slots of facilities that may be sold here.
    #[n(17)]
    #[cbor(default, skip_if = "SlotPool::is_empty")]
    slots: SlotPool,
    /// The open book of acknowledgements.
    #[n(18)]
    acknowledgements: Option<OpenBook>,
}

/// What is known of the paper of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Paper {
    #[n(0)]
    pub outcome: Option<PrintOutcome>,
}

impl DayBook {
    /// The books of a device before its first entry. `office` signs its leases.
    pub fn new(writer: Writer, office: PublicKey) -> Self {
        Self {
            writer,
            office,
            head: Head::before_first(writer),
            books: BTreeMap::new(),
            opened: BTreeSet::new(),
            intents: BTreeMap::new(),
            late: BTreeMap::new(),
            paper: BTreeMap::new(),
            tills: BTreeMap::new(),
            standing: BTreeMap::new(),
            certificates: 0,
            last: Moment::default(),
            carried: BTreeMap::new(),
            received: BTreeMap::new(),
            duplicates: BTreeMap::new(),
            notices: BTreeSet::new(),
            groups: Groups::default(),
            slots: SlotPool::default(),
            acknowledgements: None,
        }
    }

    /// The office whose leases and words it takes.
    pub fn office(&self) -> PublicKey {
        self.office
    }

    pub fn writer(&self) -> Writer {
        self.writer
    }

    pub fn head(&self) -> Head {
        self.head
    }

    /// The newest boot that was written.
    pub fn boot(&self) -> u32 {
        self.last.boot
    }

    /// The number of the next certificate of remittance.
    pub fn next_certificate(&self) -> u32 {
        self.certificates + 1
    }

    /// What the next duplicate of a receipt is: 1 where there was none.
    pub fn next_duplicate(&self, receipt: u64) -> u32 {
        self.duplicates.get(&receipt).copied().unwrap_or_default() + 1
    }

    /// Whether the payer's paper about a notice of the office was written.
    pub fn has_written_notice(&self, notice: u64) -> bool {
        self.notices.contains(&notice)
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
        self.apply_canonical(entry, &entry.canonical())
    }

    /// The same for whoever has the entry's canonical bytes already.
    pub fn apply_canonical(&mut self, entry: &Entry, canonical: &[u8]) -> Result<(), Breach> {
        self.check(entry)?;
        self.take(entry, canonical);
        self.advance(entry, canonical);
        Ok(())
    }

    /// Keeps the chain going over an entry that broke a rule and is in quarantine: its place is
    /// taken, its effect is not.
    pub fn pass_over(&mut self, entry: &Entry) -> Result<(), Breach> {
        self.check_sequence(entry)?;
        self.advance(entry, &entry.canonical());
        Ok(())
    }

    fn advance(&mut self, entry: &Entry, canonical: &[u8]) {
        self.groups.go_on(entry);
        self.head = self.head.after(canonical);
        if entry.at.boot >= self.last.boot {
            self.last = entry.at;
        }
    }

    fn check_sequence(&self, entry: &Entry) -> Result<(), Breach> {
        if entry.seq == self.head.seq + 1 {
            return Ok(());
        }
        Err(Breach::Sequence { head: self.head.seq, found: entry.seq })
    }

    /// The monotonic clock never runs back within a boot, and boots are counted upwards.
    fn check_clocks(&self, entry: &Entry) -> Result<(), Breach> {
        let (last, at) = (self.last, entry.at);
        let backwards = at.boot < last.boot || at.boot == last.boot && at.mono_ms < last.mono_ms;
        match backwards && self.head.seq > 0 {
            true => Err(Breach::TimeBackwards { boot: at.boot }),
            false => Ok(()),
        }
    }

    fn check(&self, entry: &Entry) -> Result<(), Breach> {
        self.check_sequence(entry)?;
        self.check_clocks(entry)?;
        self.check_group(entry)?;
        self.check_fact(entry)
    }

    fn check_fact(&self, entry: &Entry) -> Result<(), Breach> {
        match &entry.fact {
            Fact::BookOpened(lease) => self.check_opening(lease, entry),
            Fact::BookReturned(back) => self.check_return(back, entry),
            Fact::Receipt(receipt) => self.check_receipt(receipt, entry),
            Fact::Print(print) => self.check_print(print),
            Fact::Intent(intent) => check_intent(intent),
            Fact::IntentEnded(ended) => self.open_intent(ended.intent).map(|_| ()),
            Fact::Visit(visit) => check_visit(visit),
            Fact::DayClosed(close) => self.check_close(close, entry),
            Fact::SignedIn | Fact::SignedOut | Fact::PackSaid(_) => Ok(()),
            Fact::Voided(void) => self.check_void(void, entry),
            Fact::Certified(certificate) => self.check_certificate(certificate, entry),
            Fact::FloatTaken(amount) => self.check_float(*amount, entry),
            Fact::Duplicated(given) => self.check_duplicate(given, entry),
            Fact::Received(word) => self.check_receiving(word, entry),
            Fact::HandedIn(hand_in) => self.check_hand_in(hand_in),
            Fact::NoticeWritten(notice) => self.check_notice(notice.notice, notice.receipt, entry),
            Fact::SlotsOpened(lease) => self.check_slots(lease),
            Fact::SlotsReturned(back) => self.check_slots_returned(back),
            Fact::Applied(applied) => self.check_applied(applied, entry),
            Fact::ComplaintWorked(word) => {
                word.check(entry.staff.is_some()).map_err(Breach::Complaint)
            }
            Fact::ComplaintAnswered(word) => word.check().map_err(Breach::Complaint),
            Fact::Confirmed(_)
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
            | Fact::SlotsLeased(_)
            | Fact::SlotsRecalled(_)
            | Fact::ApplicationErased(_)
            | Fact::Decided(_)
            | Fact::ExtractIssued(_) => Err(Breach::OfficeOnly),
        }
    }

    fn check_duplicate(&self, given: &Duplicate, entry: &Entry) -> Result<(), Breach> {
        if entry.staff.is_none() {
            return Err(Breach::CashWithoutCashier);
        }
        let next = self.next_duplicate(given.receipt);
        if given.nth != next {
            return Err(Breach::DuplicateOutOfTurn { found: given.nth, next });
        }
        self.check_before(given.receipt, entry)
    }

    fn check_notice(&self, notice: u64, receipt: u64, entry: &Entry) -> Result<(), Breach> {
        if entry.staff.is_none() {
            return Err(Breach::CashWithoutCashier);
        }
        if self.notices.contains(&notice) {
            return Err(Breach::NoticeTwice(notice));
        }
        self.check_before(receipt, entry)
    }

    fn check_before(&self, seq: u64, entry: &Entry) -> Result<(), Breach> {
        match seq > 0 && seq < entry.seq {
            true => Ok(()),
            false => Err(Breach::NotWritten(seq)),
        }
    }

    fn check_certificate(&self, given: &Certificate, entry: &Entry) -> Result<(), Breach> {
        if entry.staff.is_none() {
            return Err(Breach::CashWithoutCashier);
        }
        let next = self.next_certificate();
        if given.number != next {
            return Err(Breach::CertificateOutOfTurn { found: given.number, next });
        }
        self.check_before(given.receipt, entry)
    }

    fn check_receipt(&self, receipt: &Receipt, entry: &Entry) -> Result<(), Breach> {
        self.check_number(&receipt.book, receipt.number, entry)?;
        check_lines(receipt)?;
        self.check_booking(receipt)?;
        match &receipt.tender {
            Tender::Cash(cash) => {
                self.check_till_open(entry)?;
                if cash.tendered < receipt.total {
                    return Err(Breach::TenderedTooLittle(cash.tendered));
                }
                Ok(())
            }
            Tender::Card(card) => {
                if card.last_four.len() > 4 {
                    return Err(Breach::CardNumber);
                }
                self.check_fulfils(card.intent, IntentMode::Card, receipt)
            }
            Tender::Upi(upi) => self.check_fulfils(upi.intent, IntentMode::Upi, receipt),
            Tender::Instrument(instrument) => {
                self.check_till_open(entry)?;
                instrument.check(entry.at.day()).map_err(Breach::Instrument)
            }
        }
    }

    fn check_fulfils(&self, seq: u64, by: IntentMode, receipt: &Receipt) -> Result<(), Breach> {
        let intent = self.intents.get(&seq).or_else(|| self.late.get(&seq));
        match intent {
            Some(intent) if intent.by == by && self.fulfils(seq, intent, receipt) => Ok(()),
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

    fn take(&mut self, entry: &Entry, canonical: &[u8]) {
        match &entry.fact {
            Fact::BookOpened(signed) => self.open_book(&signed.lease),
            Fact::BookReturned(back) => self.return_book(&back.book),
            Fact::Receipt(receipt) => self.take_receipt(receipt, entry, canonical),
            Fact::Print(print) => self.take_print(print),
            Fact::Intent(intent) => {
                self.intents.insert(entry.seq, intent.clone());
            }
            Fact::IntentEnded(ended) => self.take_ending(ended),
            Fact::Visit(visit) if visit.slip => self.await_paper(entry.seq),
            Fact::Visit(_) => {}
            Fact::DayClosed(close) => {
                let staff = entry.staff.expect("it was checked that somebody closes the day");
                self.close_till(staff, close.day, entry.unsure_since_ms.is_some());
                self.carry(staff, close, entry.seq, canonical);
                self.await_paper(entry.seq);
            }
            Fact::Voided(void) => self.take_void(void, entry.seq, canonical),
            Fact::Certified(_) => {
                self.certificates += 1;
                self.await_paper(entry.seq);
            }
            Fact::FloatTaken(amount) => {
                let staff = entry.staff.expect("it was checked that somebody takes the float");
                self.take_float(staff, *amount);
            }
            Fact::Duplicated(given) => {
                self.duplicates.insert(given.receipt, given.nth);
                self.await_paper(entry.seq);
            }
            Fact::Received(word) => {
                self.take_receiving(word, entry.seq);
                self.await_paper(entry.seq);
            }
            Fact::HandedIn(hand_in) => self.take_hand_in(hand_in),
            Fact::NoticeWritten(notice) => {
                self.notices.insert(notice.notice);
                self.await_paper(entry.seq);
            }
            Fact::SlotsOpened(signed) => self.take_slots(&signed.lease, entry),
            Fact::SlotsReturned(back) => self.take_slots_returned(back.lease),
            Fact::Applied(applied) => self.take_applied(applied, entry.seq, canonical),
            Fact::SignedIn | Fact::SignedOut | Fact::PackSaid(_) => {}
            Fact::ComplaintWorked(_) | Fact::ComplaintAnswered(_) => {}
            Fact::Confirmed(_)
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
            | Fact::SlotsLeased(_)
            | Fact::SlotsRecalled(_)
            | Fact::ApplicationErased(_)
            | Fact::Decided(_)
            | Fact::ExtractIssued(_) => {}
        }
    }

    fn take_receipt(&mut self, receipt: &Receipt, entry: &Entry, canonical: &[u8]) {
        self.take_counterfoil(&receipt.book, 1, canonical);
        if let Some(intent) = receipt.tender.intent() {
            self.take_fulfilment(intent, receipt.group);
        }
        self.take_booking(receipt, entry.seq);
        self.take_into_till(receipt, entry);
        self.await_paper(entry.seq);
    }

    /// The paper of a cancelled receipt is taken back: nobody waits for it any more, but for the
    /// slip that says so.
    fn take_void(&mut self, void: &Void, seq: u64, canonical: &[u8]) {
        if let Some(book) = self.take_out_of_till(void.receipt) {
            self.take_counterfoil(&book, 0, canonical);
        }
        self.free_slot(void.receipt);
        self.paper.remove(&void.receipt);
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
