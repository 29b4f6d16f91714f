//! The bank's statement as a CSV file (RFC 4180): a header, then one row for each sum that came in.
//! Columns, in any order and with others between them: `date` (2026-08-17 or 17-08-2026), `amount`
//! (rupees, with or without thousands commas), `challan` or `reference`, `bank_reference`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::{Paise, TYPED_CHARACTERS_MAX};
use thiserror::Error;

use crate::remittance::StatementRow;
use crate::time::day_of;

/// The largest file, in bytes: a large body's year of deposits has less than 200 kB.
pub const FILE_BYTES_MAX: u64 = 4 * 1_024 * 1_024;

/// The most rows of one file.
const ROWS_MAX: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StatementError {
    #[error("the file is not text in UTF-8: export the statement as CSV")]
    NotText,
    #[error("the file has no rows: its first line names the columns")]
    Empty,
    #[error("the first line names no column {0}: name date, amount, challan and bank_reference")]
    Column(&'static str),
    #[error("the file has more than {ROWS_MAX} rows: give it in parts")]
    TooLong,
    /// By line, what is wrong with each bad row.
    #[error("{} rows are not as they should be", .0.len())]
    Rows(Vec<(usize, String)>),
}

/// The rows of a statement, if every one of them is sound. `today` is days since 1970-01-01.
pub fn read(bytes: &[u8], today: i64) -> Result<Vec<StatementRow>, StatementError> {
    let text = std::str::from_utf8(bytes).map_err(|_| StatementError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records = Records::of(text);
    let (_, header) = match records.next() {
        None => return Err(StatementError::Empty),
        Some((line, Err(why))) => return Err(StatementError::Rows(vec![(line, why.to_owned())])),
        Some((line, Ok(header))) => (line, header),
    };
    let columns = Columns::of(&header)?;
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(String, String, i64, Paise), usize> = BTreeMap::new();
    for (line, record) in records {
        if rows.len() + bad.len() >= ROWS_MAX {
            return Err(StatementError::TooLong);
        }
        let record = record.map_err(str::to_owned);
        let row = record.and_then(|fields| columns.row(line, &fields, header.len(), today));
        let row = row.and_then(|row| {
            let (challan, reference) = (row.challan.clone(), row.bank_reference.clone());
            match seen.insert((challan, reference, row.day, row.amount), line) {
                Some(first) => Err(format!("it is line {first} again")),
                None => Ok(row),
            }
        });
        match row {
            Ok(row) => rows.push(row),
            Err(why) => bad.push((line, why)),
        }
    }
    match bad.is_empty() {
        true => Ok(rows),
        false => Err(StatementError::Rows(bad)),
    }
}

/// Where each column stands.
struct Columns {
    date: usize,
    amount: usize,
    challan: usize,
    bank_reference: usize,
}

impl Columns {
    fn of(header: &[String]) -> Result<Self, StatementError> {
        let plain = |name: &String| name.trim().to_lowercase().replace([' ', '-'], "_");
        let names: Vec<String> = header.iter().map(plain).collect();
        let place = |name| names.iter().position(|found| found == name);
        let column = |name| place(name).ok_or(StatementError::Column(name));
        Ok(Self {
            date: column("date")?,
            amount: column("amount")?,
            challan: place("reference")
                .map_or_else(|| column("challan"), |other| Ok(place("challan").unwrap_or(other)))?,
            bank_reference: column("bank_reference")?,
        })
    }

    fn row(
        &self,
        line: usize,
        fields: &[String],
        columns: usize,
        today: i64,
    ) -> Result<StatementRow, String> {
        if fields.len() != columns {
            return Err(format!("it has {} fields, the first line {columns}", fields.len()));
        }
        let amount = Paise::parse(&fields[self.amount]).map_err(|error| error.to_string())?;
        if !amount.is_positive() {
            return Err("the amount is not above zero: give only what came in".to_owned());
        }
        let day = day_of(date(&fields[self.date])?);
        if day > today {
            return Err("the date has not come yet".to_owned());
        }
        let challan = named(&fields[self.challan], "challan")?;
        let bank_reference = named(&fields[self.bank_reference], "bank_reference")?;
        Ok(StatementRow { line, day, amount, challan, bank_reference })
    }
}

fn named(field: &str, what: &str) -> Result<String, String> {
    let field = field.trim();
    match (1..=TYPED_CHARACTERS_MAX).contains(&field.chars().count()) {
        true => Ok(field.to_owned()),
        false => Err(format!("the {what} must have 1 to {TYPED_CHARACTERS_MAX} characters")),
    }
}

/// "2026-08-17" or "17-08-2026".
pub(crate) fn date(field: &str) -> Result<NaiveDate, String> {
    let field = field.trim();
    let shape = if field.find('-') == Some(2) { "%d-%m-%Y" } else { "%Y-%m-%d" };
    let whole = field.len() == "2026-08-17".len();
    let date = NaiveDate::parse_from_str(field, shape).ok().filter(|_| whole);
    date.ok_or_else(|| "the date is not as 2026-08-17 or 17-08-2026".to_owned())
}

/// The records of a file with the line on which each begins; blank lines are none.
pub(crate) struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl Iterator for Records<'_> {
    type Item = (usize, Result<Vec<String>, &'static str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let line = self.line;
            let record = self.record();
            let blank = matches!(&record, Ok(fields) if fields.len() == 1
                && fields[0].trim().is_empty());
            if !blank {
                return Some((line, record));
            }
        }
    }
}

impl<'a> Records<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }
}

impl Records<'_> {
    fn record(&mut self) -> Result<Vec<String>, &'static str> {
        let mut fields = Vec::new();
        loop {
            let quoted = self.rest.starts_with('"');
            let field = if quoted { self.quoted() } else { Ok(self.plain()) };
            let field = match field {
                Ok(field) => field,
                Err(why) => {
                    // What follows is read again from the next line on.
                    self.plain_line();
                    return Err(why);
                }
            };
            fields.push(field);
            match self.rest.chars().next() {
                Some(',') => self.rest = &self.rest[1..],
                _ => {
                    self.end_line();
                    return Ok(fields);
                }
            }
        }
    }

    /// A field up to the next comma or the line's end.
    fn plain(&mut self) -> String {
        let end = self.rest.find([',', '\n', '\r']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        self.rest = rest;
        field.to_owned()
    }

    /// A field between quotes; two quotes stand for one.
    fn quoted(&mut self) -> Result<String, &'static str> {
        let mut field = String::new();
        let mut rest = &self.rest[1..];
        loop {
            let end = rest.find('"').ok_or("a quote is never closed")?;
            field.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    field.push('"');
                    rest = more;
                }
                None => break,
            }
        }
        if !rest.is_empty() && !rest.starts_with([',', '\n', '\r']) {
            return Err("something follows a closing quote");
        }
        self.line += field.matches('\n').count();
        self.rest = rest;
        Ok(field)
    }

    fn plain_line(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.rest = &self.rest[end..];
        self.end_line();
    }

    fn end_line(&mut self) {
        let rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
        self.rest = rest.strip_prefix('\n').unwrap_or(rest);
        self.line += 1;
    }
}

#[cfg(test)]
mod tests;
