//! Property tax by half-years, with library cess and penal interest on what of the tax is unpaid.

use chrono::NaiveDate;

use super::interest::{due_day, spans};
use super::{
    Demand, DemandError, DueLine, PERIODS_MAX, PeriodDue, Reason, Standing, available,
    early_rebate, figure, paid, relief,
};
use crate::apportion::ReceiptLine;
use crate::money::{MoneyError, Paise};
use crate::pack::{Pack, ServiceKind, heads};
use crate::period::Period;
use crate::register::{Building, DemandRow};

/// What the demand is computed from.
struct Matter<'a> {
    pack: &'a Pack,
    building: &'a Building,
    on: NaiveDate,
    paid_since: &'a [ReceiptLine],
}

pub(super) fn demand(
    pack: &Pack,
    building: &Building,
    on: NaiveDate,
    paid_since: &[ReceiptLine],
) -> Result<Demand, DemandError> {
    let matter = Matter { pack, building, on, paid_since };
    let mut periods: Vec<Period> = matter.rows().map(|row| row.period).collect();
    periods.sort_unstable();
    periods.dedup();
    let mut dues = Vec::new();
    for period in &periods {
        dues.extend(matter.asked(*period)?);
    }
    if let Some(next) = matter.may_be_paid_ahead(&periods)? {
        dues.extend(matter.next_half(next)?);
    }
    if dues.len() > PERIODS_MAX {
        return Err(DemandError::TooManyPeriods { building: building.id });
    }
    let held = available(building.advance, paid_since, ServiceKind::PropertyTax)?;
    let demand = Demand::assemble(pack, ServiceKind::PropertyTax, on, dues, held)?;
    let exempt = matter.is_exempt(Period::half_year_of(on));
    Ok(Demand { next_due: Some(matter.next_due()?), exempt, ..demand })
}

