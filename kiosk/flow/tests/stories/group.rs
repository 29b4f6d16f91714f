//! Several buildings at once: one payment, a receipt for each, all of them or none.

use flow::{
    Button, Field, Page, PaidPage, Paper, PaperCause, PaperEnding, Profile, RefusalCode,
    SettlementState, TerminalDay, TerminalEnding, World,
};
use ledger::{Fact, GroupPlace, Intent, Paise, Payer, PrintOutcome, Receipt, Tender, heads};

use crate::books::MemoryBooks;
use crate::teller::{MORNING_MS, Teller, approval, rupees};

/// ₹1,184, ₹630 and ₹630.
pub const HOUSES: [&str; 3] = ["12/345", "12/350", "12/351"];
const TOTAL: i64 = 1_184 + 630 + 630;

pub fn find(teller: &mut Teller, number: &str) {
    teller.write(Field::Number, number);
    teller.press(Button::Next);
}

/// From the idle page to the list with these buildings on it.
pub fn list(teller: &mut Teller, numbers: &[&str]) {
    teller.choose("property_tax");
    find(teller, numbers[0]);
    for number in &numbers[1..] {
        teller.press(Button::AnotherToo);
        find(teller, number);
    }
    teller.press(if numbers.len() > 1 { Button::Next } else { Button::AnotherToo });
    if numbers.len() == 1 {
        teller.press(Button::Back);
    }
    assert_eq!(rows(teller).len(), numbers.len(), "{:?}", teller.refused());
}

fn rows(teller: &Teller) -> Vec<(String, i64)> {
    match teller.page() {
        Page::Group(page) => {
            let sums = page.rows.iter().map(|row| row.amount);
            assert_eq!(Paise::sum(sums), Ok(page.total));
            let row = |row: &flow::GroupRow| (row.place.clone(), row.amount.get() / 100);
            page.rows.iter().map(row).collect()
        }
        page => panic!("no list but {page:?}: {:?}", teller.refused()),
    }
}

pub fn pay(teller: &mut Teller, numbers: &[&str], mode: &str) {
    list(teller, numbers);
    teller.press(Button::Next);
    teller.pay_by(mode);
}

fn pay_in_cash(teller: &mut Teller, tendered: &str) {
    pay(teller, &HOUSES, "cash");
    teller.write(Field::Tendered, tendered);
    teller.press(Button::Next);
}

pub fn receipts(teller: &Teller) -> Vec<Receipt> {
    teller.receipts().into_iter().map(|(_, receipt)| receipt).collect()
}

fn paid(teller: &Teller) -> PaidPage {
    match teller.page() {
        Page::Paid(page) => page,
        page => panic!("nobody is thanked but {page:?}"),
    }
}

fn intent(teller: &Teller) -> (u64, Intent) {
    let open = teller.books.day_book.intents().next().expect("an intent");
    (open.0, open.1.clone())
}

/// Three receipts, one after the other, for just what was asked.
fn assert_three(teller: &Teller) {
    let receipts = receipts(teller);
    let places: Vec<_> = receipts.iter().map(|receipt| receipt.group).collect();
    assert_eq!(places, GroupPlace::each(3).map(Some).collect::<Vec<_>>());
    let of: Vec<_> = receipts.iter().map(|receipt| receipt.payer.building()).collect();
    assert_eq!(of, [Some(345), Some(350), Some(351)]);
    let sums: Vec<i64> = receipts.iter().map(|receipt| receipt.total.get() / 100).collect();
    assert_eq!(sums, [1_184, 630, 630]);
    teller.assert_sound();
}

