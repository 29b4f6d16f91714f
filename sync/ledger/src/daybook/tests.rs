//! One small device: books by operator, years, tills, cancellations, clocks.

mod answers;
mod applications;
mod group;
mod handing_in;
mod late;
mod slots;

use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;
use crate::entry::{DayClose, ReturnCause};
use crate::language::Language;
use crate::lease::{Lease, SignedLease};
use crate::money::Paise;
use crate::receipt::{CashTender, Payer};
use crate::signature::{Purpose, Signature, Signer};
use crate::{Period, ReceiptLine, Tender};

const DAY_MS: i64 = 86_400_000;
/// Noon in India on 30 March 2027, in the financial year that began in 2026.
const MARCH_30_MS: i64 = 1_806_388_200_000;
const SUMA: StaffId = StaffId(11);
const RAM: StaffId = StaffId(21);

struct Key(Ed25519KeyPair);

impl Key {
    fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed makes a key"))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

/// A device's books, and the moment at which the next entry is written.
struct Desk {
    office: Key,
    day_book: DayBook,
    at: Moment,
    unsure_since_ms: Option<i64>,
}

impl Desk {
    fn new() -> Self {
        let office = Key::new(1);
        let day_book = DayBook::new(Writer(3), office.public_key());
        let at = Moment { wall_ms: MARCH_30_MS, mono_ms: 1, boot: 1 };
        Self { office, day_book, at, unsure_since_ms: None }
    }

    fn with_books() -> Self {
        let mut desk = Self::new();
        desk.open("K1", None, 2026).expect("the device's own book");
        desk.open("C1", Some(RAM), 2026).expect("Ram's book");
        desk
    }

    fn lease(&self, book: &str, operator: Option<StaffId>, year: u16) -> SignedLease {
        let (body, book) = ("G0802".to_owned(), book.to_owned());
        let (first, last, issued_ms, writer) = (1, 3, 0, Writer(3));
        let acknowledges = None;
        Lease { body, year, book, writer, operator, first, last, issued_ms, acknowledges }
            .signed(&self.office)
    }

    fn open(&mut self, book: &str, operator: Option<StaffId>, year: u16) -> Result<u64, Breach> {
        let lease = self.lease(book, operator, year);
        self.write(None, Fact::BookOpened(lease))
    }

    fn write(&mut self, staff: Option<StaffId>, fact: Fact) -> Result<u64, Breach> {
        self.at.mono_ms += 1;
        let seq = self.day_book.head().seq + 1;
        let unsure_since_ms = self.unsure_since_ms;
        let entry = Entry { seq, at: self.at, staff, countersigned: 0, fact, unsure_since_ms };
        let read = Entry::read(&entry.canonical()).expect("an entry is read as it was written");
        assert_eq!(read, entry);
        self.day_book.apply(&entry).map(|()| seq)
    }

    fn cash(&mut self, staff: StaffId, building: u32, rupees: i64) -> Result<u64, Breach> {
        let (book, number) = self.day_book.next_number(Some(staff))?;
        self.cash_in(staff, building, rupees, &book, number)
    }

    fn cash_in(
        &mut self,
        staff: StaffId,
        building: u32,
        rupees: i64,
        book: &str,
        number: u32,
    ) -> Result<u64, Breach> {
        let tender = Tender::Cash(CashTender { tendered: Paise::rupees(rupees) });
        self.receipt(staff, building, rupees, book, number, tender)
    }

    fn receipt(
        &mut self,
        staff: StaffId,
        building: u32,
        rupees: i64,
        book: &str,
        number: u32,
        tender: Tender,
    ) -> Result<u64, Breach> {
        let total = Paise::rupees(rupees);
        let period = Period::half_year_of(self.at.date());
        let line = ReceiptLine { period, head: "PROPERTY_TAX".to_owned(), amount: total };
        let receipt = Receipt {
            book: book.to_owned(),
            number,
            service: "property_tax".to_owned(),
            payer: Payer::Building(building),
            lines: vec![line],
            total,
            tender,
            pack: 1,
            language: Language::En,
            answers: Vec::new(),
            group: None,
        };
        self.write(Some(staff), Fact::Receipt(receipt))
    }

    fn give_back(&mut self, book: &str, cause: ReturnCause) -> Result<u64, Breach> {
        let back = self.day_book.book(book).expect("it is open").returned(cause);
        self.write(None, Fact::BookReturned(back))
    }

    fn void(&mut self, staff: StaffId, receipt: u64, second: StaffId) -> Result<u64, Breach> {
        let reason = "The wrong house".to_owned();
        self.write(Some(staff), Fact::Voided(Void { receipt, reason, second }))
    }

