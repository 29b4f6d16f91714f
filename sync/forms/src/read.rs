//! From sheets to a form, or to everything that is wrong with them at once.

mod check;
mod choices;
mod columns;
mod kinds;
mod order;
mod settings;
mod survey;
#[cfg(test)]
mod tests;
mod texts;

use std::collections::BTreeMap;

use ring::digest;

use crate::fault::{Fault, Place};
use crate::form::Form;
use crate::sheet::{Sheet, Sheets, whole_file};

/// What the sheets may be called; others of a workbook are a fault, lest one be a misspelt one.
const SHEETS: &[&str] = &["survey", "choices", "settings"];
const REFUSED_SHEETS: &[(&str, &str)] = &[
    ("entities", "entities are kept by the centre, as records: take the sheet out"),
    ("external_choices", "put its rows into the sheet choices"),
    ("osm", "no device holds maps: take the sheet out"),
];

/// Faults as they are found; reading goes on after each.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, place: Place, says: impl Into<String>) {
        self.0.push(Fault { place, says: says.into() });
    }
}

impl Form {
    /// Reads the sheets of one form. `file` names it where no sheet does.
    pub fn read(file: &str, sheets: &Sheets) -> Result<Form, Vec<Fault>> {
        let mut faults = Faults::default();
        sheet_names(sheets, &mut faults);
        let Some(survey) = sheets.named("survey") else {
            faults.0.push(whole_file(file, "there is no sheet survey: add one".to_owned()));
            return Err(faults.0);
        };
        let settings = settings::read(sheets.named("settings"), file, &mut faults);
        let choices = choices::read(sheets.named("choices"), &settings, &mut faults);
        let items = survey::read(survey, &settings, &mut faults);
        let mut form = Form {
            id: settings.id,
            title: settings.title,
            version: settings.version,
            default_language: settings.default_language,
            languages: Vec::new(),
            items,
            choices: choices.lists.iter().map(choices::plain).collect(),
            instance_name: settings.instance_name.map(|(expression, _)| expression),
            gaps: Vec::new(),
            hash: hash(sheets),
            ways: order::ways_without_order(&BTreeMap::new()),
        };
        check::check(&mut form, survey, &choices, settings.instance_place, &mut faults);
        texts::languages(&mut form, survey, &choices);
        faults.0.sort();
        faults.0.dedup();
        if faults.0.is_empty() { Ok(form) } else { Err(faults.0) }
    }
}

fn sheet_names(sheets: &Sheets, faults: &mut Faults) {
    for sheet in &sheets.0 {
        if let Some((_, because)) = REFUSED_SHEETS.iter().find(|(name, _)| *name == sheet.name) {
            faults.add(sheet.whole(), *because);
        } else if !SHEETS.contains(&&*sheet.name) {
            let says = format!(
                "a form has the sheets survey, choices and settings: take out {}, or name it so",
                sheet.name
            );
            faults.add(sheet.whole(), says);
        }
        let twice = sheets.0.iter().filter(|other| other.name == sheet.name).count() > 1;
        if twice {
            faults.add(sheet.whole(), format!("the sheet {} is there twice", sheet.name));
        }
    }
}

fn hash(sheets: &Sheets) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut say = |text: &str| {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    };
    for Sheet { name, rows, .. } in &sheets.0 {
        say(name);
        for row in rows {
            row.iter().for_each(|cell| say(cell));
            say("\n");
        }
    }
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}
