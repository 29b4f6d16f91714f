//! Complaints: filed by tiles and words, followed by number and check code, rated or opened again,
//! and worked on by an officer.

use std::sync::Arc;

use flow::{Button, ComplaintHere, Field, FormAnswer, Page, Profile, RefusalCode};
use ledger::{
    Answer, Channel, CitizenSays, ComplaintState, Fact, Pack, ReceiptNumber, Work, check_code,
};

use crate::asked::form;
use crate::packs::FILES;
use crate::teller::Teller;

macro_rules! sheet {
    ($sheet:literal) => {
        (
            concat!("forms/ward_complaint/", $sheet),
            include_str!(concat!(
                "../../../../fleet/packs/padippuram/forms/ward_complaint/",
                $sheet
            )),
        )
    };
}

fn pack() -> Arc<Pack> {
    let forms = [sheet!("survey.csv"), sheet!("choices.csv"), sheet!("settings.csv")];
    let files: Vec<(&str, &str)> = FILES.into_iter().chain(forms).collect();
    Arc::new(Pack::parse(&files).expect("the shipped pack has no fault"))
}

fn kiosk() -> Teller {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.books.lease_acknowledgements("A1", 1, 3);
    teller
}

fn offered(teller: &Teller) -> Vec<String> {
    match form(teller).answer {
        FormAnswer::One(choices) => choices.into_iter().map(|choice| choice.id).collect(),
        other => panic!("{other:?}"),
    }
}

fn pick(teller: &mut Teller, id: &str) {
    teller.choose(id);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), None, "{id}");
}

fn write(teller: &mut Teller, text: &str) {
    teller.write(Field::Answer, text);
    teller.press(Button::Next);
}

/// From the idle page to the list of all answers.
fn fill_in(teller: &mut Teller) {
    teller.choose("complaint");
    pick(teller, "file");
    fill_in_form(teller);
}

fn fill_in_form(teller: &mut Teller) {
    for id in ["ok", "water", "leak", "3"] {
        pick(teller, id);
    }
    for text in ["", "By the ferry", "Water runs over the road", "", "9876543210"] {
        write(teller, text);
        assert_eq!(teller.refused(), None, "{text}");
    }
    assert!(matches!(teller.page(), Page::Answers(_)));
}

#[test]
fn a_complaint_names_its_category_and_ward_and_nothing_of_who_filed_it() {
    let mut teller = kiosk();
    fill_in(&mut teller);
    teller.press(Button::Next);
    let (applied, given) = teller.applied.last().cloned().expect("an application");
    let complaint = applied.complaint.clone().expect("it is one");
    assert_eq!((complaint.category.as_str(), complaint.ward, complaint.asset), ("water", 3, None));
    assert_eq!(complaint.channel, None);
    let named = |name: &str| given.iter().any(|answer| answer.name == name);
    assert!(named("words") && named("phone"), "the rest is sealed");
    let (_, slip) = teller.prints.back().cloned().expect("its slip");
    let text = slip.canonical_text();
    for said in ["Complaint", "Water section", "Secretary", "Ferry"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("9876543210") && !text.contains("By the ferry"), "{text}");
}

#[test]
fn staff_write_down_what_reached_the_office_otherwise_and_nobody_else_can() {
    let mut teller = kiosk();
    teller.choose("complaint");
    assert_eq!(offered(&teller), ["file", "mine"], "a citizen's own");
    teller.press(Button::Finish);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller.choose("complaint");
    assert_eq!(offered(&teller)[2..], ["phone", "sms", "email", "app", "ivrs"]);
    pick(&mut teller, "phone");
    fill_in_form(&mut teller);
    teller.press(Button::Next);
    let (applied, _) = teller.applied.last().cloned().expect("an application");
    assert_eq!(applied.complaint.and_then(|it| it.channel), Some(Channel::Phone));
}

#[test]
fn the_tag_of_a_thing_goes_with_the_complaint_about_it() {
    let mut teller = kiosk();
    let pump = pack().asset("hand_pump_3").map(|pump| pump.code("G0802"));
    teller.scan(&pump.expect("an asset"));
    assert!(matches!(teller.page(), Page::Asset(_)), "{:?}", teller.refused());
    teller.choose("complaint");
    fill_in_form(&mut teller);
    teller.press(Button::Next);
    let (applied, _) = teller.applied.last().cloned().expect("an application");
    assert_eq!(applied.complaint.and_then(|it| it.asset).as_deref(), Some("hand_pump_3"));
}

/// What the office told of the one that was filed last.
fn told(teller: &Teller, state: ComplaintState) -> (ReceiptNumber, ComplaintHere) {
    let filed = teller.books.entries.iter().find(|it| matches!(it.fact, Fact::Applied(_)));
    let filed = filed.expect("one was filed");
    let lease = flow::lease_of(filed, &teller.books).expect("readable").expect("a lease");
    let number = lease.number(1);
    let here = ComplaintHere {
        number: number.to_string(),
        category: "water".to_owned(),
        ward: 3,
        asset: None,
        due: 20_682,
        state,
        office: "water_section".to_owned(),
        stars: None,
        says: Vec::new(),
        code: Some(check_code(filed)),
        remark: Some("The pipe was mended".to_owned()),
        reopen_to: None,
    };
    (number, here)
}

fn follow(teller: &mut Teller, number: &str, code: &str) {
    teller.choose("complaint");
    pick(teller, "mine");
    write(teller, number);
    assert_eq!(teller.refused(), None, "{number}");
    write(teller, code);
}

