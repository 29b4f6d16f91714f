//! Slots are sold once, by whom they were leased to, and go back as what was not sold.

use super::*;
use crate::receipt::{Answer, Named};
use crate::slots::{Booking, SignedSlots, SlotLease, SlotsReturned};

const DAY: i64 = 20_700;

impl Desk {
    fn slot_lease(&self, number: u32, writer: u32) -> SlotLease {
        SlotLease {
            body: "G0802".to_owned(),
            number,
            writer: Writer(writer),
            facility: "hall".to_owned(),
            from: DAY,
            to: DAY + 1,
            slots: vec!["morning".to_owned(), "evening".to_owned()],
            issued_ms: 0,
        }
    }

    fn take_slots(&mut self, number: u32) -> Result<u64, Breach> {
        let signed = self.slot_lease(number, 3).signed(&self.office);
        self.write(None, Fact::SlotsOpened(signed))
    }

    fn book(&mut self, day: i64, slot: &str) -> Result<u64, Breach> {
        let booking = Booking { facility: "hall".to_owned(), day, slot: slot.to_owned() };
        self.book_by(booking.answers().to_vec())
    }

    fn book_by(&mut self, answers: Vec<Answer>) -> Result<u64, Breach> {
        let (book, number) = self.day_book.next_number(Some(RAM))?;
        let (period, head) = (Period::month_of(self.at.date()), "HAL".to_owned());
        let total = Paise::rupees(100);
        let receipt = Receipt {
            book,
            number,
            service: "hall_booking".to_owned(),
            payer: Payer::Named(Named { name: "Suma".to_owned(), reference: String::new() }),
            lines: vec![ReceiptLine { period, head, amount: total }],
            total,
            tender: Tender::Cash(CashTender { tendered: total }),
            pack: 3,
            language: Language::En,
            answers,
            group: None,
        };
        self.write(Some(RAM), Fact::Receipt(receipt))
    }

    fn return_slots(&mut self, lease: u32, unsold: u32) -> Result<u64, Breach> {
        self.write(None, Fact::SlotsReturned(SlotsReturned { lease, unsold }))
    }
}

#[test]
fn a_slot_is_sold_once_and_only_where_it_was_leased() {
    let mut desk = Desk::with_books();
    let not = Breach::SlotNotLeased("hall, 2026-09-04, morning".to_owned());
    assert_eq!(desk.book(DAY, "morning"), Err(not));
    desk.take_slots(5).expect("leased");
    desk.book(DAY, "morning").expect("sold");
    let sold = Breach::SlotSold("hall, 2026-09-04, morning".to_owned());
    assert_eq!(desk.book(DAY, "morning"), Err(sold));
    desk.book(DAY + 1, "morning").expect("another day");
    for (day, slot) in [(DAY - 1, "morning"), (DAY + 2, "morning"), (DAY, "night")] {
        assert!(matches!(desk.book(day, slot), Err(Breach::SlotNotLeased(_))), "{day} {slot}");
    }
    // A part of a booking is none, and no way round the rule.
    let booking = Booking { facility: "hall".to_owned(), day: DAY, slot: "evening".to_owned() };
    for left_out in 0..3 {
        let mut answers = booking.answers().to_vec();
        answers.remove(left_out);
        assert_eq!(desk.book_by(answers), Err(Breach::HalfBooked));
    }
    let mut answers = booking.answers().to_vec();
    answers[1].value = "2026-9-4".to_owned();
    assert_eq!(desk.book_by(answers), Err(Breach::HalfBooked));
}

#[test]
fn a_cancelled_receipt_frees_its_slot() {
    let mut desk = Desk::with_books();
    desk.take_slots(1).expect("leased");
    let receipt = desk.book(DAY, "evening").expect("sold");
    let reason = "another day".to_owned();
    let void = Void { receipt, reason, second: StaffId(99) };
    desk.write(Some(RAM), Fact::Voided(void)).expect("cancelled");
    desk.book(DAY, "evening").expect("free again");
}

#[test]
fn a_lease_is_the_offices_for_this_device_and_taken_once() {
    let mut desk = Desk::with_books();
    desk.take_slots(5).expect("leased");
    for number in [5, 4] {
        assert_eq!(desk.take_slots(number), Err(Breach::SlotsTakenBefore(number)));
    }
    let foreign = desk.slot_lease(6, 4).signed(&desk.office);
    let mut forged = desk.slot_lease(6, 3).signed(&desk.office);
    forged.lease.to += 30;
    let mut none = desk.slot_lease(6, 3);
    none.slots.clear();
    let none = none.signed(&desk.office);
    let mut backwards = desk.slot_lease(6, 3);
    backwards.to = DAY - 1;
    let backwards = backwards.signed(&desk.office);
    for signed in [foreign, forged, none, backwards] {
        let signed: SignedSlots = signed;
        assert_eq!(desk.write(None, Fact::SlotsOpened(signed)), Err(Breach::ForeignSlots));
    }
}

#[test]
fn what_is_not_sold_goes_back_and_is_sold_no_more() {
    let mut desk = Desk::with_books();
    desk.take_slots(5).expect("leased");
    let receipt = desk.book(DAY, "morning").expect("sold");
    assert_eq!(desk.return_slots(4, 4), Err(Breach::NoSuchSlots(4)));
    let says = Breach::SlotsUnsold { lease: 5, unsold: 3, found: 4 };
    assert_eq!(desk.return_slots(5, 4), Err(says));
    desk.return_slots(5, 3).expect("given back");
    assert!(matches!(desk.book(DAY, "evening"), Err(Breach::SlotNotLeased(_))));
    // What was sold stays sold, and the lease is never taken again.
    let sold = Booking { facility: "hall".to_owned(), day: DAY, slot: "morning".to_owned() };
    assert!(desk.day_book.is_slot_sold(&sold));
    assert_eq!(desk.take_slots(5), Err(Breach::SlotsTakenBefore(5)));
    let reason = "not wanted".to_owned();
    let void = Void { receipt, reason, second: StaffId(99) };
    desk.write(Some(RAM), Fact::Voided(void)).expect("cancelled");
    assert!(!desk.day_book.is_slot_free(&sold), "it is the office's to lease again");
}

#[test]
fn books_without_slots_keep_their_bytes_and_books_with_them_are_read_again() {
    let mut desk = Desk::with_books();
    let before = minicbor::to_vec(&desk.day_book).expect("bytes");
    // An array of sixteen places, as it was before there were slots.
    assert_eq!(before[0], 0x90);
    desk.take_slots(1).expect("leased");
    desk.book(DAY, "morning").expect("sold");
    let with = minicbor::to_vec(&desk.day_book).expect("bytes");
    assert_eq!(minicbor::decode::<DayBook>(&with).expect("read"), desk.day_book);
    let old: DayBook = minicbor::decode(&before).expect("read");
    assert_eq!(old.slot_leases().count(), 0);
}
