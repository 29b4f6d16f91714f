//! Receipt books that are used up.

use flow::{Button, Field, Page, PaperEnding, RefusalCode};
use ledger::{Fact, ReturnCause, StaffId};

use crate::books::MemoryBooks;
use crate::teller::{MORNING_MS, Teller};

/// 31 March 2026, 10:00 in India: the last day of the financial year that began in 2025.
const LAST_DAY_MS: i64 = 1_774_931_400_000;

fn with_books(leases: &[(&str, u16, u32, u32)]) -> Teller {
    with_books_at(MORNING_MS, leases)
}

fn with_books_at(wall_ms: i64, leases: &[(&str, u16, u32, u32)]) -> Teller {
    let mut books = MemoryBooks::new();
    books.leases.clear();
    for (book, year, first, last) in leases {
        books.lease(book, *year, *first, *last);
    }
    let mut teller = Teller::at(wall_ms, flow::Profile::Kiosk, books);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller
}

fn take_cash(teller: &mut Teller, number: &str) {
    teller.go_to_pay(number);
    teller.choose("another");
    teller.write(Field::Amount, "10");
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "10");
    teller.press(Button::Next);
}

fn number_on_paper(teller: &Teller) -> String {
    let slip = teller.slip();
    let line = slip.lines().find_map(|line| line.strip_prefix("Number\t")).expect("a number");
    line[..line.len() - 2].to_owned()
}

#[test]
fn the_next_book_opens_by_itself() {
    let mut teller = with_books(&[("K3", 2026, 9, 10), ("K4", 2026, 1, 5)]);
    for wanted in ["G0802-26-K3-00009", "G0802-26-K3-00010", "G0802-26-K4-00001"] {
        take_cash(&mut teller, "12/345");
        assert_eq!(number_on_paper(&teller), wanted);
        teller.paper(PaperEnding::Whole);
        teller.press(Button::Next);
    }
    let returned = teller.facts().into_iter().find_map(|fact| match fact {
        Fact::BookReturned(back) => Some((back.book.clone(), back.used)),
        _ => None,
    });
    assert_eq!(returned, Some(("K3".to_owned(), 2)));
    assert!(teller.transactions.contains(&3), "returned, opened and receipted as one");
    teller.assert_sound();
}

#[test]
fn without_a_next_book_nothing_is_taken() {
    let mut teller = with_books(&[("K3", 2026, 1, 1)]);
    take_cash(&mut teller, "12/345");
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    for mode in ["cash", "card", "upi"] {
        teller.go_to_pay("12/345");
        teller.pay_by(mode);
        assert_eq!(teller.refused(), Some(RefusalCode::NoBookLeft), "{mode}");
        teller.press(Button::Finish);
    }
    assert_eq!(teller.receipts().len(), 1);
    assert!(teller.charges.is_empty());
    assert_eq!(teller.books.day_book.intents().count(), 0);
    // The office sends one.
    teller.books.lease("K4", 2026, 1, 5);
    take_cash(&mut teller, "12/345");
    assert_eq!(number_on_paper(&teller), "G0802-26-K4-00001");
    teller.assert_sound();
}

#[test]
fn money_that_comes_when_the_book_is_used_up_waits_for_a_number() {
    let mut teller = with_books(&[("K3", 2026, 1, 1)]);
    let upi = teller.ask_for("12/345", "upi");
    teller.press(Button::Back);
    teller.press(Button::Finish);
    let card = teller.ask_for("12/346", "card");
    // Another payment used the last number meanwhile.
    teller.confirm(upi);
    assert_eq!(teller.receipts().len(), 1);
    teller.approve(card);
    assert_eq!(teller.refused(), Some(RefusalCode::NoBookLeft));
    let Page::Card(page) = teller.page() else { panic!("no card page") };
    assert_eq!(page.state, flow::CardState::CannotTell);
    teller.press(Button::Next);
    teller.books.lease("K4", 2026, 1, 5);
    teller.wait(400);
    assert!(teller.look_ups.contains(&card));
    teller.approve(card);
    assert_eq!(teller.receipts().len(), 2);
    teller.assert_sound();
}

