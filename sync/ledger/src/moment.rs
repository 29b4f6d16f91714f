//! When something happened: bounded, not trusted.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::period::Period;

/// India's civil time, UTC+05:30 all the year round (Asia/Kolkata).
const INDIA_OFFSET_MS: i64 = (5 * 60 + 30) * 60 * 1_000;

/// A device's three witnesses of time: its wall clock, its monotonic clock, and the boot that the
/// monotonic clock counts from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode,
)]
pub struct Moment {
    /// Milliseconds since 1970 in UTC, as the wall clock says.
    #[n(0)]
    pub wall_ms: i64,
    /// Milliseconds since the boot, never going back.
    #[n(1)]
    pub mono_ms: u64,
    /// How often this device's books were opened, this time included.
    #[n(2)]
    pub boot: u32,
}

impl Moment {
    /// The civil day in India.
    pub fn date(self) -> NaiveDate {
        self.civil().date()
    }

    /// "14-08-2026".
    pub fn date_text(self) -> String {
        date_text(self.date())
    }

    /// "10:42".
    pub fn time_text(self) -> String {
        let civil = self.civil();
        format!("{:02}:{:02}", civil.hour(), civil.minute())
    }

    /// The civil day as a number: days since 1970-01-01. A day book has this number.
    pub fn day(self) -> i64 {
        self.wall_ms.saturating_add(INDIA_OFFSET_MS).div_euclid(86_400_000)
    }

    /// The year in which the financial year of this day began: 2026 for 1 April 2026 to 31 March
    /// 2027.
    pub fn financial_year(self) -> u16 {
        Period::financial_year_of(self.date()).year()
    }

    /// The civil date and time in India.
    pub fn civil(self) -> NaiveDateTime {
        // Clocks that lie beyond the calendar (year 262142) are read as 1970, as if they had none.
        let epoch = DateTime::UNIX_EPOCH.naive_utc();
        TimeDelta::try_milliseconds(self.wall_ms.saturating_add(INDIA_OFFSET_MS))
            .and_then(|since| epoch.checked_add_signed(since))
            .unwrap_or(epoch)
    }
}

/// "14-08-2026" for a day that is counted from 1970-01-01, as entries have it.
pub fn day_text(day: i64) -> String {
    date_text(date_of(day))
}

/// The civil day with this number; 1970-01-01 for a number beyond the calendar.
pub fn date_of(day: i64) -> NaiveDate {
    let epoch = DateTime::UNIX_EPOCH.date_naive();
    TimeDelta::try_days(day).and_then(|since| epoch.checked_add_signed(since)).unwrap_or(epoch)
}

/// The number of a civil day, as entries have it.
pub fn days_since_epoch(date: NaiveDate) -> i64 {
    date.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days()
}

/// "14-08-2026", as slips and the glass show a date in figures.
pub fn date_text(date: NaiveDate) -> String {
    format!("{:02}-{:02}-{:04}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall_ms: i64) -> Moment {
        Moment { wall_ms, ..Moment::default() }
    }

    #[test]
    fn the_civil_day_turns_at_midnight_in_india() {
        // 2026-03-31 18:29:59.999 UTC is the last millisecond of the financial year in India.
        assert_eq!(at(1_774_981_799_999).date_text(), "31-03-2026");
        assert_eq!(at(1_774_981_799_999).time_text(), "23:59");
        assert_eq!(at(1_774_981_800_000).date_text(), "01-04-2026");
        assert_eq!(at(1_774_981_800_000).day() - at(1_774_981_799_999).day(), 1);
        assert_eq!(at(1_774_981_799_999).financial_year(), 2025);
        assert_eq!(at(1_774_981_800_000).financial_year(), 2026);
    }

    #[test]
    fn a_day_has_its_date() {
        let moment = at(1_774_981_800_000);
        assert_eq!(day_text(moment.day()), moment.date_text());
        assert_eq!(day_text(i64::MAX), "01-01-1970");
    }

    #[test]
    fn a_clock_beyond_the_calendar_is_no_panic() {
        assert_eq!(at(i64::MAX).date_text(), "01-01-1970");
        assert_eq!(at(i64::MAX).day(), i64::MAX / 86_400_000);
        assert_eq!(at(i64::MIN + INDIA_OFFSET_MS).date_text(), "01-01-1970");
    }
}
