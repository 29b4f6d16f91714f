//! An application that asks where somebody stands, for a picture, and for as many floors as there
//! are: on, back, in another language and changed, nothing that was answered is lost.

mod filled;
mod sample;

use flow::{
    AnswersPage, Button, Field, FormAnswer, FormKeys, NoPicture, NoPosition, Page, Picture,
    Position, RefusalCode, Sight, Touch, TurnRow, Whereabouts, World,
};
use ledger::Language;

use crate::asked::{answers, form};
use crate::teller::Teller;
use sample::{begin, png};

fn next(teller: &mut Teller) {
    teller.press(Button::Next);
}

fn write(teller: &mut Teller, text: &str) {
    teller.write(Field::Answer, text);
    next(teller);
    assert_eq!(teller.refused(), None, "{text}");
}

fn pick(teller: &mut Teller, id: &str) {
    teller.choose(id);
    next(teller);
    assert_eq!(teller.refused(), None, "{id}");
}

fn rows(teller: &Teller) -> Vec<TurnRow> {
    match form(teller).answer {
        FormAnswer::Turns(rows) => rows,
        other => panic!("{other:?}"),
    }
}

fn said(teller: &Teller) -> Vec<String> {
    rows(teller).into_iter().map(|row| row.says).collect()
}

fn here(teller: &mut Teller, accuracy_m: u32) {
    let at = Position { latitude_udeg: 10_252_057, longitude_udeg: -76_009_463, accuracy_m };
    teller.world(World::Position(Ok(at)));
}

/// At the question of the place.
fn at_place() -> Teller {
    let mut teller = begin();
    write(&mut teller, "Ammini K.");
    teller
}

/// At the empty list of floors.
fn at_floors() -> Teller {
    let mut teller = at_place();
    here(&mut teller, 8);
    teller.choose("here");
    next(&mut teller);
    assert_eq!(form(&teller).label, "Floors");
    teller
}

/// Adds a floor from the list, and comes back to it.
fn add(teller: &mut Teller, floor_use: &str, area: &str) {
    teller.choose("add");
    pick(teller, floor_use);
    write(teller, area);
    next(teller);
    if floor_use == "shop" {
        write(teller, "Biju");
    }
    assert_eq!(form(teller).label, "Floors", "{:?}", teller.refused());
}

/// From the list of floors to the list of all answers.
fn to_answers(teller: &mut Teller) {
    next(teller);
    assert_eq!(form(teller).label, "Area in all", "{:?}", teller.refused());
    for _ in 0..4 {
        next(teller);
    }
    // The papers.
    next(teller);
    answers(teller);
}

fn row(page: &AnswersPage, id: &str) -> (String, String) {
    let row = page.rows.iter().find(|row| row.id == id);
    let row = row.unwrap_or_else(|| panic!("no {id}: {:#?}", page.rows));
    (row.label.clone(), row.answer.clone())
}

#[test]
fn a_place_is_that_of_the_receiver_and_blocks_nobody() {
    let mut teller = at_place();
    let FormAnswer::Place { taken: None, here: Some(Whereabouts::Unknown(why)) } =
        form(&teller).answer
    else {
        panic!("{:?}", teller.page())
    };
    assert_eq!(why, NoPosition::Silent);
    teller.choose("here");
    assert_eq!(teller.refused(), Some(RefusalCode::NoPlace));
    assert!(form(&teller).optional);
    next(&mut teller);
    assert_eq!(form(&teller).label, "Floors", "it is passed over");
    teller.press(Button::Back);
    here(&mut teller, 51);
    let FormAnswer::Place { here: Some(Whereabouts::Known { accuracy_m, good, .. }), .. } =
        form(&teller).answer
    else {
        panic!("{:?}", teller.page())
    };
    assert_eq!((accuracy_m, good), (51, false));
    teller.choose("here");
    let taken = |teller: &Teller| match form(teller).answer {
        FormAnswer::Place { taken, .. } => taken,
        other => panic!("{other:?}"),
    };
    assert_eq!(taken(&teller).as_deref(), Some("10.2521° N, 76.0095° W, 51 m"));
    teller.choose("none");
    assert_eq!(taken(&teller), None);
    teller.choose("here");
    // Nothing is typed or scanned where a place is taken.
    teller.write(Field::Answer, "10 76 0 0");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    for _ in 0..3 {
        teller.wait(21);
        teller.touch(Touch::Language(Language::En));
    }
    teller.choose("here");
    assert_eq!(teller.refused(), Some(RefusalCode::NoPlace), "it is a minute old");
    assert!(taken(&teller).is_some(), "and what was taken stands");
    next(&mut teller);
    add(&mut teller, "house", "80");
    to_answers(&mut teller);
    assert_eq!(row(&answers(&teller), "place").1, "10.2521° N, 76.0095° W, 51 m");
    next(&mut teller);
    let (_, given) = teller.applied.last().expect("an application");
    let place = given.iter().find(|answer| answer.name == "place").expect("the place");
    assert_eq!(place.value, "10.252057 -76.009463 0 51", "as XLSForm has it");
}

