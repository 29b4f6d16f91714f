//! What speaks by itself: the scale at a door, where the device stands, and its battery.

use flow::{
    Button, Field, NoPosition, NoWeight, OnScale, Page, PaperEnding, Position, PowerState, Profile,
    RefusalCode, VisitPage, Whereabouts, World,
};
use ledger::{Fact, Visit, Weighed};

use crate::books::sticker;
use crate::teller::{Teller, rupees};

fn at_door() -> Teller {
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.scan(&sticker(345));
    teller.choose("collected");
    teller
}

fn visit(teller: &Teller) -> VisitPage {
    match teller.page() {
        Page::Visit(visit) => visit,
        page => panic!("no visit but {page:?}"),
    }
}

fn weigh(teller: &mut Teller, said: Result<u32, NoWeight>) {
    teller.world(World::Weight(said));
}

/// The visit as it is written.
fn saved(mut teller: Teller) -> Visit {
    teller.choose("fee_later");
    teller.press(Button::Next);
    teller.assert_sound();
    let mut visits = teller.books.entries.iter().filter_map(|entry| match &entry.fact {
        Fact::Visit(visit) => Some(visit.clone()),
        _ => None,
    });
    visits.next_back().expect("a visit")
}

#[test]
fn a_weight_is_taken_from_the_scale_and_marked_as_its_own() {
    let mut teller = at_door();
    assert_eq!(visit(&teller).on_scale, Some(OnScale::Nothing(NoWeight::Silent)));
    weigh(&mut teller, Ok(2_350));
    let page = visit(&teller);
    assert_eq!((page.on_scale, page.weight_g), (Some(OnScale::Grams(2_350)), 0), "not by itself");
    teller.press(Button::TakeWeight);
    let page = visit(&teller);
    assert_eq!((page.weight_g, page.from_scale), (2_350, true));
    weigh(&mut teller, Ok(900));
    assert_eq!(visit(&teller).weight_g, 2_350, "what was taken stays");
    let written = saved(teller);
    assert_eq!((written.weight_g, written.weighed), (2_350, Weighed::Scale));
}

#[test]
fn whatever_a_hand_changed_is_typed() {
    let changed = |change: fn(&mut Teller)| {
        let mut teller = at_door();
        weigh(&mut teller, Ok(2_350));
        teller.press(Button::TakeWeight);
        change(&mut teller);
        saved(teller)
    };
    let written = changed(|teller| teller.press(Button::More));
    assert_eq!((written.weight_g, written.weighed), (2_450, Weighed::Typed));
    let written = changed(|teller| teller.write(Field::Weight, "2.35"));
    assert_eq!((written.weight_g, written.weighed), (2_350, Weighed::Typed));
    let written = changed(|teller| teller.write(Field::Weight, ""));
    assert_eq!((written.weight_g, written.weighed), (0, Weighed::Not));
    let written = changed(|teller| {
        teller.choose("locked");
        teller.choose("collected");
    });
    assert_eq!((written.weight_g, written.weighed), (0, Weighed::Not));
}

#[test]
fn no_weight_is_taken_that_moves_or_is_too_much_or_old() {
    let mut teller = at_door();
    for why in [NoWeight::Moving, NoWeight::Over, NoWeight::Garbage, NoWeight::Away] {
        weigh(&mut teller, Err(why));
        assert_eq!(visit(&teller).on_scale, Some(OnScale::Nothing(why)));
        teller.press(Button::TakeWeight);
        assert_eq!(teller.refused(), Some(RefusalCode::NoWeight), "{why:?}");
    }
    weigh(&mut teller, Ok(2_350));
    teller.wait(4);
    assert_eq!(visit(&teller).on_scale, Some(OnScale::Nothing(NoWeight::Old)));
    teller.press(Button::TakeWeight);
    assert_eq!(teller.refused(), Some(RefusalCode::NoWeight), "it was four seconds ago");
    weigh(&mut teller, Ok(500_001));
    teller.press(Button::TakeWeight);
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong), "more than hands can carry");
    assert_eq!(visit(&teller).weight_g, 0);
    teller.choose("locked");
    weigh(&mut teller, Ok(2_350));
    teller.press(Button::TakeWeight);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "nothing is weighed at a shut door");
    teller.choose("collected");
    teller.write(Field::Weight, "1.5");
    assert_eq!(saved(teller).weighed, Weighed::Typed, "typed stays possible");
}

