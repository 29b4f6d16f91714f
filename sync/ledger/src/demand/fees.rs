//! What the answers of a form ask for: each rule of the pack's fees gives a line, in the order of
//! the file, and every sum can be computed again from the answers that the receipt keeps.

mod answers;
mod receipt;

use chrono::{Datelike, NaiveDate};

use super::{Demand, DemandError, DueLine, PeriodDue, Reason, Standing, figure, interest};
use crate::money::{MoneyError, Paise};
use crate::pack::{
    BasisPoints, Block, Fee, FeeRule, Pack, PeriodLength, PeriodRule, Rounding, Service,
    ServiceKind, ShareOf, Slab,
};
use crate::period::Period;
use crate::receipt::Answer;

pub use answers::AnswerFault;
pub use receipt::{FeeFault, check_fee_receipt};

use answers::Answers;

/// What the lines are computed from.
struct Matter<'a> {
    pack: &'a Pack,
    service: &'a Service,
    answers: Answers<'a>,
    on: NaiveDate,
    period: Period,
    due: NaiveDate,
    rounding: Rounding,
}

pub(super) fn demand(
    pack: &Pack,
    service: &Service,
    answers: &[Answer],
    on: NaiveDate,
) -> Result<Demand, DemandError> {
    let matter = Matter::of(pack, service, Answers(answers), on)?;
    let day = matter.rates_of();
    let mut rules = pack.rates.fees.of(&service.id).filter(|fee| fee.rule.holds_on(day)).peekable();
    if rules.peek().is_none() {
        return Err(DemandError::NoFee { service: service.id.clone(), day });
    }
    let mut lines: Vec<DueLine> = Vec::new();
    for fee in rules {
        matter.apply(fee, &mut lines)?;
    }
    lines.retain(|line| line.amount.is_positive());
    let standing = if on > matter.due { Standing::Late } else { Standing::OnTime };
    let due = PeriodDue { period: matter.period, due: matter.due, standing, lines };
    let dues = if due.lines.is_empty() { Vec::new() } else { vec![due] };
    Demand::assemble(pack, ServiceKind::Fees, on, dues, Paise::ZERO)
}

impl<'a> Matter<'a> {
    fn of(
        pack: &'a Pack,
        service: &'a Service,
        answers: Answers<'a>,
        on: NaiveDate,
    ) -> Result<Self, DemandError> {
        let rounding = figure("rounding", &pack.rates.rounding, on)?;
        let rule = pack.rates.fees.period(&service.id, on);
        let (period, due) = match rule {
            None => (Period::month_of(on), on),
            Some(rule) => period_of(rule, answers, on)?,
        };
        Ok(Self { pack, service, answers, on, period, due, rounding })
    }

    /// The day whose rates hold: the first one of the period that is paid for, or the day of the
    /// payment where the service knows no periods.
    fn rates_of(&self) -> NaiveDate {
        match self.pack.rates.fees.period(&self.service.id, self.on) {
            Some(_) => self.period.first_day(),
            None => self.on,
        }
    }

    /// Adds the line of a rule, or takes its rebate off the lines before it.
    fn apply(&self, fee: &Fee, lines: &mut Vec<DueLine>) -> Result<(), DemandError> {
        if (fee.only_late && self.on <= self.due) || !self.holds(fee)? {
            return Ok(());
        }
        let (amount, reason) = match &fee.rule.value {
            FeeRule::Unset => {
                let (service, head) = (fee.service.clone(), fee.head.clone());
                return Err(DemandError::Unset { service, head });
            }
            FeeRule::Rebate { of, share, by } => {
                let in_time = by.is_none_or(|by| self.on <= by.in_year(self.year_of(by.month)));
                return match in_time {
                    true => self.take_off(lines, of, *share),
                    false => Ok(()),
                };
            }
            FeeRule::Flat(fee) => (*fee, Reason::FlatFee { fee: *fee }),
            FeeRule::PerUnit { rate, units, included } => {
                let units = units.iter().map(|units| self.answers.count(units));
                per_unit(*rate, units.collect::<Result<_, _>>()?, *included)?
            }
            FeeRule::Blocks { units, blocks } => by_blocks(self.answers.count(units)?, blocks)?,
            FeeRule::Slab { by, slabs } => self.by_slab(by, slabs)?,
            FeeRule::Share { of, share, most } => self.share_of(lines, of, *share, *most)?,
            FeeRule::Late { of, month_rate, part_months } => {
                let base = sum_of(lines, of)?;
                let spans =
                    interest::spans_at(self.due, self.on, *part_months, |_| Ok(*month_rate))?;
                let amount = self.rounding.share(base, interest::share(&spans))?;
                (amount, Reason::Interest { base, spans })
            }
        };
        lines.push(DueLine { head: fee.head.clone(), amount, reason });
        Ok(())
    }