#[test]
fn a_place_and_a_picture_that_are_needed_say_what_to_do() {
    let mut teller = sample::begin_with(&[
        ("Where is it?,എവിടെ?,", "Where is it?,എവിടെ?,yes"),
        ("A picture of it,ഒരു ചിത്രം,", "A picture of it,ഒരു ചിത്രം,yes"),
    ]);
    write(&mut teller, "Ammini K.");
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::PlaceNeeded));
    teller.touch(Touch::Language(Language::Ml));
    assert_eq!(teller.refused(), Some(RefusalCode::PlaceNeeded), "in the other words");
    teller.touch(Touch::Language(Language::En));
    here(&mut teller, 5);
    teller.choose("here");
    next(&mut teller);
    teller.choose("add");
    pick(&mut teller, "house");
    write(&mut teller, "80");
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::PictureNeeded));
    // Whoever leaves a floor before it is whole is led to what it lacks.
    for _ in 0..3 {
        teller.press(Button::Back);
    }
    assert!(!rows(&teller)[0].whole);
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::PictureNeeded));
    assert_eq!(form(&teller).turn.as_deref(), Some("Floors 1"));
}

#[test]
fn a_picture_is_taken_again_left_out_and_handed_in_with_the_answers() {
    let mut teller = at_floors();
    teller.choose("add");
    pick(&mut teller, "house");
    write(&mut teller, "80");
    let taken = |teller: &Teller| match form(teller).answer {
        FormAnswer::Picture { taken, can_take } => (taken, can_take),
        other => panic!("{other:?}"),
    };
    assert_eq!(taken(&teller), (false, true));
    teller.choose("take");
    assert_eq!(teller.refused(), Some(RefusalCode::NoCamera));
    teller.still = Err(NoPicture::NoneSince);
    teller.choose("take");
    assert_eq!(teller.refused(), Some(RefusalCode::NoNewPicture));
    teller.still = Ok(png(b"blurred"));
    teller.choose("take");
    assert_eq!((teller.refused(), taken(&teller)), (None, (true, true)));
    teller.still = Ok(png(b"clear"));
    teller.choose("take");
    next(&mut teller);
    // One that comes late, for a page that was left, is nobody's.
    let late = png(b"late");
    let question = "floor[1]/photo".to_owned();
    teller.world(World::Photographed { question, picture: late, at_ms: 1, since_ms: 0 });
    add(&mut teller, "shop", "20");
    teller.still = Ok(png(&vec![7; 959_900]));
    teller.choose("change:2");
    next(&mut teller);
    next(&mut teller);
    teller.choose("take");
    assert_eq!(teller.refused(), Some(RefusalCode::PictureTooLarge), "two fit no file");
    teller.still = Ok(png(b"another"));
    teller.choose("take");
    next(&mut teller);
    next(&mut teller);
    to_answers(&mut teller);
    let page = answers(&teller);
    let pictured: Vec<&str> =
        page.rows.iter().filter(|row| row.picture).map(|row| row.id.as_str()).collect();
    assert_eq!(pictured, ["floor[1]/photo", "floor[2]/photo"]);
    teller.choose("floor[2]/photo");
    teller.choose("none");
    next(&mut teller);
    next(&mut teller);
    let (_, given) = teller.applied.last().expect("an application");
    let photos: Vec<_> = given.iter().filter(|answer| answer.name.ends_with("photo")).collect();
    assert_eq!(photos.len(), 1);
    assert_eq!(photos[0].value, png(b"clear").name());
    assert_eq!(teller.pictures, [png(b"clear")], "and no other leaves the glass");
    assert!(!format!("{:?}", teller.pictures).contains("clear"), "no log has it");
}

