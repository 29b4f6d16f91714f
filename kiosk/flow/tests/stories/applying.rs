//! An application without money: the building is found, a form is asked, the papers are named, all
//! of it is looked over, handed in, and acknowledged on paper.

use std::sync::Arc;

use flow::{
    AnswersPage, Button, Field, FormAnswer, FormPage, Page, PaperEnding, Profile, RefusalCode,
    Touch,
};
use ledger::{Fact, Language, Pack, SlipKind};

use crate::asked::{answers, form};
use crate::packs::FILES;
use crate::teller::Teller;

macro_rules! sheet {
    ($form:literal, $sheet:literal) => {
        (
            concat!("forms/", $form, "/", $sheet),
            include_str!(concat!("../../../../fleet/packs/padippuram/forms/", $form, "/", $sheet)),
        )
    };
}

/// The shipped pack with the forms of its applications.
fn pack() -> Arc<Pack> {
    let forms = [
        sheet!("self_return", "survey.csv"),
        sheet!("self_return", "choices.csv"),
        sheet!("self_return", "settings.csv"),
        sheet!("appeal", "survey.csv"),
        sheet!("appeal", "choices.csv"),
        sheet!("appeal", "settings.csv"),
    ];
    let files: Vec<(&str, &str)> = FILES.into_iter().chain(forms).collect();
    Arc::new(Pack::parse(&files).expect("the shipped pack has no fault"))
}

/// A kiosk with a book of acknowledgements, and nobody behind it.
fn begin() -> Teller {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.books.lease_acknowledgements("A1", 1, 3);
    teller
}

fn find(teller: &mut Teller) {
    assert!(matches!(teller.page(), Page::Find(_)), "{:?}", teller.refused());
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
}

fn write(teller: &mut Teller, text: &str) {
    teller.write(Field::Answer, text);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), None, "{text}");
}

fn pick(teller: &mut Teller, id: &str) {
    teller.choose(id);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), None, "{id}");
}

/// From the idle page to the papers, of a house that is a shop now.
fn to_papers(teller: &mut Teller) {
    teller.choose("self_return");
    find(teller);
    pick(teller, "ok");
    write(teller, "Ammini K.");
    pick(teller, "use");
    pick(teller, "shop");
    write(teller, "01-08-2026");
    write(teller, "");
    write(teller, "");
}

