//! Texts in languages: what stands in the cells, and which of them is missing.

use super::Faults;
use super::choices::Choices;
use super::columns::Column;
use crate::fault::Fault;
use crate::form::{Form, Part, Text};
use crate::sheet::Sheet;

/// A row's text in every language; columns without one speak the default language.
pub fn text(
    sheet: &Sheet,
    columns: &[Column],
    row: usize,
    name: &str,
    default: &str,
    faults: &mut Faults,
) -> Text {
    let mut text = Text::default();
    for column in columns.iter().filter(|column| column.name == name) {
        let cell = sheet.cell(row, column.at);
        if cell.is_empty() {
            continue;
        }
        let language = column.language.as_deref().unwrap_or(default);
        match parts(cell) {
            Err(says) => faults.add(sheet.place(row, column.at), says),
            Ok(parts) => {
                if text.0.insert(language.to_owned(), parts).is_some() {
                    let says = format!("two columns {name} speak {language}: keep one");
                    faults.add(sheet.place(0, column.at), says);
                }
            }
        }
    }
    text
}

/// Words, and answers that are put between them.
fn parts(cell: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = cell;
    while let Some(at) = rest.find("${") {
        if at > 0 {
            parts.push(Part::Words(rest[..at].to_owned()));
        }
        let after = &rest[at + 2..];
        let end = after.find('}').ok_or("${ is never closed: write ${name} of a question")?;
        let name = &after[..end];
        if !crate::expression::is_name(name) {
            return Err(format!("${{{name}}} names no question: write the name of one"));
        }
        parts.push(Part::Answer(name.to_owned()));
        rest = &after[end + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Words(rest.to_owned()));
    }
    Ok(parts)
}

/// Finds the form's languages, and lists every text that is missing in one.
pub fn languages(form: &mut Form, survey: &Sheet, choices: &Choices) {
    let mut languages = vec![form.default_language.clone()];
    let mut add = |text: &Text| {
        for language in text.0.keys() {
            if !languages.contains(language) {
                languages.push(language.clone());
            }
        }
    };
    for item in &form.items {
        texts_of(item).into_iter().for_each(|(_, text)| add(text));
    }
    form.choices.values().flatten().for_each(|choice| add(&choice.label));
    add(&form.title);
    // A form that names no default language speaks only what its columns name.
    let unused = !form.items.iter().any(|item| item.label.0.contains_key(&languages[0]));
    if languages.len() > 1 && languages[0] == "default" && unused {
        languages.remove(0);
        form.default_language.clone_from(&languages[0]);
    }
    let mut gaps = Vec::new();
    for item in &form.items {
        for (name, text) in texts_of(item) {
            for language in missing(text, &languages) {
                let says = format!("{name} of {} is missing in {language}", item.name);
                let mut place = survey.whole();
                place.cell = Some((item.row, header(survey, name, language)));
                gaps.push(Fault { place, says });
            }
        }
    }
    for read in choices.lists.values().flatten() {
        for language in missing(&read.choice.label, &languages) {
            let says = format!("label of {} is missing in {language}", read.choice.name);
            let mut place = read.place.clone();
            let spoken = choices.spoken.iter();
            let column = spoken.clone().find(|each| each.language.as_deref() == Some(language));
            place.cell = Some((read.row, column.or(choices.spoken.first()).map_or(0, |c| c.at)));
            gaps.push(Fault { place, says });
        }
    }
    form.languages = languages;
    form.gaps = gaps;
}

fn texts_of(item: &crate::form::Item) -> [(&'static str, &Text); 5] {
    [
        ("label", &item.label),
        ("hint", &item.hint),
        ("guidance_hint", &item.guidance),
        ("required_message", &item.required_message),
        ("constraint_message", &item.constraint_message),
    ]
}

/// A text that is nowhere is missing nowhere.
fn missing<'l>(text: &Text, languages: &'l [String]) -> Vec<&'l str> {
    match text.is_empty() {
        true => Vec::new(),
        false => {
            let without = languages.iter().filter(|language| !text.0.contains_key(*language));
            without.map(String::as_str).collect()
        }
    }
}

/// The column where the missing text belongs, or where the text stands in another language.
fn header(survey: &Sheet, name: &str, language: &str) -> usize {
    let headers = survey.rows.first().map(Vec::as_slice).unwrap_or_default();
    let is_of = |header: &str| header.split("::").next().is_some_and(|first| first.trim() == name);
    let speaks = |header: &str| {
        header.split_once("::").is_some_and(|(_, other)| {
            super::columns::code(other).is_ok_and(|code| code == language)
        })
    };
    let exact = headers.iter().position(|header| is_of(header) && speaks(header));
    exact.or_else(|| headers.iter().position(|header| is_of(header))).unwrap_or(0)
}
