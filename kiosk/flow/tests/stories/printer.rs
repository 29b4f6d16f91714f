//! The printer while it has nothing to print, the drawer that hangs on it, and a slip that only
//! shows how it prints.

use flow::{
    Button, Field, Page, PaperCause, PaperEnding, PrinterState, Profile, RefusalCode, TestPrint,
    World,
};
use ledger::Language;

use crate::teller::Teller;

fn in_cash(teller: &mut Teller, tendered: &str) {
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.write(Field::Tendered, tendered);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Printing(_)), "{:?}", teller.refused());
}

fn test_of(teller: &Teller) -> TestPrint {
    match teller.page() {
        Page::Printer(page) => page.test,
        page => panic!("not at the printer but {page:?}"),
    }
}

#[test]
fn the_printer_is_known_before_anybody_begins_to_pay_and_bars_no_payment() {
    let mut teller = Teller::kiosk();
    assert_eq!(teller.screen().frame.printer, PrinterState::Ready);
    teller.world(World::Printer(PrinterState::NearEnd));
    assert_eq!(teller.screen().frame.printer, PrinterState::NearEnd);
    teller.world(World::Printer(PrinterState::Stopped(PaperCause::PaperOut)));
    let intent = teller.ask_for("12/345", "card");
    assert_eq!(teller.screen().frame.printer, PrinterState::Stopped(PaperCause::PaperOut));
    teller.approve(intent);
    assert_eq!(teller.receipts().len(), 1, "money never waits for paper");
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    teller.world(World::Printer(PrinterState::Ready));
    teller.wait(3);
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.screen().frame.printer, PrinterState::Ready);
    teller.assert_sound();
}

#[test]
fn the_drawer_opens_once_for_cash_and_for_nothing_else() {
    let mut teller = Teller::counter();
    let intent = teller.ask_for("12/345", "card");
    teller.approve(intent);
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.drawers, 0);
    teller.press(Button::Next);
    in_cash(&mut teller, "2000");
    assert_eq!(teller.drawers, 1);
    // Nothing was started, so nothing was opened: the next try is the first that can.
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    teller.wait(3);
    assert_eq!(teller.drawers, 2);
    teller.paper(PaperEnding::Uncertain(PaperCause::Away));
    assert!(matches!(teller.page(), Page::AskPaper(_)));
    teller.press(Button::No);
    assert_eq!((teller.prints.len(), teller.drawers), (1, 2), "the cash is in it already");
    teller.paper(PaperEnding::Whole);
    teller.assert_sound();
}

#[test]
fn whoever_asks_about_a_slip_says_what_the_printer_said() {
    let mut teller = Teller::counter();
    in_cash(&mut teller, "2000");
    teller.paper(PaperEnding::Uncertain(PaperCause::Jam));
    let Page::AskPaper(asked) = teller.page() else { panic!("nobody is asked") };
    assert_eq!(asked.cause, Some(PaperCause::Jam));

    let mut teller = Teller::kiosk();
    let intent = teller.ask_for("12/345", "card");
    teller.approve(intent);
    teller.paper(PaperEnding::Uncertain(PaperCause::Broken));
    let Page::Paid(paid) = teller.page() else { panic!("nobody is told") };
    assert_eq!((paid.paper, paid.cause), (flow::Paper::Uncertain, Some(PaperCause::Broken)));
}

#[test]
fn staff_print_a_test_slip_that_is_in_no_books() {
    let mut teller = Teller::counter();
    teller.press(Button::Menu);
    teller.choose("printer");
    let entries = teller.facts().len();
    assert_eq!(test_of(&teller), TestPrint::NotAsked);
    teller.press(Button::Next);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AlreadyDoing));
    let [slip] = &teller.tests[..] else { panic!("{:?}", teller.tests) };
    assert_eq!((slip.language, &*slip.device), (Language::En, "kiosk-1"));
    assert_eq!(slip.at, "14-08-2026 10:00");
    teller.world(World::TestPrinted(PaperEnding::NotStarted(PaperCause::CoverOpen)));
    assert_eq!(test_of(&teller), TestPrint::NotStarted(PaperCause::CoverOpen));
    teller.press(Button::Next);
    teller.world(World::TestPrinted(PaperEnding::Whole));
    assert_eq!(test_of(&teller), TestPrint::Printed);
    assert_eq!(teller.facts().len(), entries, "it is no paper of the books");
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Menu(_)));
    // Its word comes late: nothing of it is shown.
    teller.world(World::TestPrinted(PaperEnding::Whole));
    assert!(matches!(teller.page(), Page::Menu(_)));
    teller.assert_sound();
}

#[test]
fn nobody_tests_the_printer_who_is_not_signed_in() {
    let mut teller = Teller::kiosk();
    teller.press(Button::Menu);
    assert!(matches!(teller.page(), Page::Home(_)));
    let mut handheld = Teller::handheld(Profile::Collector);
    handheld.press(Button::Menu);
    handheld.choose("printer");
    assert_eq!(test_of(&handheld), TestPrint::NotAsked);
}