#[test]
fn three_buildings_and_one_payment_in_cash_are_three_receipts_in_one_write() {
    let mut teller = Teller::counter();
    list(&mut teller, &HOUSES);
    let owed = rows(&teller);
    assert_eq!(owed.iter().map(|(_, sum)| *sum).collect::<Vec<_>>(), [1_184, 630, 630]);
    teller.press(Button::Next);
    let Page::Pay(page) = teller.page() else { panic!("how") };
    assert_eq!((page.amount, page.amounts.len()), (rupees(TOTAL), 0), "whole, and nothing else");
    teller.choose("another");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.pay_by("cash");
    teller.write(Field::Tendered, "2443");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::TenderedTooLittle));
    teller.write(Field::Tendered, "2500");
    teller.press(Button::Next);
    assert_three(&teller);
    assert_eq!(teller.transactions.last(), Some(&3), "all of them in one write");
    let tendered = receipts(&teller).into_iter().map(|receipt| match receipt.tender {
        Tender::Cash(cash) => cash.tendered.get() / 100,
        other => panic!("no cash but {other:?}"),
    });
    assert_eq!(tendered.collect::<Vec<_>>(), [1_184, 630, 686], "the change is on the last");
    let till = teller.books.day_book.till(ledger::StaffId(4));
    assert_eq!((till.cash, till.receipts), (rupees(TOTAL), 3));
    for nth in 1..=3 {
        let Page::Printing(page) = teller.page() else { panic!("{:?}", teller.page()) };
        assert_eq!(page.place, Some(flow::SlipPlace { nth, of: 3 }));
        assert_eq!(teller.prints.len(), 1, "one after the other");
        assert!(teller.slip().contains(["12/345", "12/350", "12/351"][nth as usize - 1]));
        teller.paper(PaperEnding::Whole);
    }
    assert_eq!(teller.drawers, 1, "the drawer opens once");
    let page = paid(&teller);
    assert_eq!((page.amount, page.receipts), (Some(rupees(TOTAL)), 3));
    assert_eq!((page.change, page.paper), (Some(rupees(56)), Paper::Printed));
    assert_eq!(page.number.as_deref().map(|it| it.matches("G0802-26-K3-0000").count()), Some(2));
    teller.press(Button::Next);
    teller.choose("property_tax");
    find(&mut teller, "12/350");
    let Page::Demand(page) = teller.page() else { panic!("what is owed") };
    assert_eq!((page.total, page.listed), (Paise::ZERO, 0), "paid, and no list is left");
    teller.assert_sound();
}

#[test]
fn a_list_is_added_to_and_taken_from() {
    let mut teller = Teller::counter();
    list(&mut teller, &HOUSES[..2]);
    teller.press(Button::AnotherToo);
    find(&mut teller, HOUSES[0]);
    let Page::Demand(page) = teller.page() else { panic!("what is owed") };
    assert_eq!((page.listed, page.may_list), (2, true));
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ListedAlready));
    teller.press(Button::Back);
    assert_eq!(rows(&teller).len(), 2, "back leads to the list");
    teller.choose("345");
    assert!(rows(&teller)[0].0.ends_with("12/350"), "{:?}", rows(&teller));
    teller.choose("345");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    // One alone is a payment as any other.
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "630");
    teller.press(Button::Next);
    assert_eq!(receipts(&teller)[0].group, None);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    list(&mut teller, &HOUSES[..1]);
    teller.choose("345");
    assert!(matches!(teller.page(), Page::Find(_)), "an empty list is none");
    teller.press(Button::Finish);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.assert_sound();
}

#[test]
fn whoever_comes_next_finds_no_list() {
    let mut teller = Teller::kiosk();
    list(&mut teller, &HOUSES);
    teller.wait(u64::from(teller.idle_s()) + 60);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.choose("property_tax");
    find(&mut teller, HOUSES[0]);
    let Page::Demand(page) = teller.page() else { panic!("what is owed") };
    assert_eq!(page.listed, 0);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Pay(_)));
}

