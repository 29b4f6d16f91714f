//! Which part of a payment goes to which period and head: the oldest period first, and inside a
//! period so that every rupee of tax carries its own cess and interest. What stays owed can then be
//! computed from the unpaid tax alone, with no memory of how it was paid.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::demand::{Demand, DueLine, PeriodDue};
use crate::money::{MoneyError, Paise};
use crate::pack::{BasisPoints, Rounding, ServiceKind, heads};
use crate::period::Period;

/// Money taken for one period under one head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLine {
    #[n(0)]
    pub period: Period,
    #[n(1)]
    pub head: String,
    #[n(2)]
    pub amount: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ApportionError {
    #[error("the amount is not above zero")]
    NotPositive,
    #[error("a fee is paid whole")]
    NotWhole,
    #[error("a bill is paid whole and the oldest first: {0} is such a sum")]
    NotWholeBills(Paise),
    #[error("a bill takes no money ahead: {0} is owed")]
    NoAdvance(Paise),
    #[error("the amount does not cover the charge for using the machine")]
    BelowCharge,
    #[error("a sum is out of range")]
    Money(#[from] MoneyError),
}

impl ReceiptLine {
    /// Every line is above zero but one: money held earlier that is used now stands below it.
    pub fn has_sound_amount(&self) -> bool {
        match self.head.as_str() {
            heads::ADVANCE_USED => self.amount < Paise::ZERO,
            _ => self.amount.is_positive(),
        }
    }
}

/// Splits an amount over a demand. The lines add up to the amount exactly; what is above the demand
/// pays whole periods ahead, where the pack offers them, and is kept as an advance.
pub fn apportion(demand: &Demand, amount: Paise) -> Result<Vec<ReceiptLine>, ApportionError> {
    if !amount.is_positive() {
        return Err(ApportionError::NotPositive);
    }
    if demand.service == ServiceKind::Fees && amount != demand.total {
        return Err(ApportionError::NotWhole);
    }
    if demand.service == ServiceKind::Bill {
        let whole = demand.whole_bills(amount);
        match amount {
            _ if amount > demand.total => return Err(ApportionError::NoAdvance(demand.total)),
            _ if amount != whole => return Err(ApportionError::NotWholeBills(whole)),
            _ => {}
        }
    }
    let charge = demand.charge_within(amount);
    if charge.is_positive() && amount <= charge {
        return Err(ApportionError::BelowCharge);
    }
    let now = demand.current_period();
    let mut lines = Vec::new();
    let mut left = amount.checked_sub(charge)?.checked_add(demand.held)?;
    for due in &demand.periods {
        left = pay(&mut lines, due, left, demand.rounding)?;
    }
    for due in &demand.ahead {
        // Only whole periods are paid ahead; what is less is kept and stays the payer's to use.
        if left < due.sum() {
            break;
        }
        left = pay(&mut lines, due, left, demand.rounding)?;
    }
    let below_zero = Paise::ZERO.checked_sub(demand.held)?;
    push(&mut lines, now, heads::ADVANCE_USED, below_zero);
    push(&mut lines, now, heads::ADVANCE, left);
    push(&mut lines, now, heads::SERVICE_CHARGE, charge);
    Ok(lines)
}

fn push(lines: &mut Vec<ReceiptLine>, period: Period, head: &str, amount: Paise) {
    if !amount.is_zero() {
        lines.push(ReceiptLine { period, head: head.to_owned(), amount });
    }
}

/// Pays a period as far as the money goes and returns what is left of it.
fn pay(
    lines: &mut Vec<ReceiptLine>,
    due: &PeriodDue,
    mut left: Paise,
    rounding: Rounding,
) -> Result<Paise, MoneyError> {
    for group in groups(&due.lines) {
        let owed = Paise::sum(group.iter().map(|line| line.amount))?;
        let amounts = match left >= owed {
            true => group.iter().map(|line| line.amount).collect(),
            false => part(group, left, rounding)?,
        };
        for (line, amount) in group.iter().zip(amounts) {
            push(lines, due.period, &line.head, amount);
        }
        left = left.checked_sub(left.min(owed))?;
    }
    Ok(left)
}

/// A line with the shares of it that follow.
fn groups(lines: &[DueLine]) -> impl Iterator<Item = &[DueLine]> {
    lines.chunk_by(|_, next| next.share().is_some())
}

/// Splits a part payment over a line and its shares. The tax that stays unpaid is chosen so that
/// what it then asks for with its cess and interest comes as near as can be to what was owed less
/// what is paid: rounding moves it by a rupee at most.
fn part(group: &[DueLine], paying: Paise, rounding: Rounding) -> Result<Vec<Paise>, MoneyError> {
    let Some((base, shares)) = group.split_first() else {
        return Ok(Vec::new());
    };
    let owed = Paise::sum(group.iter().map(|line| line.amount))?;
    let target = owed.checked_sub(paying)?;
    let shares: Vec<BasisPoints> = shares.iter().filter_map(DueLine::share).collect();
    let rest = Rest { shares: &shares, rounding };
    let unpaid = rest.of_tax(base.amount, target)?;
    let tax = base.amount.checked_sub(unpaid)?;
    let mut open = paying.checked_sub(tax)?;
    let mut amounts = vec![tax];
    for (place, line) in group.iter().enumerate().skip(1) {
        let later = rounding.share(unpaid, shares[place - 1])?;
        let fair = line.amount.checked_sub(later)?.at_least_zero();
        let amount = fair.min(open);
        open = open.checked_sub(amount)?;
        amounts.push(amount);
    }
    // The paise that rounding left go where a line still has room.
    for (line, amount) in group.iter().zip(&mut amounts).rev() {
        let room = line.amount.checked_sub(*amount)?;
        let more = room.min(open);
        *amount = amount.checked_add(more)?;
        open = open.checked_sub(more)?;
    }
    assert!(open.is_zero(), "a part is below the whole, so the lines have room for it");
    Ok(amounts)
}

/// What an unpaid rest of tax asks for, with its shares.
struct Rest<'a> {
    shares: &'a [BasisPoints],
    rounding: Rounding,
}