fn offered(page: &FormPage) -> Vec<(String, bool)> {
    match &page.answer {
        FormAnswer::Several(choices) => {
            choices.iter().map(|choice| (choice.id.clone(), choice.chosen)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn row<'a>(page: &'a AnswersPage, id: &str) -> Option<&'a str> {
    let row = page.rows.iter().find(|row| row.id == id);
    row.map(|row| row.answer.as_str())
}

#[test]
fn what_is_asked_of_the_office_is_looked_over_handed_in_and_acknowledged() {
    let mut teller = begin();
    teller.touch(Touch::Language(Language::Ml));
    to_papers(&mut teller);
    let page = form(&teller);
    assert_eq!(page.label, "ഇവയിൽ ഏതെല്ലാം രേഖകളാണ് ഇപ്പോൾ നൽകുന്നത്?");
    // Only what these answers ask for: a drawing is for whoever built.
    let papers = [("ownership", false), ("licence", false)];
    let papers = papers.map(|(id, chosen)| (id.to_owned(), chosen));
    assert_eq!(offered(&page), papers);
    teller.choose("plan");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.choose("licence");
    teller.press(Button::Next);

    let page = answers(&teller);
    assert!(page.submits, "nothing is owed");
    assert_eq!(row(&page, "applicant"), Some("Ammini K."));
    assert!(row(&page, ":building").is_some_and(|place| place.ends_with("12/345")));
    assert_eq!(row(&page, ":documents"), Some("കച്ചവട ലൈസൻസ്"));
    assert_eq!(row(&page, ":missing"), Some("ഉടമസ്ഥത തെളിയിക്കുന്ന രേഖ"));
    let due = row(&page, ":due").expect("a day").to_owned();
    assert!(teller.applied.is_empty(), "nothing is written before it is handed in");
    teller.press(Button::Next);

    let (applied, given) = teller.applied.last().cloned().expect("an application");
    assert_eq!((applied.book.as_str(), applied.number, applied.building), ("A1", 1, Some(345)));
    assert_eq!(
        (applied.handed_in.join(" "), applied.missing.join(" ")),
        ("licence".into(), "ownership".into())
    );
    let said = given.iter().find(|answer| answer.name == "applicant");
    assert_eq!(said.map(|answer| answer.value.as_str()), Some("Ammini K."));
    let (_, slip) = teller.prints.back().cloned().expect("its slip");
    assert_eq!(slip.kind, SlipKind::Acknowledgement);
    let text = slip.canonical_text();
    for part in ["12/345", &due, "G0802-26-A1-00001-", "പഞ്ചായത്ത് ഡയറക്ടർ"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Ammini"), "whoever finds the paper learns no name: {text}");
    // The chain names nobody either.
    let written = teller.books.entries.iter().map(|entry| entry.canonical());
    assert!(written.into_iter().all(|entry| !entry.windows(6).any(|part| part == b"Ammini")));
}

#[test]
fn a_device_without_a_book_of_acknowledgements_says_so_before_it_asks_anything() {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.choose("self_return");
    assert_eq!(teller.refused(), Some(RefusalCode::NoAcknowledgements));
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.books.lease_acknowledgements("A1", 1, 1);
    to_papers(&mut teller);
    teller.press(Button::Next);
    teller.press(Button::Next);
    assert_eq!(teller.applied.len(), 1);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Finish);
    teller.choose("self_return");
    assert_eq!(teller.refused(), Some(RefusalCode::NoAcknowledgements), "its one number is used");
    // The next book: the used one goes back with the next application.
    teller.books.lease_acknowledgements("A2", 1, 3);
    to_papers(&mut teller);
    teller.press(Button::Next);
    teller.press(Button::Next);
    let kinds: Vec<&str> =
        teller.books.entries.iter().rev().take(3).map(|entry| entry.fact.kind()).collect();
    assert_eq!(kinds, ["applied", "book_opened", "book_returned"]);
}

#[test]
fn whoever_leaves_with_papers_missing_gets_the_list_and_nothing_is_written() {
    let mut teller = begin();
    to_papers(&mut teller);
    let before = teller.books.entries.len();
    teller.press(Button::Finish);
    assert!(matches!(teller.page(), Page::Home(_)));
    let (ticket, slip) = teller.prints.back().cloned().expect("a list");
    assert_eq!((slip.kind, ticket.of), (SlipKind::Deficiency, 0));
    assert!(slip.canonical_text().contains("Paper that shows the ownership"));
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.books.entries.len(), before, "it is of no entry");
    // With all papers there is no list.
    to_papers(&mut teller);
    teller.choose("ownership");
    teller.press(Button::Finish);
    assert!(teller.prints.is_empty(), "nothing is missing");
}

#[test]
fn back_leads_from_the_answers_over_the_papers_to_the_questions_and_the_house() {
    let mut teller = begin();
    to_papers(&mut teller);
    teller.choose("ownership");
    teller.press(Button::Next);
    answers(&teller);
    teller.choose(":documents");
    assert_eq!(offered(&form(&teller))[0], ("ownership".to_owned(), true), "as it was marked");
    teller.press(Button::Next);
    teller.press(Button::Back);
    assert_eq!(offered(&form(&teller))[0], ("ownership".to_owned(), true));
    teller.press(Button::Back);
    assert!(matches!(form(&teller).answer, FormAnswer::Typed { .. }), "the last question");
    for _ in 0..6 {
        teller.press(Button::Back);
    }
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Find(_)), "which house");
    let facts = teller.books.entries.iter().filter(|entry| matches!(entry.fact, Fact::Applied(_)));
    assert_eq!(facts.count(), 0);
}

#[test]
fn a_full_disk_loses_nothing_and_promises_nothing() {
    let mut teller = begin();
    to_papers(&mut teller);
    teller.press(Button::Next);
    teller.room = Some(0);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::DiskFull));
    assert!(teller.prints.is_empty());
    answers(&teller);
    teller.room = None;
    teller.press(Button::Next);
    assert_eq!(teller.applied.len(), 1, "once there is room");
}

#[test]
fn an_appeal_names_the_receipt_and_tells_both_authorities() {
    let mut teller = begin();
    teller.choose("appeal");
    find(&mut teller);
    pick(&mut teller, "ok");
    write(&mut teller, "Ammini K.");
    // The number stands on the paper as a square, too.
    teller.scan("G0802-26-K3-00417-H");
    teller.press(Button::Next);
    pick(&mut teller, "area");
    write(&mut teller, &"The area on the bill is not that of the house. ".repeat(8));
    write(&mut teller, "");
    assert_eq!(offered(&form(&teller)).len(), 2, "the bill, and what proves the reasons");
    teller.choose("bill");
    teller.press(Button::Next);
    let page = answers(&teller);
    assert_eq!(row(&page, "reference"), Some("G0802-26-K3-00417-H"));
    assert_eq!(row(&page, ":missing"), None, "what proves it may be left out");
    teller.press(Button::Next);
    let (applied, _) = teller.applied.last().cloned().expect("an application");
    assert_eq!((applied.service.as_str(), applied.building), ("appeal", Some(345)));
    let slip = teller.slip();
    for part in [
        "Officer\tSecretary, Padippuram Grama Panchayat",
        "First appeal\tDeputy Director of Panchayats",
        "Second appeal\tDirector of Panchayats",
        "No document is missing.",
    ] {
        assert!(slip.contains(part), "{part}: {slip}");
    }
}