#[test]
fn ten_are_paid_at_once_and_no_more() {
    let mut teller = Teller::counter();
    teller.books.grow(12);
    teller.choose("property_tax");
    for id in 1_000..1_010 {
        find(&mut teller, &format!("7/{id}"));
        teller.press(if id < 1_009 { Button::AnotherToo } else { Button::Next });
    }
    assert_eq!(rows(&teller).len(), 10);
    teller.press(Button::AnotherToo);
    let refusal = teller.refusal().expect("the list is full");
    assert_eq!((refusal.code, refusal.count), (RefusalCode::ListFull, Some(10)));
    teller.press(Button::Next);
    teller.pay_by("cheque");
    teller.write(Field::InstrumentNumber, "004217");
    teller.write(Field::Bank, "State Bank of India, Kollam");
    teller.write(Field::Dated, "12-08-2026");
    teller.press(Button::Next);
    assert_eq!(teller.transactions.last(), Some(&10));
    let till = teller.books.day_book.till(ledger::StaffId(4));
    let whole = receipts(&teller).into_iter().map(|receipt| receipt.total);
    assert_eq!(till.instruments, 1, "one paper");
    assert_eq!(Ok(till.instruments_sum), Paise::sum(whole));
    assert_eq!(teller.books.day_book.voidable(ledger::StaffId(4), 20_679).count(), 0);
    teller.assert_sound();
}

#[test]
fn a_fee_with_a_form_is_paid_by_itself() {
    let mut teller = crate::form::at_answers();
    teller.press(Button::Next);
    let Page::Demand(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert!(!page.may_list);
    teller.press(Button::AnotherToo);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingDue));
    let mut worker = Teller::handheld(Profile::Karmasena);
    worker.press(Button::AnotherToo);
    assert_eq!(worker.refused(), Some(RefusalCode::NotHere));
}

#[test]
fn a_printer_that_stops_in_the_middle_goes_on_where_it_was() {
    let mut teller = Teller::counter();
    pay_in_cash(&mut teller, "2444");
    teller.paper(PaperEnding::Whole);
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    assert!(matches!(teller.page(), Page::Stopped(_)));
    teller.wait(4);
    assert!(teller.slip().contains("12/350"), "the second again");
    teller.paper(PaperEnding::Uncertain(PaperCause::Jam));
    assert!(matches!(teller.page(), Page::AskPaper(_)));
    teller.press(Button::No);
    assert!(teller.slip().contains("12/350"), "and once more, as staff said");
    teller.paper(PaperEnding::Whole);
    assert!(teller.slip().contains("12/351"), "then the third");
    teller.paper(PaperEnding::Whole);
    assert_eq!((paid(&teller).paper, paid(&teller).receipts), (Paper::Printed, 3));
    assert_eq!(teller.books.day_book.paper().count(), 0);
    assert_eq!(teller.drawers, 1);
    teller.assert_sound();
}

#[test]
fn whoever_leaves_a_stopped_printer_finds_all_other_slips_with_staff() {
    let mut teller = Teller::counter();
    pay_in_cash(&mut teller, "2444");
    teller.paper(PaperEnding::Whole);
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    teller.press(Button::CollectLater);
    assert_eq!(paid(&teller).paper, Paper::Later);
    let held: Vec<_> = teller.books.day_book.paper().map(|(_, paper)| paper.outcome).collect();
    assert_eq!(held, [Some(PrintOutcome::Held); 2]);
    teller.assert_sound();
}

#[test]
fn nobody_at_an_unattended_kiosk_loses_the_slips_after_an_uncertain_one() {
    let mut teller = Teller::kiosk();
    pay(&mut teller, &HOUSES, "card");
    teller.approve(teller.charges[0].0);
    teller.paper(PaperEnding::Uncertain(PaperCause::Jam));
    assert!(teller.slip().contains("12/350"));
    teller.paper(PaperEnding::Whole);
    teller.paper(PaperEnding::Whole);
    assert_eq!(paid(&teller).paper, Paper::Uncertain);
    assert_eq!(teller.books.day_book.paper().count(), 1);
    teller.assert_sound();
}

#[test]
fn a_power_cut_after_the_write_loses_no_receipt_and_no_slip() {
    let mut teller = Teller::counter();
    pay_in_cash(&mut teller, "2444");
    teller.paper(PaperEnding::Whole);
    teller.restart();
    assert_three(&teller);
    let left: Vec<_> = teller.books.day_book.paper().map(|(_, paper)| paper.outcome).collect();
    assert_eq!(left, [Some(PrintOutcome::Uncertain); 2], "staff are asked about both");
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    let Page::AskPaper(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.left, 2);
}

