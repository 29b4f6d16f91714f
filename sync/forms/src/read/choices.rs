//! The sheet choices: lists of what a person may choose.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Column, Known, cell, find, read as read_columns};
use super::settings::Settings;
use super::{Faults, texts};
use crate::fault::Place;
use crate::form::Choice;
use crate::sheet::Sheet;

const MEDIA: &str = "no device shows pictures or sounds beside a choice: say it in the label";

const KNOWN: Known = Known {
    plain: &["list_name", "name"],
    spoken: &["label"],
    others: &[("value", "name"), ("caption", "label")],
    refused: &[
        ("image", MEDIA),
        ("audio", MEDIA),
        ("video", MEDIA),
        ("big-image", MEDIA),
        ("media", MEDIA),
        ("geometry", "no device holds maps: take it out"),
    ],
    open: true,
};

#[derive(Default)]
pub struct Choices {
    pub lists: BTreeMap<String, Vec<Read>>,
    /// Columns for choice_filter, and where they begin.
    pub columns: BTreeMap<String, Place>,
    /// Columns of texts, for the languages.
    pub spoken: Vec<Column>,
}

/// A choice and the row that it stands in.
pub struct Read {
    pub choice: Choice,
    pub row: usize,
    pub place: Place,
}

pub fn plain((list, choices): (&String, &Vec<Read>)) -> (String, Vec<Choice>) {
    (list.clone(), choices.iter().map(|read| read.choice.clone()).collect())
}

pub fn read(sheet: Option<&Sheet>, settings: &Settings, faults: &mut Faults) -> Choices {
    let mut choices = Choices::default();
    let Some(sheet) = sheet else { return choices };
    let columns = read_columns(sheet, &KNOWN, faults);
    for name in KNOWN.plain {
        if find(&columns, name).is_none() && !sheet.rows.is_empty() {
            faults.add(sheet.place(0, 0), format!("the column {name} is missing: add it"));
        }
    }
    let own: Vec<&Column> = columns
        .iter()
        .filter(|column| !KNOWN.plain.contains(&&*column.name) && column.name != "label")
        .collect();
    for column in &own {
        choices.columns.insert(column.name.clone(), sheet.place(0, column.at));
    }
    choices.spoken = columns.iter().filter(|column| column.name == "label").cloned().collect();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for row in 1..sheet.rows.len() {
        if sheet.rows[row].iter().all(String::is_empty) {
            continue;
        }
        let list = cell(sheet, &columns, row, "list_name").to_owned();
        let name = cell(sheet, &columns, row, "name").to_owned();
        let column_of = |name: &str| find(&columns, name).map_or(0, |column| column.at);
        if list.is_empty() {
            let says = "the choice is of no list: write its list_name";
            faults.add(sheet.place(row, column_of("list_name")), says);
            continue;
        }
        let place = sheet.place(row, column_of("name"));
        if name.is_empty() {
            faults.add(place.clone(), "the choice has no name: write one");
        } else if name.chars().any(char::is_whitespace) {
            faults.add(place.clone(), format!("{name:?} has spaces: write _ instead"));
        } else if !seen.insert((list.clone(), name.clone())) {
            let says = format!("the choice {name} is in the list {list} twice: rename one");
            faults.add(place.clone(), says);
        }
        let label = texts::text(sheet, &columns, row, "label", &settings.default_language, faults);
        if label.is_empty() {
            let says = format!("the choice {name} has no label: write one");
            faults.add(sheet.place(row, column_of("label")), says);
        }
        let values =
            own.iter().map(|column| (column.name.clone(), sheet.cell(row, column.at).to_owned()));
        let choice = Choice { name, label, columns: values.collect() };
        choices.lists.entry(list).or_default().push(Read { choice, row, place });
    }
    choices
}
