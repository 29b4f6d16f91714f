//! What people know of a house: looked at and said anew on a handheld.

use flow::{
    Button, Detail, DetailAnswer, DetailRefused, DetailSaid, DetailsPage, NoPicture, Page, Profile,
    RefusalCode, World,
};
use ledger::{FieldValue, PhotoHash, RecordId, RecordKind};

use crate::books::sticker;
use crate::teller::{MORNING_MS, Teller};

/// The house of the stories, "12/345".
const HOUSE: u32 = 345;

const HOUSEHOLD: RecordId = RecordId { kind: RecordKind::Household, number: HOUSE };

fn said(count: u32, by: &str) -> DetailSaid {
    DetailSaid { value: FieldValue::Count(count), by: by.to_owned(), at_ms: MORNING_MS }
}

fn people(said: Vec<DetailSaid>) -> Detail {
    Detail { field: "people".to_owned(), said, waiting: false }
}

/// At the visit of the house, on a worker's handheld, with what the books know of its people.
fn visiting(known: Vec<DetailSaid>) -> Teller {
    let mut teller = Teller::handheld(Profile::Karmasena);
    if !known.is_empty() {
        teller.books.details.insert(HOUSEHOLD, vec![people(known)]);
    }
    teller.scan(&sticker(HOUSE));
    assert!(matches!(teller.page(), Page::Visit(_)), "{:?}", teller.page());
    teller
}

pub fn at_details() -> Teller {
    let mut teller = visiting(Vec::new());
    teller.press(Button::Details);
    teller
}

fn page(teller: &Teller) -> DetailsPage {
    match teller.page() {
        Page::Details(page) => page,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_chosen_is_said_and_the_visit_goes_on() {
    let mut teller = visiting(vec![said(4, "Biju")]);
    teller.choose("collected");
    let visit = teller.page();
    teller.press(Button::Details);
    let shown = page(&teller);
    assert_eq!(shown.rows.len(), 8, "every field of the pack");
    let row = &shown.rows[0];
    assert_eq!(row.label, "People who live here");
    assert_eq!(row.answer, DetailAnswer::Count { count: Some(4), max: 60 });
    assert_eq!((row.said[0].by.as_str(), row.said[0].at.as_str()), ("Biju", "14-08-2026 10:00"));
    assert!(!shown.can_save);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));

    teller.choose("household.people:5");
    teller.choose("household.gate:dog");
    assert!(page(&teller).can_save);
    let syncs = teller.syncs;
    teller.press(Button::Next);
    assert_eq!(teller.page(), visit, "back at the visit as it was");
    assert_eq!(teller.syncs, syncs + 1);
    teller.press(Button::Details);
    let shown = page(&teller);
    assert_eq!(shown.rows[0].answer, DetailAnswer::Count { count: Some(5), max: 60 });
    assert!(shown.rows[0].waiting && !shown.can_save);
    let entries = teller.books.entries.len() as u64;
    assert_eq!(teller.screen().frame.line.to_send, entries + 2);
}

#[test]
fn an_answer_that_is_not_the_packs_is_refused() {
    let mut teller = at_details();
    teller.choose("household.people:61");
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    for strange in ["household.people:five", "household.gate:cat", "household.name:Suma", "people"]
    {
        teller.choose(strange);
        assert!(teller.refused().is_some(), "{strange}");
    }
    assert!(!page(&teller).can_save);
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Visit(_)));
    assert!(teller.books.details.is_empty());
}

