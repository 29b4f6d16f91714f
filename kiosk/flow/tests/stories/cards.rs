//! Cards that people present: a badge names who signs in, a household's card opens its house.

use flow::{
    Button, Detail, DetailAnswer, DetailRow, DetailSaid, Field, Page, Profile, RefusalCode, SignIn,
    World,
};
use ledger::{FieldValue, RecordId, RecordKind};

use crate::books::sticker;
use crate::details::at_details;
use crate::teller::{MORNING_MS, Teller, card};

/// The house of the stories, "12/345", and another of its ward.
const HOUSE: u32 = 345;
/// Nobody's badge.
const HOUSEHOLD_CARD: u8 = 77;

fn sign_in(teller: &Teller) -> SignIn {
    match teller.page() {
        Page::SignIn(page) => page,
        other => panic!("{other:?}"),
    }
}

/// Somebody said apart from this device that the card is of this house.
fn said_to_be_of(teller: &mut Teller, house: u32, number: u8) {
    let value = FieldValue::Card(card(number));
    let said = vec![DetailSaid { value, by: "Biju".to_owned(), at_ms: MORNING_MS }];
    let detail = Detail { field: "card".to_owned(), said, waiting: false };
    let record = RecordId { kind: RecordKind::Household, number: house };
    teller.books.details.insert(record, vec![detail]);
}

fn present(teller: &mut Teller, number: u8) {
    teller.world(World::Presented(card(number)));
}

#[test]
fn a_badge_says_who_it_is_and_the_pin_is_asked_all_the_same() {
    let mut teller = Teller::kiosk();
    teller.press(Button::SignIn);
    assert_eq!(sign_in(&teller).chosen, None);
    assert!(sign_in(&teller).can_present);
    present(&mut teller, 5);
    assert_eq!(sign_in(&teller).chosen.as_deref(), Some("5"));
    // The badge alone opens nothing.
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingTyped));
    teller.write(Field::Pin, "4712");
    present(&mut teller, 4);
    let page = sign_in(&teller);
    assert_eq!((page.chosen.as_deref(), page.pin_digits), (Some("4"), 0), "another's PIN is gone");
    teller.write(Field::Pin, "4711");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)), "{:?}", teller.page());
}

#[test]
fn a_card_that_is_nobodys_badge_is_refused_in_a_sentence_of_its_own() {
    let mut teller = Teller::kiosk();
    teller.press(Button::SignIn);
    present(&mut teller, HOUSEHOLD_CARD);
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownBadge));
    assert_eq!(sign_in(&teller).chosen, None);
}

#[test]
fn a_badge_at_the_idle_page_opens_the_sign_in() {
    let mut teller = Teller::kiosk();
    present(&mut teller, 4);
    assert_eq!(sign_in(&teller).chosen.as_deref(), Some("4"));
    teller.write(Field::Pin, "4711");
    teller.press(Button::Next);
    present(&mut teller, 5);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "somebody works here");
    assert!(matches!(teller.page(), Page::Home(_)));
}

#[test]
fn where_there_is_no_reader_nobody_is_told_to_use_a_badge() {
    let mut teller = Teller::kiosk();
    teller.settings.has_card_reader = false;
    teller.restart();
    teller.press(Button::SignIn);
    assert!(!sign_in(&teller).can_present);
}

#[test]
fn wrong_pins_are_counted_as_without_a_badge_and_end_it_too() {
    let mut teller = Teller::kiosk();
    for _ in 0..5 {
        present(&mut teller, 4);
        teller.write(Field::Pin, "0000");
        teller.press(Button::Next);
    }
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
    present(&mut teller, 5);
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
}

#[test]
fn a_household_s_card_opens_its_house_as_the_sticker_does() {
    for profile in [Profile::Kiosk, Profile::Collector, Profile::Karmasena] {
        let fresh = || match profile {
            Profile::Kiosk => Teller::kiosk(),
            handheld => Teller::handheld(handheld),
        };
        let mut by_sticker = fresh();
        by_sticker.scan(&sticker(HOUSE));
        let mut teller = fresh();
        present(&mut teller, HOUSEHOLD_CARD);
        assert_eq!(teller.refused(), Some(RefusalCode::UnknownCard), "{profile:?}");
        said_to_be_of(&mut teller, HOUSE, HOUSEHOLD_CARD);
        present(&mut teller, HOUSEHOLD_CARD);
        assert_eq!(teller.page(), by_sticker.page(), "{profile:?}");
    }
}

#[test]
fn at_the_question_which_building_a_card_is_an_answer() {
    let mut teller = Teller::handheld(Profile::Karmasena);
    said_to_be_of(&mut teller, HOUSE, HOUSEHOLD_CARD);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Find(_)), "{:?}", teller.page());
    present(&mut teller, 4);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "a badge is no house");
    present(&mut teller, HOUSEHOLD_CARD);
    assert!(matches!(teller.page(), Page::Visit(visit) if visit.scanned));
}

#[test]
fn a_card_of_two_houses_opens_neither() {
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.books.grow(1);
    said_to_be_of(&mut teller, HOUSE, HOUSEHOLD_CARD);
    said_to_be_of(&mut teller, 1_000, HOUSEHOLD_CARD);
    present(&mut teller, HOUSEHOLD_CARD);
    assert_eq!(teller.refused(), Some(RefusalCode::CardOfSeveral));
    assert!(matches!(teller.page(), Page::Round(_)));
}

#[test]
fn a_card_becomes_a_house_s_where_it_is_presented_at_its_page_and_saved() {
    let row = |teller: &Teller| -> DetailRow {
        let Page::Details(page) = teller.page() else { panic!("{:?}", teller.page()) };
        let mut rows = page.rows.into_iter();
        rows.find(|row| row.id == "household.card").expect("a field of the pack")
    };
    let answer = |presented| DetailAnswer::Card { presented, can_present: true };
    let mut teller = at_details();
    assert_eq!(row(&teller).answer, answer(false));
    present(&mut teller, 4);
    assert_eq!(teller.refused(), Some(RefusalCode::BadgeNotHouse));
    // Nobody types a mark.
    teller.choose(&format!("household.card:{}", card(HOUSEHOLD_CARD)));
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    assert_eq!(row(&teller).answer, answer(false));

    present(&mut teller, HOUSEHOLD_CARD);
    assert_eq!(row(&teller).answer, answer(true));
    teller.press(Button::Next);
    teller.press(Button::Details);
    let saved = row(&teller);
    assert_eq!(saved.answer, answer(false));
    assert!(saved.said[0].card && saved.said[0].text.is_empty());

    // What is the card of this house cannot become that of another.
    teller.press(Button::Back);
    teller.press(Button::Back);
    teller.books.grow(1);
    teller.scan(&sticker(1_000));
    teller.press(Button::Details);
    present(&mut teller, HOUSEHOLD_CARD);
    assert_eq!(teller.refused(), Some(RefusalCode::CardTaken));
}

#[test]
fn elsewhere_a_card_says_nothing() {
    let mut teller = Teller::kiosk();
    said_to_be_of(&mut teller, HOUSE, HOUSEHOLD_CARD);
    teller.go_to_pay("12/345");
    let page = teller.page();
    present(&mut teller, HOUSEHOLD_CARD);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    assert_eq!(teller.page(), page);
}
