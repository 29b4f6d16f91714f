//! Complaints on the device's disk: as the office told of them last, with what was done here since.

mod common;

use common::{Centre, Story, at};
use ledger::{
    Answer as Said, CitizenSays, ComplaintAnswered, ComplaintState, ComplaintWorked, Fact,
    ReceiptNumber, StaffId, WardsAssigned, Work,
};
use node::{ComplaintTold, Store};
use replica::{Answer, RecordsAnswer};

const OFFICER: Option<StaffId> = Some(StaffId(51));

fn number(number: u32) -> ReceiptNumber {
    ReceiptNumber { body: common::BODY.to_owned(), year: 2026, book: "A1".to_owned(), number }
}

fn told(of: u32, ward: u16, due: i64) -> ComplaintTold {
    ComplaintTold {
        number: number(of).to_string(),
        category: "garbage".to_owned(),
        ward,
        asset: None,
        at_ms: common::MORNING_MS,
        due,
        state: ComplaintState::Open,
        office: "health_inspector".to_owned(),
        stars: None,
        reopened: 0,
        says: vec![Said { name: "words".to_owned(), value: "It smells".to_owned() }],
        code: None,
        remark: None,
        reopen_to: None,
    }
}

fn hear(centre: &mut Centre<'_>, store: &mut Store, to: u64, told: &[ComplaintTold]) {
    let answer = centre.answer(&store.next_request(at(50)).expect("a request"));
    let records = Some(RecordsAnswer::new(0, Vec::new(), to, &[]).with_complaints(told));
    store.take_answer(&Answer { records, ..answer }.sealed(), at(51)).expect("taken");
}

fn known(store: &Store) -> Vec<(String, ComplaintState)> {
    let all = store.complaints().expect("a list").into_iter();
    all.map(|told| (told.number, told.state)).collect()
}

fn work(store: &mut Store, of: u32, work: Work) {
    let fact = Fact::ComplaintWorked(ComplaintWorked { number: number(of), work });
    store.append(at(1), OFFICER, vec![fact]).expect("on disk");
}

#[test]
fn what_an_officer_did_stands_at_once_and_outlives_the_program() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    hear(&mut centre, &mut store, 4, &[told(2, 7, 30), told(1, 7, 20)]);
    let (first, second) = (number(1).to_string(), number(2).to_string());
    let open = ComplaintState::Open;
    assert_eq!(known(&store), [(first.clone(), open), (second.clone(), open)], "the first due");

    work(&mut store, 1, Work::TakenUp);
    work(&mut store, 2, Work::Resolved("cleared".to_owned()));
    drop(store);
    let mut store = story.open();
    let (taken, resolved) = (ComplaintState::TakenUp, ComplaintState::Resolved);
    assert_eq!(known(&store), [(first.clone(), taken), (second.clone(), resolved)]);

    // The office has both, and found that somebody else had rejected the first before.
    let mut gone = told(1, 7, 20);
    gone.state = ComplaintState::Rejected;
    let done = ComplaintTold { state: resolved, ..told(2, 7, 30) };
    hear(&mut centre, &mut store, 9, &[gone, done]);
    assert_eq!(known(&store), [], "what is nobody's to work on any more leaves the device");
    let again = ComplaintTold { reopened: 1, ..told(2, 7, 30) };
    hear(&mut centre, &mut store, 10, &[again]);
    assert_eq!(known(&store), [(second, open)], "what was done before says nothing of this");
}

#[test]
fn a_ward_that_leaves_takes_its_complaints_and_not_those_that_were_filed_here() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    let own = ComplaintTold { code: Some("ABCDEFGH".to_owned()), ..told(3, 7, 9) };
    hear(&mut centre, &mut store, 4, &[told(1, 7, 20), told(2, 8, 20), own]);
    let word = WardsAssigned { writer: common::DEVICE, wards: vec![8] };
    centre.notices.push(story.notice(1, Fact::WardsAssigned(word)));
    hear(&mut centre, &mut store, 5, &[]);
    let open = ComplaintState::Open;
    assert_eq!(known(&store), [(number(3).to_string(), open), (number(2).to_string(), open)]);
}

#[test]
fn the_device_that_filed_one_hears_of_its_end_and_keeps_one_rating() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    let end = ComplaintTold {
        code: Some("ABCDEFGH".to_owned()),
        state: ComplaintState::Resolved,
        says: Vec::new(),
        ..told(1, 3, 20)
    };
    hear(&mut centre, &mut store, 4, std::slice::from_ref(&end));
    let code = "ABCDEFGH".to_owned();
    let say = |says| ComplaintAnswered { number: number(1), code: code.clone(), says };
    for says in [CitizenSays::Rated(4), CitizenSays::Rated(1)] {
        store.append(at(2), None, vec![Fact::ComplaintAnswered(say(says))]).expect("on disk");
    }
    let stars = |store: &Store| store.complaints().expect("a list")[0].stars;
    assert_eq!(stars(&store), Some(4));
    store
        .append(at(3), None, vec![Fact::ComplaintAnswered(say(CitizenSays::Reopened))])
        .expect("on disk");
    assert_eq!((stars(&store), known(&store)[0].1), (None, ComplaintState::Open));
}
