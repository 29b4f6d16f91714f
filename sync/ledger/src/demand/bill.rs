//! The bills of a utility for one building, month by month, as the office's register has them from
//! the utility's files. A bill is paid whole and the oldest first: the utility keeps no rest of a
//! bill, and nothing is taken ahead of one.

use chrono::{Days, NaiveDate};
use thiserror::Error;

use super::{Demand, DemandError, DueLine, PERIODS_MAX, PeriodDue, Reason, Standing, paid, plus};
use crate::apportion::ReceiptLine;
use crate::moment::{date_of, date_text};
use crate::money::Paise;
use crate::pack::{BillService, Found, LateCharge, Pack, Service, ServiceKind, Text, heads};
use crate::period::Period;
use crate::receipt::{Answer, Payer, RECEIPT_ANSWERS_MAX, Receipt};
use crate::register::{Building, Connection};

/// Under this name a bill's receipt keeps the account; under each month's code it keeps the units.
const ACCOUNT: &str = "account";

/// What the demand is computed from.
struct Matter<'a> {
    pack: &'a Pack,
    service: &'a Service,
    bill: &'a BillService,
    connection: &'a Connection,
    on: NaiveDate,
}

pub(super) fn demand(
    pack: &Pack,
    service: &Service,
    building: &Building,
    on: NaiveDate,
    paid_since: &[ReceiptLine],
) -> Result<Demand, DemandError> {
    let no_connection =
        || DemandError::NoConnection { building: building.id, service: service.id.clone() };
    let bill = service.bill.as_ref().ok_or_else(no_connection)?;
    let connection = building.connection(&service.id).ok_or_else(no_connection)?;
    let matter = Matter { pack, service, bill, connection, on };
    let mut dues = Vec::new();
    for row in building.demands.iter().filter(|row| row.head == bill.head) {
        let since = paid(paid_since, row.period, &row.head)?;
        let unpaid = row.assessed.checked_sub(row.paid)?.checked_sub(since)?.at_least_zero();
        if unpaid.is_positive() {
            dues.push(matter.bill_due(row.period, unpaid)?);
        }
    }
    if dues.len() > PERIODS_MAX {
        return Err(DemandError::TooManyPeriods { building: building.id });
    }
    dues.sort_by_key(|due| due.period);
    // Whoever is late with a bill is late with every one before it, so that the late part is one
    // that may be paid by itself.
    let mut late = false;
    for due in dues.iter_mut().rev() {
        late = late || due.standing == Standing::Late;
        due.standing = if late { Standing::Late } else { Standing::OnTime };
    }
    let demand = Demand::assemble(pack, ServiceKind::Bill, on, dues, Paise::ZERO)?;
    if bill.agency {
        return Ok(demand);
    }
    // Nothing is taken here, so that the machine costs nothing.
    Ok(demand.without_charge())
}

impl Matter<'_> {
    fn bill_due(&self, month: Period, unpaid: Paise) -> Result<PeriodDue, DemandError> {
        let due = self.due_day(month)?;
        let billed = self.connection.billed(month);
        let reason = Reason::Billed {
            service: self.service.id.clone(),
            account: self.connection.account.clone(),
            units: billed.map(|billed| billed.units),
        };
        let mut lines = vec![DueLine { head: self.bill.head.clone(), amount: unpaid, reason }];
        lines.extend(self.late_line(month, unpaid, due)?);
        let standing = if self.on > due { Standing::Late } else { Standing::OnTime };
        Ok(PeriodDue { period: month, due, standing, lines })
    }

    /// The bill's own day, or so many days after its month.
    fn due_day(&self, month: Period) -> Result<NaiveDate, DemandError> {
        if let Some(day) = self.connection.billed(month).and_then(|billed| billed.due) {
            return Ok(date_of(day));
        }
        let days = self.pack.rates.bills.due_days(&self.service.id, month.first_day());
        let days = match self.bill.agency {
            true => self.figure("bill_due", month, days)?,
            // What is paid elsewhere is only shown.
            false => days.value().unwrap_or(0),
        };
        Ok(month.last_day() + Days::new(u64::from(days)))
    }

    /// A bill bears its addition once, from the day after its last one.
    fn late_line(
        &self,
        month: Period,
        unpaid: Paise,
        due: NaiveDate,
    ) -> Result<Option<DueLine>, DemandError> {
        if !self.bill.agency {
            return Ok(None);
        }
        // A body that has not set it takes no bill, late or not: nobody could say what is owed.
        let late = self.pack.rates.bills.late(&self.service.id, month.first_day());
        let late = self.figure("bill_late", month, late)?;
        if self.on <= due {
            return Ok(None);
        }
        let rounding = super::figure("rounding", &self.pack.rates.rounding, self.on)?;
        let (amount, share) = match late {
            LateCharge::Nothing => (Paise::ZERO, None),
            LateCharge::Sum(sum) => (sum, None),
            LateCharge::Share(share) => (rounding.share(unpaid, share)?, Some(share)),
            LateCharge::AsBilled => {
                (self.connection.billed(month).map_or(Paise::ZERO, |billed| billed.late), None)
            }
        };
        let reason = Reason::BillLate { base: unpaid, share, after: due };
        let line = DueLine { head: self.bill.late_head.clone(), amount, reason };
        // What was paid of it since is of a bill that is paid: this one is not.
        Ok(amount.is_positive().then_some(line))
    }

    fn figure<T>(
        &self,
        figure: &'static str,
        month: Period,
        found: Found<T>,
    ) -> Result<T, DemandError> {
        match found {
            Found::Is(value) => Ok(value),
            Found::Unset => Err(DemandError::FigureUnset { figure }),
            Found::Missing => Err(DemandError::NoFigure { figure, day: month.first_day() }),
        }
    }
}

