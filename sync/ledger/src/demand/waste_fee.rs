//! The user fee of the waste collection, by months.

use std::iter::successors;

use chrono::{Days, NaiveDate};

use super::{
    Demand, DemandError, DueLine, PERIODS_MAX, PeriodDue, Reason, Standing, available, figure,
    figure_if_any, paid,
};
use crate::apportion::ReceiptLine;
use crate::money::{MoneyError, Paise};
use crate::pack::{EstablishmentFee, Pack, ServiceKind, heads};
use crate::period::Period;
use crate::register::{Building, Household};

/// More months than any pack's fee can be owed for, those before it was in force included: a broken
/// clock must not count for ever.
const MONTHS_MAX: usize = 4_000;

/// What the pack asks of this household for one month.
struct Fee {
    month: Paise,
    /// Only establishments pay by their sacks.
    sacks: Option<EstablishmentFee>,
}

pub(super) fn demand(
    pack: &Pack,
    building: &Building,
    on: NaiveDate,
    paid_since: &[ReceiptLine],
    sacks: u16,
) -> Result<Demand, DemandError> {
    let missing = DemandError::NoHousehold { building: building.id };
    let household = building.household.as_ref().ok_or(missing)?;
    let now = Period::month_of(on);
    let last = months_after(now, usize::from(pack.limits.months_advance_max));
    let first = household.fee_paid_until.map_or(now, Period::next);
    let months = successors(Some(first), |month| Some(month.next())).take(MONTHS_MAX);
    let mut dues = Vec::new();
    for month in months.take_while(|month| !household.exempt && *month <= last) {
        let sacks = if month == now { sacks } else { 0 };
        dues.extend(month_due(pack, household, month, on, paid_since, sacks)?);
        if dues.len() > PERIODS_MAX {
            return Err(DemandError::TooManyPeriods { building: building.id });
        }
    }
    let next_due = dues.iter().find(|due| due.standing == Standing::Ahead).map(|due| due.due);
    // What the register holds is the property tax's; a fee paid ahead is months, not money.
    let held = available(Paise::ZERO, paid_since, ServiceKind::WasteFee)?;
    let demand = Demand::assemble(pack, ServiceKind::WasteFee, on, dues, held)?;
    Ok(Demand { next_due, exempt: household.exempt, ..demand })
}

/// One month, or none where it is paid or no fee was in force.
fn month_due(
    pack: &Pack,
    household: &Household,
    month: Period,
    on: NaiveDate,
    paid_since: &[ReceiptLine],
    sacks: u16,
) -> Result<Option<PeriodDue>, DemandError> {
    let Some(fee) = fee_of(pack, household, month)? else {
        return Ok(None);
    };
    let left = |asked: Paise, head| -> Result<Paise, MoneyError> {
        Ok(asked.checked_sub(paid(paid_since, month, head)?)?.at_least_zero())
    };
    let mut lines = Vec::new();
    let unpaid = left(fee.month, heads::USER_FEE)?;
    if unpaid.is_positive() {
        let reason = Reason::FeeMonth { fee: fee.month };
        lines.push(DueLine { head: heads::USER_FEE.into(), amount: unpaid, reason });
        lines.extend(default_line(pack, month, on, unpaid)?);
    }
    if let Some(rule) = fee.sacks.filter(|rule| sacks > rule.included_sacks) {
        let above = i64::from(sacks - rule.included_sacks);
        let amount = left(rule.extra_sack.times(above)?, heads::EXTRA_SACKS)?;
        let (included, each) = (rule.included_sacks, rule.extra_sack);
        let reason = Reason::ExtraSacks { sacks, included, each };
        if amount.is_positive() {
            lines.push(DueLine { head: heads::EXTRA_SACKS.into(), amount, reason });
        }
    }
    let standing = if on > month.last_day() {
        Standing::Late
    } else if on < month.first_day() {
        Standing::Ahead
    } else {
        Standing::OnTime
    };
    let due = PeriodDue { period: month, due: month.last_day(), standing, lines };
    Ok((!due.lines.is_empty()).then_some(due))
}

/// Each month's fee that stayed unpaid too long bears the default rule's share once.
fn default_line(
    pack: &Pack,
    month: Period,
    on: NaiveDate,
    unpaid: Paise,
) -> Result<Option<DueLine>, DemandError> {
    let rule = figure_if_any("user_fee_default", &pack.rates.user_fee_default, month.first_day())?;
    let Some(rule) = rule else {
        return Ok(None);
    };
    if on <= month.last_day() + Days::new(u64::from(rule.after_days)) {
        return Ok(None);
    }
    let amount = figure("rounding", &pack.rates.rounding, on)?.share(unpaid, rule.share)?;
    let reason =
        Reason::FeeDefault { base: unpaid, share: rule.share, after_days: rule.after_days };
    let line = DueLine { head: heads::FEE_DEFAULT.into(), amount, reason };
    Ok(amount.is_positive().then_some(line))
}

fn fee_of(pack: &Pack, household: &Household, month: Period) -> Result<Option<Fee>, DemandError> {
    let day = month.first_day();
    match household.category.as_str() {
        "house" => {
            let fee = figure_if_any("user_fee_house", &pack.rates.user_fee_house, day)?;
            Ok(fee.map(|month| Fee { month, sacks: None }))
        }
        "establishment" => {
            let rates = &pack.rates.user_fee_establishment;
            let fee = figure_if_any("user_fee_establishment", rates, day)?;
            Ok(fee.map(|fee| Fee { month: fee.month, sacks: Some(fee) }))
        }
        other => Err(DemandError::UnknownCategory { category: other.to_owned() }),
    }
}

fn months_after(month: Period, count: usize) -> Period {
    successors(Some(month), |month| Some(month.next())).nth(count).expect("months have no end")
}
