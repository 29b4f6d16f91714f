//! A birth that is reported: what being late asks for, the family's look at what staff answered,
//! and the question whether it was reported before.

use std::sync::Arc;

use flow::{AnswersPage, Button, Field, FormAnswer, FormPage, Page, Profile, RefusalCode, Touch};
use ledger::{Answer, Applied, Extract, Fact, HowDistinct, Language, Pack, Paise, Reported};

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

fn pack() -> Arc<Pack> {
    let forms = [
        sheet!("birth", "survey.csv"),
        sheet!("birth", "choices.csv"),
        sheet!("birth", "settings.csv"),
        sheet!("death", "survey.csv"),
        sheet!("death", "choices.csv"),
        sheet!("death", "settings.csv"),
        sheet!("still_birth", "survey.csv"),
        sheet!("still_birth", "choices.csv"),
        sheet!("still_birth", "settings.csv"),
    ];
    let files: Vec<(&str, &str)> = FILES.into_iter().chain(forms).collect();
    Arc::new(Pack::parse(&files).expect("the shipped pack has no fault"))
}

/// A kiosk in a hospital, with somebody of its staff.
fn hospital() -> Teller {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.books.lease_acknowledgements("A1", 1, 9);
    teller.settings.hospital = Some("Janani Hospital".to_owned());
    teller.restart();
    teller
}

fn write(teller: &mut Teller, text: &str) {
    teller.write(Field::Answer, text);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), None, "{text}: {:?}", teller.page());
}

fn pick(teller: &mut Teller, id: &str) {
    teller.choose(id);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), None, "{id}: {:?}", teller.page());
}

fn row<'a>(page: &'a AnswersPage, id: &str) -> Option<&'a str> {
    let row = page.rows.iter().find(|row| row.id == id);
    row.map(|row| row.answer.as_str())
}

fn chosen(page: &FormPage) -> Option<String> {
    let FormAnswer::One(choices) = &page.answer else { return None };
    choices.iter().find(|choice| choice.chosen).map(|choice| choice.id.clone())
}

/// Which child of several it is, where there are several.
type Order = Option<&'static str>;

/// All of Form 1, from the first question to the papers; the place is as it was filled in where
/// none is given.
fn fill_in(teller: &mut Teller, date: &str, mother: &str, place: Option<&str>, order: Order) {
    pick(teller, "ok");
    write(teller, date);
    pick(teller, "female");
    write(teller, "");
    for text in [mother, "Rajan", "12 Temple Road", "12 Temple Road"] {
        write(teller, text);
    }
    match place {
        Some(place) => {
            pick(teller, "hospital");
            write(teller, place);
        }
        None => {
            assert_eq!(chosen(&form(teller)).as_deref(), Some("hospital"), "it is filled in");
            teller.press(Button::Next);
            let page = form(teller);
            let is_place = |text: &str| text == "Janani Hospital";
            assert!(matches!(&page.answer, FormAnswer::Typed { text, .. } if is_place(text)));
            teller.press(Button::Next);
        }
    }
    match order {
        Some(order) => {
            pick(teller, "two");
            write(teller, order);
        }
        None => pick(teller, "one"),
    }
    for text in ["Sister Mary", "Janani Hospital", "Padippuram, Thrissur, Kerala"] {
        write(teller, text);
    }
    pick(teller, "hindu");
    for id in ["graduate", "graduate", "farm", "service"] {
        pick(teller, id);
    }
    for text in ["28", "24", "1"] {
        write(teller, text);
    }
    pick(teller, "private");
    pick(teller, "natural");
    write(teller, "3100");
    write(teller, "39");
}

fn reported(teller: &Teller) -> (Applied, Reported) {
    let (applied, _) = teller.applied.last().cloned().expect("an application");
    let reported = applied.reported.clone().expect("a report");
    (applied, reported)
}

/// From the papers over both lists of answers to the paper.
fn hand_in(teller: &mut Teller, language: &str) {
    ask(teller);
    look_over(teller, language);
}

/// From the papers over the list of answers to what is asked next.
fn ask(teller: &mut Teller) {
    pick(teller, "identity");
    answers(teller);
    teller.press(Button::Next);
}

/// The family looks over every line in its language.
fn look_over(teller: &mut Teller, language: &str) {
    pick(teller, language);
    answers(teller);
    teller.press(Button::Next);
}

fn finish(teller: &mut Teller) {
    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Finish);
}

