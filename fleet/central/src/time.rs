//! The centre's clock, and what India calls the moment that it shows.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate};
use ledger::{Moment, Period};

/// Milliseconds since 1970, as this machine's clock says.
pub fn now_ms() -> i64 {
    // A clock before 1970 is no clock; slips and checkpoints then say 1970, which is out of bounds.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

pub fn moment(wall_ms: i64) -> Moment {
    Moment { wall_ms, ..Moment::default() }
}

/// Days from 1970-01-01 to a date, as entries have it.
pub fn day_of(date: NaiveDate) -> i64 {
    date.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days()
}

/// The year in which the financial year of a moment began.
pub fn financial_year(wall_ms: i64) -> u16 {
    Period::financial_year_of(moment(wall_ms).date()).year()
}

/// "14-08-2026 10:42".
pub fn stamp(wall_ms: i64) -> String {
    let moment = moment(wall_ms);
    format!("{} {}", moment.date_text(), moment.time_text())
}