impl Rest<'_> {
    fn asks(&self, tax: Paise) -> Result<Paise, MoneyError> {
        let mut shares = self.shares.iter().map(|share| self.rounding.share(tax, *share));
        shares.try_fold(tax, |sum, share| sum.checked_add(share?))
    }

    /// The rest of the tax that asks most nearly for the target: in whole rupees where that comes
    /// within one, so that the next payer's coins fit; otherwise to the paisa.
    fn of_tax(&self, tax: Paise, target: Paise) -> Result<Paise, MoneyError> {
        let rupee = Paise::rupees(1);
        let whole = |sum: Paise| sum.get() % rupee.get() == 0;
        if whole(tax) && whole(target) {
            let rest = self.nearest(tax, target, rupee)?;
            if distance(self.asks(rest)?, target)? <= rupee {
                return Ok(rest);
            }
        }
        self.nearest(tax, target, Paise::new(1))
    }

    /// By halving: what a rest asks for grows with it.
    fn nearest(&self, tax: Paise, target: Paise, step: Paise) -> Result<Paise, MoneyError> {
        let (mut low, mut high) = (0, tax.get() / step.get());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.asks(step.times(middle)?)? <= target {
                low = middle;
            } else {
                high = middle;
            }
        }
        let (low, high) = (step.times(low)?, step.times(high)?);
        let above = distance(self.asks(high)?, target)? < distance(self.asks(low)?, target)?;
        Ok(if above { high } else { low })
    }
}

fn distance(one: Paise, other: Paise) -> Result<Paise, MoneyError> {
    let (less, more) = if one < other { (one, other) } else { (other, one) };
    more.checked_sub(less)
}

#[cfg(test)]
mod tests;
