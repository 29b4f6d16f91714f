use automerge::ObjType;
use ledger::sha256;

use super::*;

const NINE: i64 = 1_785_727_800_000;

fn by(writer: u32, minute: i64) -> Editor {
    let staff = (writer > 0).then_some(StaffId(100 + writer));
    Editor { writer: Writer(writer), staff, at_ms: NINE + minute * 60_000 }
}

fn people(count: u32) -> FieldValue {
    FieldValue::Count(count)
}

fn gate(choice: &str) -> FieldValue {
    FieldValue::Choice(choice.into())
}

fn set(record: &mut Record, field: &str, value: &FieldValue, by: Editor) -> Vec<u8> {
    record.set(field, value, by).expect("an edit").expect("it says something new")
}

/// Two copies of a record that begin alike, and the changes since.
fn apart() -> (Record, Record) {
    let (mut here, mut there) = (Record::new(), Record::new());
    let first = set(&mut here, "people", &people(4), by(1, 0));
    there.apply(&first).expect("the same edit");
    (here, there)
}

fn told_of(record: &mut Record, name: &str) -> Vec<(FieldValue, Editor)> {
    let fields = record.fields().expect("a sound record");
    let field = fields.into_iter().find(|field| field.name == name).expect("the field");
    field.said.into_iter().map(|said| (said.value, said.by)).collect()
}

#[test]
fn edits_of_different_fields_are_both_kept() {
    let (mut here, mut there) = apart();
    let one = set(&mut here, "people", &people(5), by(1, 1));
    let other = set(&mut there, "gate", &gate("dog"), by(2, 1));
    here.apply(&other).expect("the other's edit");
    there.apply(&one).expect("the one's edit");
    for copy in [&mut here, &mut there] {
        assert_eq!(told_of(copy, "people"), [(people(5), by(1, 1))]);
        assert_eq!(told_of(copy, "gate"), [(gate("dog"), by(2, 1))]);
        assert_eq!(copy.conflicts().expect("a sound record"), []);
    }
    let heads = |record: &mut Record| record.document.get_heads();
    assert_eq!(heads(&mut here), heads(&mut there));
}

#[test]
fn edits_of_one_field_are_listed_with_both_authors_until_somebody_decides() {
    let (mut here, mut there) = apart();
    let one = set(&mut here, "people", &people(5), by(1, 1));
    let other = set(&mut there, "people", &people(6), by(2, 2));
    here.apply(&other).expect("the other's edit");
    there.apply(&one).expect("the one's edit");
    let both = told_of(&mut here, "people");
    assert_eq!(both, told_of(&mut there, "people"));
    assert_eq!(both.len(), 2);
    for said in [(people(5), by(1, 1)), (people(6), by(2, 2))] {
        assert!(both.contains(&said), "{both:?}");
    }
    assert_eq!(here.conflicts().expect("a sound record").len(), 1);
    let decided = set(&mut here, "people", &people(6), by(0, 9));
    let says = told(&decided).expect("an edit").says;
    there.apply(&decided).expect("the office's edit");
    match says {
        // The library keeps the value that is shown, and its author.
        Says::OthersAreWrong => assert_eq!(decided_for(&mut here), both[0].0),
        Says::Holds(_, replaced) => assert_eq!(replaced, 2),
    }
    assert_eq!(decided_for(&mut here), people(6));
    assert_eq!(decided_for(&mut there), people(6));
}

fn decided_for(record: &mut Record) -> FieldValue {
    let said = told_of(record, "people");
    assert_eq!(said.len(), 1, "{said:?}");
    said[0].0.clone()
}

#[test]
fn both_ways_to_decide_leave_one_value() {
    for chosen in [5, 6, 7] {
        let (mut here, mut there) = apart();
        set(&mut here, "people", &people(5), by(1, 1));
        let other = set(&mut there, "people", &people(6), by(2, 2));
        here.apply(&other).expect("the other's edit");
        let decided = set(&mut here, "people", &people(chosen), by(0, 9));
        assert_eq!(decided_for(&mut here), people(chosen));
        let changes = here.changes();
        let mut third = Record::new();
        for change in &changes {
            third.apply(change).expect("an edit of the record");
        }
        assert_eq!(changes.last(), Some(&decided));
        assert_eq!(decided_for(&mut third), people(chosen));
    }
}

#[test]
fn what_a_field_holds_already_is_no_edit() {
    let (mut here, _) = apart();
    assert_eq!(here.set("people", &people(4), by(2, 5)).expect("a set"), None);
    assert_eq!(here.changes().len(), 1);
}

#[test]
fn the_shown_value_is_the_one_that_the_library_shows() {
    let (mut here, mut there) = apart();
    let other = set(&mut there, "people", &people(6), by(2, 2));
    set(&mut here, "people", &people(5), by(1, 1));
    here.apply(&other).expect("the other's edit");
    let (shown, _) = here.document.get(ROOT, "people").expect("a read").expect("a value");
    let shown = change::value(&shown).expect("a field's value");
    let fields = here.fields().expect("a sound record");
    assert_eq!(fields[0].shown().value, shown);
}

#[test]
fn two_who_say_the_same_do_not_disagree() {
    let (mut here, mut there) = apart();
    let other = set(&mut there, "people", &people(5), by(2, 2));
    set(&mut here, "people", &people(5), by(1, 1));
    here.apply(&other).expect("the other's edit");
    assert_eq!(here.conflicts().expect("a sound record"), []);
}

