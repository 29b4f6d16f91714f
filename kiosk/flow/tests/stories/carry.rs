//! Books on their way without a line, as the person at the device sees it.

use flow::{
    Brought, Button, CallState, Carried, CarryFault, CarryPage, CarryStage, Door, Errand,
    ErrandState, OnStick, Page, Profile, RefusalCode, SquaresRead, StickState, Wanted, Way, World,
};
use ledger::Writer;

use crate::teller::Teller;

/// How long a square for others stands without a touch.
const SHOWN_S: u64 = 600;

const OTHER: Writer = Writer(9);

fn at(way: &str) -> Teller {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::Menu);
    teller.choose("carry");
    if !way.is_empty() {
        teller.choose(way);
    }
    teller
}

fn page(teller: &Teller) -> CarryPage {
    let Page::Carry(page) = teller.page() else { panic!("{:?}", teller.page()) };
    page
}

fn hear(teller: &mut Teller, word: Carried) {
    teller.world(World::Carried(word));
}

fn errand(state: ErrandState) -> Errand {
    Errand { of: OTHER, at_ms: 1_786_684_320_000, state }
}

#[test]
fn the_page_offers_each_way_that_this_device_has() {
    let teller = at("");
    let CarryStage::Choose(choice) = page(&teller).stage else { panic!("{:?}", page(&teller)) };
    assert_eq!(choice.ways, [Way::Stick, Way::Nearby, Way::Squares, Way::Others]);
    assert_eq!(choice.to_send, teller.books.entries.len() as u64 - teller.books.acknowledged);
    assert_eq!(teller.wanted(), Wanted::Nothing);
}

#[test]
fn nobody_carries_the_books_of_a_lesson() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.settings.practice = true;
    teller.restart();
    teller.sign_in("4", "4711");
    teller.press(Button::Menu);
    teller.choose("carry");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}

#[test]
fn a_stick_is_written_once_a_press_and_says_what_came_of_it() {
    let mut teller = at("stick");
    assert_eq!((page(&teller).stage, teller.sticks), (CarryStage::Stick(StickState::Writing), 1));
    // While it is being written a press does not write it twice.
    teller.press(Button::Next);
    assert_eq!((teller.refused(), teller.sticks), (Some(RefusalCode::NotHere), 1));
    hear(&mut teller, Carried::Stick(Err(CarryFault::StickAway)));
    assert_eq!(page(&teller).stage, CarryStage::Stick(StickState::Failed));
    assert_eq!(teller.refused(), Some(RefusalCode::StickAway));
    teller.press(Button::Next);
    assert_eq!(teller.sticks, 2);
    hear(&mut teller, Carried::Stick(Ok(OnStick { others: 2, failed: 1, nothing_left: false })));
    assert_eq!(
        page(&teller).stage,
        CarryStage::Stick(StickState::Written { others: 2, failed: 1 })
    );
    teller.press(Button::Next);
    let brought =
        Brought { acknowledged: 4, houses: 0, apart: 1, all: true, refused: false, more: false };
    hear(&mut teller, Carried::Brought(brought));
    hear(&mut teller, Carried::Stick(Ok(OnStick { others: 0, failed: 0, nothing_left: true })));
    let shown = page(&teller);
    assert_eq!(shown.stage, CarryStage::Stick(StickState::NothingLeft));
    assert_eq!(shown.brought, Some(brought));
}

/// A slow stick: whoever went on to something else is not called back.
#[test]
fn a_stick_that_is_left_while_it_is_written_disturbs_nothing() {
    for told in
        [Ok(OnStick { others: 0, failed: 0, nothing_left: false }), Err(CarryFault::StickAway)]
    {
        let mut teller = at("stick");
        teller.press(Button::Back);
        teller.choose("others");
        let before = page(&teller).stage;
        hear(&mut teller, Carried::Stick(told));
        assert_eq!((page(&teller).stage, teller.refused()), (before, None));
    }
}

#[test]
fn a_call_goes_on_while_its_page_stands_and_no_longer() {
    let mut teller = at("nearby");
    assert_eq!(page(&teller).stage, CarryStage::Nearby(CallState::Scan));
    teller.scan("PADI1-NEAR:AAAA");
    assert_eq!(teller.carried, ["PADI1-NEAR:AAAA"]);
    hear(&mut teller, Carried::Fault(CarryFault::UnknownDevice));
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownDevice));
    hear(&mut teller, Carried::Calling);
    assert_eq!(teller.wanted(), Wanted::Call);
    hear(&mut teller, Carried::HandedOver);
    assert_eq!(page(&teller).stage, CarryStage::Nearby(CallState::HandedOver));
    assert_eq!(teller.wanted(), Wanted::Call);
    hear(&mut teller, Carried::CallEnded(Ok(true)));
    assert_eq!(page(&teller).stage, CarryStage::Nearby(CallState::Answered));
    assert_eq!(teller.wanted(), Wanted::Nothing);
    for (fault, code) in [
        (CarryFault::NotReached, RefusalCode::OtherNotReached),
        (CarryFault::GoneAway, RefusalCode::OtherGone),
        (CarryFault::NotTaken, RefusalCode::NotCarried),
    ] {
        hear(&mut teller, Carried::Calling);
        hear(&mut teller, Carried::CallEnded(Err(fault)));
        assert_eq!(teller.refused(), Some(code));
        assert_eq!(page(&teller).stage, CarryStage::Nearby(CallState::Scan));
    }
    // Whoever leaves the page ends it: what is heard afterwards changes nothing.
    hear(&mut teller, Carried::Calling);
    teller.press(Button::Back);
    assert!(matches!(page(&teller).stage, CarryStage::Choose(_)));
    teller.press(Button::Back);
    assert_eq!(teller.wanted(), Wanted::Nothing);
    let before = teller.page();
    hear(&mut teller, Carried::CallEnded(Ok(false)));
    assert_eq!(teller.page(), before);
}

