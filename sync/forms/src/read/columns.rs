//! The first row of a sheet: which column is what, and in which language.

use super::Faults;
use crate::sheet::Sheet;

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name as the reference writes it: `label`, `constraint_message`.
    pub name: String,
    /// As a code where there is one: `ml` of `label::Malayalam (ml)`.
    pub language: Option<String>,
    pub at: usize,
}

/// What a sheet's columns may be, and which of them may name a language.
pub struct Known {
    pub plain: &'static [&'static str],
    pub spoken: &'static [&'static str],
    pub others: &'static [(&'static str, &'static str)],
    pub refused: &'static [(&'static str, &'static str)],
    /// Whether any other name is a column of its own, for choice_filter.
    pub open: bool,
}

/// The columns; a fault for every one that means nothing here.
pub fn read(sheet: &Sheet, known: &Known, faults: &mut Faults) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let width = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..width {
        let header = sheet.cell(0, at);
        let is_used = (1..sheet.rows.len()).any(|row| !sheet.cell(row, at).is_empty());
        if header.is_empty() {
            if is_used {
                faults
                    .add(sheet.place(0, at), "the column has no name in its first row: write one");
            }
            continue;
        }
        match column(header, known, at) {
            // A template's column that nobody filled in leaves nothing out.
            Err((says, is_known)) if is_used || !is_known => {
                faults.add(sheet.place(0, at), says);
            }
            Err(_) => {}
            Ok(column) => {
                let same = |other: &&Column| {
                    other.name == column.name && other.language == column.language
                };
                if columns.iter().any(|other| same(&other)) {
                    let says = format!("the column {header} is there twice: keep one");
                    faults.add(sheet.place(0, at), says);
                }
                columns.push(column);
            }
        }
    }
    columns
}

/// A header's column; why there is none, and whether that is because it is refused.
fn column(header: &str, known: &Known, at: usize) -> Result<Column, (String, bool)> {
    let (name, language) = match header.split_once("::") {
        Some((name, language)) => (name.trim(), Some(language.trim())),
        None => (header, None),
    };
    let lower = name.to_lowercase().replace(' ', "_");
    let refused = known.refused.iter().find(|(refused, _)| *refused == lower);
    if let Some((_, because)) = refused {
        return Err((format!("the column {header} is not understood: {because}"), true));
    }
    let other = known.others.iter().find(|(other, _)| *other == lower).map(|(_, name)| *name);
    let name = other.unwrap_or(&lower);
    let spoken = known.spoken.contains(&name);
    match language {
        Some(language) if spoken => {
            let language = Some(code(language).map_err(|says| (says, false))?);
            return Ok(Column { name: name.to_owned(), language, at });
        }
        Some(_) => {
            let says = format!("the column {header} takes no language: write {name}");
            return Err((says, false));
        }
        None => {}
    }
    if spoken || known.plain.contains(&name) {
        return Ok(Column { name: name.to_owned(), language: None, at });
    }
    if known.open && crate::expression::is_name(header) {
        return Ok(Column { name: header.to_owned(), language: None, at });
    }
    if let Some((name, language)) = header.split_once(':') {
        let says = format!("the column {header} has one colon: write {name}::{language}");
        return Err((says, false));
    }
    let mut names: Vec<&str> = known.plain.iter().chain(known.spoken).copied().collect();
    names.sort_unstable();
    let says = format!(
        "the column {header} is not understood: take it out, or write one of {}",
        names.join(", ")
    );
    Err((says, false))
}

/// `Malayalam (ml)` is ml; what has no code is taken as it is.
pub fn code(language: &str) -> Result<String, String> {
    let inner = language.rsplit_once('(').and_then(|(_, code)| code.strip_suffix(')'));
    let code = inner.unwrap_or(language).trim();
    match code.is_empty() {
        true => Err("a language is named after ::, such as label::Malayalam (ml)".to_owned()),
        false => Ok(code.to_owned()),
    }
}

/// The column of this name without a language.
pub fn find<'c>(columns: &'c [Column], name: &str) -> Option<&'c Column> {
    columns.iter().find(|column| column.name == name && column.language.is_none())
}

/// A row's text in that column; empty where there is none.
pub fn cell<'s>(sheet: &'s Sheet, columns: &[Column], row: usize, name: &str) -> &'s str {
    find(columns, name).map_or("", |column| sheet.cell(row, column.at))
}
