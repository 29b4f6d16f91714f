//! Edits of shared records: two people edit each of a thousand houses once, apart from each other;
//! first different fields, then the same one.

use std::error::Error;

use ledger::{FieldValue, RecordId, RecordKind, StaffId, Writer};
use replica::{EDITS_MAX, Edit, Editor, Record, RecordsAsked};

use super::Line;
use super::books::MORNING_MS;
use super::device::{cpu, micros};

const HOUSES: u32 = 1_000;

/// What one of the two says of each house.
struct Person {
    writer: Writer,
    field: &'static str,
    value: fn(u32) -> FieldValue,
}

/// What came of the edits at a third copy.
struct Outcome {
    /// Bytes of all edits as they travel, and before they are packed.
    sent: usize,
    raw: usize,
    /// Houses of which both words are there.
    kept: u32,
    /// Houses of which the office must decide.
    listed: u32,
    apply_us: f64,
}

pub fn measure() -> Result<Vec<Line>, Box<dyn Error>> {
    let people = |house: u32| FieldValue::Count(house % 7 + 1);
    let more = |house: u32| FieldValue::Count(house % 7 + 2);
    let gate =
        |house: u32| FieldValue::Choice(["open", "locked", "dog"][house as usize % 3].to_owned());
    let worker = || Person { writer: Writer(7), field: "people", value: people };
    let apart = play([worker(), Person { writer: Writer(8), field: "gate", value: gate }])?;
    let same = play([worker(), Person { writer: Writer(8), field: "people", value: more }])?;
    let edits = f64::from(2 * HOUSES);
    let bytes = (apart.sent + same.sent) as f64 / (2.0 * edits);
    let raw = (apart.raw + same.raw) as f64 / (2.0 * edits);
    let apply_us = (apart.apply_us + same.apply_us) / (2.0 * edits);
    Ok(vec![
        Line::new("an edit of a shared record, in batches", bytes, "B")
            .beside(raw)
            .at_most(50.0, "50 B"),
        Line::not_built("an edit of a sealed personal field, in batches", "B", "70 B").note(
            "no field is sealed yet: the fields of the rule pack are read by every device of the \
             ward, and none of them holds a name or a number of a person",
        ),
        counted("different fields: both edits kept", apart.kept),
        counted("one field: both words listed", same.listed.min(same.kept)),
        Line::new("an edit taken into its record", apply_us, "us CPU"),
    ])
}

fn counted(metric: &'static str, value: u32) -> Line {
    Line::new(metric, f64::from(value), "")
        .beside(f64::from(HOUSES))
        .goal("1,000 of 1,000", value == HOUSES)
}

/// Each of the two edits every house of a copy of their own; a third copy takes both.
fn play(two: [Person; 2]) -> Result<Outcome, Box<dyn Error>> {
    let mut outcome = Outcome { sent: 0, raw: 0, kept: 0, listed: 0, apply_us: 0.0 };
    let mut said = Vec::new();
    for person in &two {
        let edits = edits(person)?;
        for batch in edits.chunks(EDITS_MAX) {
            let asked = RecordsAsked::new(4_096, 300, batch);
            outcome.sent += minicbor::to_vec(asked)?.len();
            outcome.raw += batch.iter().map(|edit| edit.change.len()).sum::<usize>();
        }
        said.push(edits);
    }
    for (one, other) in said[0].iter().zip(&said[1]) {
        let mut record = known(one.record.number)?;
        let worked = cpu();
        for edit in [one, other] {
            record.apply(&edit.change)?;
        }
        outcome.apply_us += micros(cpu() - worked);
        let fields = record.fields()?;
        let words: usize = fields.iter().map(|field| field.said.len()).sum();
        outcome.kept += u32::from(words == 3);
        outcome.listed += u32::try_from(record.conflicts()?.len())?;
    }
    Ok(outcome)
}

/// What all know of a house before: each edit names what it was made upon by a hash, which no
/// packing makes shorter.
fn known(house: u32) -> Result<Record, Box<dyn Error>> {
    let mut record = Record::new();
    let at_ms = MORNING_MS - i64::from(house) * 3_600_000;
    let by = Editor { writer: Writer(9), staff: Some(StaffId(301)), at_ms };
    record.set("best_time", &FieldValue::Choice("morning".to_owned()), by)?;
    Ok(record)
}

fn edits(person: &Person) -> Result<Vec<Edit>, Box<dyn Error>> {
    let mut edits = Vec::new();
    for house in 1..=HOUSES {
        let by = Editor {
            writer: person.writer,
            staff: Some(StaffId(300 + person.writer.0)),
            // A house a minute or so.
            at_ms: MORNING_MS + i64::from(house) * 61_000,
        };
        let record = RecordId { kind: RecordKind::Household, number: 3_000 + house };
        let change = known(record.number)?.set(person.field, &(person.value)(house), by)?;
        edits.push(Edit { record, change: change.ok_or("it says something new")?.into() });
    }
    Ok(edits)
}