#[test]
fn a_change_is_taken_once_and_after_what_it_was_made_upon() {
    let mut here = Record::new();
    let first = set(&mut here, "people", &people(4), by(1, 0));
    let second = set(&mut here, "people", &people(5), by(1, 1));
    let mut there = Record::new();
    assert!(matches!(there.apply(&second), Err(RecordError::Missing)));
    assert_eq!(there.apply(&first).ok(), Some(Applied::New));
    assert_eq!(there.apply(&first).ok(), Some(Applied::Known));
    assert_eq!(there.apply(&second).ok(), Some(Applied::New));
    assert_eq!(there.save(), here.save());
    let mut again = Record::load(&there.save()).expect("as it was saved");
    assert_eq!(told_of(&mut again, "people"), [(people(5), by(1, 1))]);
    assert_eq!(again.changes(), [first, second]);
}

/// A change of a document that was made by other hands.
fn foreign(make: impl FnOnce(&mut AutoCommit)) -> Vec<u8> {
    let mut document = AutoCommit::new().with_actor(actor(Writer(1)));
    make(&mut document);
    document.commit();
    document.get_last_local_change().expect("a change").raw_bytes().to_vec()
}

#[test]
fn what_is_no_edit_of_one_field_is_refused() {
    let put = |document: &mut AutoCommit, name: &str, value: ScalarValueOf| {
        document.put(ROOT, name, value).expect("a document takes everything");
    };
    let long = "x".repeat(RECORD_NAME_BYTES_MAX + 1);
    let refused = [
        foreign(|document| {
            document.put_object(ROOT, "people", ObjType::Map).expect("a map");
        }),
        foreign(|document| {
            put(document, "people", 4_u64.into());
            put(document, "gate", "dog".into());
        }),
        foreign(|document| put(document, "people", (-4_i64).into())),
        foreign(|document| put(document, "people", u64::MAX.into())),
        foreign(|document| put(document, "people", ScalarValueOf::Null)),
        foreign(|document| put(document, "people", ScalarValueOf::counter(4))),
        foreign(|document| put(document, &long, 4_u64.into())),
        foreign(|document| put(document, "gate", long.as_str().into())),
        foreign(|document| {
            document.set_actor(ActorId::from(vec![1; 16]));
            put(document, "people", 4_u64.into());
        }),
        foreign(|document| {
            put(document, "people", 4_u64.into());
            document.commit_with(CommitOptions::default().with_message("Suma"));
        }),
    ];
    for (place, change) in refused.iter().enumerate() {
        assert!(matches!(told(change), Err(RecordError::NoEdit(_))), "{place}");
        let taken = Record::new().apply(change);
        assert!(matches!(taken, Err(RecordError::NoEdit(_))), "{place}: {taken:?}");
    }
}

#[test]
fn nobody_takes_a_field_away() {
    let (mut here, _) = apart();
    let mut document = AutoCommit::load(&here.save()).expect("a document");
    document.set_actor(actor(Writer(2)));
    document.delete(ROOT, "people").expect("a value to delete");
    document.commit();
    let gone = document.get_last_local_change().expect("a change").raw_bytes().to_vec();
    assert_eq!(told(&gone).expect("it may decide between values").says, Says::OthersAreWrong);
    assert!(matches!(here.apply(&gone), Err(RecordError::NoEdit(_))));
    assert_eq!(told_of(&mut here, "people"), [(people(4), by(1, 0))]);
}

type ScalarValueOf = automerge::ScalarValue;

#[test]
fn damaged_bytes_are_an_error_whatever_their_checksum_says() {
    let (mut here, _) = apart();
    let change = set(&mut here, "gate", &gate("dog"), by(1, 1));
    let saved = here.save();
    let summed_up = |bytes: &[u8]| {
        let sum = sha256(&bytes[8..]);
        [&bytes[..4], &sum[..4], &bytes[8..]].concat()
    };
    assert_eq!(summed_up(&change), change);
    for (at, bit) in (0..change.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut damaged = change.clone();
        damaged[at] ^= 1 << bit;
        assert!(told(&damaged).is_err(), "byte {at}, bit {bit}");
        // What a forger sums up may be an edit; it never ends the program.
        let forged = summed_up(&damaged);
        if told(&forged).is_ok() {
            let (mut copy, _) = apart();
            if copy.apply(&forged).is_ok() {
                Record::load(&copy.save())
                    .expect("what was taken is saved")
                    .fields()
                    .expect("read");
            }
        }
    }
    for (at, bit) in (0..saved.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut damaged = saved.clone();
        damaged[at] ^= 1 << bit;
        assert!(Record::load(&damaged).is_err(), "byte {at}, bit {bit}");
        if let Ok(mut record) = Record::load(&summed_up(&damaged)) {
            let _ = record.fields();
        }
    }
}

#[test]
fn a_card_is_named_by_its_mark() {
    let (mut here, card) = (Record::new(), FieldValue::Card(ledger::CardMark::from([7; 16])));
    let change = here.set("card", &card, by(3, 0)).expect("set").expect("news");
    let mut there = Record::new();
    there.apply(&change).expect("a change");
    assert_eq!(there.fields().expect("its fields")[0].shown().value, card);
}

#[test]
fn a_photo_is_named_by_the_hash_of_its_file() {
    let (mut here, photo) = (Record::new(), FieldValue::Photo(ledger::PhotoHash::of(b"a gate")));
    let change = here.set("gate_photo", &photo, by(3, 0)).expect("set").expect("news");
    let mut there = Record::new();
    there.apply(&change).expect("a change");
    let fields = there.fields().expect("its fields");
    assert_eq!(fields[0].shown().value, photo);
    assert_eq!(Record::load(&here.save()).expect("saved").fields().expect("fields"), fields);
}
