//! What was paid for a house before: looked at from the page of what is owed.

use flow::{
    Button, EarlierOffice, EarlierPage, Field, Mode, OfficeReceipt, Page, RefusalCode, World,
};

use crate::teller::{MORNING_MS, Teller, approval, rupees};

/// The house of the stories, "12/345".
const HOUSE: u32 = 345;

fn page(teller: &Teller) -> EarlierPage {
    match teller.page() {
        Page::Earlier(page) => page,
        other => panic!("{other:?}"),
    }
}

fn at_demand(teller: &mut Teller) {
    teller.choose("property_tax");
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Demand(page) if page.has_earlier));
}

/// A kiosk that took one payment of the house by card, and its next visitor at the demand.
fn paid_once() -> Teller {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    teller.choose("another");
    teller.write(Field::Amount, "100");
    teller.press(Button::Next);
    teller.pay_by("card");
    teller.terminal(teller.charges[0].0, approval());
    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Next);
    at_demand(&mut teller);
    teller
}

fn theirs(number: &str, at_ms: i64, stands: bool) -> OfficeReceipt {
    let (number, service) = (number.to_owned(), "property_tax".to_owned());
    OfficeReceipt { number, at_ms, amount: rupees(600), mode: None, service, stands }
}

#[test]
fn own_receipts_stand_at_once_and_the_offices_follow() {
    let mut teller = paid_once();
    teller.press(Button::Earlier);
    let shown = page(&teller);
    assert_eq!((shown.rows.len(), shown.office), (1, EarlierOffice::Asking));
    let own = shown.rows[0].clone();
    assert_eq!((own.amount, own.mode), (rupees(100), Some(Mode::Card)));
    assert_eq!((own.service.as_str(), own.cancelled), ("Property tax", false));
    assert_eq!(teller.asked_earlier, [HOUSE]);

    // An answer for another house is not for this page; the same receipt is listed once.
    teller.world(World::EarlierTold { building: 1, receipts: Some(Vec::new()) });
    assert_eq!(page(&teller).office, EarlierOffice::Asking);
    let same = OfficeReceipt { amount: rupees(100), ..theirs(&own.number, MORNING_MS, false) };
    let receipts = Some(vec![same, theirs("R1", MORNING_MS - 86_400_000, true)]);
    teller.world(World::EarlierTold { building: HOUSE, receipts });
    let shown = page(&teller);
    assert_eq!(shown.office, EarlierOffice::Told);
    let numbers: Vec<_> = shown.rows.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(numbers, [own.number.as_str(), "R1"], "newest first");
    assert!(shown.rows[0].cancelled, "the office has the last word");
    assert!(shown.rows[1].mode.is_none() && !shown.rows[1].cancelled);

    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Demand(_)), "back at what is owed");
}

#[test]
fn without_a_line_the_page_says_that_there_may_be_more() {
    let mut teller = paid_once();
    teller.world(World::Line { online: false });
    teller.press(Button::Earlier);
    let shown = page(&teller);
    assert_eq!((shown.rows.len(), shown.office), (1, EarlierOffice::Away));
    assert!(teller.asked_earlier.is_empty());

    teller.press(Button::Back);
    teller.world(World::Line { online: true });
    teller.press(Button::Earlier);
    teller.world(World::EarlierTold { building: HOUSE, receipts: None });
    assert_eq!(page(&teller).office, EarlierOffice::Away);
}

#[test]
fn a_slip_of_the_list_is_checked_and_nothing_else_is_done_here() {
    let mut teller = Teller::kiosk();
    teller.ask_for("12/345", "card");
    teller.terminal(teller.charges[0].0, approval());
    let slip = teller.slip();
    let square = slip.lines().find(|line| line.contains("/R/")).expect("a square").to_owned();
    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Next);
    at_demand(&mut teller);
    teller.press(Button::Earlier);
    teller.scan("PADI:nothing");
    assert_eq!(teller.refused(), Some(RefusalCode::UnreadableCode));
    teller.press(Button::Reprint);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.scan(&square);
    assert!(matches!(teller.page(), Page::Checked(page) if page.genuine));
}

#[test]
fn whoever_practises_asks_nobody() {
    let mut teller = paid_once();
    teller.settings.practice = true;
    teller.restart();
    teller.world(World::Line { online: true });
    at_demand(&mut teller);
    teller.press(Button::Earlier);
    assert_eq!(page(&teller).office, EarlierOffice::Away);
    assert!(teller.asked_earlier.is_empty());
}
