//! A settlement file read, row by row: every one of them is sound, or none is taken.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use ledger::{Paise, TYPED_CHARACTERS_MAX};
use serde::Deserialize;
use thiserror::Error;

use super::SettlementRow;
use crate::statement::Records;
use crate::time::day_of;

/// The most rows of one file.
const ROWS_MAX: usize = 20_000;

/// India's time is so far ahead of UTC, milliseconds.
const INDIA_MS: i64 = (5 * 60 + 30) * 60 * 1_000;

#[derive(Debug, Error)]
pub enum SettlementError {
    #[error("the file is not text in UTF-8: export the settlement as CSV or JSON")]
    NotText,
    #[error("the file has no rows: its first line names the columns")]
    Empty,
    #[error(
        "the first line names no column {0}: name reference, amount, fee, time, channel, account"
    )]
    Column(&'static str),
    #[error("the file is no JSON of the form {{\"settlement\": [{{…}}]}}")]
    Json(#[source] serde_json::Error),
    #[error("the file has more than {ROWS_MAX} rows: give it in parts")]
    TooLong,
    /// By line, what is wrong with each bad row.
    #[error("{} rows are not as they should be", .0.len())]
    Rows(Vec<(usize, String)>),
}

/// A row as it stands in the file.
#[derive(Deserialize)]
struct Written {
    reference: String,
    amount: String,
    fee: String,
    time: String,
    channel: String,
    account: String,
    net: Option<String>,
    service: Option<String>,
}

#[derive(Deserialize)]
struct Settlement {
    settlement: Vec<Written>,
}

/// The rows of a settlement. The same payment a second time with nothing else in it is passed over.
/// `now_ms` is the clock's time, milliseconds since 1970.
///
/// # Errors
///
/// Where the file is none, or a row of it cannot be read: nothing of it is taken then.
pub fn read(bytes: &[u8], now_ms: i64) -> Result<Vec<SettlementRow>, SettlementError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SettlementError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let written = match text.trim_start().starts_with('{') {
        true => of_json(text)?,
        false => of_csv(text)?,
    };
    let (mut rows, mut bad): (Vec<SettlementRow>, _) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(String, String, Paise), usize> = BTreeMap::new();
    for (line, written) in written {
        match written.and_then(|written| row(line, &written, now_ms)) {
            Ok(row) => {
                let key = (row.channel.clone(), row.reference.clone(), row.amount);
                let first = *seen.entry(key).or_insert(line);
                let same = rows.iter().any(|one| one.line == first && is_same(one, &row));
                match (first == line, same) {
                    (true, _) => rows.push(row),
                    (false, true) => {}
                    (false, false) => bad.push((line, format!("it says line {first} otherwise"))),
                }
            }
            Err(why) => bad.push((line, why)),
        }
    }
    match bad.is_empty() {
        true => Ok(rows),
        false => Err(SettlementError::Rows(bad)),
    }
}

fn is_same(one: &SettlementRow, other: &SettlementRow) -> bool {
    SettlementRow { line: other.line, ..one.clone() } == *other
}

type Lines = Vec<(usize, Result<Written, String>)>;

fn of_json(text: &str) -> Result<Lines, SettlementError> {
    let read: Settlement = serde_json::from_str(text).map_err(SettlementError::Json)?;
    match read.settlement.len() {
        0 => Err(SettlementError::Empty),
        count if count > ROWS_MAX => Err(SettlementError::TooLong),
        _ => Ok((1..).zip(read.settlement.into_iter().map(Ok)).collect()),
    }
}

fn of_csv(text: &str) -> Result<Lines, SettlementError> {
    let mut records = Records::of(text);
    let header = match records.next() {
        None => return Err(SettlementError::Empty),
        Some((line, Err(why))) => return Err(SettlementError::Rows(vec![(line, why.to_owned())])),
        Some((_, Ok(header))) => header,
    };
    let plain = |name: &String| name.trim().to_lowercase().replace([' ', '-'], "_");
    let names: Vec<String> = header.iter().map(plain).collect();
    let place = |name| names.iter().position(|found| found == name);
    let column = |name| place(name).ok_or(SettlementError::Column(name));
    let (reference, amount, fee) = (column("reference")?, column("amount")?, column("fee")?);
    let (time, channel, account) = (column("time")?, column("channel")?, column("account")?);
    let (net, service) = (place("net"), place("service"));
    let mut lines = Vec::new();
    for (line, record) in records {
        if lines.len() >= ROWS_MAX {
            return Err(SettlementError::TooLong);
        }
        let written = record.map_err(str::to_owned).and_then(|fields| {
            if fields.len() != names.len() {
                let (has, of) = (fields.len(), names.len());
                return Err(format!("it has {has} fields, the first line {of}"));
            }
            let field = |place: usize| fields[place].clone();
            Ok(Written {
                reference: field(reference),
                amount: field(amount),
                fee: field(fee),
                time: field(time),
                channel: field(channel),
                account: field(account),
                net: net.map(field),
                service: service.map(field),
            })
        });
        lines.push((line, written));
    }
    match lines.is_empty() {
        true => Err(SettlementError::Empty),
        false => Ok(lines),
    }
}