#[test]
fn staff_report_and_the_family_looks_it_over_and_corrects_it_before_it_is_written() {
    let mut teller = hospital();
    let Page::Home(home) = teller.page() else { panic!("{:?}", teller.page()) };
    let first: Vec<&str> = home.tiles.iter().take(3).map(|tile| tile.id.as_str()).collect();
    assert_eq!(first, ["birth", "death", "still_birth"], "what it is there for");
    teller.choose("birth");
    assert!(matches!(teller.page(), Page::SignIn(_)), "a hospital's staff report");
    teller.sign_in("4", "4711");
    teller.choose("birth");
    fill_in(&mut teller, "10-08-2026", "Laxmi", None, None);
    pick(&mut teller, "identity");
    let page = answers(&teller);
    assert_eq!(row(&page, ":delay"), Some("within 21 days"));
    assert_eq!(row(&page, ":fee"), Some("No fee"));
    assert_eq!(row(&page, ":missing"), Some("The hospital's report"));
    teller.press(Button::Next);
    assert!(teller.applied.is_empty(), "nobody of the family has seen it");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));
    pick(&mut teller, "ml");
    let page = answers(&teller);
    assert_eq!(teller.screen().frame.language, Language::Ml);
    let mother = page.rows.iter().find(|row| row.id == "mother_name").expect("a row");
    assert_eq!((mother.label.as_str(), mother.answer.as_str()), ("അമ്മയുടെ പേര്", "Laxmi"));
    teller.choose("mother_name");
    write(&mut teller, "ലക്ഷ്മി");
    assert_eq!(row(&answers(&teller), "mother_name"), Some("ലക്ഷ്മി"));
    teller.press(Button::Next);

    let (applied, report) = reported(&teller);
    assert_eq!((applied.language, report.looked_over), (Language::Ml, true));
    assert_eq!((report.delay.as_str(), report.fee), ("in_time", Paise::ZERO));
    assert!(report.marks.len() >= 6 && report.distinct.is_empty() && report.order.is_none());
    let (_, given) = teller.applied.last().expect("its answers");
    let place = given.iter().find(|answer| answer.name == "place");
    assert_eq!(place.map(|answer| answer.value.as_str()), Some("Janani Hospital"));
    let slip = teller.slip();
    for part in ["21 ദിവസത്തിനകം", "ഫീസില്ല", "ജനന മരണ രജിസ്ട്രാർ"]
    {
        assert!(slip.contains(part), "{part}: {slip}");
    }
    assert!(!slip.contains("ലക്ഷ്മി"), "{slip}");
}

#[test]
fn what_looks_like_an_earlier_report_is_the_same_a_twin_or_somebody_else() {
    let mut teller = hospital();
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller.choose("birth");
    fill_in(&mut teller, "10-08-2026", "Lakshmi K.", None, Some("1"));
    hand_in(&mut teller, "en");
    let (_, first) = reported(&teller);
    assert_eq!(first.order, Some(1));
    finish(&mut teller);

    // Another spelling, a day later: the same, and nothing is written.
    teller.choose("birth");
    fill_in(&mut teller, "11-08-2026", "ലക്ഷ്മി", None, None);
    // Staff are asked, before the glass is turned to the family.
    ask(&mut teller);
    let page = form(&teller);
    assert!(page.label.contains("A1-00001-") && page.label.contains("14-08-2026"), "{page:?}");
    let FormAnswer::One(choices) = &page.answer else { panic!("{page:?}") };
    let ids: Vec<&str> = choices.iter().map(|choice| choice.id.as_str()).collect();
    assert_eq!(ids, ["same", "other"], "no order was said: it is no twin");
    teller.choose("child");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    pick(&mut teller, "same");
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(teller.applied.len(), 1);

    // The second child of that birth says its order.
    teller.choose("birth");
    fill_in(&mut teller, "10-08-2026", "Lakshmi", None, Some("2"));
    ask(&mut teller);
    pick(&mut teller, "child");
    look_over(&mut teller, "en");
    let (_, second) = reported(&teller);
    assert_eq!(second.order, Some(2));
    let told: Vec<_> = second.distinct.iter().map(|it| (it.number.number, it.how)).collect();
    assert_eq!(told, [(1, HowDistinct::AnotherChild)]);
    finish(&mut teller);

    // Somebody else of that name: each of the two is asked about.
    teller.choose("birth");
    fill_in(&mut teller, "10-08-2026", "Lekshmi", None, None);
    ask(&mut teller);
    pick(&mut teller, "other");
    pick(&mut teller, "other");
    look_over(&mut teller, "en");
    let (_, third) = reported(&teller);
    assert_eq!(third.distinct.len(), 2);
    assert!(third.distinct.iter().all(|it| it.how == HowDistinct::AnotherPerson));
    // Back leads to the answers.
    finish(&mut teller);
    teller.choose("birth");
    fill_in(&mut teller, "10-08-2026", "Lakshmi", None, Some("3"));
    ask(&mut teller);
    // The last one was of a single child, so that this one is no twin of it.
    let page = form(&teller);
    let FormAnswer::One(choices) = &page.answer else { panic!("{page:?}") };
    assert_eq!(choices.len(), 2, "{page:?}");
    teller.press(Button::Back);
    answers(&teller);
}

