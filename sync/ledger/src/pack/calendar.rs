//! On which days the office works.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

use super::figure::{Certainty, certainty};
use super::reader::Section;
use crate::money::Paise;

/// The most holidays of a calendar: ten years of the longest list.
const HOLIDAYS_MAX: usize = 400;

/// No office rests for longer than this; a calendar that says so is a mistake.
const REST_DAYS_MAX: u32 = 31;

/// Days without work: some of each week, some of each month, and holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    weekly: Vec<WeeklyOff>,
    holidays: BTreeSet<NaiveDate>,
    pub certainty: Certainty,
    pub source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WeeklyOff {
    Each(Weekday),
    SecondSaturday,
    FourthSaturday,
}

const WORDS: [(&str, WeeklyOff); 9] = [
    ("monday", WeeklyOff::Each(Weekday::Mon)),
    ("tuesday", WeeklyOff::Each(Weekday::Tue)),
    ("wednesday", WeeklyOff::Each(Weekday::Wed)),
    ("thursday", WeeklyOff::Each(Weekday::Thu)),
    ("friday", WeeklyOff::Each(Weekday::Fri)),
    ("saturday", WeeklyOff::Each(Weekday::Sat)),
    ("sunday", WeeklyOff::Each(Weekday::Sun)),
    ("second_saturday", WeeklyOff::SecondSaturday),
    ("fourth_saturday", WeeklyOff::FourthSaturday),
];

impl WeeklyOff {
    pub(super) fn holds_on(self, day: NaiveDate) -> bool {
        let saturday =
            |first: u32| day.weekday() == Weekday::Sat && (first..first + 7).contains(&day.day());
        match self {
            Self::Each(weekday) => day.weekday() == weekday,
            Self::SecondSaturday => saturday(8),
            Self::FourthSaturday => saturday(22),
        }
    }
}

impl Calendar {
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !self.holidays.contains(&day) && !self.weekly.iter().any(|off| off.holds_on(day))
    }

    pub(super) fn is_holiday(&self, day: NaiveDate) -> bool {
        self.holidays.contains(&day)
    }

    /// The working day that is so many after a day, itself not counted. None beyond the end of the
    /// calendar of dates, or where the office would never work.
    pub fn working_days_after(&self, day: NaiveDate, working_days: u16) -> Option<NaiveDate> {
        let mut found = day;
        for _ in 0..working_days {
            found = self.next_working_day(found)?;
        }
        Some(found)
    }

    fn next_working_day(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut next = day;
        for _ in 0..REST_DAYS_MAX {
            next = next.succ_opt()?;
            if self.is_working_day(next) {
                return Some(next);
            }
        }
        None
    }

    /// Reads the section `[calendar]`.
    pub(super) fn read(root: &Section<'_>) -> Self {
        let Some(section) = root.section("calendar") else {
            let (weekly, holidays) = (Vec::new(), BTreeSet::new());
            let certainty = Certainty::Unverified;
            return Self { weekly, holidays, certainty, source: String::new() };
        };
        let weekly = days_off(&section, "weekly_off");
        let written = section.list("holidays");
        let holidays: BTreeSet<NaiveDate> =
            written.iter().filter_map(|day| day.parse().ok()).collect();
        if holidays.len() != written.len() || holidays.len() > HOLIDAYS_MAX {
            let what = "must be a list of different days, written \"2026-08-15\", 400 at most";
            section.fault_at("holidays", what);
        }
        let calendar = Self {
            weekly,
            holidays,
            certainty: certainty(&section),
            source: section.text("source"),
        };
        section.finish();
        calendar
    }
}

/// Days of each week or month, by their words.
pub(super) fn days_off(section: &Section<'_>, key: &str) -> Vec<WeeklyOff> {
    let words = section.list(key);
    let named = |word: &String| WORDS.iter().find(|(known, _)| known == word);
    let days: Vec<WeeklyOff> = words.iter().filter_map(named).map(|(_, off)| *off).collect();
    if days.len() != words.len() {
        section.fault_at(
            key,
            "must be a list of days, sunday to saturday, second_saturday, fourth_saturday",
        );
    }
    days
}

