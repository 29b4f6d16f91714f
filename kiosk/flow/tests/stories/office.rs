//! What staff do besides taking money: receipts found again, cancelled and certified; change money;
//! cash handed in and received between two devices; what the office noted for payers; cheques.

use flow::{
    Button, CannotCancel, Field, Noted, NoticeKind, OfficeNotice, OfficeWord, Page, Paper,
    PaperEnding, Profile, RefusalCode, Reprint, Task, World,
};
use ledger::{Fact, Paise, Receiving, ReceivingOf, StaffId, Tender, Writer};

use crate::books::{MemoryBooks, WRITER};
use crate::teller::{Teller, rupees};

/// A cashier who has taken ₹630 in cash for 12/346, paper and all.
fn paid() -> Teller {
    let mut teller = Teller::counter();
    pay_cash(&mut teller, "12/346", "630");
    teller
}

fn pay_cash(teller: &mut Teller, number: &str, tendered: &str) {
    teller.go_to_pay(number);
    teller.pay_by("cash");
    teller.write(Field::Tendered, tendered);
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)), "{:?}", teller.refused());
}

fn menu(teller: &mut Teller, task: &str) {
    teller.press(Button::Menu);
    assert!(matches!(teller.page(), Page::Menu(_)), "{:?}", teller.page());
    teller.choose(task);
}

fn tasks(teller: &mut Teller) -> Vec<Task> {
    teller.press(Button::Menu);
    let Page::Menu(page) = teller.page() else { panic!("{:?}", teller.page()) };
    teller.press(Button::Back);
    page.items.iter().map(|item| item.id).collect()
}

/// The newest receipt, opened from the list.
fn open_receipt(teller: &mut Teller) -> flow::ReceiptPage {
    menu(teller, "receipts");
    let Page::Receipts(page) = teller.page() else { panic!("{:?}", teller.page()) };
    teller.choose(&page.receipts[0].id);
    match teller.page() {
        Page::Receipt(page) => page,
        page => panic!("{page:?}"),
    }
}

/// Suja closes her day with what the book expects; her close's sequence.
fn close_day(teller: &mut Teller, coins: &str) -> u64 {
    menu(teller, "end_day");
    teller.write(Field::Coins, coins);
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    let carried = teller.books.day_book.carried();
    carried.map(|(seq, _)| seq).last().expect("a close that is carried")
}

#[test]
fn nobody_has_a_menu_who_is_not_signed_in() {
    let mut teller = Teller::kiosk();
    teller.press(Button::Menu);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    let mut counter = Teller::counter();
    assert_eq!(
        tasks(&mut counter),
        [
            Task::Receipts,
            Task::Float,
            Task::EndDay,
            Task::Settle,
            Task::Carry,
            Task::Printer,
            Task::Rates,
            Task::Practice,
            Task::SignOut,
        ]
    );
    let mut collector = Teller::handheld(Profile::Collector);
    assert!(tasks(&mut collector).contains(&Task::EndDay));
}

#[test]
fn a_receipt_is_cancelled_by_two_and_its_house_owes_again() {
    let mut teller = paid();
    let page = open_receipt(&mut teller);
    assert_eq!((page.cannot_cancel, page.reprint), (None, Reprint::Certificate));
    assert_eq!((page.receipt.place.as_str(), page.receipt.amount), ("12/346", rupees(630)));
    teller.press(Button::CancelReceipt);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::CancelReasonNeeded));
    teller.write(Field::Reason, "The wrong house");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::SecondPersonNeeded));
    teller.choose("4");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "nobody is their own witness");
    teller.choose("5");
    teller.write(Field::Pin, "1111");
    teller.press(Button::Next);
    let refusal = teller.refusal().expect("a wrong PIN");
    assert_eq!((refusal.code, refusal.count), (RefusalCode::WrongPin, Some(4)));
    teller.write(Field::Pin, "5050");
    teller.press(Button::Next);
    assert!(teller.slip().starts_with("Padippuram Grama Panchayat\nReceipt cancelled"));
    assert!(teller.slip().contains("Witness\tBiju"), "{}", teller.slip());
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    assert_eq!(teller.books.day_book.cash(), Paise::ZERO);
    let page = open_receipt(&mut teller);
    assert!(page.receipt.cancelled);
    assert_eq!(page.cannot_cancel, Some(CannotCancel::Cancelled));
    teller.press(Button::Reprint);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "nothing certifies it");
    teller.press(Button::Finish);
    teller.choose("property_tax");
    teller.write(Field::Number, "12/346");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Demand(page) if page.total == rupees(630)));
    teller.assert_sound();
}