impl<T> Found<T> {
    fn value(self) -> Option<T> {
        match self {
            Found::Is(value) => Some(value),
            Found::Unset | Found::Missing => None,
        }
    }
}

impl Demand {
    /// The sum that pays whole bills, the oldest first, and comes nearest to an amount from below;
    /// the oldest bill alone where the amount does not reach it.
    pub(crate) fn whole_bills(&self, amount: Paise) -> Paise {
        let sums = (1..=self.periods.len())
            .map(|count| self.with_charge(plus(self.periods[..count].iter().map(PeriodDue::sum))));
        let sums: Vec<Paise> = sums.collect();
        let reached = sums.iter().rev().find(|sum| **sum <= amount).or(sums.first());
        reached.copied().unwrap_or(Paise::ZERO)
    }
}

/// What the receipt of bills keeps besides its lines: the account, and the units of each month that
/// is paid. The slip says them, and the utility is told by them.
pub fn bill_answers(demand: &Demand, lines: &[ReceiptLine]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for due in &demand.periods {
        let is_paid = lines.iter().any(|line| line.period == due.period);
        for line in due.lines.iter().filter(|_| is_paid) {
            let Reason::Billed { account, units, .. } = &line.reason else { continue };
            if answers.is_empty() {
                answers.push(Answer { name: ACCOUNT.to_owned(), value: account.clone() });
            }
            let units = units.map(|units| units.to_string());
            answers.extend(units.map(|value| Answer { name: due.period.code(), value }));
        }
    }
    answers.truncate(RECEIPT_ANSWERS_MAX);
    answers
}

/// The account that a bill's receipt keeps.
pub(crate) fn account_of(answers: &[Answer]) -> Option<&str> {
    answers.iter().find(|answer| answer.name == ACCOUNT).map(|answer| answer.value.as_str())
}

/// The units that a bill's receipt keeps for a month.
pub(crate) fn units_of(answers: &[Answer], month: Period) -> Option<&str> {
    let code = month.code();
    answers.iter().find(|answer| answer.name == code).map(|answer| answer.value.as_str())
}

/// Why a receipt is none of this utility's bills.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BillFault {
    #[error("the body has no licence to collect for the service {0}")]
    NoAgency(String),
    #[error("bills of {service} have no line of the head {head}")]
    Head { service: String, head: String },
    #[error("bills of {0} are paid for a building and an account")]
    NoAccount(String),
    #[error("an addition for paying late stands without its bill of {0}")]
    LateAlone(Period),
}

/// Checks what can be said of a bill's receipt without its building.
pub(super) fn check(service: &Service, receipt: &Receipt) -> Result<(), BillFault> {
    let id = || service.id.clone();
    let bill = service.bill.as_ref().filter(|bill| bill.agency);
    let bill = bill.ok_or_else(|| BillFault::NoAgency(id()))?;
    for line in &receipt.lines {
        if line.head != heads::SERVICE_CHARGE && !bill.has_head(&line.head) {
            return Err(BillFault::Head { service: id(), head: line.head.clone() });
        }
        let billed = |other: &ReceiptLine| other.period == line.period && other.head == bill.head;
        if line.head == bill.late_head && !receipt.lines.iter().any(billed) {
            return Err(BillFault::LateAlone(line.period));
        }
    }
    match (&receipt.payer, account_of(&receipt.answers)) {
        (Payer::Building(_), Some(_)) => Ok(()),
        _ => Err(BillFault::NoAccount(id())),
    }
}

/// "14 kL, account W-00345, billed by the Jal Kal".
pub(super) fn why(reason: &Reason, pack: &Pack, language: crate::Language) -> String {
    let fill = |text, values: &[(&str, &str)]| pack.fill(text, language, values);
    match reason {
        Reason::Billed { service, account, units } => {
            let by = pack.biller(service, language);
            let values = [("account", account.as_str()), ("by", by)];
            match units {
                Some(units) => {
                    let (units, unit) = (units.to_string(), pack.bill_unit(service, language));
                    let used = [("units", units.as_str()), ("unit", unit)];
                    fill(Text::WhyBilled, &[used[0], used[1], values[0], values[1]])
                }
                None => fill(Text::WhyBilledPlain, &values),
            }
        }
        Reason::BillLate { base, share, after } => {
            let date = date_text(*after);
            match share {
                Some(share) => fill(
                    Text::WhyBillLateShare,
                    &[
                        ("percent", &super::percent(*share)),
                        ("amount", &base.on_glass()),
                        ("date", &date),
                    ],
                ),
                None => fill(Text::WhyBillLateSum, &[("date", &date)]),
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
