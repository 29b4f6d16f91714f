//! Finding a building, and checking a slip.

use flow::{Button, Field, Page, PaperEnding, Profile, RefusalCode, World};

use crate::books::{MemoryBooks, sticker};
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

/// What is typed on the page that asks for a building, and the houses that are offered.
fn offered(teller: &mut Teller, typed: &str) -> Vec<flow::Match> {
    teller.write(Field::Number, typed);
    teller.press(Button::Next);
    let Page::Find(find) = teller.page() else { panic!("no choice for {typed}") };
    assert_eq!(find.searched, !find.matches.is_empty(), "{typed}");
    find.matches
}

fn ids(found: &[flow::Match]) -> Vec<&str> {
    found.iter().map(|found| found.id.as_str()).collect()
}

#[test]
fn a_citizen_finds_a_house_by_street_and_initials_and_never_by_a_name() {
    let mut teller = Teller::kiosk();
    teller.choose("property_tax");
    let found = offered(&mut teller, "tempel road");
    assert_eq!(ids(&found), ["345", "346", "347", "348", "349", "350", "351", "352"]);
    assert_eq!((&*found[0].place, &*found[0].street), ("Padippura · 12/345", "Temple Road"));
    assert_eq!((&*found[0].owner, &*found[1].owner), ("L•••••• R.", "A••••••"));
    assert_eq!(ids(&offered(&mut teller, "a temple")), ["346"]);
    assert_eq!(ids(&offered(&mut teller, "L. R. 349")), ["349"]);
    for name in ["Lakshmi", "Laxmi R", "ലക്ഷ്മി", "Ammini"] {
        assert_eq!(ids(&offered(&mut teller, name)), [""; 0], "{name}");
        assert_eq!(teller.refused(), Some(RefusalCode::NothingFound), "{name}");
    }
    offered(&mut teller, "12/999");
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownBuilding), "it was a number");
    offered(&mut teller, "349 Temple");
    teller.choose("345");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "not one of those");
    teller.choose("349");
    let Page::Demand(demand) = teller.page() else { panic!("no demand") };
    assert_eq!((&*demand.place.number, &*demand.place.owner), ("12/349", "L•••••• R."));
    teller.assert_sound();
}

#[test]
fn staff_find_a_house_by_its_owner_however_it_is_spelled() {
    for mut teller in [Teller::counter(), Teller::handheld(Profile::Collector)] {
        teller.world(World::Line { online: false });
        match teller.page() {
            Page::Round(_) => teller.press(Button::Next),
            _ => teller.choose("property_tax"),
        }
        for name in ["Ammini", "amini", "अम्मिणी", "അമ്മിണി"] {
            let found = offered(&mut teller, name);
            assert_eq!(ids(&found), ["346"], "{name}: one alone is offered, not taken");
            assert_eq!(found[0].owner, "Ammini");
        }
        let found = offered(&mut teller, "Laxmi 350");
        assert_eq!((ids(&found), &*found[0].owner), (vec!["350"], "Lakshmi R."));
        teller.choose("350");
        assert!(matches!(teller.page(), Page::Demand(_)));
        teller.assert_sound();
    }
}

#[test]
fn a_counter_asks_the_office_after_a_name_and_only_while_there_is_a_line() {
    let mut teller = Teller::counter();
    teller.world(World::Line { online: true });
    teller.choose("property_tax");
    let find = |teller: &Teller| match teller.page() {
        Page::Find(find) => find,
        page => panic!("{page:?}"),
    };
    assert!(find(&teller).by_name);
    offered(&mut teller, "12/999");
    assert_eq!(teller.names, [], "a number is no name");
    // Nothing agrees here: the page waits for the office, and offers what it names.
    assert_eq!(ids(&offered(&mut teller, "Subaida")), [""; 0]);
    let asked = teller.names.pop().expect("the office is asked");
    assert_eq!((asked.0, &*asked.1), (ledger::StaffId(4), "Subaida"));
    assert!(find(&teller).asking && teller.refused().is_none());
    let named = |typed: &str, houses: &[u32], more| World::Named {
        typed: typed.into(),
        houses: Some((houses.to_vec(), more)),
    };
    teller.world(named("Somebody else", &[345], false));
    assert!(find(&teller).asking, "that was another question");
    // 400 is in a ward of another device, 9999 is not in the register.
    teller.world(named("Subaida", &[349, 400, 9_999, 346], true));
    let page = find(&teller);
    assert_eq!((ids(&page.matches), page.more), (vec!["349", "346"], true));
    assert!(page.searched && !page.asking);
    // What was typed meanwhile is another question, and nothing comes of the first.
    offered(&mut teller, "Subaida");
    teller.write(Field::Number, "Subaid");
    teller.world(named("Subaida", &[349], false));
    assert_eq!(ids(&find(&teller).matches), [""; 0]);
    offered(&mut teller, "Nobody");
    teller.world(named("Nobody", &[], false));
    assert_eq!(teller.refused(), Some(RefusalCode::NothingFound));
    offered(&mut teller, "Subaida");
    teller.world(World::Named { typed: "Subaida".into(), houses: None });
    assert_eq!(teller.refused(), Some(RefusalCode::NamesAtOffice));
    // Without a line nobody is asked, and the page says why nothing was found.
    teller.names.clear();
    teller.world(World::Line { online: false });
    assert!(!find(&teller).by_name);
    offered(&mut teller, "Subaida");
    assert_eq!(teller.refused(), Some(RefusalCode::NamesAtOffice));
    assert_eq!(teller.names, []);
    // A citizen's question after a name reaches nobody.
    let mut teller = Teller::kiosk();
    teller.world(World::Line { online: true });
    teller.choose("property_tax");
    offered(&mut teller, "Subaida");
    assert_eq!(teller.refused(), Some(RefusalCode::NothingFound));
    assert_eq!(teller.names, []);
}

#[test]
fn a_house_of_another_ward_is_offered_to_nobody() {
    for mut teller in [Teller::kiosk(), Teller::handheld(Profile::Karmasena)] {
        match teller.page() {
            Page::Round(_) => teller.press(Button::Next),
            _ => teller.choose("waste_fee"),
        }
        for typed in ["temple 17", "17", "2 17 temple"] {
            assert_eq!(ids(&offered(&mut teller, typed)), [""; 0], "{typed}");
            assert_eq!(teller.refused(), Some(RefusalCode::UnknownBuilding), "{typed}");
        }
        teller.write(Field::Number, "2/17");
        teller.press(Button::Next);
        assert_eq!(teller.refused(), Some(RefusalCode::OtherWard));
        teller.assert_sound();
    }
}

#[test]
fn more_than_a_page_holds_asks_for_more_words() {
    let mut books = MemoryBooks::new();
    books.grow(40);
    let mut teller = Teller::with(Profile::Kiosk, books);
    teller.choose("property_tax");
    let more = |teller: &Teller| matches!(teller.page(), Page::Find(find) if find.more);
    assert_eq!(offered(&mut teller, "temple").len(), 8);
    assert!(more(&teller));
    teller.write(Field::Number, "temple 1,017");
    assert!(!more(&teller), "what was found goes with what was typed");
    assert_eq!(ids(&offered(&mut teller, "temple 1017")), ["1017"]);
    assert!(!more(&teller));
    teller.books.unreadable.set(true);
    offered(&mut teller, "temple");
    assert_eq!(teller.refused(), Some(RefusalCode::StoreFailed));
    teller.books.unreadable.set(false);
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