impl Matter<'_> {
    /// What the office asks for, without the bills of utilities.
    fn rows(&self) -> impl Iterator<Item = &DemandRow> {
        self.building.demands.iter().filter(|row| self.pack.bill_with(&row.head).is_none())
    }

    /// What is left of a period that the office has asked for.
    fn asked(&self, period: Period) -> Result<Option<PeriodDue>, DemandError> {
        let mut lines = Vec::new();
        let rows = || self.rows().filter(|row| row.period == period);
        // The tax goes first, and what is a share of it directly after it.
        let tax = rows().find(|row| row.head == heads::PROPERTY_TAX);
        if let Some(row) = tax.filter(|_| !self.is_exempt(period)) {
            let unpaid = self.unpaid_tax(row.assessed, row.paid, period)?;
            let cess_asked = rows().any(|row| row.head == heads::LIBRARY_CESS);
            self.push_tax(&mut lines, period, row.assessed, unpaid, !cess_asked)?;
        }
        for row in rows().filter(|row| row.head != heads::PROPERTY_TAX) {
            let amount = self.unpaid(row.assessed, row.paid, period, &row.head)?;
            if amount.is_positive() {
                let reason = Reason::AsAssessed;
                lines.push(DueLine { head: row.head.clone(), amount, reason });
            }
        }
        self.period_due(period, lines)
    }

    /// The next half-year, where nobody has asked for it yet but it may be paid.
    fn next_half(&self, period: Period) -> Result<Option<PeriodDue>, DemandError> {
        if self.is_exempt(period) {
            return Ok(None);
        }
        let (_, half) = self.building.annual_tax.halves();
        let unpaid = self.unpaid_tax(half, Paise::ZERO, period)?;
        let mut lines = Vec::new();
        self.push_tax(&mut lines, period, half, unpaid, true)?;
        self.period_due(period, lines)
    }

    fn push_tax(
        &self,
        lines: &mut Vec<DueLine>,
        period: Period,
        assessed: Paise,
        unpaid: Paise,
        with_cess: bool,
    ) -> Result<(), DemandError> {
        if !unpaid.is_positive() {
            return Ok(());
        }
        let rounding = figure("rounding", &self.pack.rates.rounding, self.on)?;
        let mut tax = DueLine {
            head: heads::PROPERTY_TAX.into(),
            amount: unpaid,
            reason: self.why_assessed(period, assessed, unpaid)?,
        };
        if let Some((share, off)) = early_rebate(self.pack, self.building, period, unpaid, self.on)?
        {
            tax.amount = unpaid.checked_sub(off)?;
            tax.reason = Reason::Rebated { of: Box::new(tax.reason), share, off };
        }
        lines.push(tax);
        let mut shares = Vec::new();
        if with_cess {
            let share = figure("library_cess", &self.pack.rates.library_cess, period.first_day())?;
            shares.push((heads::LIBRARY_CESS, share, Reason::ShareOfTax { share }));
        }
        let months = spans(self.pack, due_day(self.pack, period)?, self.on)?;
        if !months.is_empty() {
            let share = super::interest::share(&months);
            let reason = Reason::Interest { base: unpaid, spans: months };
            shares.push((heads::INTEREST, share, reason));
        }
        for (head, share, reason) in shares {
            let amount = rounding.share(unpaid, share)?;
            if amount.is_positive() {
                lines.push(DueLine { head: head.into(), amount, reason });
            }
        }
        Ok(())
    }

    /// The area explains a half-year's tax only where its figures give just that sum.
    fn why_assessed(
        &self,
        period: Period,
        assessed: Paise,
        unpaid: Paise,
    ) -> Result<Reason, DemandError> {
        if unpaid != assessed {
            return Ok(Reason::AsAssessed);
        }
        let Building { area_m2, use_code, .. } = self.building;
        let rate = self.pack.rates.tax_by_area(use_code, *area_m2, period.first_day());
        let by_area = rate.and_then(|rate| {
            let year = rate.times(i64::from(*area_m2)).ok()?;
            Some((year, Reason::TaxByArea { area_m2: *area_m2, rate }))
        });
        let own_use = self.pack.rates.relief.own_use(use_code, period.first_day());
        let Some(share) = own_use else {
            let explained = by_area.filter(|(year, _)| is_half_of(*year, assessed));
            return Ok(explained.map_or(Reason::AsAssessed, |(_, reason)| reason));
        };
        let rounding = figure("rounding", &self.pack.rates.rounding, self.on)?;
        let mut explained = None;
        if let Some((year, reason)) = by_area {
            let less = year.checked_sub(rounding.share(year, share)?)?;
            if is_half_of(less, assessed) {
                explained = Some((year.halves().0, reason));
            }
        }
        Ok(relief::own_use(share, assessed, explained)?)
    }

    fn is_exempt(&self, period: Period) -> bool {
        let Building { area_m2, use_code, .. } = self.building;
        self.pack.rates.relief.exempts(use_code, *area_m2, period.first_day())
    }

    /// What of the tax is unpaid. What a rebate for paying early took off is not.
    fn unpaid_tax(
        &self,
        assessed: Paise,
        paid_before: Paise,
        period: Period,
    ) -> Result<Paise, MoneyError> {
        let mut unpaid = assessed.checked_sub(paid_before)?.at_least_zero();
        let since = |line: &&ReceiptLine| line.period == period && line.head == heads::PROPERTY_TAX;
        for line in self.paid_since.iter().filter(since) {
            let rest = unpaid.checked_sub(line.amount)?.at_least_zero();
            let early = rest.is_positive()
                && relief::was_paid_early(self.pack, self.building, (unpaid, rest), self.on)?;
            unpaid = if early { Paise::ZERO } else { rest };
        }
        Ok(unpaid)
    }

    fn unpaid(
        &self,
        assessed: Paise,
        paid_before: Paise,
        period: Period,
        head: &str,
    ) -> Result<Paise, MoneyError> {
        let since = paid(self.paid_since, period, head)?;
        Ok(assessed.checked_sub(paid_before)?.checked_sub(since)?.at_least_zero())
    }

    fn period_due(
        &self,
        period: Period,
        lines: Vec<DueLine>,
    ) -> Result<Option<PeriodDue>, DemandError> {
        if lines.is_empty() {
            return Ok(None);
        }
        let due = due_day(self.pack, period)?;
        let standing = if self.on > due {
            Standing::Late
        } else if self.on < period.first_day() {
            Standing::Ahead
        } else {
            Standing::OnTime
        };
        Ok(Some(PeriodDue { period, due, standing, lines }))
    }

    /// The second half of this financial year while the first one runs.
    fn may_be_paid_ahead(&self, asked: &[Period]) -> Result<Option<Period>, DemandError> {
        let allowed = figure("rest_of_year", &self.pack.rates.rest_of_year, self.on)?;
        let now = Period::half_year_of(self.on);
        let next = now.next();
        Ok((allowed && now.month() == 4 && !asked.contains(&next)).then_some(next))
    }

    /// When the half-year after this one must be paid, or the one after that where it is paid.
    fn next_due(&self) -> Result<NaiveDate, DemandError> {
        let next = Period::half_year_of(self.on).next();
        let (_, half) = self.building.annual_tax.halves();
        let row = self
            .building
            .demands
            .iter()
            .find(|row| row.period == next && row.head == heads::PROPERTY_TAX);
        let (assessed, before) = row.map_or((half, Paise::ZERO), |row| (row.assessed, row.paid));
        let unpaid = self.unpaid_tax(assessed, before, next)?;
        due_day(self.pack, if unpaid.is_positive() { next } else { next.next() })
    }
}

/// One of the two halves of a year's tax.
fn is_half_of(year: Paise, assessed: Paise) -> bool {
    let (first, second) = year.halves();
    [first, second].contains(&assessed)
}
