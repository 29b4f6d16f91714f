//! UPI: the square, the wait, and the bank's word in and out of time.

use flow::{Button, Field, Page, Paper, PaperCause, PaperEnding, RefusalCode, WaitingSlip, World};
use ledger::{Fact, IntentEnding, PrintOutcome, Tender};

use crate::teller::{Teller, rupees};

fn waiting(teller: &Teller) -> flow::UpiPage {
    match teller.page() {
        Page::Upi(upi) => upi,
        page => panic!("no UPI page but {page:?}"),
    }
}

#[test]
fn the_square_names_payee_sum_and_reference() {
    let mut teller = Teller::kiosk();
    teller.ask_for("12/345", "upi");
    let page = waiting(&teller);
    assert!(teller.flow.waits_for_the_bank());
    for part in [
        "upi://pay?pa=padippuram.sample@examplebank",
        "&pn=Padippuram%20Grama%20Panchayat",
        "&am=1184.00",
        "&cu=INR",
        "&tn=Tax%2012%2F345",
        &format!("&tr={}", page.reference),
    ] {
        assert!(page.code.contains(part), "{part} is missing in {}", page.code);
    }
    assert!(page.reference.len() <= 35);
    assert!(page.reference.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!((page.left_s, page.whole_s), (300, 300));
    teller.wait(10);
    assert_eq!(waiting(&teller).left_s, 290);
}

#[test]
fn confirmed_while_the_payer_waits() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    assert!(teller.receipts().is_empty(), "no receipt before the bank's word");
    let syncs = teller.syncs;
    teller.press(Button::CheckNow);
    assert_eq!((teller.refused(), teller.syncs), (None, syncs + 1));
    teller.press(Button::Finish);
    assert_eq!(teller.refused(), Some(RefusalCode::PaymentRunning));
    teller.confirm(intent);
    teller.confirm(intent);
    assert_eq!(teller.receipts().len(), 1);
    let (_, receipt) = &teller.receipts()[0];
    assert!(matches!(&receipt.tender, Tender::Upi(upi) if upi.intent == intent));
    assert!(teller.slip().contains(&format!("Reference\tBANK{intent}")));
    teller.paper(PaperEnding::Whole);
    teller.confirm(intent);
    assert_eq!(teller.receipts().len(), 1);
    assert!(matches!(teller.page(), Page::Paid(_)));
    teller.assert_sound();
}

#[test]
fn a_waiting_slip_is_no_receipt() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    teller.press(Button::PrintWaiting);
    assert_eq!(waiting(&teller).waiting_slip, WaitingSlip::Printing);
    teller.press(Button::PrintWaiting);
    assert_eq!(teller.refused(), Some(RefusalCode::AlreadyDoing));
    let slip = teller.slip();
    assert!(slip.contains("This is not a receipt.") && slip.contains("10:05"), "{slip}");
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    assert_eq!(waiting(&teller).waiting_slip, WaitingSlip::Failed);
    teller.press(Button::PrintWaiting);
    teller.paper(PaperEnding::Whole);
    assert_eq!(waiting(&teller).waiting_slip, WaitingSlip::Printed);
    teller.confirm(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.books.day_book.paper().count(), 0);
    teller.assert_sound();
}

#[test]
fn a_waiting_slip_may_outlive_its_page() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    teller.press(Button::PrintWaiting);
    teller.press(Button::Back);
    teller.paper(PaperEnding::Whole);
    assert!(matches!(teller.page(), Page::Pay(_)));
    let last = teller.facts().pop().cloned();
    assert!(matches!(last, Some(Fact::Print(print)) if print.of == intent));
    // And where the receipt came first, it says nothing any more.
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    teller.press(Button::PrintWaiting);
    teller.confirm(intent);
    assert_eq!(teller.prints.len(), 2);
    teller.paper(PaperEnding::Whole);
    assert!(matches!(teller.page(), Page::Printing(_)));
    teller.paper(PaperEnding::Whole);
    assert!(matches!(teller.page(), Page::Paid(_)));
    teller.assert_sound();
}

