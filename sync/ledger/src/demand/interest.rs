//! Due days, and the months for which interest is asked after them.

use chrono::{Months, NaiveDate};

use super::{DemandError, figure};
use crate::pack::{BasisPoints, Pack, PartMonths};
use crate::period::Period;

/// So many months, one after another, at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterestSpan {
    pub month_rate: BasisPoints,
    pub months: u32,
}

/// The longest that interest is counted for: thirty years, far above any limitation. A broken clock
/// must not count to the end of the calendar.
const MONTHS_MAX: u32 = 360;

/// The last day to pay a period's tax without interest.
pub fn due_day(pack: &Pack, period: Period) -> Result<NaiveDate, DemandError> {
    if period.months() != 6 {
        return Ok(period.last_day());
    }
    let days = figure("due_days", &pack.rates.due_days, period.first_day())?;
    let (month, day) = if period.month() == 4 { days.first_half } else { days.second_half };
    let year = i32::from(period.year()) + i32::from(month < u32::from(period.month()));
    let due = NaiveDate::from_ymd_opt(year, month, day);
    Ok(due.expect("the pack's days were checked to be in every year"))
}

/// The months after `due` that bear interest for whoever pays `on`; none within an amnesty.
pub(super) fn spans(
    pack: &Pack,
    due: NaiveDate,
    on: NaiveDate,
) -> Result<Vec<InterestSpan>, DemandError> {
    if on <= due || pack.rates.amnesty(on).is_some() {
        return Ok(Vec::new());
    }
    let rule = figure("part_months", &pack.rates.part_months, on)?;
    spans_at(due, on, rule, |start| figure("interest_month", &pack.rates.interest_month, start))
}

/// The months after `due` that bear interest, each at the rate of its first day.
pub(super) fn spans_at(
    due: NaiveDate,
    on: NaiveDate,
    rule: PartMonths,
    rate_of: impl Fn(NaiveDate) -> Result<BasisPoints, DemandError>,
) -> Result<Vec<InterestSpan>, DemandError> {
    let mut spans: Vec<InterestSpan> = Vec::new();
    if on <= due {
        return Ok(spans);
    }
    let first = due.succ_opt().expect("a due day is far from the end of the calendar");
    for passed in 0..MONTHS_MAX {
        let start = first + Months::new(passed);
        let counted_from = match rule {
            PartMonths::NotCounted => first + Months::new(passed + 1),
            PartMonths::AsWhole => start,
        };
        if on < counted_from {
            break;
        }
        let month_rate = rate_of(start)?;
        match spans.last_mut() {
            Some(span) if span.month_rate == month_rate => span.months += 1,
            _ => spans.push(InterestSpan { month_rate, months: 1 }),
        }
    }
    spans.retain(|span| span.month_rate > 0);
    Ok(spans)
}

/// The share of the base that all the months ask together.
pub(super) fn share(spans: &[InterestSpan]) -> BasisPoints {
    spans.iter().map(|span| span.month_rate * i64::from(span.months)).sum()
}
