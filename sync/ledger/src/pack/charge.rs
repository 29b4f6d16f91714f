//! What a centre that is not the body's own may take for its service (in Kerala an Akshaya centre),
//! by steps of the sum that is paid there.

use super::figure::Dated;
use super::rates::{BasisPoints, Rounding, basis_points};
use super::reader::Section;
use crate::money::{MoneyError, Paise};

/// The most steps of one table; the orders have three.
const STEPS_MAX: usize = 20;

/// The steps in their order; the last one has no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CentreCharge {
    steps: Vec<ChargeStep>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeStep {
    /// Holds for sums up to this one, and above that of the step before.
    pub to: Option<Paise>,
    pub takes: StepTakes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTakes {
    Sum(Paise),
    /// A share of what is paid, and never more than `most`.
    Share {
        share: BasisPoints,
        most: Option<Paise>,
    },
}

impl CentreCharge {
    pub fn steps(&self) -> &[ChargeStep] {
        &self.steps
    }

    /// The step of a payment, and the sum above which it holds.
    pub fn step_of(&self, paid: Paise) -> (Paise, ChargeStep) {
        let fits = |step: &ChargeStep| step.to.is_none_or(|to| paid <= to);
        let place = self.steps.iter().position(fits).expect("the last step has no end");
        let above = place.checked_sub(1).and_then(|before| self.steps[before].to);
        (above.unwrap_or(Paise::ZERO), self.steps[place])
    }

    /// The charge for a payment, which is taken besides it; none where nothing is paid.
    pub fn on(&self, paid: Paise, rounding: Rounding) -> Result<Paise, MoneyError> {
        if !paid.is_positive() {
            return Ok(Paise::ZERO);
        }
        self.step_of(paid).1.takes.on(paid, rounding)
    }

    /// The charge that is in a sum which covers both the payment and its charge: that of the
    /// largest payment which, with its own charge, the sum covers. At a step's end a few sums are
    /// covered by no payment with just its charge (with 10 up to 1,000 and 20 above it, those from
    /// 1,010.01 to 1,020): they have the charge of the lower step, and the rest is paid.
    pub fn within(&self, sum: Paise, rounding: Rounding) -> Paise {
        let covered = |paid: i64| {
            let paid = Paise::new(paid);
            let with = self.on(paid, rounding).and_then(|charge| paid.checked_add(charge));
            with.is_ok_and(|with| with <= sum)
        };
        // By halving: what a payment comes to with its charge grows with it.
        let (mut low, mut high) = (0, sum.at_least_zero().get().saturating_add(1));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if covered(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        // Where not even a paisa is covered, the least charge is asked, and is not reached.
        let largest = Paise::new(low.max(1));
        self.on(largest, rounding).unwrap_or(Paise::ZERO)
    }

    /// Reads the `[[centre_charge]]` sections, of which there need not be any.
    pub(super) fn read(file: &Section<'_>) -> Dated<Self> {
        Dated::read_if_any(file, "centre_charge", |section| {
            let inner = section.sections("step");
            if inner.len() > STEPS_MAX {
                section.fault_at("step", &format!("has more than {STEPS_MAX} steps"));
            }
            let last = inner.len().saturating_sub(1);
            let mut steps: Vec<ChargeStep> = Vec::new();
            for (place, step) in inner.into_iter().enumerate() {
                let read = read_step(&step, place == last, steps.last());
                steps.push(read);
                step.finish();
            }
            if steps.is_empty() {
                section.fault_at("step", "must be a list of steps");
                steps.push(ChargeStep { to: None, takes: StepTakes::Sum(Paise::ZERO) });
            }
            Self { steps }
        })
    }
}

impl StepTakes {
    fn on(self, paid: Paise, rounding: Rounding) -> Result<Paise, MoneyError> {
        match self {
            Self::Sum(sum) => Ok(sum),
            Self::Share { share, most } => {
                let amount = rounding.share(paid, share)?;
                Ok(most.map_or(amount, |most| amount.min(most)))
            }
        }
    }
}

fn read_step(step: &Section<'_>, is_last: bool, before: Option<&ChargeStep>) -> ChargeStep {
    let to = step.has("to").then(|| step.money("to"));
    match (to, is_last) {
        (Some(_), true) => step.fault_at("to", "the last step has no end"),
        (None, false) => step.fault("step: only the last one may have no end, to"),
        (Some(to), false) => {
            let above = before.and_then(|before| before.to).unwrap_or(Paise::ZERO);
            if to <= above {
                step.fault_at("to", "must be above that of the step before");
            }
        }
        (None, true) => {}
    }
    let takes = match step.has("rupees") {
        true => StepTakes::Sum(step.money("rupees")),
        false => StepTakes::Share {
            share: basis_points(step),
            most: step.has("at_most").then(|| step.money("at_most")),
        },
    };
    if before.is_some_and(|before| falls(before, takes)) {
        step.fault("step: takes less than the step before, at the sum where it begins");
    }
    ChargeStep { to: if is_last { None } else { to.or(Some(Paise::ZERO)) }, takes }
}

/// Whether a larger payment would be charged less.
fn falls(before: &ChargeStep, takes: StepTakes) -> bool {
    let Some(end) = before.to else { return false };
    let first = end.checked_add(Paise::new(1));
    [Rounding::Rupee, Rounding::Paisa].into_iter().any(|rounding| {
        let last = before.takes.on(end, rounding);
        let first = first.and_then(|first| takes.on(first, rounding));
        matches!((last, first), (Ok(last), Ok(first)) if first < last)
    })
}

#[cfg(test)]
mod tests;