fn row(line: usize, written: &Written, now_ms: i64) -> Result<SettlementRow, String> {
    let sum =
        |what: &str, text: &str| Paise::parse(text).map_err(|error| format!("the {what}: {error}"));
    let amount = sum("amount", &written.amount)?;
    if !amount.is_positive() {
        return Err("the amount is not above zero: give only what was paid".to_owned());
    }
    let fee = sum("fee", &written.fee)?;
    if fee < Paise::ZERO || fee > amount {
        return Err("the fee is below zero, or above the amount".to_owned());
    }
    let net = written.net.as_deref().map(|text| sum("net", text)).transpose()?;
    let paid_ms = time(&written.time)?;
    if paid_ms > now_ms {
        return Err("the time has not come yet".to_owned());
    }
    let service = written.service.as_deref().map(str::trim).filter(|text| !text.is_empty());
    Ok(SettlementRow {
        line,
        channel: named(&written.channel, "channel")?,
        reference: named(&written.reference, "reference")?,
        account: named(&written.account, "account")?,
        service: service.map(|text| named(text, "service")).transpose()?,
        amount,
        fee,
        net,
        paid_ms,
    })
}

fn named(field: &str, what: &str) -> Result<String, String> {
    let field = field.trim();
    match (1..=TYPED_CHARACTERS_MAX).contains(&field.chars().count()) {
        true => Ok(field.to_owned()),
        false => Err(format!("the {what} must have 1 to {TYPED_CHARACTERS_MAX} characters")),
    }
}

/// "2026-08-17 14:05" or "2026-08-17T14:05:09", by the clocks of India.
fn time(field: &str) -> Result<i64, String> {
    let field = field.trim().replacen('T', " ", 1);
    let shapes = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let read = shapes.iter().find_map(|shape| NaiveDateTime::parse_from_str(&field, shape).ok());
    let first = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day of the calendar");
    let read = read.filter(|at| at.date() >= first);
    let at = read.ok_or_else(|| "the time is not as 2026-08-17 14:05".to_owned())?;
    let since = at.time().signed_duration_since(chrono::NaiveTime::MIN).num_milliseconds();
    Ok(day_of(at.date()).saturating_mul(86_400_000).saturating_add(since) - INDIA_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_800_000_000_000;
    const HEADER: &str = "reference,amount,fee,net,time,channel,account\n";

    fn one(rest: &str) -> Result<Vec<SettlementRow>, SettlementError> {
        read(format!("{HEADER}{rest}").as_bytes(), NOW_MS)
    }

    fn why(rest: &str) -> String {
        match one(rest) {
            Err(SettlementError::Rows(bad)) => bad[0].1.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn csv_and_json_say_the_same() {
        let csv = one("T1,\"1,184.00\",5,1179,2026-08-17 14:05,instapay,7/12\n").expect("rows");
        let json = r#"{"settlement": [{"reference": "T1", "amount": "1184", "fee": "5.00",
            "net": "1179", "time": "2026-08-17T14:05:00", "channel": "instapay",
            "account": "7/12", "bank": "SBI"}]}"#;
        let json = read(json.as_bytes(), NOW_MS).expect("rows");
        let (csv, json) = (&csv[0], &json[0]);
        assert_eq!((csv.line, json.line), (2, 1));
        assert_eq!(SettlementRow { line: 1, ..csv.clone() }, *json);
        let at = ledger::Moment { wall_ms: csv.paid_ms, ..ledger::Moment::default() };
        assert_eq!((at.date_text(), at.time_text()), ("17-08-2026".into(), "14:05".into()));
        assert_eq!((csv.amount, csv.fee), (Paise::rupees(1_184), Paise::rupees(5)));
    }

    #[test]
    fn the_same_row_twice_is_one_and_another_under_its_name_is_bad() {
        let row = "T1,100,5,95,2026-08-17 14:05,instapay,7/12\n";
        assert_eq!(one(&[row, row].concat()).expect("rows").len(), 1);
        let other = row.replace("7/12", "7/13");
        assert_eq!(why(&[row, &other].concat()), "it says line 2 otherwise");
        let dearer = row.replace("T1,100,5,95", "T1,200,5,195");
        assert_eq!(one(&[row, &dearer].concat()).expect("both are kept").len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_named_and_nothing_is_taken() {
        assert!(why("T1,nine,5,4,2026-08-17 14:05,instapay,7/12\n").starts_with("the amount:"));
        assert!(why("T1,0,0,0,2026-08-17 14:05,instapay,7/12\n").contains("not above zero"));
        assert!(why("T1,9,10,0,2026-08-17 14:05,instapay,7/12\n").contains("the fee"));
        assert!(why("T1,9,1,8,17-08-2026,instapay,7/12\n").contains("the time is not as"));
        assert!(why("T1,9,1,8,2126-08-17 14:05,instapay,7/12\n").contains("not come yet"));
        assert!(why("T1,9,1,8,2026-08-17 14:05,,7/12\n").contains("the channel must have"));
        assert!(why("T1,9\n").contains("it has 2 fields"));
        assert!(matches!(read(b"", NOW_MS), Err(SettlementError::Empty)));
        assert!(matches!(read(b"a,b\n1,2\n", NOW_MS), Err(SettlementError::Column("reference"))));
        assert!(matches!(read(b"{\"x\": 1}", NOW_MS), Err(SettlementError::Json(_))));
        assert!(matches!(read(b"\xff", NOW_MS), Err(SettlementError::NotText)));
    }
}
