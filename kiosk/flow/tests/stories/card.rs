//! A card on the terminal, and what a restart makes of it.

use flow::{Button, CardState, Mode, Page, PaperEnding, RefusalCode, TerminalEnding, World};
use ledger::{Fact, IntentEnding, Tender};

use crate::teller::{Teller, approval, rupees};

fn state(teller: &Teller) -> CardState {
    match teller.page() {
        Page::Card(card) => card.state,
        page => panic!("no card page but {page:?}"),
    }
}

fn endings(teller: &Teller) -> Vec<IntentEnding> {
    let ended = |fact: &&Fact| match fact {
        Fact::IntentEnded(ended) => Some(ended.ending),
        _ => None,
    };
    teller.facts().iter().filter_map(ended).collect()
}

#[test]
fn an_approved_card_makes_one_receipt() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    assert_eq!(teller.charges, [(intent, rupees(1_184))]);
    assert_eq!(state(&teller), CardState::Waiting);
    teller.world(World::TerminalBusy);
    teller.approve(intent);
    teller.approve(intent);
    teller.terminal(intent, TerminalEnding::Declined);
    assert_eq!(teller.receipts().len(), 1);
    let (_, receipt) = &teller.receipts()[0];
    assert!(matches!(&receipt.tender, Tender::Card(card)
            if card.intent == intent && card.last_four == "4242"));
    assert!(teller.slip().contains("Mode\tCard ••••4242"), "{}", teller.slip());
    teller.paper(PaperEnding::Whole);
    let Page::Paid(paid) = teller.page() else { panic!("not paid") };
    assert_eq!((paid.mode, paid.card.as_deref()), (Some(Mode::Card), Some("4242")));
    assert_eq!(teller.books.day_book.cash(), rupees(0));
    assert_eq!(teller.books.day_book.intents().count(), 0);
    teller.assert_sound();
}

#[test]
fn a_whole_card_number_never_reaches_the_books() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    let TerminalEnding::Approved(mut approval) = approval() else { panic!("no approval") };
    approval.last_four = "6521 0000 1111 4242".to_owned();
    teller.terminal(intent, TerminalEnding::Approved(approval));
    let (_, receipt) = &teller.receipts()[0];
    assert!(matches!(&receipt.tender, Tender::Card(card) if card.last_four == "4242"));
    teller.assert_sound();
}

#[test]
fn a_declined_card_may_be_tried_again_another_way() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.press(Button::Finish);
    assert_eq!(teller.refused(), Some(RefusalCode::PaymentRunning));
    teller.press(Button::Back);
    assert_eq!(teller.aborts, 1);
    assert_eq!(state(&teller), CardState::Waiting, "the terminal's word is awaited");
    teller.terminal(intent, TerminalEnding::Declined);
    assert_eq!(state(&teller), CardState::Declined);
    assert_eq!(endings(&teller), [IntentEnding::Declined]);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Pay(_)));
    teller.pay_by("upi");
    assert!(matches!(teller.page(), Page::Upi(_)));
    teller.assert_sound();
}

#[test]
fn a_lost_answer_is_looked_up() {
    let cases = [
        (approval(), 1, vec![]),
        (TerminalEnding::NeverSeen, 0, vec![IntentEnding::NeverSeen]),
        (TerminalEnding::CannotTell, 0, vec![IntentEnding::Unknown]),
        (TerminalEnding::Lost, 0, vec![IntentEnding::Unknown]),
    ];
    for (found, receipts, ended) in cases {
        let mut teller = Teller::kiosk();
        let intent = teller.ask_for("12/345", "card");
        teller.terminal(intent, TerminalEnding::Lost);
        assert_eq!(state(&teller), CardState::LookingUp);
        assert_eq!(teller.look_ups, [intent]);
        teller.press(Button::Finish);
        assert_eq!(teller.refused(), Some(RefusalCode::PaymentRunning));
        teller.press(Button::Back);
        assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
        teller.terminal(intent, found.clone());
        assert_eq!(teller.receipts().len(), receipts, "{found:?}");
        assert_eq!(endings(&teller), ended, "{found:?}");
        assert_eq!(teller.look_ups, [intent], "a look-up is not asked for by a look-up");
        teller.assert_sound();
    }
}

#[test]
fn whoever_waits_sees_that_the_answer_was_lost_and_is_looked_for() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.world(World::TerminalAnswerLost { intent });
    assert_eq!(state(&teller), CardState::LookingUp);
    assert!(teller.look_ups.is_empty(), "the bench does it already");
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.world(World::TerminalAnswerLost { intent });
    assert!(matches!(teller.page(), Page::Printing(_)), "it changes nothing any more");
    teller.assert_sound();
}

#[test]
fn where_nobody_can_tell_no_way_leads_back_to_paying() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.terminal(intent, TerminalEnding::Lost);
    teller.terminal(intent, TerminalEnding::CannotTell);
    assert_eq!(state(&teller), CardState::CannotTell);
    assert!(!teller.screen().frame.back);
    teller.press(Button::Back);
    assert_eq!(state(&teller), CardState::CannotTell);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    // The terminal remembers it after all: the receipt is held by staff.
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1);
    assert!(teller.prints.is_empty());
    assert_eq!(teller.books.day_book.late_intents().count(), 0);
    teller.assert_sound();
}

#[test]
fn a_terminal_that_is_away_takes_nothing() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.terminal(intent, TerminalEnding::NotReached);
    assert_eq!(teller.refused(), Some(RefusalCode::NoTerminal));
    assert!(matches!(teller.page(), Page::Pay(_)));
    teller.world(World::Terminal { present: false });
    teller.choose("card");
    assert_eq!(teller.refused(), Some(RefusalCode::NoTerminal));
    assert_eq!(teller.books.day_book.intents().count(), 0);
    teller.assert_sound();
}

#[test]
fn a_silent_terminal_does_not_hold_the_glass_for_ever() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.wait(170);
    teller.world(World::TerminalBusy);
    teller.wait(170);
    assert_eq!(state(&teller), CardState::Waiting, "the terminal was busy meanwhile");
    teller.wait(20);
    assert_eq!((state(&teller), teller.aborts), (CardState::LookingUp, 1));
    teller.wait(190);
    assert_eq!(state(&teller), CardState::CannotTell);
    teller.wait(70);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(teller.books.day_book.intents().count(), 1, "it stays open");
    teller.wait(310);
    assert!(teller.look_ups.contains(&intent), "and is looked up again");
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}

#[test]
fn an_open_sale_is_looked_up_after_a_restart() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.restart();
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(teller.look_ups, [intent]);
    // The terminal is not switched on yet: nothing is known, so nothing is ended.
    teller.terminal(intent, TerminalEnding::NotReached);
    assert_eq!(endings(&teller), []);
    teller.wait(301);
    assert_eq!(teller.look_ups, [intent, intent]);
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1);
    assert_eq!(teller.receipts()[0].1.total, rupees(1_184));
    assert!(matches!(teller.page(), Page::Home(_)), "nobody stands there");
    // Staff are asked about its paper, and print it.
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    assert!(matches!(teller.page(), Page::AskPaper(_)));
    teller.press(Button::No);
    assert!(
        teller.slip().contains("L•••••• R."),
        "the same slip as if it had been printed at once"
    );
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.books.day_book.paper().count(), 0);
    teller.assert_sound();
}
