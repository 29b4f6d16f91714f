//! A centre that is not the body's own takes a charge by what is paid, and the board says what
//! everything costs.

use flow::{Button, Field, Page, PaperEnding, Profile, RefusalCode, World};

use crate::group::{HOUSES, find, pay, receipts};
use crate::packs::FILES;
use crate::teller::{Teller, rupees};

/// The shipped pack with the order's steps.
fn at_a_centre() -> Teller {
    let steps = "\n[[centre_charge]]\nfrom = 2025-08-01\ncertainty = \"press\"\n\
                 source = \"The order\"\nstep = [{ to = \"1000\", rupees = \"10\" }, \
                 { to = \"5000\", rupees = \"20\" }, { basis_points = 50, at_most = \"100\" }]\n";
    let files = FILES.map(|(name, text)| match name {
        "rates.toml" => (name, format!("{text}{steps}")),
        _ => (name, text.to_owned()),
    });
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let pack = ledger::Pack::parse(&files).expect("a sound pack");
    let mut teller = Teller::of_pack(Profile::Kiosk, pack.into());
    teller.settings.is_centre = true;
    teller.restart();
    teller.world(World::Line { online: true });
    teller
}

#[test]
fn a_centre_takes_its_charge_by_what_is_paid_and_says_why() {
    let mut teller = at_a_centre();
    teller.choose("property_tax");
    find(&mut teller, HOUSES[0]);
    let Page::Demand(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!((page.total, page.charge), (rupees(1_204), rupees(20)));
    let why = "For 1,184: the slab from 1,001 to 5,000";
    assert_eq!(page.charge_why.as_deref(), Some(why));
    teller.press(Button::Next);
    teller.choose("another");
    teller.write(Field::Amount, "510");
    teller.press(Button::Next);
    teller.pay_by("card");
    teller.approve(teller.charges[0].0);
    assert_eq!(teller.lines().last().map(String::as_str), Some("SC 10"), "the part's charge");
    assert!(teller.slip().contains("Service charge 1–1,000"), "{}", teller.slip());
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    // A receipt each, and each with the charge of its own payment.
    pay(&mut teller, &HOUSES[1..], "card");
    teller.approve(teller.charges[1].0);
    let sums: Vec<_> = receipts(&teller)[1..].iter().map(|it| it.total.get() / 100).collect();
    assert_eq!(sums, [640, 640]);
    teller.assert_sound();
}

#[test]
fn the_rate_board_is_reached_from_the_first_page_and_printed() {
    let mut teller = at_a_centre();
    teller.press(Button::Rates);
    let Page::Rates(page) = teller.page() else { panic!("{:?}", teller.page()) };
    let takes = |title: &str, what: &str| {
        let part = page.parts.iter().find(|part| part.title == title)?;
        part.rates.iter().find(|rate| rate.what == what).map(|rate| rate.takes.clone())
    };
    assert_eq!(takes("Property tax", "Library cess").as_deref(), Some("5 %"));
    assert_eq!(page.parts.last().map(|part| part.rates.len()), Some(3), "the centre's steps");
    teller.press(Button::Next);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AlreadyDoing));
    assert_eq!(teller.boards.len(), 1);
    assert_eq!(teller.boards[0].parts, page.parts);
    teller.world(World::TestPrinted(PaperEnding::Whole));
    let Page::Rates(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.paper, flow::TestPrint::Printed);
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Home(_)));
    let mut staff = Teller::counter();
    staff.press(Button::Menu);
    staff.choose("rates");
    assert!(matches!(staff.page(), Page::Rates(_)));
    staff.press(Button::Back);
    assert!(matches!(staff.page(), Page::Menu(_)));
}
