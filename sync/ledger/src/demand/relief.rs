//! What is taken off the property tax, and how it is known later that it was.

use chrono::NaiveDate;

use super::Reason;
use crate::money::{MoneyError, Paise};
use crate::pack::{BasisPoints, EarlyRebate, Figure, Pack, Rounding};
use crate::period::Period;
use crate::register::Building;

/// What the rebate for paying early takes off so much unpaid tax of a period, for whoever pays it
/// whole on this day.
pub fn early_rebate(
    pack: &Pack,
    building: &Building,
    period: Period,
    unpaid: Paise,
    on: NaiveDate,
) -> Result<Option<(BasisPoints, Paise)>, MoneyError> {
    let year = Period::financial_year_of(on);
    let is_running = Period::financial_year_of(period.first_day()) == year;
    let in_time = |rule: &&Figure<EarlyRebate>| {
        let by = rule.value.by;
        rule.holds_on(on) && on <= by.in_year(i32::from(year.year()) + i32::from(by.month < 4))
    };
    let rules = pack.rates.relief.early.iter().filter(in_time);
    let Some(rule) = rules.map(|rule| rule.value).find(|rule| fits(*rule, building)) else {
        return Ok(None);
    };
    if !is_running || !unpaid.is_positive() {
        return Ok(None);
    }
    let off = rounding(pack, on).share(unpaid, rule.share)?.min(unpaid);
    Ok(Some((rule.share, off)))
}

/// Whether what stays unpaid is just what a rebate for paying early took off. The day of the
/// payment is not known here: where the office's register is newer, it has taken the rebate off
/// itself, by the day on which it was paid.
pub(super) fn was_paid_early(
    pack: &Pack,
    building: &Building,
    (before, rest): (Paise, Paise),
    on: NaiveDate,
) -> Result<bool, MoneyError> {
    let rules = pack.rates.relief.early.iter().map(|rule| rule.value);
    for rule in rules.filter(|rule| fits(*rule, building)) {
        if rounding(pack, on).share(before, rule.share)?.min(before) == rest {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fits(rule: EarlyRebate, building: &Building) -> bool {
    rule.annual_tax_max.is_none_or(|most| building.annual_tax <= most)
}

fn rounding(pack: &Pack, on: NaiveDate) -> Rounding {
    pack.rates.rounding.at(on).map_or(Rounding::Rupee, |figure| figure.value)
}

/// How an assessed half-year is explained where the office has taken off the share of those who
/// live in what is theirs: `gross` is what the area gives, where it does.
pub(super) fn own_use(
    share: BasisPoints,
    assessed: Paise,
    gross: Option<(Paise, Reason)>,
) -> Result<Reason, MoneyError> {
    if let Some((gross, of)) = gross {
        let off = gross.checked_sub(assessed)?;
        return Ok(Reason::Rebated { of: Box::new(of), share, off });
    }
    // What is left is 10,000 less the share of the whole: the share of the whole is found back.
    let off = assessed.ratio(share, 10_000 - share)?.round_to_rupee();
    Ok(Reason::Rebated { of: Box::new(Reason::AsAssessed), share, off })
}
