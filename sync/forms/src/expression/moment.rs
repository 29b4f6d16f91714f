//! Dates, times and moments in texts, and the one moment at which an expression is evaluated. All
//! are local, where the form is filled in; how far that is from Greenwich is given.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::value::date_text;

/// The moment of an evaluation, as the device was told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Local.
    pub now: NaiveDateTime,
    /// Ahead of Greenwich: 330 in India.
    pub offset_minutes: i32,
}

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day that there was")
}

/// Whole days since 1 January 1970.
pub fn days_of(date: NaiveDate) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "chrono's days are far below 2^53")]
    let days = (date - epoch()).num_days() as f64;
    days
}

/// The day so many days after 1 January 1970; none beyond the years that chrono knows.
pub fn date_after(days: f64) -> Option<NaiveDate> {
    #[expect(clippy::cast_possible_truncation, reason = "out of range is no date")]
    let whole = (days.is_finite() && days.abs() < 1e9).then_some(days.trunc() as i64)?;
    epoch().checked_add_signed(TimeDelta::try_days(whole)?)
}

/// The moment so many days after the midnight in Greenwich that began 1970.
pub fn moment_after(days: f64, clock: &Clock) -> Option<NaiveDateTime> {
    let ms = days * 86_400_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "out of range is no moment")]
    let whole = (ms.is_finite() && ms.abs() < 9e15).then_some(ms.trunc() as i64)?;
    let offset = TimeDelta::try_minutes(i64::from(clock.offset_minutes))?;
    let delta = TimeDelta::try_milliseconds(whole)?.checked_add(&offset)?;
    epoch().and_time(NaiveTime::MIN).checked_add_signed(delta)
}

/// Days, with their parts, since the midnight in Greenwich that began 1970.
pub fn decimal_days(moment: NaiveDateTime, clock: &Clock) -> f64 {
    let since = moment - epoch().and_time(NaiveTime::MIN);
    let minutes = i64::from(clock.offset_minutes);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of years are below 2^53")]
    let ms = (since.num_milliseconds() - minutes * 60_000) as f64;
    ms / 86_400_000.0
}

/// The part of its day.
pub fn decimal_time(time: NaiveTime) -> f64 {
    let ms = u64::from(time.num_seconds_from_midnight()) * 1000
        + u64::from(time.nanosecond() / 1_000_000);
    #[expect(clippy::cast_precision_loss, reason = "a day has 86,400,000 milliseconds")]
    let ms = ms as f64;
    ms / 86_400_000.0
}

/// `2026-11-27`, from the year 1 to 9999.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.trim().split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, most: usize| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && (1..=most).contains(&text.len())).then(|| text.parse::<u32>().ok())?
    };
    if parts.next().is_some() {
        return None;
    }
    let year = digits(year, 4).filter(|year| *year > 0)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(month, 2)?, digits(day, 2)?)
}

/// A date, or a date and time with `T` between; with a distance from Greenwich it is made local.
pub fn parse_date_time(text: &str, clock: &Clock) -> Option<NaiveDateTime> {
    let text = text.trim();
    let Some((date, time)) = text.split_once('T') else {
        return Some(parse_date(text)?.and_time(NaiveTime::MIN));
    };
    let (time, offset) = time_and_offset(time)?;
    let moment = parse_date(date)?.and_time(time);
    match offset {
        None => Some(moment),
        Some(minutes) => {
            let shift = i64::from(clock.offset_minutes) - i64::from(minutes);
            moment.checked_add_signed(TimeDelta::try_minutes(shift)?)
        }
    }
}

/// `14:05`, `14:05:30`, `14:05:30.250`; what stands behind it about Greenwich is read and left out,
/// for a time of day is local.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    Some(time_and_offset(text.trim())?.0)
}

fn time_and_offset(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((plain_time(time)?, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((plain_time(text)?, None)) };
    let (hours, minutes) = text[at + 1..].split_once(':').unwrap_or((&text[at + 1..], "0"));
    let two = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && (1..=2).contains(&text.len())).then(|| text.parse::<i32>().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let ahead = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
    let sign = if text[at..].starts_with('-') { -1 } else { 1 };
    Some((plain_time(&text[..at])?, Some(sign * ahead)))
}

fn plain_time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let seconds = parts.next().unwrap_or("0");
    let (second, part) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let digits = |text: &str, most: usize| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && (1..=most).contains(&text.len())).then(|| text.parse::<u32>().ok())?
    };
    if parts.next().is_some() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut ms: String = part.chars().take(3).collect();
    while ms.len() < 3 {
        ms.push('0');
    }
    let ms: u32 = ms.parse().ok()?;
    NaiveTime::from_hms_milli_opt(digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?, ms)
}

pub fn text_of_moment(moment: NaiveDateTime, clock: &Clock) -> String {
    format!("{}T{}", date_text(moment.date()), text_of_time(moment.time(), clock))
}

pub fn text_of_time(time: NaiveTime, clock: &Clock) -> String {
    let ahead = clock.offset_minutes;
    let sign = if ahead < 0 { '-' } else { '+' };
    let (hours, minutes) = (ahead.abs() / 60, ahead.abs() % 60);
    let ms = time.nanosecond() / 1_000_000;
    format!(
        "{:02}:{:02}:{:02}.{ms:03}{sign}{hours:02}:{minutes:02}",
        time.hour(),
        time.minute(),
        time.second()
    )
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// As format-date() and format-date-time() write it, with English names: what a person reads is
/// written by the screen, in the language of the screen. Why the format is wrong, if it is.
pub fn format_moment(moment: NaiveDateTime, format: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let part = match letters.next() {
            Some('%') => "%".to_owned(),
            Some('Y') => format!("{:04}", moment.year()),
            Some('y') => format!("{:02}", moment.year().rem_euclid(100)),
            Some('m') => format!("{:02}", moment.month()),
            Some('n') => moment.month().to_string(),
            Some('b') => MONTHS[moment.month0() as usize].to_owned(),
            Some('d') => format!("{:02}", moment.day()),
            Some('e') => moment.day().to_string(),
            Some('a') => DAYS[moment.weekday().num_days_from_monday() as usize].to_owned(),
            Some('H') => format!("{:02}", moment.hour()),
            Some('h') => moment.hour().to_string(),
            Some('M') => format!("{:02}", moment.minute()),
            Some('S') => format!("{:02}", moment.second()),
            Some('3') => format!("{:03}", moment.nanosecond() / 1_000_000),
            Some(other) => return Err(format!("%{other} means nothing in a date's format")),
            None => return Err("a date's format ends with %".to_owned()),
        };
        text.push_str(&part);
    }
    Ok(text)
}