#[test]
fn a_receipt_of_last_years_book_keeps_its_year() {
    let mut teller = with_books_at(LAST_DAY_MS, &[("K3", 2025, 7, 9), ("K3", 2026, 1, 50)]);
    take_cash(&mut teller, "12/345");
    let first = teller.slip();
    assert_eq!(number_on_paper(&teller), "G0802-25-K3-00007");
    teller.paper(PaperEnding::NotStarted(flow::PaperCause::PaperOut));
    teller.press(Button::CollectLater);
    teller.press(Button::Next);
    let Page::AskPaper(ask) = teller.page() else { panic!("staff are not asked") };
    assert!(ask.number.starts_with("G0802-25-K3-00007"));
    teller.press(Button::SignOut);
    teller.wait(61);
    teller.press(Button::SignIn);
    teller.sign_in("5", "5050");
    // A new book of the new year is opened while the old slip is still held.
    teller.sleep_a_day();
    let card = teller.ask_for("12/346", "card");
    teller.approve(card);
    assert_eq!(number_on_paper(&teller), "G0802-26-K3-00001");
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    let Page::AskPaper(ask) = teller.page() else { panic!("staff are not asked") };
    assert!(ask.number.starts_with("G0802-25-K3-00007"), "{}", ask.number);
    teller.press(Button::No);
    assert_eq!(number_on_paper(&teller), "G0802-25-K3-00007");
    let square = |slip: &str| slip.lines().find(|l| l.contains("/R/")).map(str::to_owned);
    assert_eq!(square(&teller.slip()), square(&first), "the same square as the first time");
    teller.assert_sound();
}

#[test]
fn the_books_of_a_year_end_with_it() {
    let mut teller = with_books_at(LAST_DAY_MS, &[("K3", 2025, 7, 9)]);
    take_cash(&mut teller, "12/345");
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.sleep_a_day();
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    // The new year's book has not come: numbers of the old one are left, and none may be used.
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    assert_eq!(teller.refused(), Some(RefusalCode::NoBookLeft));
    teller.press(Button::Finish);
    teller.books.lease("K3", 2026, 1, 50);
    take_cash(&mut teller, "12/345");
    assert_eq!(number_on_paper(&teller), "G0802-26-K3-00001");
    let returned = teller.facts().into_iter().find_map(|fact| match fact {
        Fact::BookReturned(back) => Some((back.used, back.cause)),
        _ => None,
    });
    assert_eq!(returned, Some((1, ReturnCause::YearEnded)));
    teller.assert_sound();
}

#[test]
fn a_clock_that_nobody_believes_ends_no_year_and_the_slip_says_so() {
    let mut teller = with_books_at(LAST_DAY_MS, &[("K3", 2025, 7, 9), ("K3", 2026, 1, 50)]);
    teller.sleep_a_day();
    teller.books.unsure_since_ms = Some(LAST_DAY_MS);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    take_cash(&mut teller, "12/345");
    assert_eq!(number_on_paper(&teller), "G0802-25-K3-00007");
    let slip = teller.slip();
    assert!(slip.contains("Clock unverified since 31-03-2026 10:00"), "{slip}");
    teller.assert_sound();
}

#[test]
fn each_collector_writes_in_their_own_book() {
    let mut books = MemoryBooks::new();
    books.leases.clear();
    books.lease_to(Some(StaffId(4)), "C1", 2026, 1, 9);
    books.lease_to(Some(StaffId(5)), "C2", 2026, 1, 9);
    let mut teller = Teller::with(flow::Profile::Kiosk, books);
    for (staff, pin, wanted) in [
        ("4", "4711", "G0802-26-C1-00001"),
        ("5", "5050", "G0802-26-C2-00001"),
        ("4", "4711", "G0802-26-C1-00002"),
    ] {
        teller.press(Button::SignIn);
        teller.sign_in(staff, pin);
        take_cash(&mut teller, "12/345");
        assert_eq!(number_on_paper(&teller), wanted);
        teller.paper(PaperEnding::Whole);
        teller.press(Button::Next);
        teller.press(Button::SignOut);
    }
    // Nobody is signed in, and the kiosk has no book of its own.
    teller.go_to_pay("12/345");
    teller.pay_by("card");
    assert_eq!(teller.refused(), Some(RefusalCode::NoBookLeft));
    teller.assert_sound();
}