#[test]
fn squares_follow_one_another_until_the_page_is_left() {
    let mut teller = at("squares");
    assert_eq!(teller.wanted(), Wanted::Squares(None));
    for place in 1..=3 {
        let code = format!("PADI1:{place}");
        hear(&mut teller, Carried::Square { code: code.clone(), place, of: 3 });
        let CarryStage::Squares(shown) = page(&teller).stage else { panic!("no squares") };
        assert_eq!((shown.code, shown.place, shown.of), (Some(code), place, 3));
        assert_eq!(shown.for_device, None);
    }
    // The reply is scanned on the same page.
    teller.scan("PADI1:REPLY");
    hear(&mut teller, Carried::Read(SquaresRead { read: 1, of: 2 }));
    let CarryStage::Squares(shown) = page(&teller).stage else { panic!("no squares") };
    assert_eq!(shown.read, Some(SquaresRead { read: 1, of: 2 }));
    hear(&mut teller, Carried::Fault(CarryFault::Torn));
    assert_eq!(teller.refused(), Some(RefusalCode::SquaresTorn));
    hear(&mut teller, Carried::NoSquares(CarryFault::TooMuch));
    assert_eq!(teller.refused(), Some(RefusalCode::TooMuchForSquares));
    assert!(matches!(page(&teller).stage, CarryStage::Choose(_)), "another way is offered");
}

#[test]
fn a_carrier_shows_its_square_and_what_it_has() {
    let mut teller = at("others");
    assert_eq!(teller.wanted(), Wanted::Door);
    let others = |teller: &Teller| match page(teller).stage {
        CarryStage::Others(others) => others,
        stage => panic!("{stage:?}"),
    };
    assert_eq!(others(&teller).door, Door::Opening);
    hear(&mut teller, Carried::Door(None));
    assert_eq!(others(&teller).door, Door::NoNetwork);
    hear(&mut teller, Carried::Door(Some("PADI1-NEAR:AB".into())));
    assert_eq!(others(&teller).door, Door::Open("PADI1-NEAR:AB".into()));
    teller.books.errands = vec![errand(ErrandState::Waiting)];
    hear(&mut teller, Carried::Errand(OTHER));
    let shown = others(&teller);
    assert_eq!(shown.taken.as_deref(), Some("device-9"));
    assert_eq!(shown.rows[0].state, ErrandState::Waiting);
    // Nothing can be shown of what the office has not answered.
    teller.choose("9");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.books.errands = vec![errand(ErrandState::Answered)];
    teller.choose("9");
    assert_eq!(teller.wanted(), Wanted::Squares(Some(OTHER)));
    let CarryStage::Squares(squares) = page(&teller).stage else { panic!("no squares") };
    assert_eq!((squares.for_device.as_deref(), squares.can_scan), (Some("device-9"), false));
    teller.press(Button::Back);
    assert_eq!(teller.wanted(), Wanted::Door);
    assert_eq!(others(&teller).door, Door::Opening);
}

#[test]
fn what_the_office_turned_away_is_removed_after_a_question() {
    let mut teller = at("others");
    let why = "The office does not know this device.".to_owned();
    teller.books.errands = vec![errand(ErrandState::Refused(why.clone()))];
    teller.choose("9");
    let CarryStage::Remove(row) = page(&teller).stage else { panic!("{:?}", page(&teller)) };
    assert_eq!((row.device.as_str(), row.state), ("device-9", ErrandState::Refused(why)));
    assert_eq!(teller.wanted(), Wanted::Nothing);
    // Whoever goes back keeps it.
    teller.press(Button::Back);
    assert!(matches!(page(&teller).stage, CarryStage::Others(_)));
    assert!(teller.removed.is_empty());
    teller.choose("9");
    teller.press(Button::Next);
    assert_eq!(teller.removed, [OTHER]);
    assert!(matches!(page(&teller).stage, CarryStage::Others(_)));
    assert_eq!(teller.wanted(), Wanted::Door);
    // What waits is not removed.
    teller.books.errands = vec![errand(ErrandState::Waiting)];
    teller.choose("9");
    assert_eq!((teller.refused(), teller.removed.len()), (Some(RefusalCode::NotHere), 1));
}

#[test]
fn a_carrier_that_is_left_alone_closes_its_door() {
    let mut teller = at("others");
    // Others come while nobody touches: far longer than a payer's page stands.
    teller.wait(5 * u64::from(teller.idle_s()));
    assert_eq!(teller.wanted(), Wanted::Door);
    assert_eq!(teller.screen().frame.still_there_s, None);
    // Somebody comes: the time runs anew.
    hear(&mut teller, Carried::Errand(OTHER));
    teller.wait(SHOWN_S - 1);
    assert_eq!(teller.wanted(), Wanted::Door);
    teller.wait(2);
    assert!(teller.screen().frame.still_there_s.is_some());
    teller.wait(120);
    assert_eq!(teller.wanted(), Wanted::Nothing);
    assert!(matches!(teller.page(), Page::SignIn(_)));
}

#[test]
fn a_parcel_that_comes_disturbs_nothing_that_is_going_on() {
    for way in ["stick", "nearby", "squares"] {
        let mut teller = at(way);
        let before = page(&teller).stage;
        hear(&mut teller, Carried::Errand(OTHER));
        assert_eq!(page(&teller).stage, before, "{way}");
    }
    let mut teller = at("");
    hear(&mut teller, Carried::Errand(OTHER));
    assert!(matches!(page(&teller).stage, CarryStage::Others(_)));
}