#[test]
fn several_are_added_changed_and_taken_away_and_what_follows_agrees() {
    let mut teller = at_floors();
    assert_eq!(rows(&teller), []);
    add(&mut teller, "house", "80");
    add(&mut teller, "shop", "20.5");
    add(&mut teller, "house", "60");
    assert_eq!(said(&teller), ["House, 80", "Shop, 20.5", "House, 60"]);
    // Back into the list is back over it: its floors are no way of their own.
    teller.press(Button::Back);
    assert_eq!(form(&teller).label, "Where is it?");
    next(&mut teller);
    teller.choose("change:2");
    let page = form(&teller);
    assert_eq!((page.question, page.questions, page.turn.as_deref()), (1, 4, Some("Floors 2")));
    assert_eq!(page.label, "What is floor 2 used for?");
    teller.touch(Touch::Language(Language::Ml));
    assert_eq!(form(&teller).turn.as_deref(), Some("നിലകൾ 2"));
    teller.touch(Touch::Language(Language::En));
    next(&mut teller);
    teller.write(Field::Answer, "1001");
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken));
    assert_eq!(form(&teller).wrong.as_deref(), Some("Above 0, up to 1,000"));
    // Half a number is kept when the person goes back, and when a floor before it goes.
    teller.write(Field::Answer, "30.5.");
    teller.press(Button::Back);
    teller.press(Button::Back);
    assert_eq!(rows(&teller).iter().map(|row| row.whole).collect::<Vec<_>>(), [true, false, true]);
    teller.choose("remove:1");
    assert_eq!(said(&teller), ["Shop, Biju", "House, 60"]);
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::NotANumber), "it is led to what is wrong");
    let keys = FormAnswer::Typed { text: "30.5.".to_owned(), keys: FormKeys::Decimal };
    assert_eq!((form(&teller).answer, form(&teller).turn.as_deref()), (keys, Some("Floors 1")));
    write(&mut teller, "30.5");
    next(&mut teller);
    next(&mut teller);
    assert_eq!(said(&teller), ["Shop, 30.5", "House, 60"]);
    for strange in ["remove:3", "remove:0", "change:x", "change:", "take", "here", ""] {
        teller.choose(strange);
        assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "{strange}");
    }
    to_answers(&mut teller);
    let page = answers(&teller);
    assert_eq!(row(&page, "floor"), ("Floors".to_owned(), "2".to_owned()));
    assert_eq!(row(&page, "floor[2]/area"), ("Floors 2 · How large?".to_owned(), "60".to_owned()));
    assert_eq!(row(&page, "total"), ("Area in all".to_owned(), "90.5".to_owned()));
    next(&mut teller);
    let (_, given) = teller.applied.last().expect("an application");
    let given: Vec<_> = given.iter().map(|one| format!("{}={}", one.name, one.value)).collect();
    let wanted = [
        "applicant=Ammini K.",
        "place=10.252057 -76.009463 0 8",
        "floor[1]/at=1",
        "floor[1]/use=shop",
        "floor[1]/area=30.5",
        "floor[1]/tenant=Biju",
        "floor[2]/at=2",
        "floor[2]/use=house",
        "floor[2]/area=60",
        "floors=2",
        "total=90.5",
    ];
    assert_eq!(given, wanted);
}