#[test]
fn a_payment_that_comes_late_is_held_for_the_payer() {
    let mut teller = Teller::kiosk();
    teller.touch(flow::Touch::Language(ledger::Language::Ml));
    let intent = teller.ask_for("12/345", "upi");
    teller.wait(299);
    assert!(matches!(teller.page(), Page::Upi(_)));
    teller.wait(2);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(teller.refused(), Some(RefusalCode::PaymentExpired));
    assert_eq!(teller.screen().frame.language, ledger::Language::Ml, "in the payer's language");
    teller.wait(30);
    assert_eq!(teller.refused(), Some(RefusalCode::PaymentExpired), "it can be read");
    teller.wait(15);
    assert_eq!(teller.refused(), None);
    assert_eq!(teller.screen().frame.language, ledger::Language::En);
    teller.confirm(intent);
    assert_eq!(teller.receipts()[0].1.total, rupees(1_184));
    assert!(teller.prints.is_empty(), "nobody stands there");
    let held = teller.books.day_book.paper().next().expect("a paper that is held");
    assert_eq!(held.1.outcome, Some(PrintOutcome::Held));
    teller.assert_sound();
}

#[test]
fn cancelled_then_paid_after_all() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Pay(_)));
    let last = teller.facts().pop().cloned();
    assert!(
        matches!(last, Some(Fact::IntentEnded(ended)) if ended.ending == IntentEnding::Cancelled)
    );
    teller.confirm(intent);
    assert!(
        matches!(teller.page(), Page::Printing(_)),
        "the payer stands there: no second payment"
    );
    teller.paper(PaperEnding::Whole);
    let Page::Paid(paid) = teller.page() else { panic!("not paid") };
    assert_eq!(paid.paper, Paper::Printed);
    teller.assert_sound();
}

#[test]
fn money_that_came_twice_is_kept_for_the_next_bill() {
    let mut teller = Teller::kiosk();
    let upi = teller.ask_for("12/345", "upi");
    teller.press(Button::Back);
    teller.pay_by("card");
    let (card, _) = teller.charges[0];
    // The bank's word of the first comes while the card is on the terminal.
    teller.confirm(upi);
    assert!(matches!(teller.page(), Page::Card(_)));
    teller.approve(card);
    assert_eq!(teller.receipts().len(), 2);
    let lines = teller.lines();
    assert_eq!(lines, ["PT 600", "LC 30", "ADV 554"], "the next half-year, and the rest kept");
    teller.assert_sound();
}

#[test]
fn a_late_word_leaves_the_page_of_another_house_alone() {
    let mut teller = Teller::kiosk();
    let upi = teller.ask_for("12/345", "upi");
    teller.wait(301);
    teller.go_to_pay("12/346");
    teller.choose("card");
    let before = teller.glass();
    teller.confirm(upi);
    assert_eq!(teller.glass(), before);
    assert!(teller.prints.is_empty(), "the paper is not for whoever stands there now");
    assert_eq!(teller.receipts()[0].1.payer, ledger::Payer::Building(345));
    teller.press(Button::Next);
    assert_eq!(teller.charges[0].1, rupees(630));
    teller.assert_sound();
}

#[test]
fn without_the_line_upi_is_not_offered() {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    teller.choose("upi");
    teller.world(World::Line { online: false });
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::LineDown));
    teller.choose("upi");
    assert_eq!(teller.refused(), Some(RefusalCode::LineDown));
    assert_eq!(teller.books.day_book.intents().count(), 0);
    teller.world(World::Line { online: true });
    teller.press(Button::Next);
    teller.world(World::Line { online: false });
    teller.press(Button::CheckNow);
    assert_eq!(teller.refused(), Some(RefusalCode::LineDown));
    assert!(matches!(teller.page(), Page::Upi(_)), "the word may still come");
}

#[test]
fn after_a_restart_the_word_still_finds_its_payment() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "upi");
    teller.restart();
    assert_eq!(teller.books.day_book.intents().count(), 0, "nobody waits for it any more");
    teller.confirm(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}

#[test]
fn suspense_by_upi_keeps_its_reference_when_its_page_is_gone() {
    let mut teller = Teller::handheld(flow::Profile::Collector);
    teller.press(Button::Suspense);
    teller.write(Field::Payer, "Ammini");
    teller.write(Field::Place, "Blue house by the ferry");
    teller.write(Field::Amount, "500");
    teller.press(Button::Next);
    teller.pay_by("upi");
    let page = waiting(&teller);
    let (intent, _) = teller.books.day_book.intents().next().expect("an intent");
    teller.wait(301);
    teller.confirm(intent);
    let (_, receipt) = &teller.receipts()[0];
    assert!(
        matches!(&receipt.payer, ledger::Payer::Suspense(suspense)
            if suspense.place == page.reference),
        "{receipt:?}"
    );
    teller.assert_sound();
}