fn citizen_said(teller: &Teller) -> Vec<CitizenSays> {
    let facts = teller.facts().into_iter();
    facts
        .filter_map(|fact| match fact {
            Fact::ComplaintAnswered(word) => Some(word.says),
            _ => None,
        })
        .collect()
}

#[test]
fn whoever_has_the_slip_sees_how_it_stands_rates_it_or_opens_it_again() {
    let mut teller = kiosk();
    fill_in(&mut teller);
    teller.press(Button::Next);
    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Finish);
    let (number, here) = told(&teller, ComplaintState::TakenUp);
    let (number, code) = (number.to_string(), here.code.clone().expect("filed here"));
    teller.books.complaints = vec![here.clone()];

    teller.choose("complaint");
    pick(&mut teller, "mine");
    write(&mut teller, "G0802-26-A1-00001-0");
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken), "a mistyped number");
    teller.press(Button::Finish);
    follow(&mut teller, &number, "WRONG");
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken), "and a code that is not on it");
    teller.press(Button::Finish);

    follow(&mut teller, &number, &code);
    assert!(matches!(form(&teller).answer, FormAnswer::Shown(_)), "nothing to rate yet");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));

    teller.books.complaints[0].state = ComplaintState::Resolved;
    follow(&mut teller, &number, &code.to_lowercase());
    let hint = form(&teller).hint.expect("how it stands");
    assert!(hint.contains("The pipe was mended"), "{hint}");
    assert_eq!(offered(&teller), ["5", "4", "3", "2", "1", "reopen"]);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));
    pick(&mut teller, "2");
    assert_eq!(citizen_said(&teller), [CitizenSays::Rated(2)]);
    teller.press(Button::Next);

    // After its days nobody is told that it would count.
    teller.books.complaints[0].stars = Some(2);
    teller.books.complaints[0].reopen_to = Some(20_678);
    follow(&mut teller, &number, &code);
    assert!(matches!(form(&teller).answer, FormAnswer::Shown(_)), "{:?}", form(&teller));
    teller.press(Button::Next);
    teller.books.complaints[0].reopen_to = Some(20_679);
    follow(&mut teller, &number, &code);
    assert_eq!(offered(&teller), ["reopen"], "a rating counts once");
    pick(&mut teller, "reopen");
    assert_eq!(citizen_said(&teller).last(), Some(&CitizenSays::Reopened));

    // A machine that has not heard of it takes the word to the office all the same.
    teller.press(Button::Next);
    teller.books.complaints.clear();
    follow(&mut teller, &number, &code);
    assert_eq!(offered(&teller).len(), 6);
}

fn officer() -> Teller {
    let mut teller = Teller::of_pack(Profile::Collector, pack());
    teller.settings.works_complaints = true;
    teller.settings.wards = vec![3];
    teller.restart();
    teller
}

#[test]
fn an_officer_has_the_open_ones_of_the_wards_and_writes_each_deed() {
    let mut teller = officer();
    teller.sign_in("4", "4711");
    let says = |name: &str, value: &str| Answer { name: name.to_owned(), value: value.to_owned() };
    let one = |of: u32, ward, state| ComplaintHere {
        number: ReceiptNumber { body: "G0802".into(), year: 2026, book: "A1".into(), number: of }
            .to_string(),
        category: "water".to_owned(),
        ward,
        asset: Some("hand_pump_3".to_owned()),
        due: 20_000,
        state,
        office: "water_section".to_owned(),
        stars: None,
        says: vec![says("matter", "leak"), says("landmark", "By the ferry")],
        code: None,
        remark: None,
        reopen_to: None,
    };
    let open = ComplaintState::Open;
    let all = [one(1, 3, open), one(2, 4, open), one(3, 3, ComplaintState::Resolved)];
    let number = all[0].number.clone();
    teller.books.complaints = all.to_vec();
    assert!(matches!(teller.page(), Page::Menu(_)), "an officer's first page");
    teller.choose("complaints");
    assert_eq!(offered(&teller), [number.as_str()], "of the own wards, and open");
    pick(&mut teller, &number);
    let about = form(&teller).hint.expect("what it is about");
    for said in ["By the ferry", "A pipe leaks", "Water section"] {
        assert!(about.contains(said), "{said}: {about}");
    }
    pick(&mut teller, "reassign");
    assert!(!offered(&teller).contains(&"water_section".to_owned()), "it is theirs already");
    pick(&mut teller, "overseer");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNeeded), "with a reason alone");
    write(&mut teller, "The road sank first");
    teller.books.complaints[0].state = ComplaintState::TakenUp;
    pick(&mut teller, &number);
    assert_eq!(offered(&teller), ["resolve", "reassign", "reject"], "nobody takes it up twice");
    pick(&mut teller, "reject");
    write(&mut teller, "Private land");
    let done: Vec<Work> = teller
        .facts()
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::ComplaintWorked(word) => Some(word.work.clone()),
            _ => None,
        })
        .collect();
    let to = Work::Reassigned("overseer".to_owned(), "The road sank first".to_owned());
    assert_eq!(done, [to, Work::Rejected("Private land".to_owned())]);
    teller.books.complaints.clear();
    assert!(matches!(form(&teller).answer, FormAnswer::Shown(_)), "none is open");
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Menu(_)));
}

#[test]
fn nobody_else_has_the_officers_page() {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack());
    teller.choose("complaints");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}
