//! Finding a building, and checking a slip.

use flow::{Button, Field, Page, PaperEnding, Profile, RefusalCode};

use crate::books::sticker;
use crate::teller::Teller;

#[test]
fn wrong_numbers_and_wards() {
    let mut teller = Teller::kiosk();
    teller.choose("property_tax");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingTyped));
    teller.write(Field::Number, "99/999");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownBuilding));
    teller.write(Field::Number, "2/17");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::OtherWard));
    teller.scan(&sticker(400));
    assert_eq!(teller.refused(), Some(RefusalCode::OtherWard));
    let code = sticker(345);
    teller.scan(&code[..code.len() - 1]);
    assert_eq!(teller.refused(), Some(RefusalCode::UnreadableCode));
    teller.scan("\u{0}\u{ffff} rubbish");
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode));
    teller.write(Field::Number, &"9".repeat(1_025));
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    assert!(matches!(teller.page(), Page::Find(_)));
    teller.scan(&code);
    assert!(matches!(teller.page(), Page::Demand(_)));
}

#[test]
fn an_old_number_of_two_houses_asks_which() {
    let mut teller = Teller::kiosk();
    teller.choose("property_tax");
    teller.write(Field::Number, " 3/50 ");
    teller.press(Button::Next);
    let Page::Find(find) = teller.page() else { panic!("no choice") };
    let ids: Vec<&str> = find.matches.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(ids, ["350", "351"]);
    teller.choose("345");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "not one of those");
    teller.choose("351");
    let Page::Demand(demand) = teller.page() else { panic!("no demand") };
    assert_eq!(demand.place.number, "12/351");
}

#[test]
fn a_bill_shown_to_the_idle_page_opens_its_demand() {
    let mut teller = Teller::kiosk();
    teller.world(flow::World::Scanned(sticker(345)));
    let Page::Demand(demand) = teller.page() else { panic!("no demand") };
    assert_eq!(demand.place.number, "12/345");
    assert_eq!(teller.screen().frame.step, Some(flow::Step { now: 2, of: 4 }));
    // At the door of the waste collection the same sticker opens a visit.
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.press(Button::Next);
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Visit(visit) if !visit.scanned));
}

/// The square of a slip that was printed a moment ago.
fn square_of_a_payment(teller: &mut Teller) -> String {
    let intent = teller.ask_for("12/345", "card");
    teller.approve(intent);
    let slip = teller.slip();
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    let square = slip.lines().find(|line| line.contains("/R/")).expect("a square");
    square.to_owned()
}

#[test]
fn slips_prove_themselves() {
    let mut teller = Teller::kiosk();
    let square = square_of_a_payment(&mut teller);
    teller.scan(&square);
    let Page::Checked(checked) = teller.page() else { panic!("not checked") };
    assert!(checked.genuine && checked.number.starts_with("G0802-26-K3-00001"));
    assert_eq!(checked.place, "Padippura · 12/345");
    teller.touch(flow::Touch::Language(ledger::Language::Ml));
    let Page::Checked(checked) = teller.page() else { panic!("not checked") };
    assert_eq!(checked.place, "പടിപ്പുര · 12/345", "the place follows the language");
    teller.press(Button::Finish);

    // One letter of the signed part changed for another.
    let place = square.len() - 60;
    let other = if square.as_bytes()[place] == b'A' { "B" } else { "A" };
    let mut forged = square.clone();
    forged.replace_range(place..=place, other);
    teller.choose("check_receipt");
    teller.scan(&forged);
    assert!(
        matches!(teller.refused(), Some(RefusalCode::ForgedSlip | RefusalCode::UnreadableCode)),
        "{:?}",
        teller.refused()
    );
    teller.scan(&square[..square.len() - 9]);
    assert_eq!(teller.refused(), Some(RefusalCode::UnreadableCode));
    teller.scan(&sticker(345));
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode), "a house is no receipt");
}

#[test]
fn codes_of_others_are_refused_by_what_they_are() {
    let mut teller = Teller::kiosk();
    for page in ["property_tax", "check_receipt"] {
        teller.choose(page);
        let mut check = |code: &str, expected| {
            teller.scan(code);
            assert_eq!(teller.refused(), Some(expected), "{page}");
        };
        check("upi://pay?pa=shop@bank&am=10", RefusalCode::PaymentSquare);
        check(&"7".repeat(2_900), RefusalCode::AadhaarNotAsked);
        check(&"7".repeat(700), RefusalCode::AadhaarNotAsked);
        check(&"x".repeat(2_900), RefusalCode::TextTooLong);
        check("8901030865278", RefusalCode::UnknownCode);
        check("https://example.in/offer", RefusalCode::UnknownCode);
        teller.press(Button::Finish);
    }
}

#[test]
fn a_slip_of_another_device_is_forged() {
    let mut teller = Teller::kiosk();
    let square = square_of_a_payment(&mut teller);
    let signed = ledger::SignedClaim::read(&square).expect("a square");
    let claim = signed.checked(|_| Some(device_key())).expect("true").clone();
    let (_, receipt) = claim.entry().expect("a receipt");
    let number = claim.number(&receipt);
    let forged =
        claim.signed(&crate::books::Key::new(9)).square("https://padippuram.example", &number);
    teller.scan(&forged);
    assert_eq!(teller.refused(), Some(RefusalCode::ForgedSlip));
    assert!(matches!(teller.page(), Page::Home(_)));
}

fn device_key() -> ledger::PublicKey {
    ledger::Signer::public_key(&crate::books::Key::new(2))
}
