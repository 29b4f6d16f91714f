//! Paper: printed before thanked, and what happens where it is not.

use flow::{Button, Page, Paper, PaperCause, PaperEnding, RefusalCode, World};
use ledger::{Fact, PrintOutcome, PrintWitness};

use crate::teller::Teller;

/// A kiosk where a card was approved: its slip is with the printer.
fn approved(mut teller: Teller) -> Teller {
    let intent = teller.ask_for("12/345", "card");
    teller.approve(intent);
    assert!(matches!(teller.page(), Page::Printing(_)));
    teller
}

fn stopped(teller: &Teller) -> flow::StoppedPage {
    match teller.page() {
        Page::Stopped(stopped) => stopped,
        page => panic!("not stopped but {page:?}"),
    }
}

fn paper_of(teller: &Teller) -> Paper {
    match teller.page() {
        Page::Paid(paid) => paid.paper,
        page => panic!("not paid but {page:?}"),
    }
}

fn outcomes(teller: &Teller) -> Vec<(PrintOutcome, PrintWitness)> {
    let printed = |fact: &&Fact| match fact {
        Fact::Print(print) => Some((print.outcome, print.witness)),
        _ => None,
    };
    teller.facts().iter().filter_map(printed).collect()
}

#[test]
fn paper_runs_out_and_is_filled_again() {
    let mut teller = approved(Teller::kiosk());
    let ticket = teller.ticket();
    teller.world(World::Printing { ticket, bands_done: 3, bands: 9 });
    let Page::Printing(page) = teller.page() else { panic!("not printing") };
    assert_eq!((page.bands_done, page.bands), (3, 9));
    teller.world(World::PaperWaits { ticket, cause: PaperCause::PaperOut });
    let page = stopped(&teller);
    assert!(page.part_out && page.number.is_some() && page.code.is_some());
    assert_eq!(page.cause, PaperCause::PaperOut);
    teller.wait(100);
    stopped(&teller);
    teller.world(World::Printing { ticket, bands_done: 4, bands: 9 });
    assert!(matches!(teller.page(), Page::Printing(_)));
    teller.paper(PaperEnding::Whole);
    assert_eq!(paper_of(&teller), Paper::Printed);
    assert_eq!(outcomes(&teller), [(PrintOutcome::Whole, PrintWitness::Printer)]);
    teller.wait(45);
    assert!(matches!(teller.page(), Page::Home(_)), "the page closes by itself");
    teller.assert_sound();
}

#[test]
fn an_open_cover_is_tried_again_and_the_deadline_stands() {
    let mut teller = approved(Teller::kiosk());
    teller.paper(PaperEnding::NotStarted(PaperCause::CoverOpen));
    assert_eq!(stopped(&teller).cause, PaperCause::CoverOpen);
    assert!(teller.prints.is_empty());
    teller.wait(2);
    assert!(teller.prints.is_empty());
    teller.wait(1);
    assert_eq!(teller.prints.len(), 1, "tried again after three seconds");
    let ticket = teller.ticket();
    // The cover is closed: it prints.
    teller.world(World::Printing { ticket, bands_done: 0, bands: 4 });
    assert!(matches!(teller.page(), Page::Printing(_)));
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AlreadyDoing));
    teller.paper(PaperEnding::Whole);
    assert_eq!(paper_of(&teller), Paper::Printed);
    assert_eq!(teller.refused(), None, "a refusal does not outlive its page");

    // A printer that refuses each time, with progress and waits between, keeps nobody for ever.
    let mut teller = approved(Teller::kiosk());
    teller.paper(PaperEnding::NotStarted(PaperCause::Away));
    let mut waited_s = 0;
    while matches!(teller.page(), Page::Stopped(_) | Page::Printing(_)) {
        teller.wait(1);
        waited_s += 1;
        assert!(waited_s <= 181, "the deadline was lost");
        if !teller.prints.is_empty() {
            let ticket = teller.ticket();
            teller.world(World::Printing { ticket, bands_done: 0, bands: 4 });
            teller.world(World::PaperWaits { ticket, cause: PaperCause::CoverOpen });
            teller.paper(PaperEnding::NotStarted(PaperCause::Away));
        }
    }
    assert_eq!((waited_s, paper_of(&teller)), (180, Paper::Later));
    assert_eq!(outcomes(&teller), [(PrintOutcome::Held, PrintWitness::Printer)]);
    teller.assert_sound();
}

#[test]
fn touching_a_stopped_page_does_not_make_the_wait_longer_but_asking_does() {
    let mut teller = approved(Teller::kiosk());
    let ticket = teller.ticket();
    teller.world(World::PaperWaits { ticket, cause: PaperCause::Jam });
    teller.wait(170);
    teller.press(Button::Yes);
    teller.wait(9);
    stopped(&teller);
    teller.press(Button::MoreTime);
    teller.wait(170);
    stopped(&teller);
    teller.wait(10);
    assert_eq!(paper_of(&teller), Paper::Later);
    // The job that the printer still had comes out after all.
    teller.paper(PaperEnding::Whole);
    assert_eq!(paper_of(&teller), Paper::Printed);
    assert_eq!(outcomes(&teller), [(PrintOutcome::Whole, PrintWitness::Printer)]);
    teller.assert_sound();
}