    /// What the till of somebody says at a day's end, counted as the book expects.
    fn close(&self, staff: StaffId) -> DayClose {
        let till = self.day_book.till(staff);
        DayClose {
            day: self.at.day(),
            notes: Vec::new(),
            coins: till.expected(),
            counted: till.expected(),
            expected: till.expected(),
            reason: String::new(),
            receipts: till.receipts,
            voided: till.voided,
            heads: till.statement(),
            float: till.float,
            instruments: till.instruments,
            instruments_sum: till.instruments_sum,
        }
    }
}

#[test]
fn each_writes_in_their_own_book_or_in_the_devices() {
    let mut desk = Desk::with_books();
    assert_eq!(desk.day_book.next_number(Some(RAM)), Ok(("C1".to_owned(), 1)));
    assert_eq!(desk.day_book.next_number(Some(SUMA)), Ok(("K1".to_owned(), 1)));
    assert_eq!(desk.day_book.next_number(None), Ok(("K1".to_owned(), 1)));
    desk.cash(RAM, 5, 100).expect("in Ram's book");
    desk.cash(SUMA, 6, 100).expect("in the device's book");
    let foreign = desk.cash_in(SUMA, 6, 100, "C1", 2);
    let (book, found, next) = ("K1".to_owned(), 2, 2);
    assert_eq!(foreign, Err(Breach::OutOfTurn { book, found, next }));
    let mut handheld = Desk::new();
    handheld.open("C1", Some(RAM), 2026).expect("Ram's book");
    assert_eq!(handheld.day_book.next_number(Some(SUMA)), Err(Breach::NoBook));
}

#[test]
fn a_book_goes_back_used_up_and_is_never_opened_again() {
    let mut desk = Desk::with_books();
    let unused = desk.give_back("C1", ReturnCause::UsedUp);
    assert_eq!(unused, Err(Breach::BookNotUsedUp("C1".to_owned())));
    for building in 1..=3 {
        desk.cash(RAM, building, 50).expect("a number is left");
    }
    assert_eq!(desk.cash(RAM, 4, 50), Err(Breach::BookUsedUp("C1".to_owned())));
    assert_eq!(
        desk.open("C2", Some(RAM), 2026),
        Err(Breach::BookNotReturned("C1".to_owned())),
        "the counterfoils come first"
    );
    let mut forged = desk.day_book.book("C1").expect("open").returned(ReturnCause::UsedUp);
    forged.root = crate::sha256(b"something else");
    let refused = desk.write(None, Fact::BookReturned(forged));
    assert_eq!(refused, Err(Breach::Counterfoils("C1".to_owned())));
    desk.give_back("C1", ReturnCause::UsedUp).expect("it is used up");
    let again = desk.open("C1", Some(RAM), 2026);
    assert_eq!(again, Err(Breach::BookOpenedBefore("C1".to_owned())));
    desk.open("C2", Some(RAM), 2026).expect("the next book");
    assert_eq!(desk.day_book.next_number(Some(RAM)), Ok(("C2".to_owned(), 1)));
}

#[test]
fn a_book_ends_with_its_financial_year() {
    let mut desk = Desk::with_books();
    desk.cash(RAM, 1, 50).expect("on 30 March");
    let early = desk.open("C9", Some(SUMA), 2027);
    assert_eq!(early, Err(Breach::OtherYear { book: "C9".to_owned(), year: 2027 }));
    desk.at.wall_ms += 2 * DAY_MS;
    assert_eq!(desk.at.date_text(), "01-04-2027");
    let late = desk.cash(RAM, 1, 50);
    assert_eq!(late, Err(Breach::OtherYear { book: "C1".to_owned(), year: 2026 }));
    desk.give_back("C1", ReturnCause::YearEnded).expect("two numbers are left for ever");
    desk.open("C1", Some(RAM), 2027).expect("the same code in the next year");
    desk.cash(RAM, 1, 50).expect("in the new book");
}

#[test]
fn while_the_clock_cannot_be_believed_the_year_does_not_change() {
    let mut desk = Desk::with_books();
    desk.at.wall_ms += 400 * DAY_MS;
    desk.unsure_since_ms = Some(MARCH_30_MS);
    desk.cash(RAM, 1, 50).expect("the desk goes on");
    let back = desk.give_back("C1", ReturnCause::YearEnded);
    assert_eq!(back, Err(Breach::BookNotUsedUp("C1".to_owned())));
}

#[test]
fn tills_are_counted_by_person() {
    let mut desk = Desk::with_books();
    desk.cash(RAM, 1, 50).expect("Ram's");
    desk.cash(SUMA, 2, 70).expect("Suma's");
    assert_eq!(desk.day_book.cash(), Paise::rupees(120));
    let mut wrong = desk.close(RAM);
    wrong.heads.clear();
    let refused = desk.write(Some(RAM), Fact::DayClosed(wrong));
    assert!(matches!(refused, Err(Breach::Expected { .. })), "{refused:?}");
    let close = desk.close(RAM);
    desk.write(Some(RAM), Fact::DayClosed(close)).expect("Ram's day is over");
    assert!(matches!(desk.cash(RAM, 3, 10), Err(Breach::DayClosed(_))));
    desk.cash(SUMA, 3, 10).expect("Suma's goes on");
    assert_eq!(desk.day_book.till(SUMA).cash, Paise::rupees(80));
    desk.at.wall_ms += DAY_MS / 2;
    desk.cash(RAM, 4, 10).expect("the next morning");
}

#[test]
fn only_the_latest_receipt_of_a_demand_is_cancelled_and_by_two() {
    let mut desk = Desk::with_books();
    let first = desk.cash(RAM, 1, 50).expect("a receipt");
    let latest = desk.cash(RAM, 1, 60).expect("another for the same house");
    let other = desk.cash(RAM, 2, 70).expect("one for the next house");
    assert_eq!(desk.day_book.voidable(RAM, desk.at.day()).collect::<Vec<_>>(), [latest, other]);
    assert_eq!(desk.void(RAM, first, SUMA), Err(Breach::CannotVoid(first)));
    assert_eq!(desk.void(RAM, latest, RAM), Err(Breach::SecondPerson));
    assert_eq!(desk.void(SUMA, latest, RAM), Err(Breach::CannotVoid(latest)), "Ram's receipt");
    let root = desk.day_book.book("C1").expect("open").root;
    let cancelled = desk.void(RAM, latest, SUMA).expect("by two");
    assert_eq!(desk.void(RAM, latest, SUMA), Err(Breach::CannotVoid(latest)), "once");
    let till = desk.day_book.till(RAM);
    assert_eq!((till.cash, till.receipts, till.voided), (Paise::rupees(120), 3, 1));
    assert_eq!(till.statement()[0].amount, Paise::rupees(120));
    let book = desk.day_book.book("C1").expect("open");
    assert_eq!(book.next, 4, "its number stays used");
    assert_ne!(book.root, root, "the counterfoil tells of it");
    let awaited: Vec<u64> = desk.day_book.paper().map(|(seq, _)| seq).collect();
    assert_eq!(awaited, [first, other, cancelled], "nobody waits for the cancelled paper");
    desk.void(RAM, first, SUMA).expect("now it is the latest");
}

#[test]
fn a_receipt_is_cancelled_on_its_own_day_before_the_count() {
    let mut desk = Desk::with_books();
    let yesterdays = desk.cash(RAM, 1, 50).expect("a receipt");
    desk.at.wall_ms += DAY_MS;
    assert_eq!(desk.void(RAM, yesterdays, SUMA), Err(Breach::CannotVoid(yesterdays)));
    assert_eq!(desk.day_book.voidable(RAM, desk.at.day()).count(), 0);
    let todays = desk.cash(RAM, 2, 50).expect("a receipt");
    let close = desk.close(RAM);
    desk.write(Some(RAM), Fact::DayClosed(close)).expect("counted");
    assert_eq!(desk.void(RAM, todays, SUMA), Err(Breach::CannotVoid(todays)));
}

#[test]
fn certificates_are_numbered_without_a_gap() {
    let mut desk = Desk::with_books();
    let receipt = desk.cash(RAM, 1, 50).expect("a receipt");
    let certify = |number, receipt| Fact::Certified(Certificate { receipt, number });
    assert!(desk.write(None, certify(1, receipt)).is_err(), "staff give it");
    desk.write(Some(RAM), certify(1, receipt)).expect("the first");
    let gap = desk.write(Some(RAM), certify(3, receipt));
    assert_eq!(gap, Err(Breach::CertificateOutOfTurn { found: 3, next: 2 }));
    assert_eq!(desk.write(Some(RAM), certify(2, 99)), Err(Breach::NotWritten(99)));
}

#[test]
fn the_monotonic_clock_never_runs_back() {
    let mut desk = Desk::with_books();
    desk.at.mono_ms = 0;
    let back = desk.cash(RAM, 1, 50);
    assert_eq!(back, Err(Breach::TimeBackwards { boot: 1 }));
    desk.at.boot = 2;
    desk.cash(RAM, 1, 50).expect("a new boot counts from zero");
    desk.at.boot = 1;
    desk.at.mono_ms = 9_999;
    assert_eq!(desk.cash(RAM, 1, 50), Err(Breach::TimeBackwards { boot: 1 }));
}