#[test]
fn a_parent_alone_reports_late_and_hears_of_nobody_else() {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.books.lease_acknowledgements("A1", 1, 9);
    for (date, delay, fee, missing) in [
        ("24-07-2026", "in_time", "0", ""),
        ("23-07-2026", "month", "2", ""),
        ("14-07-2026", "year", "5", "affidavit permission"),
        ("14-08-2025", "year", "5", "affidavit permission"),
        ("13-08-2025", "order", "10", "affidavit order"),
    ] {
        teller.choose("birth");
        fill_in(&mut teller, date, "Lakshmi", Some("Janani Hospital"), None);
        teller.choose("identity");
        pick(&mut teller, "hospital_report");
        teller.press(Button::Next);
        let (applied, report) = reported(&teller);
        let asked = Paise::parse(fee).expect("a sum");
        assert_eq!((report.delay.as_str(), report.fee), (delay, asked), "{date}");
        assert_eq!(applied.missing.join(" "), missing, "{date}");
        assert!(!report.looked_over && report.distinct.is_empty(), "nobody else is told of");
        finish(&mut teller);
    }
    let reports = teller.books.entries.iter().filter(|it| matches!(it.fact, Fact::Applied(_)));
    assert_eq!(reports.count(), 5);
    teller.touch(Touch::Language(Language::En));
    teller.choose("birth");
    pick(&mut teller, "ok");
    teller.write(Field::Answer, "15-08-2026");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken), "it has not come");
}

#[test]
fn deaths_and_still_births_have_forms_of_their_own() {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.books.lease_acknowledgements("A1", 1, 9);
    teller.choose("death");
    pick(&mut teller, "ok");
    for text in ["01-08-2026", "Kunjan"] {
        write(&mut teller, text);
    }
    pick(&mut teller, "male");
    teller.write(Field::Answer, "126");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken), "nobody is so old");
    for text in ["71", "", "", "Ammini", "Mill Road", "Mill Road"] {
        write(&mut teller, text);
    }
    pick(&mut teller, "house");
    for text in ["Mill Road", "Rajan", "Mill Road", "Padippuram"] {
        write(&mut teller, text);
    }
    for id in ["hindu", "farm", "medical", "yes"] {
        pick(&mut teller, id);
    }
    for text in ["Fever", "20", "0", "0", "0"] {
        write(&mut teller, text);
    }
    teller.choose("cause_certificate");
    pick(&mut teller, "identity");
    teller.press(Button::Next);
    let (applied, report) = reported(&teller);
    assert_eq!((applied.service.as_str(), applied.missing.len()), ("death", 0));
    assert_eq!(report.delay, "in_time");
    finish(&mut teller);

    teller.choose("still_birth");
    pick(&mut teller, "ok");
    write(&mut teller, "10-08-2026");
    pick(&mut teller, "male");
    for text in ["Lakshmi", "Rajan", "Mill Road"] {
        write(&mut teller, text);
    }
    pick(&mut teller, "hospital");
    write(&mut teller, "Janani Hospital");
    pick(&mut teller, "one");
    for text in ["Rajan", "Mill Road", "Padippuram", "30"] {
        write(&mut teller, text);
    }
    for id in ["graduate", "private", "natural"] {
        pick(&mut teller, id);
    }
    teller.write(Field::Answer, "27");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken), "still births from 28 weeks");
    write(&mut teller, "30");
    write(&mut teller, "");
    pick(&mut teller, "identity");
    teller.press(Button::Next);
    let (applied, _) = reported(&teller);
    assert_eq!(applied.service, "still_birth");
}

#[test]
fn an_extract_is_checked_whatever_the_length_of_its_addresses() {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    let answer = |name: &str, value: &str| Answer { name: name.into(), value: value.into() };
    let address = "അമ്പലം റോഡ് ".repeat(13);
    let extract = Extract {
        body: "G0802".to_owned(),
        register: "B-2026-00001".to_owned(),
        service: "birth".to_owned(),
        registered: 20_679,
        issued: 20_680,
        nth: 1,
        particulars: vec![
            answer("sex", "female"),
            answer("date_of_birth", "2026-08-10"),
            answer("mother_name", "ലക്ഷ്മി കെ."),
            answer("address", &address),
            answer("permanent_address", &address),
        ],
    };
    let square = extract.signed(&teller.books.office).square("https://padippuram.example");
    assert!(square.len() > flow::TEXT_CHARACTERS_MAX, "longer than any slip's");
    teller.scan(&square);
    let Page::Checked(page) = teller.page() else { panic!("{:?}", teller.refused()) };
    assert!(page.genuine && page.extract);
    assert_eq!((page.number.as_str(), page.service.as_str()), ("B-2026-00001", "Birth"));
    assert!(page.place.starts_with("Female · 10-08-2026 · ലക്ഷ്മി കെ."), "{}", page.place);
    teller.press(Button::Finish);
    // One that another office signed.
    let forged = {
        let other = crate::books::Key::new(77);
        let particulars = vec![answer("mother_name", "Ammini")];
        let body = "G0802".to_owned();
        let (register, service) = ("B-2026-00001".to_owned(), "birth".to_owned());
        let (registered, issued, nth) = (20_679, 20_680, 1);
        Extract { body, register, service, registered, issued, nth, particulars }.signed(&other)
    };
    teller.scan(&forged.square("https://padippuram.example"));
    assert_eq!(teller.refused(), Some(RefusalCode::ForgedSlip));
}
