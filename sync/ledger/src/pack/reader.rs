//! Reads a TOML file so that every fault is told at once, with its line: a missing or wrong value
//! is noted and a harmless one is put in its place, and nothing is believed until no fault was
//! noted.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use chrono::NaiveDate;
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::money::Paise;

/// One thing that is wrong with a pack, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("{file}:{line}: {what}")]
pub struct PackFault {
    pub file: String,
    pub line: u32,
    pub what: String,
}

/// A text longer than this is no label or sentence of a screen or slip.
const TEXT_CHARACTERS_MAX: usize = 400;

/// The faults found so far, of every file.
#[derive(Default)]
pub(super) struct Faults(RefCell<Vec<PackFault>>);

/// A table of a file: its values are asked for by key, and `finish` names those never asked for.
pub(super) struct Section<'a> {
    file: &'a str,
    source: &'a str,
    faults: &'a Faults,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    path: String,
    asked: RefCell<BTreeSet<String>>,
}

impl Faults {
    pub(super) fn note(&self, file: &str, line: u32, what: impl Into<String>) {
        self.0.borrow_mut().push(PackFault { file: file.to_owned(), line, what: what.into() });
    }

    /// In the order of files and lines.
    pub(super) fn into_sorted(self) -> Vec<PackFault> {
        let mut faults = self.0.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }
}

/// Reads one file's table, noting what is no TOML.
pub(super) fn table_of<'a>(file: &str, source: &'a str, faults: &Faults) -> Spanned<DeTable<'a>> {
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors {
        let start = error.span().map_or(0, |span| span.start);
        faults.note(file, line_at(source, start), error.message());
    }
    table
}

/// The line of a byte, from 1.
fn line_at(source: &str, byte: usize) -> u32 {
    let before = source.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

impl<'a> Section<'a> {
    pub(super) fn root(
        file: &'a str,
        source: &'a str,
        table: &'a DeTable<'a>,
        faults: &'a Faults,
    ) -> Self {
        Self::new(file, source, table, 0..0, String::new(), faults)
    }

    fn new(
        file: &'a str,
        source: &'a str,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        path: String,
        faults: &'a Faults,
    ) -> Self {
        Self { file, source, faults, table, span, path, asked: RefCell::default() }
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(key.get_ref().as_ref())) {
            let what = format!("{} is not known here", self.name(key.get_ref()));
            self.faults.note(self.file, line_at(self.source, key.span().start), what);
        }
    }

    /// The line where the section begins.
    pub(super) fn line(&self) -> u32 {
        line_at(self.source, self.span.start)
    }

    /// A fault of the section as a whole.
    pub(super) fn fault(&self, what: impl Into<String>) {
        self.faults.note(self.file, line_at(self.source, self.span.start), what);
    }

    /// A fault of one value.
    pub(super) fn fault_at(&self, key: &str, what: &str) {
        let start = self.value(key).map_or(self.span.start, |value| value.span().start);
        let what = format!("{}: {what}", self.name(key));
        self.faults.note(self.file, line_at(self.source, start), what);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    pub(super) fn is_section(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_table())
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.table.keys().map(|key| key.get_ref().to_string()).collect()
    }

    pub(super) fn text(&self, key: &str) -> String {
        let Some(value) = self.required(key) else {
            return String::new();
        };
        match value.get_ref().as_str() {
            Some(text) if text.trim().is_empty() => self.fault_at(key, "is empty"),
            Some(text) if text.chars().count() > TEXT_CHARACTERS_MAX => {
                self.fault_at(key, &format!("is longer than {TEXT_CHARACTERS_MAX} characters"));
            }
            Some(text) => return text.to_owned(),
            None => self.fault_at(key, "must be a text in quotation marks"),
        }
        String::new()
    }

    pub(super) fn whole(&self, key: &str, range: RangeInclusive<i64>) -> i64 {
        let Some(value) = self.required(key) else {
            return *range.start();
        };
        let number = value.get_ref().as_integer();
        let number = number.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        match number {
            Some(number) if range.contains(&number) => number,
            _ => {
                let what =
                    format!("must be a whole number from {} to {}", range.start(), range.end());
                self.fault_at(key, &what);
                *range.start()
            }
        }
    }

    pub(super) fn yes(&self, key: &str) -> bool {
        let Some(value) = self.required(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.fault_at(key, "must be true or false");
            false
        })
    }

    pub(super) fn date(&self, key: &str) -> NaiveDate {
        let Some(value) = self.required(key) else {
            return NaiveDate::default();
        };
        let written = value.get_ref().as_datetime().filter(|moment| moment.time.is_none());
        let date = written.and_then(|moment| moment.date).and_then(|date| {
            NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())
        });
        date.unwrap_or_else(|| {
            self.fault_at(key, "must be a date, written 2026-04-01");
            NaiveDate::default()
        })
    }

    pub(super) fn date_if_any(&self, key: &str) -> Option<NaiveDate> {
        self.has(key).then(|| self.date(key))
    }

    /// Money is written as a text, "50" or "50.50", so that no reader makes a float of it.
    pub(super) fn money(&self, key: &str) -> Paise {
        let text = self.text(key);
        if text.is_empty() {
            return Paise::ZERO;
        }
        match Paise::parse(&text) {
            Ok(sum) if sum >= Paise::ZERO => sum,
            Ok(_) => {
                self.fault_at(key, "must not be negative");
                Paise::ZERO
            }
            Err(error) => {
                self.fault_at(key, &error.to_string());
                Paise::ZERO
            }
        }
    }

    /// One of the words of a closed list.
    pub(super) fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> T {
        let text = self.text(key);
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        if !text.is_empty() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.fault_at(key, &format!("must be one of {}", known.join(", ")));
        }
        words.first().expect("a closed list has words").1
    }

    /// A list of texts or whole numbers, each as it is written.
    pub(super) fn list(&self, key: &str) -> Vec<String> {
        let Some(value) = self.required(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.fault_at(key, "must be a list in brackets");
            return Vec::new();
        };
        let written = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            _ => None,
        };
        let read: Vec<String> = array.iter().filter_map(written).collect();
        if read.len() != array.len() {
            self.fault_at(key, "must hold only texts or only whole numbers");
        }
        read
    }

    pub(super) fn section(&self, key: &str) -> Option<Section<'a>> {
        let value = self.required(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.fault_at(key, "must be a section of its own");
            return None;
        };
        Some(self.inner(table, value.span(), self.name(key)))
    }

    /// The sections written as `[[key]]`; at least one.
    pub(super) fn sections(&self, key: &str) -> Vec<Section<'a>> {
        let Some(array) = self.required(key).map(|value| value.get_ref().as_array()) else {
            return Vec::new();
        };
        let Some(array) = array else {
            self.fault_at(key, &format!("must be written as [[{key}]]"));
            return Vec::new();
        };
        let inner = array.iter().filter_map(|value| {
            let table = value.get_ref().as_table()?;
            Some(self.inner(table, value.span(), self.name(key)))
        });
        inner.collect()
    }

    /// As `sections`, where none may be a fact too.
    pub(super) fn sections_if_any(&self, key: &str) -> Vec<Section<'a>> {
        self.asked.borrow_mut().insert(key.to_owned());
        if self.has(key) { self.sections(key) } else { Vec::new() }
    }

    fn inner(&self, table: &'a DeTable<'a>, span: Range<usize>, path: String) -> Section<'a> {
        Self::new(self.file, self.source, table, span, path, self.faults)
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    fn required(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.value(key);
        if value.is_none() {
            self.fault(format!("{} is missing", self.name(key)));
        }
        value
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}
