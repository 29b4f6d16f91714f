//! Shared records as they travel and as they are kept: edits, the packets of them, saved records.

use std::sync::LazyLock;

use ledger::{FieldValue, RecordId, RecordKind, StaffId, Writer, sha256};
use replica::{
    CHANGE_BYTES_MAX, EDITS_MAX, Edit, Editor, Record, RecordsAnswer, RecordsAsked, RefusedEdit,
    WhyRefused, told,
};

use super::signed::is_read_again;

/// Some edits of one house by three people, two of them apart from each other.
static CHANGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let by = |writer: u32, minute: i64| Editor {
        writer: Writer(writer),
        staff: (writer > 0).then_some(StaffId(100 + writer)),
        at_ms: 1_785_727_800_000 + minute * 60_000,
    };
    let (mut here, mut there) = (Record::new(), Record::new());
    let mut changes = Vec::new();
    let mut say = |record: &mut Record, field: &str, value: FieldValue, by: Editor| {
        let change = record.set(field, &value, by).expect("an edit").expect("something new");
        changes.push(change.clone());
        change
    };
    let first = say(&mut here, "people", FieldValue::Count(4), by(1, 0));
    there.apply(&first).expect("the same edit");
    let apart = say(&mut there, "people", FieldValue::Count(6), by(2, 1));
    say(&mut here, "people", FieldValue::Count(5), by(1, 2));
    say(&mut here, "composts", FieldValue::YesNo(true), by(1, 3));
    say(&mut here, "gate", FieldValue::Choice("dog".into()), by(1, 4));
    here.apply(&apart).expect("the other's edit");
    say(&mut here, "people", FieldValue::Count(6), by(0, 5));
    changes
});

/// With its checksum made right, as whoever alters a change on purpose would: the beginning of a
/// hash over what follows it.
fn summed_up(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = (bytes.get(..4)?, bytes.get(8..)?);
    Some([head, &sha256(rest)[..4], rest].concat())
}

/// An edit: whatever a record takes, it can be saved, read again and shown.
pub fn record_change(bytes: &[u8]) -> bool {
    let whole = takes(bytes);
    summed_up(bytes).is_some_and(|forged| takes(&forged)) || whole
}

fn takes(bytes: &[u8]) -> bool {
    let Ok(said) = told(bytes) else { return false };
    assert!(bytes.len() <= CHANGE_BYTES_MAX && !said.field.is_empty());
    let mut record = Record::new();
    for change in CHANGES.iter() {
        record.apply(change).expect("a sound edit");
    }
    let fields = record.fields().expect("a sound record").len();
    if record.apply(bytes).is_ok() {
        let mut again = Record::load(&record.save()).expect("what was taken is read again");
        let shown = again.fields().expect("what was taken is shown");
        assert!(shown.len() >= fields && shown.iter().all(|field| !field.said.is_empty()));
    }
    true
}

pub fn record_changes() -> Vec<Vec<u8>> {
    CHANGES.clone()
}

/// A saved record.
pub fn record(bytes: &[u8]) -> bool {
    let forged = summed_up(bytes).unwrap_or_default();
    let both = [bytes, &forged].map(|bytes| match Record::load(bytes) {
        // What cannot be shown is an error, and nothing else.
        Ok(mut record) => record.fields().is_ok(),
        Err(_) => false,
    });
    both.contains(&true)
}

pub fn records() -> Vec<Vec<u8>> {
    let mut record = Record::new();
    let mut saved = Vec::new();
    for change in CHANGES.iter() {
        record.apply(change).expect("a sound edit");
        saved.push(record.save());
    }
    saved
}

fn edits() -> Vec<Edit> {
    let house = RecordId { kind: RecordKind::Household, number: 345 };
    CHANGES.iter().map(|change| Edit { record: house, change: change.clone().into() }).collect()
}

/// What a device says of records in a request.
pub fn records_asked(bytes: &[u8]) -> bool {
    let Ok(asked) = minicbor::decode::<RecordsAsked>(bytes) else { return false };
    is_read_again(&asked);
    if let Ok(edits) = asked.edits() {
        assert!(edits.len() <= EDITS_MAX && asked.pushes() != edits.is_empty());
    }
    true
}

pub fn asked() -> Vec<Vec<u8>> {
    let of = |edits: &[Edit]| {
        minicbor::to_vec(RecordsAsked::new(70, 4, edits)).expect("a Vec takes every byte")
    };
    vec![of(&[]), of(&edits()[..1]), of(&edits())]
}

/// What the office answers of them.
pub fn records_answer(bytes: &[u8]) -> bool {
    let Ok(answer) = minicbor::decode::<RecordsAnswer>(bytes) else { return false };
    is_read_again(&answer);
    if let Ok(changes) = answer.changes() {
        assert!(changes.len() <= EDITS_MAX);
    }
    true
}

pub fn answered() -> Vec<Vec<u8>> {
    let rule = WhyRefused::Rule("people is 61: the most is 60".to_owned());
    let refused = vec![
        RefusedEdit { number: 5, why: rule },
        RefusedEdit { number: 6, why: WhyRefused::Follows },
    ];
    let of = |refused: Vec<RefusedEdit>, edits: &[Edit]| {
        let answer = RecordsAnswer::new(6, refused, 81, edits);
        minicbor::to_vec(answer).expect("a Vec takes every byte")
    };
    vec![of(Vec::new(), &[]), of(refused, &edits())]
}