    /// Conditions are asked in their order: one that is not so spares the answers to the next.
    fn holds(&self, fee: &Fee) -> Result<bool, DemandError> {
        for condition in &fee.only_if {
            let answer = self.answers.text(&condition.answer)?;
            if !condition.is.iter().any(|is| is == answer) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn by_slab(&self, by: &str, slabs: &[Slab]) -> Result<(Paise, Reason), DemandError> {
        let value = self.answers.whole(by)?;
        let fits = |slab: &&Slab| slab.from <= value && slab.to.is_none_or(|to| value <= to);
        let slab = slabs.iter().find(fits);
        let slab = slab.ok_or_else(|| DemandError::NoSlab { question: by.to_owned(), value })?;
        Ok((slab.amount, Reason::FeeSlab { value, from: slab.from, to: slab.to }))
    }

    fn share_of(
        &self,
        lines: &[DueLine],
        of: &ShareOf,
        share: BasisPoints,
        most: Option<Paise>,
    ) -> Result<(Paise, Reason), DemandError> {
        let base = match of {
            ShareOf::Answer { answer, most } => self.answers.money(answer, *most)?,
            ShareOf::Heads(heads) => sum_of(lines, heads)?,
        };
        let amount = self.rounding.share(base, share)?;
        let most = most.filter(|most| *most < amount);
        let reason = Reason::ShareOfSum { base, share, most };
        Ok((most.unwrap_or(amount), reason))
    }

    /// A line of a receipt is never negative: a rebate makes the lines that it is of smaller, and
    /// they say so.
    fn take_off(
        &self,
        lines: &mut [DueLine],
        of: &[String],
        share: BasisPoints,
    ) -> Result<(), DemandError> {
        for line in lines.iter_mut().filter(|line| of.contains(&line.head)) {
            line.rebate(self.rounding, share)?;
        }
        Ok(())
    }

    /// The year of the period in which a month lies.
    fn year_of(&self, month: u32) -> i32 {
        year_of(self.period, month)
    }
}

/// A period and the last day to pay for it.
fn period_of(
    rule: &PeriodRule,
    answers: Answers<'_>,
    on: NaiveDate,
) -> Result<(Period, NaiveDate), DemandError> {
    let mut period = match rule.length {
        PeriodLength::Month => Period::month_of(on),
        PeriodLength::HalfYear => Period::half_year_of(on),
        PeriodLength::Year => Period::financial_year_of(on),
    };
    if let Some(question) = &rule.answer {
        let answer = answers.text(question)?;
        let back = rule.back.iter().find(|(is, _)| is == answer);
        let (_, back) = back.ok_or_else(|| answers::fault(question, AnswerFault::NoSuchChoice))?;
        for _ in 0..*back {
            period = period.previous();
        }
    }
    let due = match (&rule.due[..], period.month()) {
        ([], _) => None,
        ([first, _], 4) => Some(first),
        ([.., last], _) => Some(last),
    };
    let due = due.map(|due| due.in_year(year_of(period, due.month)));
    Ok((period, due.unwrap_or(period.last_day())))
}

/// The year in which a month comes for the first time from the period's first day on.
fn year_of(period: Period, month: u32) -> i32 {
    let first = period.first_day();
    first.year() + i32::from(month < first.month())
}

/// So much for each unit above those included.
fn per_unit(rate: Paise, units: Vec<u64>, included: u64) -> Result<(Paise, Reason), DemandError> {
    // The pack's bounds of all factors together have eleven digits.
    let all = units.iter().try_fold(1_u64, |all, factor| all.checked_mul(*factor));
    let all = all.ok_or(MoneyError::TooLarge)?;
    let amount = times(rate, all.saturating_sub(included))?;
    Ok((amount, Reason::PerUnit { units, included, rate }))
}

fn by_blocks(units: u64, blocks: &[Block]) -> Result<(Paise, Reason), DemandError> {
    let (mut left, mut begun, mut spans) = (units, 0, Vec::new());
    for block in blocks {
        let room = block.to.map_or(left, |to| to - begun);
        let used = left.min(room);
        if used > 0 {
            spans.push((used, block.rate));
        }
        left -= used;
        begun = block.to.unwrap_or(begun);
    }
    let sums = spans.iter().map(|(units, rate)| times(*rate, *units));
    let amount = Paise::sum(sums.collect::<Result<Vec<_>, _>>()?)?;
    Ok((amount, Reason::Blocks { spans }))
}

fn times(rate: Paise, units: u64) -> Result<Paise, MoneyError> {
    rate.times(i64::try_from(units).map_err(|_| MoneyError::TooLarge)?)
}

fn sum_of(lines: &[DueLine], heads: &[String]) -> Result<Paise, MoneyError> {
    Paise::sum(lines.iter().filter(|line| heads.contains(&line.head)).map(|line| line.amount))
}

#[cfg(test)]
mod tests;
