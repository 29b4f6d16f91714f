//! What a building owes on a day, line by line, each line with the rule that it follows. A demand
//! is computed from the register, the pack and what was paid since; nothing of it is ever stored.

mod bill;
mod charge;
mod explain;
mod fees;
mod interest;
mod property_tax;
mod relief;
mod waste_fee;

use chrono::NaiveDate;
use thiserror::Error;

use crate::apportion::ReceiptLine;
use crate::money::{MoneyError, Paise};
use crate::pack::{BasisPoints, Pack, Rounding, Service, ServiceKind, heads};
use crate::period::Period;
use crate::receipt::Answer;
use crate::register::Building;

pub(crate) use bill::account_of;
pub use bill::{BillFault, bill_answers};
use charge::Charging;
pub(crate) use explain::briefs;
pub use explain::{FeePart, brief, percent};
pub use fees::{AnswerFault, FeeFault, check_fee_receipt};
pub use interest::{InterestSpan, due_day};
pub use relief::early_rebate;

/// The most periods of one demand: thirty years of half-years. More is a fault of the register that
/// only the office can mend.
pub const PERIODS_MAX: usize = 60;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    pub service: ServiceKind,
    /// The day that it was computed for.
    pub on: NaiveDate,
    /// What is owed, oldest first; a period that is paid is not here.
    pub periods: Vec<PeriodDue>,
    /// What may be paid ahead, oldest first; no part of the total.
    pub ahead: Vec<PeriodDue>,
    /// Held for the payer already and taken off the total.
    pub held: Paise,
    /// Held besides, and kept.
    pub held_left: Paise,
    /// The charge for paying all of it here.
    pub charge: Paise,
    pub total: Paise,
    /// The last day to pay the period that follows.
    pub next_due: Option<NaiveDate>,
    /// The body has freed this household of the fee, or its pack this building of the tax.
    pub exempt: bool,
    pub(crate) rounding: Rounding,
    charging: Charging,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodDue {
    pub period: Period,
    /// The last day to pay it without interest.
    pub due: NaiveDate,
    pub standing: Standing,
    pub lines: Vec<DueLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Late,
    OnTime,
    Ahead,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLine {
    pub head: String,
    pub amount: Paise,
    pub reason: Reason,
}

/// The rule that a line follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Half a year's tax for an area at the pack's rate.
    TaxByArea {
        area_m2: u32,
        rate: Paise,
    },
    /// The office assessed it; the pack's rates do not explain it.
    AsAssessed,
    /// A share of the tax.
    ShareOfTax {
        share: BasisPoints,
    },
    /// A share of the tax for each month.
    Interest {
        base: Paise,
        spans: Vec<InterestSpan>,
    },
    /// A month's user fee.
    FeeMonth {
        fee: Paise,
    },
    ExtraSacks {
        sacks: u16,
        included: u16,
        each: Paise,
    },
    FeeDefault {
        base: Paise,
        share: BasisPoints,
        after_days: u16,
    },
    /// One sum for the service.
    FlatFee {
        fee: Paise,
    },
    /// So much for each unit; more than one number of them are multiplied.
    PerUnit {
        units: Vec<u64>,
        included: u64,
        rate: Paise,
    },
    /// So many units at each rate.
    Blocks {
        spans: Vec<(u64, Paise)>,
    },
    /// The sum of the slab that a number falls into; without `to` the slab has no end.
    FeeSlab {
        value: u64,
        from: u64,
        to: Option<u64>,
    },
    /// A share of a sum; `most` where the share was above it.
    ShareOfSum {
        base: Paise,
        share: BasisPoints,
        most: Option<Paise>,
    },
    /// What another reason asks for, less a share of it.
    Rebated {
        of: Box<Reason>,
        share: BasisPoints,
        off: Paise,
    },
    /// A utility's bill for a month; the units are known of the last months.
    Billed {
        service: String,
        account: String,
        units: Option<u32>,
    },
    /// What is added to a bill that is paid after its last day: a sum, or a share of it.
    BillLate {
        base: Paise,
        share: Option<BasisPoints>,
        after: NaiveDate,
    },
}

