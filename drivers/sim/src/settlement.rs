//! What an aggregator of payments hands over at the day's end: a file with every payment that it
//! took for a body, as CSV or JSON, and with what such files have wrong.

use std::fmt::Write;
use std::path::Path;

use serde_json::json;

use crate::{SimError, now_ms};

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first payment stands there twice.
    Double,
    /// What the first payment passes on is not its amount less the fee.
    WrongSum,
    /// The first payment names an account that nobody has.
    Unknown,
    /// The first amount cannot be read.
    Garbage,
}

/// One payment: for which account, and how many paise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    pub account: String,
    pub paise: u64,
}

pub struct Options<'a> {
    pub channel: &'a str,
    /// Of the first payment; those after it count up from there.
    pub first: u64,
    pub payments: &'a [Paid],
    pub json: bool,
    pub faults: &'a [Fault],
}

/// What an aggregator keeps: one in a hundred.
const FEE_PART: u64 = 100;

/// India's clocks are so far ahead of UTC, milliseconds.
const INDIA_MS: u64 = (5 * 60 + 30) * 60 * 1_000;

impl Fault {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "double" => Some(Self::Double),
            "wrong-sum" => Some(Self::WrongSum),
            "unknown" => Some(Self::Unknown),
            "garbage" => Some(Self::Garbage),
            _ => None,
        }
    }
}

impl Paid {
    /// "7/12=1184.50", or the text of a UPI square with its reference and amount.
    pub fn read(text: &str) -> Option<Self> {
        let (account, rupees) = match text.strip_prefix("upi://pay?") {
            Some(query) => {
                let part = |name: &str| {
                    let mut parts = query.split('&').filter_map(|part| part.split_once('='));
                    parts.find_map(|(key, value)| (key == name).then(|| value.to_owned()))
                };
                (part("tr")?, part("am")?)
            }
            None => {
                let (account, rupees) = text.rsplit_once('=')?;
                (account.to_owned(), rupees.to_owned())
            }
        };
        let (rupees, paise) = rupees.split_once('.').unwrap_or((&rupees, "00"));
        let whole: u64 = rupees.parse().ok()?;
        let paise: u64 = (paise.len() == 2).then(|| paise.parse().ok())??;
        let paise = whole.checked_mul(100)?.checked_add(paise)?;
        (paise > 0 && !account.is_empty()).then_some(Self { account, paise })
    }
}

/// Writes the file; the same options write the same but for the time.
pub fn write(to: &Path, options: &Options<'_>) -> Result<(), SimError> {
    let text = if options.json { as_json(options) } else { as_csv(options) };
    std::fs::write(to, text)
        .map_err(|error| SimError::new(format!("{} cannot be written", to.display()), error))
}

/// The fields of each payment: reference, amount, fee, net, time, channel, account.
fn rows(options: &Options<'_>) -> Vec<[String; 7]> {
    let at = clock(now_ms().saturating_sub(60_000));
    let has = |fault| options.faults.contains(&fault);
    let mut rows = Vec::new();
    for (place, paid) in (0_u64..).zip(options.payments) {
        let first = place == 0;
        let fee = paid.paise / FEE_PART;
        let net = paid.paise - fee - u64::from(first && has(Fault::WrongSum));
        let amount = rupees(paid.paise);
        let account = if first && has(Fault::Unknown) { "99/99999" } else { &paid.account };
        let row = [
            (options.first + place).to_string(),
            if first && has(Fault::Garbage) { "n/a".to_owned() } else { amount },
            rupees(fee),
            rupees(net),
            at.clone(),
            options.channel.to_owned(),
            account.to_owned(),
        ];
        if first && has(Fault::Double) {
            rows.push(row.clone());
        }
        rows.push(row);
    }
    rows
}

fn as_csv(options: &Options<'_>) -> String {
    let mut text = "reference,amount,fee,net,time,channel,account\r\n".to_owned();
    for row in rows(options) {
        let fields = row.map(|field| match field.contains([',', '"']) {
            true => format!("\"{}\"", field.replace('"', "\"\"")),
            false => field,
        });
        let _ = write!(text, "{}\r\n", fields.join(","));
    }
    text
}

fn as_json(options: &Options<'_>) -> String {
    let rows = rows(options).into_iter().map(|row| {
        let [reference, amount, fee, net, time, channel, account] = row;
        json!({ "reference": reference, "amount": amount, "fee": fee, "net": net, "time": time,
            "channel": channel, "account": account })
    });
    json!({ "settlement": rows.collect::<Vec<_>>() }).to_string()
}

fn rupees(paise: u64) -> String {
    format!("{}.{:02}", paise / 100, paise % 100)
}

/// "2026-08-17 14:05:09" in India, by the days of the Gregorian calendar.
fn clock(wall_ms: u64) -> String {
    let seconds = (wall_ms + INDIA_MS) / 1_000;
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year}-{month:02}-{:02} {hour:02}:{minute:02}:{second:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options<'a>(payments: &'a [Paid], faults: &'a [Fault]) -> Options<'a> {
        Options { channel: "instapay", first: 7_001, payments, json: false, faults }
    }

    #[test]
    fn payments_are_read_as_they_are_written_and_from_a_square() {
        let paid = |account: &str, paise| Some(Paid { account: account.to_owned(), paise });
        assert_eq!(Paid::read("7/12=1184.50"), paid("7/12", 118_450));
        assert_eq!(Paid::read("7/12=1184"), paid("7/12", 118_400));
        let square = "upi://pay?pa=x@y&am=630.00&tr=PBG0802H7D2078541&cu=INR";
        assert_eq!(Paid::read(square), paid("PBG0802H7D2078541", 63_000));
        for bad in ["", "7/12", "7/12=", "7/12=1.5", "=5", "7/12=0", "upi://pay?am=5.00"] {
            assert_eq!(Paid::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_fault_is_in_the_file_and_nowhere_else() {
        let payments = [Paid { account: "7/1".into(), paise: 60_000 }];
        let good = rows(&options(&payments, &[]));
        assert_eq!(good.len(), 1);
        assert_eq!(good[0][..4], ["7001", "600.00", "6.00", "594.00"]);
        assert_eq!(rows(&options(&payments, &[Fault::Double])).len(), 2);
        assert_eq!(rows(&options(&payments, &[Fault::WrongSum]))[0][3], "593.99");
        assert_eq!(rows(&options(&payments, &[Fault::Unknown]))[0][6], "99/99999");
        assert_eq!(rows(&options(&payments, &[Fault::Garbage]))[0][1], "n/a");
        let csv = as_csv(&options(&payments, &[]));
        assert!(csv.starts_with("reference,amount,fee,net,time,channel,account\r\n7001,600.00,"));
        let json = as_json(&options(&payments, &[]));
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["settlement"][0]["account"], "7/1");
    }

    #[test]
    fn the_calendar_is_that_of_india() {
        assert_eq!(clock(0), "1970-01-01 05:30:00");
        assert_eq!(clock(951_762_600_000), "2000-02-29 00:00:00");
        assert_eq!(clock(1_798_741_799_000), "2026-12-31 23:59:59");
        assert_eq!(clock(1_798_741_800_000), "2027-01-01 00:00:00");
    }
}