#[test]
fn one_card_pays_for_three_and_what_was_asked_is_on_disk_part_by_part() {
    let mut teller = Teller::kiosk();
    pay(&mut teller, &HOUSES, "card");
    let (seq, asked) = intent(&teller);
    assert_eq!(teller.charges, [(seq, rupees(TOTAL))]);
    let parts: Vec<_> =
        asked.parts.iter().map(|part| (part.building, part.amount.get() / 100)).collect();
    assert_eq!(parts, [(345, 1_184), (350, 630), (351, 630)]);
    assert_eq!((asked.amount, asked.building), (rupees(TOTAL), None));
    teller.approve(seq);
    assert_three(&teller);
    assert_eq!(teller.transactions.last(), Some(&3));
    assert_eq!(teller.books.day_book.intents().count(), 0);
    teller.approve(seq);
    assert_eq!(receipts(&teller).len(), 3, "a second word changes nothing");
}

#[test]
fn a_card_that_was_charged_before_a_power_cut_has_its_receipts_after_it() {
    let mut teller = Teller::kiosk();
    pay(&mut teller, &HOUSES, "card");
    let (seq, _) = intent(&teller);
    teller.restart();
    assert_eq!(teller.look_ups, [seq], "looked up, and not asked again");
    teller.approve(seq);
    assert_three(&teller);
    let held: Vec<_> = teller.books.day_book.paper().map(|(_, paper)| paper.outcome).collect();
    assert_eq!(held, [Some(PrintOutcome::Held); 3], "staff hold them all");
    assert_eq!(teller.charges.len(), 1);
}

#[test]
fn a_full_disk_keeps_no_part_of_the_receipts() {
    let mut teller = Teller::kiosk();
    pay(&mut teller, &HOUSES, "card");
    let (seq, _) = intent(&teller);
    teller.room = Some(0);
    teller.approve(seq);
    assert!(receipts(&teller).is_empty());
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    teller.room = None;
    teller.press(Button::Next);
    teller.wait(301);
    assert_eq!(teller.look_ups, [seq]);
    teller.approve(seq);
    assert_three(&teller);
}

#[test]
fn a_declined_card_leaves_the_list_as_it_was() {
    let mut teller = Teller::kiosk();
    pay(&mut teller, &HOUSES, "card");
    let (seq, _) = intent(&teller);
    teller.terminal(seq, TerminalEnding::Declined);
    teller.press(Button::Next);
    let Page::Pay(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.amount, rupees(TOTAL));
    teller.press(Button::Back);
    assert_eq!(rows(&teller).len(), 3);
}

#[test]
fn the_banks_one_word_is_in_three_receipts_also_where_it_comes_late() {
    for late in [false, true] {
        let mut teller = Teller::kiosk();
        pay(&mut teller, &HOUSES, "upi");
        let Page::Upi(page) = teller.page() else { panic!("{:?}", teller.page()) };
        assert!(page.code.contains("am=2444.00"), "{}", page.code);
        let (seq, _) = intent(&teller);
        teller.press(Button::PrintWaiting);
        assert!(teller.slip().contains("12/345, 12/350, 12/351"), "{}", teller.slip());
        teller.paper(PaperEnding::Whole);
        if late {
            teller.wait(u64::from(teller.pack.limits.upi_expiry_s) + 1);
            assert_eq!(teller.books.day_book.late_intents().count(), 1);
        }
        teller.confirm(seq);
        assert_three(&teller);
        assert_eq!(teller.books.day_book.late_intents().count(), 0);
        assert_eq!(matches!(teller.page(), Page::Printing(_)), !late);
    }
}

#[test]
fn what_changed_since_it_was_listed_is_shown_before_money_is_taken() {
    let mut teller = Teller::counter();
    list(&mut teller, &HOUSES);
    teller.press(Button::Next);
    teller.choose("cash");
    teller.books.buildings.iter_mut().filter(|it| it.id == 350).for_each(|it| it.demands.clear());
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ListChanged));
    let left: Vec<i64> = rows(&teller).into_iter().map(|(_, sum)| sum).collect();
    assert_eq!(left, [1_184, 630], "one owes nothing any more");
    assert!(receipts(&teller).is_empty());
    teller.assert_sound();
}