#[test]
fn a_printer_that_says_nothing_does_not_hold_the_glass() {
    let mut teller = approved(Teller::kiosk());
    teller.wait(181);
    assert_eq!(stopped(&teller).cause, PaperCause::Away);
    teller.wait(181);
    assert_eq!(paper_of(&teller), Paper::Later);
    teller.wait(45);
    assert!(matches!(teller.page(), Page::Home(_)));
}

#[test]
fn a_person_leaves_without_the_paper_and_staff_hold_it() {
    let mut teller = approved(Teller::kiosk());
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    teller.press(Button::CollectLater);
    assert_eq!(paper_of(&teller), Paper::Later);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    let Page::AskPaper(ask) = teller.page() else { panic!("staff are not asked") };
    assert!(ask.number.starts_with("G0802-26-K3-00001") && ask.left == 1);
    teller.press(Button::No);
    assert!(matches!(teller.page(), Page::Printing(_)));
    teller.paper(PaperEnding::Whole);
    assert_eq!(paper_of(&teller), Paper::Printed);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(
        outcomes(&teller),
        [
            (PrintOutcome::Held, PrintWitness::Printer),
            (PrintOutcome::Failed, PrintWitness::Staff),
            (PrintOutcome::Whole, PrintWitness::Printer),
        ]
    );
    teller.assert_sound();
}

#[test]
fn uncertain_paper_is_said_to_a_citizen_and_asked_of_staff() {
    let mut teller = approved(Teller::kiosk());
    teller.paper(PaperEnding::Uncertain(PaperCause::Away));
    assert_eq!(paper_of(&teller), Paper::Uncertain);
    assert_eq!(outcomes(&teller), [(PrintOutcome::Uncertain, PrintWitness::Printer)]);

    let mut teller = approved(Teller::counter());
    teller.paper(PaperEnding::Uncertain(PaperCause::Away));
    assert!(matches!(teller.page(), Page::AskPaper(_)));
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::AskPaper(_)), "it must be answered");
    teller.press(Button::Yes);
    assert_eq!(paper_of(&teller), Paper::Printed, "the payer is thanked");
    assert_eq!(teller.books.day_book.paper().count(), 0);

    let mut teller = approved(Teller::counter());
    let first = teller.slip();
    teller.paper(PaperEnding::Uncertain(PaperCause::Away));
    teller.press(Button::No);
    assert_eq!(teller.slip(), first, "the same paper again");
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}

#[test]
fn a_restart_finds_a_receipt_that_nobody_knows_to_be_printed() {
    let mut teller = approved(Teller::kiosk());
    let first = teller.slip();
    teller.restart();
    assert!(matches!(teller.page(), Page::Home(_)), "an unattended kiosk holds it");
    assert!(teller.prints.is_empty());
    assert_eq!(outcomes(&teller), [(PrintOutcome::Uncertain, PrintWitness::Restart)]);
    teller.restart();
    assert_eq!(outcomes(&teller).len(), 1, "it is said once");
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    assert!(matches!(teller.page(), Page::AskPaper(_)));
    teller.press(Button::No);
    assert_eq!(teller.slip(), first, "the same entry gives the same slip");
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.assert_sound();
}

#[test]
fn two_receipts_never_mix_their_papers() {
    let mut teller = approved(Teller::kiosk());
    let ticket = teller.ticket();
    teller.world(World::PaperWaits { ticket, cause: PaperCause::PaperOut });
    teller.press(Button::CollectLater);
    teller.press(Button::Next);
    let second = teller.ask_for("12/346", "card");
    teller.approve(second);
    // The printer still waits over the first job; the second payer is told.
    teller.world(World::PaperWaits { ticket, cause: PaperCause::PaperOut });
    let (_, receipt) = &teller.receipts()[1];
    assert!(stopped(&teller).number.is_some_and(|n| n.contains(&format!("{:05}", receipt.number))));
    teller.paper(PaperEnding::Whole);
    stopped(&teller);
    let own = teller.ticket();
    teller.world(World::Printing { ticket: own, bands_done: 1, bands: 4 });
    teller.paper(PaperEnding::Whole);
    assert_eq!(paper_of(&teller), Paper::Printed);
    assert_eq!(teller.books.day_book.paper().count(), 0);
    teller.assert_sound();
}

#[test]
fn books_that_cannot_be_read_after_the_money_do_not_take_it_twice() {
    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.books.unreadable.set(true);
    teller.approve(intent);
    let card_is_stuck = matches!(teller.page(), Page::Card(card)
        if card.state == flow::CardState::Waiting);
    assert!(!card_is_stuck);
    teller.books.unreadable.set(false);
    teller.wait(400);
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}