#[test]
fn what_cannot_be_cancelled_says_why() {
    let mut teller = Teller::counter();
    let intent = teller.ask_for("12/346", "card");
    teller.approve(intent);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    assert_eq!(open_receipt(&mut teller).cannot_cancel, Some(CannotCancel::NotInHand));
    teller.press(Button::CancelReceipt);
    assert_eq!(teller.refused(), Some(RefusalCode::CannotCancel));
    teller.press(Button::Finish);

    pay_cash(&mut teller, "12/345", "1184");
    close_day(&mut teller, "1184");
    assert_eq!(open_receipt(&mut teller).cannot_cancel, Some(CannotCancel::Counted));

    let mut others = paid();
    others.press(Button::SignOut);
    others.press(Button::SignIn);
    others.sign_in("5", "5050");
    assert_eq!(open_receipt(&mut others).cannot_cancel, Some(CannotCancel::NotYours));
}

#[test]
fn a_wrong_witness_locks_as_a_wrong_sign_in_does() {
    let mut teller = paid();
    open_receipt(&mut teller);
    teller.press(Button::CancelReceipt);
    teller.write(Field::Reason, "The wrong house");
    teller.choose("5");
    for _ in 0..5 {
        teller.write(Field::Pin, "9999");
        teller.press(Button::Next);
    }
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
    teller.write(Field::Pin, "5050");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
    assert!(!teller.facts().iter().any(|fact| matches!(fact, Fact::Voided(_))));
}

#[test]
fn whoever_lost_a_slip_gets_a_certificate_with_its_own_number() {
    let mut teller = paid();
    for (number, nth) in [("C00001", 1), ("C00002", 2)] {
        open_receipt(&mut teller);
        teller.press(Button::Reprint);
        let slip = teller.slip();
        assert!(slip.contains("Certificate of remittance"), "{slip}");
        assert!(slip.contains(&format!("Certificate\tG0802-W0007-{number}")), "{slip}");
        assert!(slip.contains("₹630.00 was paid by receipt G0802-26-K3-00001-"), "{slip}");
        assert!(!slip.contains("HTTPS://"), "no copy of the receipt: {slip}");
        teller.paper(PaperEnding::Whole);
        assert!(matches!(teller.page(), Page::Paid(_)));
        teller.press(Button::Next);
        assert_eq!(teller.books.day_book.next_certificate(), nth + 1);
    }
    teller.assert_sound();
}

#[test]
fn receipts_are_found_by_their_number_their_house_and_their_square() {
    let mut teller = paid();
    pay_cash(&mut teller, "12/345", "1184");
    menu(&mut teller, "receipts");
    let shown = |teller: &Teller| match teller.page() {
        Page::Receipts(page) => page.receipts.iter().map(|row| row.place.clone()).collect(),
        page => panic!("{page:?}"),
    };
    let all: Vec<String> = shown(&teller);
    assert_eq!(all, ["12/345", "12/346"], "newest first");
    teller.write(Field::Number, "12/346");
    teller.press(Button::Next);
    let one: Vec<String> = shown(&teller);
    assert_eq!(one, ["12/346"]);
    teller.write(Field::Number, "99999");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownReceipt));
    let (seq, _) = teller.receipts()[0];
    let entry = teller.books.entries[usize::try_from(seq).expect("small") - 1].clone();
    let square = flow::Books::square(&teller.books, &entry);
    teller.scan(&square);
    assert!(matches!(teller.page(), Page::Receipt(page) if page.receipt.place == "12/346"));
}

#[test]
fn change_money_begins_the_day() {
    let mut teller = Teller::counter();
    menu(&mut teller, "float");
    for (typed, code) in [
        ("", RefusalCode::NothingTyped),
        ("0", RefusalCode::AmountZero),
        ("-1", RefusalCode::AmountNegative),
    ] {
        teller.write(Field::Float, typed);
        teller.press(Button::Next);
        assert_eq!(teller.refused(), Some(code), "{typed:?}");
    }
    teller.write(Field::Float, "300");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert!(!tasks(&mut teller).contains(&Task::Float), "once");
    pay_cash(&mut teller, "12/346", "630");
    menu(&mut teller, "end_day");
    let Page::DayEnd(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.float, rupees(300));
    teller.write(Field::Coins, "930");
    teller.press(Button::Next);
    let slip = teller.slip();
    assert!(slip.contains("Change money in it\t300.00"), "{slip}");
    assert!(slip.contains("To be paid into the bank by 17-08-2026"), "{slip}");
    teller.assert_sound();
}

