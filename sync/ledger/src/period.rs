//! The stretch of time that a sum is owed for: a month, a half-year, a financial year.

mod names;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::Language;

/// A first month and a length in whole months. Ordered by its start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: u16,
    month: u8,
    months: u8,
}

/// Nothing that a local body collects today was owed before, and nothing is planned after; within
/// these years no date can overflow.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2200;

/// The longest period is a year.
const MONTHS_MAX: u8 = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a period: write the first month and the length in months, as 2025-10/6")]
pub struct NotAPeriod;

impl Period {
    pub fn new(year: u16, month: u8, months: u8) -> Result<Self, NotAPeriod> {
        let valid = YEARS.contains(&year)
            && (1..=12).contains(&month)
            && (1..=MONTHS_MAX).contains(&months);
        if valid { Ok(Self { year, month, months }) } else { Err(NotAPeriod) }
    }

    /// The calendar month of a day.
    pub fn month_of(day: NaiveDate) -> Self {
        Self::clamped(day.year(), day.month(), 1)
    }

    /// April to September, or October to March.
    pub fn half_year_of(day: NaiveDate) -> Self {
        match day.month() {
            1..=3 => Self::clamped(day.year() - 1, 10, 6),
            4..=9 => Self::clamped(day.year(), 4, 6),
            _ => Self::clamped(day.year(), 10, 6),
        }
    }

    /// 1 April to 31 March.
    pub fn financial_year_of(day: NaiveDate) -> Self {
        let year = if day.month() < 4 { day.year() - 1 } else { day.year() };
        Self::clamped(year, 4, 12)
    }

    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 is January.
    pub const fn month(self) -> u8 {
        self.month
    }

    pub const fn months(self) -> u8 {
        self.months
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(i32::from(self.year), u32::from(self.month), 1)
            .expect("year and month were checked when the period was made")
    }

    pub fn last_day(self) -> NaiveDate {
        let after = self.first_day() + Months::new(u32::from(self.months));
        after.pred_opt().expect("the years are far from the end of the calendar")
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        self.first_day() <= day && day <= self.last_day()
    }

    /// The period of the same length that follows.
    pub fn next(self) -> Self {
        let start = self.first_day() + Months::new(u32::from(self.months));
        Self::clamped(start.year(), start.month(), self.months)
    }

    /// The period of the same length before this one.
    pub fn previous(self) -> Self {
        let start = self.first_day() - Months::new(u32::from(self.months));
        Self::clamped(start.year(), start.month(), self.months)
    }

    /// "2025-10/6": first month and length, as files and logs write it.
    pub fn code(self) -> String {
        format!("{:04}-{:02}/{}", self.year, self.month, self.months)
    }

    /// "October 2025 to March 2026", as the glass says it.
    pub fn label(self, language: Language) -> String {
        names::label(self, language)
    }

    /// "2025–26 second half-year", as a slip says it.
    pub fn label_on_slip(self, language: Language) -> String {
        names::label_on_slip(self, language)
    }

    /// Years outside the limits stop at them: such a day can only come from a broken clock, and a
    /// wrong period is then refused by the rules, where a panic would stop the counter.
    fn clamped(year: i32, month: u32, months: u8) -> Self {
        let year = year.clamp(i32::from(*YEARS.start()), i32::from(*YEARS.end()));
        let year = u16::try_from(year).expect("clamped to four digits");
        let month = u8::try_from(month).expect("a month of the calendar");
        Self { year, month, months }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let (start, months) = text.split_once('/').ok_or(NotAPeriod)?;
        let (year, month) = start.split_once('-').ok_or(NotAPeriod)?;
        let digits =
            |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) || !(digits(months, 1) || digits(months, 2)) {
            return Err(NotAPeriod);
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_| NotAPeriod);
        let small = |part: &str| part.parse::<u8>().map_err(|_| NotAPeriod);
        Self::new(number(year)?, small(month)?, small(months)?)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code())
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Period {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "First month and length in months",
            "pattern": "^[0-9]{4}-[0-9]{2}/[0-9]{1,2}$",
        })
    }
}