#[test]
fn one_payment_stands_in_one_book() {
    let mut books = MemoryBooks::new();
    books.leases.clear();
    books.lease("K3", 2026, 1, 4);
    books.lease("K4", 2026, 1, 5);
    let mut teller = Teller::at(MORNING_MS, Profile::Kiosk, books);
    pay(&mut teller, &HOUSES[..2], "card");
    teller.approve(teller.charges[0].0);
    teller.paper(PaperEnding::Whole);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.books.grow(3);
    pay(&mut teller, &["7/1000", "7/1001", "7/1002"], "card");
    let refusal = teller.refusal().expect("two numbers are left");
    assert_eq!((refusal.code, refusal.count), (RefusalCode::BookTooShort, Some(2)));
    teller.press(Button::Back);
    teller.choose("1002");
    teller.press(Button::Next);
    teller.pay_by("card");
    teller.approve(teller.charges[1].0);
    assert_eq!(receipts(&teller).len(), 4);
    teller.assert_sound();
}

/// The numbers were there when the money was asked for, and another payment took one meanwhile.
#[test]
fn money_that_cannot_be_spread_any_more_is_receipted_whole_in_suspense() {
    let mut books = MemoryBooks::new();
    books.leases.clear();
    books.lease("K3", 2026, 1, 3);
    books.lease("K4", 2026, 1, 5);
    let mut teller = Teller::at(MORNING_MS, Profile::Kiosk, books);
    pay(&mut teller, &HOUSES, "upi");
    let (late, asked) = intent(&teller);
    teller.wait(u64::from(teller.pack.limits.upi_expiry_s) + 1);
    let other = teller.ask_for("12/345", "card");
    teller.approve(other);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.confirm(late);
    let whole = receipts(&teller).pop().expect("a receipt");
    assert_eq!((whole.total, whole.group), (rupees(TOTAL), None));
    assert_eq!(whole.lines[0].head, heads::SUSPENSE);
    let Payer::Suspense(payer) = &whole.payer else { panic!("{:?}", whole.payer) };
    assert_eq!(payer.place, asked.reference, "it leads the office to what was asked");
    assert_eq!(teller.books.day_book.late_intents().count(), 0);
    teller.assert_sound();
}

#[test]
fn the_terminals_one_payment_is_one_line_of_its_day() {
    let mut teller = Teller::counter();
    pay(&mut teller, &HOUSES, "card");
    teller.terminal(teller.charges[0].0, approval());
    (0..3).for_each(|_| teller.paper(PaperEnding::Whole));
    teller.press(Button::Next);
    teller.press(Button::Menu);
    teller.choose("settle");
    teller.press(Button::Next);
    assert_eq!(teller.settled[0].len(), 1, "asked about once");
    let (total, first) = (rupees(TOTAL), Some(19));
    let day = TerminalDay::Totals { total, count: 1, first, last: first };
    teller.world(World::TerminalSettled(day));
    let Page::Settlement(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!((page.here, page.here_sum), (1, rupees(TOTAL)));
    assert_eq!(page.state, SettlementState::Agrees, "{:?}", page.rows);
}

#[test]
fn one_receipt_of_a_payment_in_cash_is_cancelled_as_any_other() {
    let mut teller = Teller::counter();
    pay_in_cash(&mut teller, "2444");
    (0..3).for_each(|_| teller.paper(PaperEnding::Whole));
    teller.press(Button::Next);
    let second = teller.receipts()[1].0;
    teller.press(Button::Menu);
    teller.choose("receipts");
    teller.choose(&second.to_string());
    teller.press(Button::CancelReceipt);
    teller.write(Field::Reason, "The wrong house");
    teller.choose("5");
    teller.write(Field::Pin, "5050");
    teller.press(Button::Next);
    let voided = teller.facts().into_iter().filter(|fact| matches!(fact, Fact::Voided(_)));
    assert_eq!(voided.count(), 1, "{:?}", teller.refused());
    let till = teller.books.day_book.till(ledger::StaffId(4));
    assert_eq!(till.cash, rupees(1_184 + 630));
    teller.assert_sound();
}
