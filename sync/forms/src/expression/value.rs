//! What an expression comes to, and how one kind of value is read as another: by XPath 1.0, and
//! for dates by ODK.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use super::moment::{Clock, days_of, text_of_moment, text_of_time};

/// Nearer than this two numbers are one, as in ODK: 0.1 + 0.2 is 0.3 for whoever writes a form.
pub const NEAR: f64 = 1e-12;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Number(f64),
    Truth(bool),
    Date(NaiveDate),
    /// Local time where the form is filled in.
    DateTime(chrono::NaiveDateTime),
    Time(NaiveTime),
}

impl Value {
    pub fn empty() -> Value {
        Value::Text(String::new())
    }

    /// Nothing was answered, or nothing could be computed.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::Number(number) => number.is_nan(),
            Value::Truth(_) | Value::Date(_) | Value::DateTime(_) | Value::Time(_) => false,
        }
    }

    /// As XPath's string(); a date as 2026-11-27, a moment with its distance from Greenwich.
    pub fn text(&self, clock: &Clock) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number_text(*number),
            Value::Truth(truth) => truth.to_string(),
            Value::Date(date) => date_text(*date),
            Value::DateTime(moment) => text_of_moment(*moment, clock),
            Value::Time(time) => text_of_time(*time, clock),
        }
    }

    /// As XPath's number(). A date counts the days since 1 January 1970, as ODK does, and so does
    /// a moment, whole; a time of day is its part of a day.
    pub fn number(&self) -> f64 {
        match self {
            Value::Text(text) => text_number(text),
            Value::Number(number) => *number,
            Value::Truth(truth) => f64::from(u8::from(*truth)),
            Value::Date(date) => days_of(*date),
            Value::DateTime(moment) => days_of(moment.date()),
            Value::Time(time) => f64::from(time.num_seconds_from_midnight()) / 86_400.0,
        }
    }

    /// As XPath's boolean(): the text 'false' is true, as every text that is not empty.
    pub fn truth(&self) -> bool {
        match self {
            Value::Text(text) => !text.is_empty(),
            Value::Number(number) => number.abs() > NEAR && !number.is_nan(),
            Value::Truth(truth) => *truth,
            Value::Date(_) | Value::DateTime(_) | Value::Time(_) => true,
        }
    }

    /// As XPath's `=`: by truth where one is a truth, by number where one is a number, or by text.
    pub fn equals(&self, other: &Value, clock: &Clock) -> bool {
        match (self, other) {
            (Value::Truth(_), _) | (_, Value::Truth(_)) => self.truth() == other.truth(),
            (Value::Number(_), _) | (_, Value::Number(_)) => {
                let (one, other) = (self.number(), other.number());
                one == other || (one - other).abs() < NEAR
            }
            _ => self.text(clock) == other.text(clock),
        }
    }
}

/// XPath's grammar of a number: digits, one point, a minus; no comma, exponent or plus. What Indian
/// offices write as 1,500 is therefore no number, and never 1.5.
fn text_number(text: &str) -> f64 {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.chars().any(|letter| letter.is_ascii_digit())
        && digits.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    match is_number {
        true => text.parse().unwrap_or(f64::NAN),
        false => f64::NAN,
    }
}

/// XPath's string() of a number: no exponent, no point where it is whole.
fn number_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-Infinity" } else { "Infinity" }.to_owned();
    }
    if number.abs() < NEAR {
        return "0".to_owned();
    }
    match (number - number.trunc()).abs() < NEAR {
        true => number.trunc().to_string(),
        false => number.to_string(),
    }
}

pub(super) fn date_text(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}