#[test]
fn a_list_is_changed_from_all_answers_and_nothing_added_is_lost() {
    let mut teller = at_floors();
    add(&mut teller, "house", "80");
    to_answers(&mut teller);
    teller.choose("floor");
    assert!(form(&teller).changing);
    add(&mut teller, "shop", "20");
    add(&mut teller, "house", "60");
    teller.press(Button::Back);
    assert_eq!(row(&answers(&teller), "total").1, "160", "Back keeps what was added");
    teller.choose("floor");
    teller.choose("change:2");
    pick(&mut teller, "house");
    write(&mut teller, "25");
    assert!(matches!(form(&teller).answer, FormAnswer::Picture { .. }), "each is asked again");
    next(&mut teller);
    assert_eq!(said(&teller), ["House, 80", "House, 25", "House, 60"]);
    teller.choose("remove:3");
    next(&mut teller);
    assert_eq!(row(&answers(&teller), "total").1, "105");
    // One answer of a floor by itself: no list comes after it.
    teller.choose("floor[2]/area");
    write(&mut teller, "26");
    assert_eq!(row(&answers(&teller), "total").1, "106");
    teller.choose("floor[2]/use");
    pick(&mut teller, "shop");
    assert_eq!(form(&teller).label, "Who rents it?", "what it asks anew is asked");
    next(&mut teller);
    let page = answers(&teller);
    teller.choose("floor[2]/area");
    teller.write(Field::Answer, "999");
    teller.press(Button::Back);
    assert_eq!(answers(&teller), page, "Back from one answer leaves it as it was");
}

#[test]
fn a_list_has_an_end() {
    let mut teller = at_floors();
    for _ in 0..200 {
        teller.choose("add");
        teller.press(Button::Back);
    }
    assert_eq!(rows(&teller).len(), 200);
    teller.choose("add");
    assert_eq!(teller.refused(), Some(RefusalCode::TurnsFull));
}

#[test]
fn a_code_is_seen_a_time_typed_and_a_number_chosen() {
    let mut teller = at_floors();
    add(&mut teller, "house", "80");
    next(&mut teller);
    next(&mut teller);
    assert_eq!(form(&teller).label, "Number on the meter");
    assert!(form(&teller).can_look);
    teller.press(Button::Camera);
    assert!(matches!(teller.page(), Page::Viewfinder(_)));
    next(&mut teller);
    assert!(!form(&teller).changing, "typed instead, on the same page");
    teller.press(Button::Camera);
    teller.world(World::Sight(Sight::Shows));
    teller.world(World::Sight(Sight::Code("EM-4711".to_owned())));
    let typed = |text: &str, keys| FormAnswer::Typed { text: text.to_owned(), keys };
    assert_eq!(form(&teller).answer, typed("EM-4711", FormKeys::Code));
    next(&mut teller);
    for wrong in ["25:00", "9", "12:5"] {
        teller.write(Field::Answer, wrong);
        next(&mut teller);
        assert_eq!(teller.refused(), Some(RefusalCode::NotATime), "{wrong}");
    }
    teller.press(Button::Camera);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "a time is on no code");
    write(&mut teller, "9.30");
    let FormAnswer::One(scale) = form(&teller).answer else { panic!("{:?}", teller.page()) };
    assert_eq!(scale.iter().map(|one| &*one.id).collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
    for strange in ["6", "1.5", "x"] {
        teller.choose(strange);
        assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "{strange}");
    }
    teller.choose("4");
    next(&mut teller);
    next(&mut teller);
    let page = answers(&teller);
    assert_eq!([row(&page, "opens").1, row(&page, "stars").1], ["09:30", "4"]);
    teller.choose("stars");
    teller.choose("4");
    next(&mut teller);
    assert_eq!(row(&answers(&teller), "stars").1, "", "it may be left open");
}

#[test]
fn whoever_leaves_leaves_no_picture() {
    let mut teller = at_floors();
    teller.choose("add");
    pick(&mut teller, "house");
    write(&mut teller, "80");
    let picture: Picture = png(b"a face");
    teller.still = Ok(picture);
    teller.choose("take");
    teller.wait(u64::from(teller.idle_s()) + 21);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert!(teller.applied.is_empty() && teller.pictures.is_empty());
}
