//! Reads what may be said of a shared record, and names the texts that it needs.

use super::main_file::name;
use super::reader::Section;
use crate::record::{FieldKind, RECORD_COUNT_MAX, RecordField, RecordKind};

/// A page shows a kind's fields at once.
const FIELDS_MAX: usize = 8;

/// A field's choices are one page of buttons.
const CHOICES_MAX: usize = 8;

pub(super) fn read(root: &Section<'_>) -> Vec<RecordField> {
    if !root.has("record_field") {
        return Vec::new();
    }
    let all: Vec<RecordField> = root.sections("record_field").into_iter().map(read_one).collect();
    for (place, field) in all.iter().enumerate() {
        let same = |other: &&RecordField| (other.of, &other.name) == (field.of, &field.name);
        if all[..place].iter().any(|other| same(&other)) {
            root.fault(format!("the field {} of a {} stands twice", field.name, field.of.code()));
        }
    }
    for kind in RecordKind::ALL {
        if all.iter().filter(|field| field.of == kind).count() > FIELDS_MAX {
            root.fault(format!("a {} has more than {FIELDS_MAX} fields", kind.code()));
        }
    }
    // A card that is shown to a house's page must not be asked which of two it is.
    if all.iter().filter(|field| field.holds == FieldKind::Card).count() > 1 {
        root.fault("more than one field holds a card".to_owned());
    }
    all
}

fn read_one(section: Section<'_>) -> RecordField {
    let kinds = RecordKind::ALL.map(|kind| (kind.code(), kind));
    let of = section.one_of("of", &kinds);
    let field_name = name(&section, "name");
    #[derive(Clone, Copy)]
    enum Holds {
        Count,
        YesNo,
        Choice,
        Photo,
        Card,
    }
    let words = [
        ("count", Holds::Count),
        ("yes_no", Holds::YesNo),
        ("choice", Holds::Choice),
        ("photo", Holds::Photo),
        ("card", Holds::Card),
    ];
    let holds = match section.one_of("holds", &words) {
        Holds::Count => {
            let max = section.whole("max", 1..=i64::from(RECORD_COUNT_MAX));
            FieldKind::Count { max: u32::try_from(max).expect("the range is of 32 bits") }
        }
        Holds::YesNo => FieldKind::YesNo,
        Holds::Choice => FieldKind::Choice(choices(&section)),
        Holds::Photo => FieldKind::Photo,
        Holds::Card => FieldKind::Card,
    };
    section.finish();
    RecordField { of, name: field_name, holds }
}

fn choices(section: &Section<'_>) -> Vec<String> {
    let choices = section.list("choices");
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let named = |choice: &String| (1..=40).contains(&choice.len()) && choice.bytes().all(valid);
    let twice = |(place, choice): (usize, &String)| choices[..place].contains(choice);
    if !(2..=CHOICES_MAX).contains(&choices.len())
        || !choices.iter().all(named)
        || choices.iter().enumerate().any(twice)
    {
        let what = "must be two to eight different names of small letters, digits and underscores";
        section.fault_at("choices", what);
    }
    choices
}

pub(super) fn label_path(field: &RecordField) -> String {
    format!("record_fields.{}_{}", field.of.code(), field.name)
}

pub(super) fn choice_path(field: &RecordField, choice: &str) -> String {
    format!("record_choices.{}_{}.{choice}", field.of.code(), field.name)
}

/// The texts that a field needs.
pub(super) fn text_paths(field: &RecordField) -> Vec<String> {
    let mut paths = vec![label_path(field)];
    if let FieldKind::Choice(choices) = &field.holds {
        paths.extend(choices.iter().map(|choice| choice_path(field, choice)));
    }
    paths
}