#[test]
fn a_picture_is_taken_by_the_camera_since_the_page_was_opened_and_said_with_the_rest() {
    let mut teller = at_details();
    let row = |teller: &Teller| {
        let rows = page(teller).rows;
        rows.into_iter().find(|row| row.id == "property.gate_photo").expect("a field of the pack")
    };
    for (why, code) in [
        (NoPicture::NoCamera, RefusalCode::NoCamera),
        (NoPicture::Unreadable, RefusalCode::PictureUnreadable),
        (NoPicture::TooLarge(400_000), RefusalCode::PictureTooLarge),
        (NoPicture::DayFull, RefusalCode::PicturesDayFull),
    ] {
        teller.camera = Err(why);
        teller.choose("property.gate_photo:take");
        assert_eq!(teller.refused(), Some(code));
    }
    let photo = PhotoHash::of(b"a gate");
    teller.camera = Ok((photo, teller.now.wall_ms - 1));
    teller.choose("property.gate_photo:take");
    assert_eq!(teller.refused(), Some(RefusalCode::NoNewPicture), "it may be of another house");
    assert_eq!(row(&teller).answer, DetailAnswer::Photo { taken: None, can_take: true });
    // Nobody chooses a photo by its name, or takes one where there is no photo.
    for strange in [format!("property.gate_photo:{photo}"), "household.people:take".into()] {
        teller.choose(&strange);
        assert!(teller.refused().is_some(), "{strange}");
    }
    assert!(!page(&teller).can_save);

    teller.camera = Ok((photo, teller.now.wall_ms + 60_000));
    teller.choose("property.gate_photo:take");
    let taken = Some("14-08-2026 10:01".to_owned());
    assert_eq!(row(&teller).answer, DetailAnswer::Photo { taken, can_take: true });
    teller.press(Button::Next);
    teller.press(Button::Details);
    let shown = row(&teller);
    assert_eq!(shown.answer, DetailAnswer::Photo { taken: None, can_take: true });
    assert!(shown.said[0].photo && shown.waiting);
    assert_eq!((shown.said[0].by.as_str(), shown.said[0].text.as_str()), ("staff 4", ""));
}

#[test]
fn where_people_disagree_both_are_shown_and_nobody_chooses() {
    let mut teller = visiting(vec![said(5, "Biju"), said(6, "collector-3")]);
    let refused = DetailRefused {
        record: HOUSEHOLD,
        field: "people".to_owned(),
        reason: "people is 61: the most is 60".to_owned(),
    };
    teller.books.refused_details.push(refused);
    teller.press(Button::Details);
    let shown = page(&teller);
    let words: Vec<_> =
        shown.rows[0].said.iter().map(|word| (word.text.as_str(), word.by.as_str())).collect();
    assert_eq!(words, [("5", "Biju"), ("6", "collector-3")]);
    assert!(shown.rows[0].undecided);
    assert_eq!(shown.refused[0].label, "People who live here");
    teller.choose("household.people:5");
    assert_eq!(teller.refused(), Some(RefusalCode::Undecided));
    teller.choose("household.composts:yes");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Visit(_)), "another field is said all the same");
}

#[test]
fn a_full_disk_is_said_and_keeps_what_was_chosen() {
    let mut teller = at_details();
    teller.choose("property.used_as:both");
    teller.room = Some(0);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(page(&teller).can_save);
    teller.room = None;
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Visit(_)));
}

#[test]
fn a_kiosk_shows_nothing_of_a_house_but_what_it_owes() {
    let mut teller = Teller::counter();
    teller.choose("property_tax");
    teller.write(flow::Field::Number, "12/345");
    teller.press(Button::Next);
    let Page::Demand(demand) = teller.page() else { panic!("{:?}", teller.page()) };
    assert!(!demand.has_details);
    teller.press(Button::Details);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}

/// The times of files are coarser than the clock, so that the page cannot know its picture by them.
#[test]
fn a_picture_is_of_the_page_that_asked_for_it() {
    let mut teller = at_details();
    let opened_ms = teller.now.wall_ms;
    let taken = |at_ms, since_ms| World::PictureTaken {
        field: "property.gate_photo".into(),
        photo: PhotoHash::of(b"a gate"),
        at_ms,
        since_ms,
    };
    teller.world(taken(opened_ms + 1, opened_ms - 1));
    assert!(!page(&teller).can_save, "it was asked for on another page");
    teller.world(taken(opened_ms - 1, opened_ms));
    assert!(page(&teller).can_save, "its file says that it was made just before");
}