#[test]
fn cash_goes_from_one_device_to_another_by_two_squares() {
    let mut collectors = paid();
    close_day(&mut collectors, "630");
    menu(&mut collectors, "hand_in");
    let Page::HandIn(page) = collectors.page() else { panic!("{:?}", collectors.page()) };
    assert_eq!((page.closes[0].counted, page.closes[0].late), (rupees(630), false));
    collectors.choose(&page.closes[0].id);
    let Page::HandIn(page) = collectors.page() else { panic!("{:?}", collectors.page()) };
    let close = page.code.expect("a square for the officer");

    let mut officers = officer();
    menu(&mut officers, "receive");
    officers.scan(&close);
    let Page::Receive(page) = officers.page() else { panic!("{:?}", officers.refused()) };
    let of = page.of.expect("the close");
    assert_eq!((of.collector.as_str(), of.claimed, of.receipts), ("Suja", rupees(630), 1));
    officers.write(Field::Counted, "620");
    officers.press(Button::Next);
    assert_eq!(officers.refused(), Some(RefusalCode::ReasonNeeded));
    officers.write(Field::Counted, "630");
    officers.press(Button::Next);
    let Page::Received(page) = officers.page() else { panic!("{:?}", officers.refused()) };
    let word = page.code.expect("a square for the collector");
    assert!(officers.slip().contains("Counted and received\t₹630.00"), "{}", officers.slip());
    officers.paper(PaperEnding::Whole);
    assert!(matches!(officers.page(), Page::Received(page) if page.paper == Paper::Printed));
    officers.press(Button::Next);
    menu(&mut officers, "receive");
    officers.scan(&close);
    assert_eq!(officers.refused(), Some(RefusalCode::ReceivedBefore));

    collectors.scan(&close);
    assert_eq!(collectors.refused(), Some(RefusalCode::NotAClose), "its own square");
    collectors.scan(&word);
    assert!(matches!(collectors.page(), Page::Home(_)), "{:?}", collectors.refused());
    assert_eq!(collectors.books.day_book.cash(), Paise::ZERO);
    collectors.assert_sound();
    officers.assert_sound();
}

/// A kiosk of its own, at which the officer is signed in.
fn officer() -> Teller {
    let mut books = MemoryBooks::new();
    books.become_another(Writer(8));
    let mut teller = Teller::with(Profile::Kiosk, books);
    teller.press(Button::SignIn);
    teller.sign_in("5", "5050");
    teller
}

#[test]
fn at_one_device_the_officer_signs_in_and_counts() {
    let mut teller = paid();
    let close = close_day(&mut teller, "630");
    teller.press(Button::SignOut);
    teller.press(Button::SignIn);
    teller.sign_in("5", "5050");
    menu(&mut teller, "receive");
    teller.choose(&close.to_string());
    teller.write(Field::Counted, "600");
    teller.press(Button::Next);
    let Page::Receive(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.of.expect("the close").difference, Some(rupees(-30)));
    teller.write(Field::Reason, "A false note");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Received(page) if page.code.is_none()));
    assert!(teller.slip().contains("Reason\tA false note"), "{}", teller.slip());
    assert_eq!(teller.books.day_book.carried().count(), 0);
    teller.assert_sound();
}

#[test]
fn only_officers_receive_and_never_their_own() {
    let mut cashier = paid();
    close_day(&mut cashier, "630");
    assert!(!tasks(&mut cashier).contains(&Task::Receive));
    let mut officers_own = Teller::kiosk();
    officers_own.press(Button::SignIn);
    officers_own.sign_in("5", "5050");
    pay_cash(&mut officers_own, "12/346", "630");
    let close = close_day(&mut officers_own, "630");
    menu(&mut officers_own, "receive");
    officers_own.choose(&close.to_string());
    assert_eq!(officers_own.refused(), Some(RefusalCode::OfficersOnly));
}

#[test]
fn the_offices_counter_is_word_enough() {
    let mut teller = paid();
    let close = close_day(&mut teller, "630");
    let (_, carried) = teller.books.day_book.carried().next().expect("carried");
    let word = Receiving {
        of: ReceivingOf { writer: WRITER, close },
        close_hash: carried.hash,
        day: carried.day,
        collector: StaffId(4),
        claimed: rupees(630),
        counted: rupees(630),
        instruments: 0,
        reason: String::new(),
        missing: None,
    };
    let said = OfficeWord { seq: 70, officer: StaffId(5), word };
    for _ in 0..2 {
        teller.world(World::ReceivedAtOffice(said.clone()));
    }
    let handed_in = teller.facts().into_iter().filter(|fact| matches!(fact, Fact::HandedIn(_)));
    assert_eq!(handed_in.count(), 1);
    assert_eq!(teller.books.day_book.cash(), Paise::ZERO);
    teller.assert_sound();
}

#[test]
fn cash_that_is_late_is_said() {
    let mut teller = paid();
    close_day(&mut teller, "630");
    for _ in 0..4 {
        teller.sleep_a_day();
    }
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller.press(Button::Menu);
    let Page::Menu(page) = teller.page() else { panic!("{:?}", teller.page()) };
    let item = page.items.iter().find(|item| item.id == Task::HandIn).expect("a close");
    assert!(item.late && item.count == 1);
    assert_eq!(page.carried, rupees(630));
}

