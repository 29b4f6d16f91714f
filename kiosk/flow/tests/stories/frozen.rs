//! A device that the office has locked, since it has another history of it.

use flow::{Button, Field, Page, PaperEnding, Profile, RefusalCode};
use ledger::Fact;

use crate::books::sticker;
use crate::teller::{MORNING_MS, Teller, rupees};

#[test]
fn no_money_is_taken_in_any_way_and_nobody_is_asked_for_it() {
    for mode in ["cash", "card", "upi"] {
        let mut teller = Teller::counter();
        teller.go_to_pay("12/345");
        teller.choose(mode);
        let before = teller.books.entries.len();
        teller.books.frozen_ms = Some(MORNING_MS);
        assert!(teller.screen().frame.frozen);
        teller.press(Button::Next);
        assert_eq!(teller.refused(), Some(RefusalCode::Frozen), "{mode}");
        assert!(matches!(teller.page(), Page::Pay(_)));
        assert_eq!((teller.books.entries.len(), teller.charges.len()), (before, 0), "{mode}");
        // An officer has looked: it goes on where it stood.
        teller.books.frozen_ms = None;
        teller.press(Button::Next);
        assert_eq!(teller.refused(), None, "{mode}");
        assert!(!teller.screen().frame.frozen);
    }
}

#[test]
fn cash_on_the_table_is_not_taken_once_it_is_locked() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1200");
    teller.books.frozen_ms = Some(MORNING_MS);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::Frozen));
    assert!(teller.receipts().is_empty());
}

/// The card was charged before the office's word came: that money has its receipt.
#[test]
fn money_that_is_there_already_is_receipted() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.books.frozen_ms = Some(MORNING_MS);
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}

#[test]
fn visits_are_recorded_and_days_closed() {
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.books.frozen_ms = Some(MORNING_MS);
    teller.scan(&sticker(345));
    teller.choose("collected");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::Frozen), "the fee is money");
    teller.choose("fee_later");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), None);
    assert!(teller.facts().iter().any(|fact| matches!(fact, Fact::Visit(_))));
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.press(Button::EndDay);
    let Page::DayEnd(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.coins, rupees(0));
    teller.press(Button::Next);
    assert!(teller.facts().iter().any(|fact| matches!(fact, Fact::DayClosed(_))));
    teller.assert_sound();
}