/// The last days for several sums that one person holds, in the order of the days on which they
/// were taken: as soon as all of them together want to be in the bank sooner, each does. `by` says
/// when so much must be there that was taken on a day.
pub fn each_by(
    held: &[(NaiveDate, Paise)],
    by: impl Fn(NaiveDate, Paise) -> Option<NaiveDate>,
) -> Vec<Option<NaiveDate>> {
    let mut total = Paise::ZERO;
    let up_to = |(on, sum): &(NaiveDate, Paise)| {
        // Beyond every figure of a local body only where the books are so already.
        total = total.checked_add(*sum).unwrap_or(total);
        by(*on, total)
    };
    let mut days: Vec<Option<NaiveDate>> = held.iter().map(up_to).collect();
    let mut soonest = None;
    for day in days.iter_mut().rev() {
        soonest = [*day, soonest].into_iter().flatten().min();
        *day = soonest;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn cash_goes_to_the_bank_on_the_next_working_day() {
        let pack = sample::pack();
        let by = |on: &str, rupees: i64| pack.remit_by(day(on), Paise::rupees(rupees));
        // 13 August 2026 is a Thursday, 15 August a holiday, 16 a Sunday.
        assert_eq!(by("2026-08-13", 501), Some(day("2026-08-14")));
        assert_eq!(by("2026-08-14", 501), Some(day("2026-08-17")));
        // 12 December 2026 is the month's second Saturday.
        assert_eq!(by("2026-12-11", 501), Some(day("2026-12-14")));
        assert_eq!(by("2026-12-04", 501), Some(day("2026-12-05")), "the first Saturday is worked");
    }

    #[test]
    fn a_small_sum_and_a_remote_body_have_a_week() {
        let mut pack = sample::pack();
        assert_eq!(pack.remit_by(day("2026-08-13"), Paise::rupees(500)), Some(day("2026-08-20")));
        pack.body.remote = true;
        assert_eq!(pack.remit_by(day("2026-08-13"), Paise::rupees(9_000)), Some(day("2026-08-20")));
        assert_eq!(pack.remit_by(day("2010-08-13"), Paise::rupees(9_000)), None, "no rule then");
    }

    #[test]
    fn small_sums_go_together_once_they_are_no_small_sum() {
        let pack = sample::pack();
        let by = |held: &[(&str, i64)]| {
            let sum = |(on, rupees): &(&str, i64)| (day(on), Paise::rupees(*rupees));
            let held: Vec<(NaiveDate, Paise)> = held.iter().map(sum).collect();
            let days = each_by(&held, |on, sum| pack.remit_by(on, sum));
            days.iter().map(|day| day.expect("a rule").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(by(&[("2026-08-10", 300), ("2026-08-11", 200)]), ["2026-08-17", "2026-08-18"]);
        // With the last hundred they are more than ₹500: all of it goes on the next working day.
        let three = [("2026-08-10", 300), ("2026-08-11", 200), ("2026-08-14", 100)];
        assert_eq!(by(&three), ["2026-08-17"; 3]);
        let late = [("2026-08-03", 300), ("2026-08-11", 300)];
        assert_eq!(by(&late), ["2026-08-10", "2026-08-12"], "a week is over before");
        assert!(each_by(&[], |_, _| None).is_empty());
    }

    #[test]
    fn an_office_that_never_works_has_no_next_day() {
        let mut calendar = sample::pack().calendar;
        calendar.weekly = WORDS.map(|(_, off)| off).to_vec();
        assert_eq!(calendar.working_days_after(day("2026-08-13"), 1), None);
        assert_eq!(calendar.working_days_after(NaiveDate::MAX, 1), None);
        assert_eq!(calendar.working_days_after(day("2026-08-13"), 0), Some(day("2026-08-13")));
    }
}
