//! What people say of houses, on the device's disk and between it and a centre in memory.

mod common;

use common::{Centre, MORNING_MS, Story, at};
use ledger::{FieldValue, RecordId, RecordKind, StaffId, Writer};
use node::EditError;
use replica::{Answer, Edit, Editor, Record, RecordsAnswer};

const HOUSE: RecordId = RecordId { kind: RecordKind::Household, number: 345 };

/// What somebody with another device says of the house.
fn of_others(field: &str, value: &FieldValue) -> Edit {
    let by = Editor { writer: Writer(8), staff: Some(StaffId(21)), at_ms: MORNING_MS };
    let change = Record::new().set(field, value, by);
    let change = change.expect("an edit").expect("something new");
    Edit { record: HOUSE, change: change.into() }
}

#[test]
fn a_damaged_record_holds_up_no_money() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    let people = FieldValue::Count(4);
    store.edit_record(HOUSE, ("people", &people), None, at(1)).expect("said");
    drop(store);
    story.database().execute("UPDATE records SET saved = x'00'", []).expect("damage");
    let mut store = story.open();
    assert!(store.record(HOUSE).is_err(), "it is said where it is read");
    let request = store.next_request(at(2)).expect("a request");
    let edits = [of_others("gate", &FieldValue::Choice("dog".into()))];
    let answer = centre.answer(&request);
    let records = Some(RecordsAnswer::new(1, Vec::new(), 9, &edits));
    let taken = store.take_answer(&Answer { records, ..answer }.sealed(), at(3)).expect("taken");
    assert_eq!((taken.acknowledged, taken.records), (1, 0));
    assert_eq!(store.to_send(), 0, "the money is there");
    assert_eq!(store.edits_to_send(), 1, "and what was said comes again");
}

#[test]
fn what_was_said_outlives_the_program_and_meets_what_others_said() {
    let story = Story::new();
    let mut store = story.open();
    let mut centre = Centre::new(&story);
    let people = FieldValue::Count(4);
    store.edit_record(HOUSE, ("people", &people), Some(StaffId(31)), at(1)).expect("said");
    store.edit_record(HOUSE, ("people", &people), Some(StaffId(31)), at(2)).expect("known");
    assert_eq!(store.edits_to_send(), 1, "what is known already is no edit");
    drop(store);
    let mut store = story.open();
    assert_eq!(store.edits_to_send(), 1);
    assert_eq!(store.waiting_fields(HOUSE).expect("a list"), ["people"]);
    let request = store.next_request(at(3)).expect("a request");
    let answer = centre.answer(&request);
    let edits = [of_others("people", &FieldValue::Count(6))];
    let records = Some(RecordsAnswer::new(1, Vec::new(), 9, &edits));
    let taken = store.take_answer(&Answer { records, ..answer }.sealed(), at(4)).expect("taken");
    assert_eq!((taken.records, store.edits_to_send()), (1, 0));
    let said = &store.record(HOUSE).expect("a record")[0].said;
    assert_eq!(said.len(), 2, "{said:?}");
    let five = FieldValue::Count(5);
    let refused = store.edit_record(HOUSE, ("people", &five), None, at(5)).expect_err("not here");
    assert!(matches!(refused, EditError::Undecided(field) if field == "people"));
}
