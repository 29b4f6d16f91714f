//! `central record` and `central decide`: what people said of a house, and which of it is so.

use clap::Args;
use ledger::{NotARecord, RecordId, StaffId};

use super::{CommandError, Place};
use crate::photos::PhotoSaid;
use crate::records::{Author, FieldSaid, ToDecide};
use crate::time::{moment, now_ms, stamp};

#[derive(Args)]
pub struct RecordArguments {
    #[command(flatten)]
    place: Place,
    /// The record, "household/17" or "property/17" by the building's number in the register; all
    /// fields that an officer must decide where it is left out.
    #[arg(value_name = "RECORD", value_parser = read_record)]
    record: Option<RecordId>,
}

#[derive(Args)]
pub struct DecideArguments {
    #[command(flatten)]
    place: Place,
    /// The record, "household/17".
    #[arg(value_name = "RECORD", value_parser = read_record)]
    record: RecordId,
    /// The field's name in the rule pack, "people".
    #[arg(long, value_name = "NAME")]
    field: String,
    /// What it holds: a whole number, yes or no, or the name of a choice.
    #[arg(long, value_name = "VALUE")]
    value: String,
    /// The officer who says so.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

pub async fn record(arguments: RecordArguments) -> Result<(), CommandError> {
    let store = arguments.place.open().await?.store;
    let Some(id) = arguments.record else {
        let undecided = store.undecided().await?;
        if undecided.is_empty() {
            println!("Nobody disagrees about a house.");
        }
        for row in undecided {
            println!("{} ({}), since {}", row.record, row.place, stamp(row.since_ms));
            print_field(&row.field);
        }
        return Ok(());
    };
    let page = store.record(id).await?;
    if page.fields.is_empty() && page.apart.is_empty() {
        println!("Nobody has said anything of {id}.");
        return Ok(());
    }
    page.fields.iter().for_each(print_field);
    println!("Edits, oldest first:");
    for edit in &page.edits {
        let value = edit.value.as_deref().unwrap_or("the other values are wrong");
        println!("  {}: {value}, {}", edit.field, said_by(&edit.by));
    }
    for photo in &page.photos {
        println!("Photo /photo/{}, {}: {}", photo.photo, photo.field, standing(photo));
    }
    for apart in &page.apart {
        let (device, says) = (&apart.device, &apart.says);
        println!("Kept apart: edit {} of {device}, {says}: {}", apart.edit, apart.reason);
    }
    Ok(())
}

pub async fn decide(arguments: DecideArguments) -> Result<(), CommandError> {
    let DecideArguments { place, record, field, value, by } = arguments;
    let opened = place.open().await?;
    let now_ms = now_ms();
    let pack = opened.trusted.packs.on(moment(now_ms).date());
    let known: Vec<&str> = pack.fields_of(record.kind).map(|field| field.name.as_str()).collect();
    let unknown = || CommandError::NoSuchField {
        field: field.clone(),
        kind: record.kind.code(),
        known: known.join(", "),
    };
    let definition = pack.field(record.kind, &field).ok_or_else(unknown)?;
    let value = definition.parse(&value).map_err(CommandError::Field)?;
    let said = value.to_string();
    let deed = ToDecide { record, field: field.clone(), value, by: StaffId(by), now_ms };
    match opened.store.decide(deed).await? {
        true => println!("{field} of {record} is {said}, says staff {by}. The devices hear of it."),
        false => println!("{field} of {record} is {said} already: nothing was written."),
    }
    Ok(())
}

fn print_field(field: &FieldSaid) {
    for said in &field.said {
        println!("  {}: {}, {}", field.field, said.value, said_by(&said.by));
    }
}

fn said_by(by: &Author) -> String {
    let staff = by.staff.map(|staff| format!(", staff {staff}")).unwrap_or_default();
    format!("said by {}{staff}, {}", by.device, stamp(by.at_ms))
}

/// How much of a photo is here.
fn standing(photo: &PhotoSaid) -> String {
    match (photo.whole_ms, photo.has, photo.size) {
        (Some(at_ms), _, size) => {
            format!("here since {}, {} bytes", stamp(at_ms), size.unwrap_or_default())
        }
        (None, Some(has), Some(size)) => format!("{has} of {size} bytes are here"),
        _ => "nothing of it is here yet".to_owned(),
    }
}

fn read_record(written: &str) -> Result<RecordId, NotARecord> {
    written.parse()
}