#[test]
fn a_device_without_a_scale_offers_none() {
    let mut teller = at_door();
    teller.settings.has_scale = false;
    teller.settings.has_gnss = false;
    teller.restart();
    teller.sign_in("4", "4711");
    teller.scan(&sticker(345));
    teller.choose("collected");
    weigh(&mut teller, Ok(2_350));
    assert_eq!((visit(&teller).on_scale, visit(&teller).whereabouts), (None, None));
    teller.press(Button::TakeWeight);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}

#[test]
fn a_position_is_said_with_its_age_and_its_doubt_and_holds_up_nothing() {
    let mut teller = at_door();
    let said = |teller: &Teller| visit(teller).whereabouts.expect("a receiver");
    assert_eq!(said(&teller), Whereabouts::Unknown(NoPosition::Silent));
    let here = Position { latitude_udeg: 10_252_057, longitude_udeg: -76_209_463, accuracy_m: 8 };
    teller.world(World::Position(Ok(here)));
    let place = "10.2521° N, 76.2095° W".to_owned();
    let known = |accuracy_m, old_s, good| {
        let place = place.clone();
        Whereabouts::Known { place, accuracy_m, old_s, good }
    };
    assert_eq!(said(&teller), known(8, None, true));
    teller.world(World::Position(Ok(Position { accuracy_m: 51, ..here })));
    assert_eq!(said(&teller), known(51, None, false), "too far off to say which house");
    teller.world(World::Position(Ok(here)));
    teller.world(World::Position(Err(NoPosition::NoFix)));
    teller.wait(11);
    assert_eq!(said(&teller), known(8, Some(11), false), "old, and said so");
    teller.wait(40);
    teller.choose("collected");
    teller.wait(10);
    assert_eq!(said(&teller), Whereabouts::Unknown(NoPosition::NoFix));
    assert_eq!(saved(teller).building, 345, "no receipt waits for a position");
}

fn battery(teller: &mut Teller, percent: u8, draining: bool) {
    teller.world(World::Power(PowerState { percent: Some(percent), draining }));
}

fn signs(teller: &Teller) -> (bool, bool) {
    let battery = teller.screen().frame.battery.expect("a battery");
    (battery.low, battery.stopped)
}

#[test]
fn with_an_empty_battery_nothing_new_is_begun_until_the_power_is_back() {
    let mut teller = Teller::kiosk();
    assert_eq!(teller.screen().frame.battery, None);
    battery(&mut teller, 15, true);
    assert_eq!(signs(&teller), (false, false));
    battery(&mut teller, 5, true);
    assert_eq!(signs(&teller), (true, false));
    battery(&mut teller, 4, true);
    assert_eq!(signs(&teller), (true, true));
    teller.choose("property_tax");
    assert_eq!(teller.refused(), Some(RefusalCode::BatteryEmpty));
    teller.scan(&sticker(345));
    assert_eq!(teller.refused(), Some(RefusalCode::BatteryEmpty));
    assert!(matches!(teller.page(), Page::Home(_)));
    battery(&mut teller, 5, true);
    assert_eq!(signs(&teller), (true, true), "the last part of a hundred comes and goes");
    battery(&mut teller, 4, false);
    assert_eq!(signs(&teller), (false, false), "something charges it");
    teller.choose("property_tax");
    assert!(matches!(teller.page(), Page::Find(_)), "it goes on by itself");
    battery(&mut teller, 4, true);
    battery(&mut teller, 10, true);
    assert_eq!(signs(&teller), (true, false), "another battery was put in");
}

#[test]
fn a_payment_that_was_begun_is_finished_on_an_empty_battery() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    battery(&mut teller, 1, true);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1184");
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    assert!(matches!(teller.page(), Page::Paid(_)));
    assert_eq!(teller.receipts().len(), 1);
    teller.press(Button::Next);
    teller.choose("property_tax");
    assert_eq!(teller.refused(), Some(RefusalCode::BatteryEmpty));
    // What is in the drawer can still be counted and closed.
    teller.press(Button::Menu);
    teller.choose("end_day");
    assert!(matches!(teller.page(), Page::DayEnd(_)), "{:?}", teller.page());
    teller.assert_sound();
}

#[test]
fn a_round_takes_no_further_house_on_an_empty_battery() {
    let mut teller = at_door();
    battery(&mut teller, 2, true);
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    let Page::Round(round) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(round.cash_in_hand, rupees(150), "the fee of the house at which it began");
    teller.choose(&round.rows[1].id);
    assert_eq!(teller.refused(), Some(RefusalCode::BatteryEmpty));
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::BatteryEmpty), "nor by its number");
    teller.press(Button::EndDay);
    assert!(matches!(teller.page(), Page::DayEnd(_)));
}