#[test]
fn cash_waits_for_the_office_after_too_many_hours() {
    let mut teller = Teller::counter();
    teller.books.unheard_hours = Some(72);
    teller.go_to_pay("12/346");
    teller.pay_by("cash");
    let refusal = teller.refusal().expect("a refusal");
    assert_eq!((refusal.code, refusal.count), (RefusalCode::TooLongAway, Some(72)));
    teller.books.unheard_hours = Some(71);
    teller.pay_by("cash");
    assert!(matches!(teller.page(), Page::Cash(_)));
}

#[test]
fn payers_are_told_once_what_the_office_noted() {
    let mut teller = paid();
    let (receipt, _) = teller.receipts()[0];
    teller.books.notices =
        vec![OfficeNotice { seq: 55, receipt, noted: Noted::Excess(rupees(630)) }];
    menu(&mut teller, "notices");
    let Page::Notices(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!((page.notices[0].kind, page.notices[0].amount), (NoticeKind::Excess, rupees(630)));
    teller.choose("55");
    assert!(teller.slip().contains("Held for you\t₹630.00"), "{}", teller.slip());
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    assert!(!tasks(&mut teller).contains(&Task::Notices), "told");
    teller.assert_sound();
}

#[test]
fn a_cheque_has_its_number_bank_and_date_and_stands_subject_to_realisation() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/346");
    teller.pay_by("cheque");
    let faults = [
        (Field::Dated, "", RefusalCode::NotADate),
        (Field::Dated, "31-02-2026", RefusalCode::NotADate),
        (Field::Dated, "10-08-2026", RefusalCode::InstrumentNumber),
        (Field::InstrumentNumber, "00A217", RefusalCode::InstrumentNumber),
        (Field::InstrumentNumber, "004217", RefusalCode::BankNeeded),
        (Field::Bank, "State Bank of India", RefusalCode::NotHere),
    ];
    for (field, text, code) in faults {
        teller.write(field, text);
        if code == RefusalCode::NotHere {
            break;
        }
        teller.press(Button::Next);
        assert_eq!(teller.refused(), Some(code), "{text:?}");
    }
    for (dated, code) in
        [("15-08-2026", RefusalCode::Postdated), ("01-01-2026", RefusalCode::Stale)]
    {
        teller.write(Field::Dated, dated);
        teller.press(Button::Next);
        assert_eq!(teller.refused(), Some(code), "{dated}");
    }
    teller.write(Field::Dated, "10/08/2026");
    teller.press(Button::Next);
    let (_, receipt) = teller.receipts().pop().unwrap_or_else(|| panic!("{:?}", teller.refused()));
    assert!(matches!(&receipt.tender, Tender::Instrument(cheque) if cheque.number == "004217"));
    let slip = teller.slip();
    assert!(slip.contains("Status\tReceived, subject to realisation"), "{slip}");
    assert!(slip.contains("Dated\t10-08-2026"), "{slip}");
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    assert_eq!(teller.books.day_book.cash(), Paise::ZERO);
    menu(&mut teller, "end_day");
    teller.press(Button::Next);
    assert!(teller.slip().contains("Cheques and drafts (1)\t630.00"), "{}", teller.slip());
    teller.assert_sound();
}

#[test]
fn nobody_takes_a_cheque_at_an_unattended_kiosk() {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/346");
    let Page::Pay(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.modes.len(), 3);
    teller.choose("cheque");
    assert_eq!(teller.refused(), Some(RefusalCode::NoCashier));
}

#[test]
fn practice_is_asked_for_where_nothing_is_under_way() {
    let mut teller = Teller::counter();
    teller.ask_for("12/346", "card");
    teller.restart();
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    menu(&mut teller, "practice");
    assert_eq!(teller.refused(), Some(RefusalCode::PaymentRunning), "a sale is still open");
    assert!(teller.practised.is_empty());
    let mut teller = paid();
    menu(&mut teller, "practice");
    assert_eq!(teller.practised, [true]);
}

#[test]
fn practice_says_so_on_every_page_and_every_slip() {
    let counter = Teller::counter();
    let settings = counter.settings.clone();
    let mut teller = Teller::counter();
    teller.flow = flow::Flow::practising(settings, crate::packs::pack(), &counter.flow);
    teller.world(World::Started);
    assert!(teller.screen().frame.practice);
    pay_cash(&mut teller, "12/346", "630");
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1184");
    teller.press(Button::Next);
    let slip = teller.slip();
    let said = slip.lines().filter(|line| *line == "PRACTICE – NOT A RECEIPT");
    assert_eq!(said.count(), 2, "first and last: {slip}");
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    menu(&mut teller, "practice");
    assert_eq!(teller.practised, [false]);
}