/// What a payer may choose between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// Everything that is owed today.
    pub whole: Paise,
    /// The late part, where something else is owed too.
    pub late: Option<Paise>,
    /// This period, where nothing is late: the oldest is always paid first.
    pub this_period: Option<Paise>,
    /// The whole and the nearest period ahead, where the pack lets it be paid.
    pub in_advance: Option<Paise>,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DemandError {
    #[error("the pack has no {figure} for {day}")]
    NoFigure { figure: &'static str, day: NaiveDate },
    #[error("building {building} is no subscriber of the waste collection")]
    NoHousehold { building: u32 },
    #[error("building {building} has no connection of {service}")]
    NoConnection { building: u32, service: String },
    #[error("the pack has no user fee for the category {category}")]
    UnknownCategory { category: String },
    #[error("the office has not set the {figure} yet")]
    FigureUnset { figure: &'static str },
    #[error("the pack has no fee of {service} for {day}")]
    NoFee { service: String, day: NaiveDate },
    #[error("the office has not set {head} of {service} yet")]
    Unset { service: String, head: String },
    #[error("the question {question}: {fault}")]
    Answer { question: String, fault: AnswerFault },
    #[error("the question {question}: the pack has no slab for {value}")]
    NoSlab { question: String, value: u64 },
    #[error("building {building} owes more than {PERIODS_MAX} periods")]
    TooManyPeriods { building: u32 },
    #[error("a sum of the demand is out of range")]
    Money(#[from] MoneyError),
}

impl Demand {
    /// Property tax by half-years. `paid_since` are the lines of receipts that the register's rows
    /// do not know yet.
    pub fn of(
        pack: &Pack,
        building: &Building,
        on: NaiveDate,
        paid_since: &[ReceiptLine],
    ) -> Result<Self, DemandError> {
        property_tax::demand(pack, building, on, paid_since)
    }

    /// The waste user fee by months; `sacks` are those handed over now, for which an establishment
    /// pays above its number.
    pub fn of_waste_fee(
        pack: &Pack,
        building: &Building,
        on: NaiveDate,
        paid_since: &[ReceiptLine],
        sacks: u16,
    ) -> Result<Self, DemandError> {
        waste_fee::demand(pack, building, on, paid_since, sacks)
    }

    /// What a service of the kind `fees` asks for the answers of its form, each line with its rule.
    /// It is paid whole or not at all: nothing remembers a rest.
    pub fn of_fees(
        pack: &Pack,
        service: &Service,
        answers: &[Answer],
        on: NaiveDate,
    ) -> Result<Self, DemandError> {
        fees::demand(pack, service, answers, on)
    }

    /// The bills of a utility for a building's connection, by months: each is paid whole, the
    /// oldest first.
    pub fn of_bill(
        pack: &Pack,
        service: &Service,
        building: &Building,
        on: NaiveDate,
        paid_since: &[ReceiptLine],
    ) -> Result<Self, DemandError> {
        bill::demand(pack, service, building, on, paid_since)
    }

    pub fn amounts(&self) -> Amounts {
        let late = self.late();
        let nothing_late = !self.periods.iter().any(|due| due.standing == Standing::Late);
        Amounts {
            whole: self.total,
            late: (late.is_positive() && late < self.total).then_some(late),
            this_period: (nothing_late && self.total.is_positive()).then_some(self.total),
            in_advance: self.with_ahead(1),
        }
    }

    /// The late part, after what is held for the payer.
    pub fn late(&self) -> Paise {
        let late = self.periods.iter().filter(|due| due.standing == Standing::Late);
        let sum = plus(late.map(PeriodDue::sum));
        let due = minus(sum, self.held).at_least_zero();
        if due.is_positive() { self.with_charge(due) } else { due }
    }

    /// The whole and so many periods ahead; none where the pack does not let them be paid.
    pub fn with_ahead(&self, periods: usize) -> Option<Paise> {
        let ahead = self.ahead.get(..periods).filter(|ahead| !ahead.is_empty())?;
        Some(self.with_charge(plus([self.net(), plus(ahead.iter().map(PeriodDue::sum))])))
    }

    /// What stays owed if this is paid, and the day by which.
    pub fn left_after(&self, amount: Paise) -> (Paise, Option<NaiveDate>) {
        let amount = amount.at_least_zero();
        let paid = minus(amount, self.charge_within(amount)).at_least_zero();
        // Where nothing is paid now, the whole is still owed with its charge.
        let left = match amount.is_zero() {
            true => self.total,
            false => minus(self.net(), paid).at_least_zero(),
        };
        if left.is_zero() {
            return (left, self.next_due);
        }
        let mut covered = plus([paid, self.held]);
        for due in &self.periods {
            if covered < due.sum() {
                return (left, Some(due.due));
            }
            covered = minus(covered, due.sum());
        }
        (left, self.next_due)
    }

    /// The period of the day itself, in which lines stand that belong to no bill.
    pub fn current_period(&self) -> Period {
        match self.service {
            ServiceKind::WasteFee | ServiceKind::Bill => Period::month_of(self.on),
            ServiceKind::PropertyTax | ServiceKind::CheckReceipt | ServiceKind::Elsewhere => {
                Period::half_year_of(self.on)
            }
            ServiceKind::Fees | ServiceKind::Application => {
                self.periods.first().map_or(Period::month_of(self.on), |due| due.period)
            }
        }
    }

    pub fn is_nothing(&self) -> bool {
        self.total.is_zero()
    }

    /// Puts a demand together from its periods.
    fn assemble(
        pack: &Pack,
        service: ServiceKind,
        on: NaiveDate,
        dues: Vec<PeriodDue>,
        available: Paise,
    ) -> Result<Self, DemandError> {
        let rounding = figure("rounding", &pack.rates.rounding, on)?;
        // Whatever a payer may choose is a part of this, so that none of it can be out of range.
        let everything = Paise::sum(dues.iter().flat_map(|due| &due.lines).map(|l| l.amount))?;
        let (ahead, periods): (Vec<_>, Vec<_>) =
            dues.into_iter().partition(|due| due.standing == Standing::Ahead);
        let due = Paise::sum(periods.iter().flat_map(|due| &due.lines).map(|line| line.amount))?;
        let held = due.min(available).at_least_zero();
        let net = due.checked_sub(held)?;
        let charge = match net.is_positive() {
            true => figure("service_charge", &pack.rates.service_charge, on)?,
            false => Paise::ZERO,
        };
        everything.checked_add(charge)?;
        Ok(Self {
            service,
            on,
            periods,
            ahead,
            held,
            held_left: available.checked_sub(held)?.at_least_zero(),
            charge,
            total: net.checked_add(charge)?,
            next_due: None,
            exempt: false,
            rounding,
            charging: Charging::Once,
        })
    }
}

impl DemandError {
    /// Whether the body has left a figure open that the service needs: nothing is wrong with what
    /// was asked, and only the office can help.
    pub const fn is_unset(&self) -> bool {
        matches!(self, Self::Unset { .. } | Self::FigureUnset { .. })
    }
}

impl PeriodDue {
    pub fn sum(&self) -> Paise {
        plus(self.lines.iter().map(|line| line.amount))
    }
}

impl DueLine {
    /// The share of the line before it that this one is, where it is one.
    pub(crate) fn share(&self) -> Option<BasisPoints> {
        match &self.reason {
            Reason::ShareOfTax { share } | Reason::FeeDefault { share, .. } => Some(*share),
            Reason::Interest { spans, .. } => Some(interest::share(spans)),
            Reason::TaxByArea { .. }
            | Reason::AsAssessed
            | Reason::FeeMonth { .. }
            | Reason::ExtraSacks { .. }
            | Reason::FlatFee { .. }
            | Reason::PerUnit { .. }
            | Reason::Blocks { .. }
            | Reason::FeeSlab { .. }
            | Reason::ShareOfSum { .. }
            | Reason::Rebated { .. }
            | Reason::Billed { .. }
            | Reason::BillLate { .. } => None,
        }
    }

    /// Takes a share off, and says so. What a rebate leaves is never below zero.
    fn rebate(&mut self, rounding: Rounding, share: BasisPoints) -> Result<(), MoneyError> {
        let off = rounding.share(self.amount, share)?.min(self.amount);
        let of = Box::new(self.reason.clone());
        self.amount = self.amount.checked_sub(off)?;
        self.reason = Reason::Rebated { of, share, off };
        Ok(())
    }
}

/// The sums of a demand were checked when it was put together.
const CHECKED: &str = "parts of a demand whose whole was in range";

fn plus(sums: impl IntoIterator<Item = Paise>) -> Paise {
    Paise::sum(sums).expect(CHECKED)
}

fn minus(sum: Paise, less: Paise) -> Paise {
    sum.checked_sub(less).expect(CHECKED)
}

/// The figure of a day; a pack that has none for it cannot be used for that day.
fn figure<T: Copy>(
    name: &'static str,
    dated: &crate::pack::Dated<T>,
    day: NaiveDate,
) -> Result<T, DemandError> {
    figure_if_any(name, dated, day)?.ok_or(DemandError::NoFigure { figure: name, day })
}

/// The same where none may be in force.
fn figure_if_any<T: Copy>(
    name: &'static str,
    dated: &crate::pack::Dated<T>,
    day: NaiveDate,
) -> Result<Option<T>, DemandError> {
    Ok(figure_if_any_ref(name, dated, day)?.copied())
}

fn figure_if_any_ref<'a, T>(
    name: &'static str,
    dated: &'a crate::pack::Dated<T>,
    day: NaiveDate,
) -> Result<Option<&'a T>, DemandError> {
    if dated.is_unset(day) {
        return Err(DemandError::FigureUnset { figure: name });
    }
    Ok(dated.at(day).map(|figure| &figure.value))
}

/// What the lines say was paid for a period under a head.
fn paid(lines: &[ReceiptLine], period: Period, head: &str) -> Result<Paise, MoneyError> {
    let matching = lines.iter().filter(|line| line.period == period && line.head == head);
    Paise::sum(matching.map(|line| line.amount))
}

/// What is held of earlier payments, those since included. The tax and the waste fee keep their
/// advances apart: the one's lines stand in half-years, the other's in months.
fn available(
    held: Paise,
    paid_since: &[ReceiptLine],
    service: ServiceKind,
) -> Result<Paise, MoneyError> {
    let monthly = service == ServiceKind::WasteFee;
    let kept = paid_since.iter().filter(|line| {
        [heads::ADVANCE, heads::ADVANCE_USED].contains(&line.head.as_str())
            && (line.period.months() == 1) == monthly
    });
    let since = Paise::sum(kept.map(|line| line.amount))?;
    Ok(held.checked_add(since)?.at_least_zero())
}

#[cfg(test)]
pub(crate) use tests::house;

#[cfg(test)]
mod tests;