/// An array of year, month, months.
impl<C> Encode<C> for Period {
    fn encode<W: encode::Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        encoder.array(3)?.u16(self.year)?.u8(self.month)?.u8(self.months)?.ok()
    }
}

/// Checked while it is read: no period from outside can hold a month that does not exist.
impl<'b, C> Decode<'b, C> for Period {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if decoder.array()? != Some(3) {
            return Err(decode::Error::message("a period is an array of three"));
        }
        let (year, month, months) = (decoder.u16()?, decoder.u8()?, decoder.u8()?);
        Self::new(year, month, months).map_err(|_| decode::Error::message("not a period"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    fn period(text: &str) -> Period {
        text.parse().expect("a period in a test")
    }

    #[test]
    fn half_years_and_financial_years_roll_over() {
        let half = |text| Period::half_year_of(day(text)).code();
        assert_eq!(half("2026-03-31"), "2025-10/6");
        assert_eq!(half("2026-04-01"), "2026-04/6");
        assert_eq!(half("2026-09-30"), "2026-04/6");
        assert_eq!(half("2026-10-01"), "2026-10/6");
        assert_eq!(half("2027-01-01"), "2026-10/6");
        assert_eq!(Period::financial_year_of(day("2026-03-31")).code(), "2025-04/12");
        assert_eq!(Period::financial_year_of(day("2026-04-01")).code(), "2026-04/12");
        assert_eq!(Period::month_of(day("2024-02-29")).last_day(), day("2024-02-29"));
    }

    #[test]
    fn neighbours_and_days() {
        let half = period("2025-10/6");
        assert_eq!(half.last_day(), day("2026-03-31"));
        assert_eq!(half.next(), period("2026-04/6"));
        assert_eq!(half.previous(), period("2025-04/6"));
        assert!(half.contains(day("2025-10-01")) && half.contains(day("2026-03-31")));
        assert!(!half.contains(day("2026-04-01")));
        assert!(half < half.next());
    }

    #[test]
    fn codes_are_read_and_rubbish_is_refused() {
        assert_eq!(period("2025-10/6").code(), "2025-10/6");
        for bad in ["", "2025-10", "2025-13/6", "2025-00/6", "2025-10/0", "2025-10/13", "2025-1/6"]
        {
            assert_eq!(bad.parse::<Period>(), Err(NotAPeriod), "{bad}");
        }
        assert_eq!("99999-10/6".parse::<Period>(), Err(NotAPeriod));
    }

    #[test]
    fn bytes_round_trip_and_a_thirteenth_month_is_refused() {
        let bytes = minicbor::to_vec(period("2025-10/6")).expect("writing to memory");
        assert_eq!(minicbor::decode::<Period>(&bytes).ok(), Some(period("2025-10/6")));
        let bad = minicbor::to_vec([2025_u16, 13, 6]).expect("writing to memory");
        assert!(minicbor::decode::<Period>(&bad).is_err());
    }

    #[test]
    fn labels() {
        let half = period("2025-10/6");
        assert_eq!(half.label(Language::En), "October 2025 to March 2026");
        assert_eq!(half.next().label(Language::En), "April to September 2026");
        assert_eq!(period("2026-08/1").label(Language::En), "August 2026");
        assert_eq!(half.label(Language::Ml), "2025 ഒക്ടോബർ മുതൽ 2026 മാർച്ച് വരെ");
        assert_eq!(half.label_on_slip(Language::Ml), "2025–26 രണ്ടാം അർധവർഷം");
        assert_eq!(half.next().label_on_slip(Language::Ml), "2026–27 ഒന്നാം അർധവർഷം");
        assert_eq!(half.label_on_slip(Language::En), "2025–26 second half-year");
        for language in Language::ALL {
            assert!(!half.label(language).contains('{'), "{language:?}");
        }
    }
}
