//! A full disk: nothing is taken, and what was taken already is not asked for twice.

use flow::{Button, CardState, Field, Page, PaperEnding, Profile, RefusalCode};

use crate::teller::{Teller, rupees};

fn full(teller: &mut Teller) {
    teller.room = Some(0);
}

#[test]
fn no_cash_is_taken() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1200");
    full(&mut teller);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(teller.receipts().is_empty() && teller.prints.is_empty());
    assert!(matches!(teller.page(), Page::Cash(_)), "what was typed stays");
    teller.room = None;
    teller.press(Button::Next);
    assert_eq!(teller.receipts().len(), 1);
    assert_eq!(teller.books.day_book.cash(), rupees(1_184));
    teller.assert_sound();
}

#[test]
fn nothing_is_asked_of_terminal_or_bank() {
    for mode in ["card", "upi"] {
        let mut teller = Teller::kiosk();
        teller.go_to_pay("12/345");
        full(&mut teller);
        teller.pay_by(mode);
        assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
        assert!(matches!(teller.page(), Page::Pay(_)), "{mode}");
        assert!(teller.charges.is_empty(), "the intent goes to disk first");
        teller.room = None;
        teller.press(Button::Next);
        assert!(matches!(teller.page(), Page::Card(_) | Page::Upi(_)));
    }
}

#[test]
fn an_approved_card_is_never_asked_twice() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    full(&mut teller);
    teller.approve(intent);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    let Page::Card(page) = teller.page() else { panic!("no card page") };
    assert_eq!(page.state, CardState::CannotTell);
    assert!(teller.receipts().is_empty() && teller.prints.is_empty());
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Card(_)));
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(teller.charges.len(), 1);
    // Somebody makes room, and power is cut.
    teller.room = None;
    teller.restart();
    assert_eq!(teller.look_ups.last(), Some(&intent));
    teller.approve(intent);
    assert_eq!((teller.receipts().len(), teller.charges.len()), (1, 1));
    teller.assert_sound();
}

#[test]
fn a_confirmed_payment_is_receipted_when_there_is_room() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    full(&mut teller);
    teller.confirm(intent);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(matches!(teller.page(), Page::Upi(_)));
    teller.room = None;
    teller.confirm(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.paper(PaperEnding::Whole);
    assert!(matches!(teller.page(), Page::Paid(_)));
    teller.assert_sound();
}

#[test]
fn paper_is_printed_even_where_its_outcome_cannot_be_written() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.approve(intent);
    full(&mut teller);
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(matches!(teller.page(), Page::Paid(_)));
    assert_eq!(teller.books.day_book.paper().count(), 1, "a restart asks about it");
}

#[test]
fn visit_and_day_end_stay_as_they_were() {
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.choose("345");
    teller.choose("collected");
    full(&mut teller);
    let before = teller.page();
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert_eq!(teller.page(), before);
    teller.room = None;
    teller.press(Button::Next);
    assert_eq!(teller.receipts().len(), 1);

    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::EndDay);
    full(&mut teller);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(matches!(teller.page(), Page::DayEnd(_)));
    teller.room = None;
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::DayClosed(_)));
    teller.assert_sound();
}

#[test]
fn an_end_that_cannot_be_written_leaves_the_intent_open() {
    let mut teller = Teller::kiosk();
    teller.ask_for("12/345", "upi");
    full(&mut teller);
    teller.press(Button::Back);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(matches!(teller.page(), Page::Pay(_)));
    assert_eq!(teller.books.day_book.intents().count(), 1);
    teller.assert_sound();
}
