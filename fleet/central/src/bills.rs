//! The bills of utilities on their way in, and what was collected for them on its way out.
//!
//! A file of bills is a snapshot: each row says what is owed of one account for one month. With any
//! bad row nothing is taken. The same file again changes nothing, and a newer one corrects what
//! was not paid here. What is handed over leaves in numbered batches, each receipt once.

mod bbps;
mod csv;
mod handed;
mod upyog;

use ledger::{Paise, Period};
use thiserror::Error;

pub use handed::{Item, ItemKind, PaidMonth, as_csv, as_upyog, payment};

/// The largest file of bills, in bytes: 50,000 bills have about 5 MB in CSV and 40 MB in JSON.
pub const FILE_BYTES_MAX: u64 = 64 * 1_024 * 1_024;

/// The most bills of one file.
pub const BILLS_MAX: usize = 200_000;

/// The largest use of one month that is no slip of the pen.
const UNITS_MAX: u32 = 10_000_000;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum BillFormat {
    /// The utility's own CSV, as the README describes it.
    Csv,
    /// What UPYOG answers to a bill search: BillResponse, in JSON.
    Upyog,
    /// Bills as billers give them to BBPS: CSV or JSON.
    Bbps,
}

/// What is owed of one account for one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRow {
    /// The line of the file, or the place of the bill in it, from 1.
    pub line: usize,
    pub account: String,
    /// The building's number and, where that is needed to tell it, its ward; none where the account
    /// is known already.
    pub building: Option<(String, Option<u16>)>,
    pub month: Period,
    /// The last day to pay without more, days since 1970-01-01.
    pub due: Option<i64>,
    pub units: Option<u32>,
    /// What is owed; nothing once it is paid.
    pub amount: Paise,
    /// What the bill says is added after its last day.
    pub late: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BillsError {
    #[error("the file is not text in UTF-8")]
    NotText,
    #[error("the file has no bills")]
    Empty,
    #[error("the first line names no column {0}")]
    Column(&'static str),
    #[error("the file has more than {BILLS_MAX} bills: give it in parts")]
    TooLong,
    #[error("the file is no JSON of this form: {0}")]
    Json(String),
    /// By line, what is wrong with each bad row.
    #[error("{} rows are not as they should be", .0.len())]
    Rows(Vec<(usize, String)>),
}

/// The bills of a file, if every one of them is sound; `service` is the one that is asked for where
/// a file may have several.
pub fn read(bytes: &[u8], format: BillFormat, service: &str) -> Result<Vec<BillRow>, BillsError> {
    let text = std::str::from_utf8(bytes).map_err(|_| BillsError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = match format {
        BillFormat::Csv => csv::read(text)?,
        BillFormat::Upyog => upyog::read(text, service)?,
        BillFormat::Bbps => bbps::read(text)?,
    };
    let mut bad = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    let mut good = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let row = row.and_then(check).and_then(|row| {
            let key = (ledger::Connection::sought(&row.account), row.month);
            match seen.insert(key, line) {
                Some(first) => Err(format!("the account's bill of this month is line {first} too")),
                None => Ok(row),
            }
        });
        match row {
            Ok(row) => good.push(row),
            Err(why) => bad.push((line, why)),
        }
    }
    match (bad.is_empty(), good.is_empty()) {
        (false, _) => Err(BillsError::Rows(bad)),
        (true, true) => Err(BillsError::Empty),
        (true, false) => Ok(good),
    }
}

/// Rows as a reader gives them, each sound or with what is wrong with it.
type Rows = Vec<(usize, Result<BillRow, String>)>;

fn check(row: BillRow) -> Result<BillRow, String> {
    if !ledger::is_account(&row.account) {
        return Err(format!(
            "the account {} has other signs than letters, digits, - / and .",
            row.account
        ));
    }
    if row.amount < Paise::ZERO || row.late < Paise::ZERO {
        return Err("a sum is below zero".to_owned());
    }
    if row.due.is_some_and(|day| !ledger::DUE_DAYS.contains(&day)) {
        return Err("the last day to pay is no day of these two centuries".to_owned());
    }
    if row.units.is_some_and(|units| units > UNITS_MAX) {
        return Err(format!("more than {UNITS_MAX} units are no month's use"));
    }
    Ok(row)
}

/// "2026-08".
fn month(text: &str) -> Result<Period, String> {
    let text = text.trim();
    let wrong = || format!("{text} is no month, written 2026-08");
    if text.len() != "2026-08".len() {
        return Err(wrong());
    }
    format!("{text}/1").parse().map_err(|_| wrong())
}

fn money(text: &str) -> Result<Paise, String> {
    Paise::parse(text.trim()).map_err(|error| format!("{}: {error}", text.trim()))
}

impl crate::store::HandOver {
    /// "3 payments over ₹978.00, 1 reversal over ₹326.00".
    pub(crate) fn told(&self) -> String {
        let of = |kind| {
            let items = self.items.iter().filter(|item| item.kind == kind);
            let sum = Paise::sum(items.clone().map(|item| item.amount));
            (items.count(), sum.unwrap_or(Paise::ZERO).on_paper())
        };
        let (payments, paid) = of(ItemKind::Payment);
        let (reversals, back) = of(ItemKind::Reversal);
        let s = |count: usize| if count == 1 { "" } else { "s" };
        let first = format!("{payments} payment{} over ₹{paid}", s(payments));
        match reversals {
            0 => first,
            _ => format!("{first}, {reversals} reversal{} over ₹{back}", s(reversals)),
        }
    }
}

#[cfg(test)]
mod tests;
