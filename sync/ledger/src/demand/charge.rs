//! The charge that is taken besides what is owed: for using the body's own machine one sum, and at
//! a centre that is not the body's own by steps of what is paid.

use super::{CHECKED, Demand, DemandError, Reason, figure_if_any_ref, minus, plus};
use crate::money::Paise;
use crate::pack::{CentreCharge, Pack, Rounding, StepTakes};

/// By which rule the charge of a demand follows from what is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Charging {
    /// The charge of the demand, whatever is paid of it.
    Once,
    ByPayment(CentreCharge),
}

impl Demand {
    /// The same demand where it is paid at a centre that is not the body's own: the centre's charge
    /// takes the place of that for the body's machine. Where the pack knows no such charge on the
    /// day, nothing changes.
    pub fn at_a_centre(self, pack: &Pack) -> Result<Self, DemandError> {
        let steps = figure_if_any_ref("centre_charge", &pack.rates.centre_charge, self.on)?;
        let Some(steps) = steps else { return Ok(self) };
        let net = minus(self.total, self.charge);
        let everything = Paise::sum(self.ahead.iter().map(super::PeriodDue::sum))?;
        let everything = everything.checked_add(net)?;
        // Whatever a payer may choose is at most this, so that none of it can be out of range.
        everything.checked_add(steps.on(everything, self.rounding)?)?;
        let charge = steps.on(net, self.rounding)?;
        let total = net.checked_add(charge)?;
        Ok(Self { charge, total, charging: Charging::ByPayment(steps.clone()), ..self })
    }

    /// The same demand where no machine of anybody's is used to pay it.
    pub(crate) fn without_charge(self) -> Self {
        let total = self.net();
        Self { charge: Paise::ZERO, total, charging: Charging::Once, ..self }
    }

    /// The charge that is in a sum that is paid.
    pub fn charge_within(&self, sum: Paise) -> Paise {
        match &self.charging {
            Charging::Once => self.charge,
            Charging::ByPayment(steps) => steps.within(sum, self.rounding),
        }
    }

    /// What is paid beyond everything that is owed today, where this sum is paid.
    pub fn above(&self, sum: Paise) -> Paise {
        let owed = minus(self.total, self.charge);
        let paid = sum.checked_sub(self.charge_within(sum)).and_then(|paid| paid.checked_sub(owed));
        paid.map_or(Paise::ZERO, Paise::at_least_zero)
    }

    /// A part of what is owed with the charge for paying just that.
    pub(super) fn with_charge(&self, part: Paise) -> Paise {
        let charge = match &self.charging {
            Charging::Once => self.charge,
            Charging::ByPayment(steps) => steps.on(part, self.rounding).expect(CHECKED),
        };
        plus([part, charge])
    }

    /// What is owed besides the charge.
    pub(super) fn net(&self) -> Paise {
        minus(self.total, self.charge)
    }

    /// Why the charge is what it is, where the whole is paid; none where it is one sum for all.
    pub fn charge_reason(&self) -> Option<Reason> {
        match &self.charging {
            Charging::Once => None,
            Charging::ByPayment(_) if self.charge.is_zero() => None,
            Charging::ByPayment(steps) => Some(reason(steps, self.net(), self.rounding)),
        }
    }
}

/// The rule of a payment's charge, in the words of a fee's: a slab of whole rupees, where a begun
/// rupee counts, or a share.
pub(super) fn reason(steps: &CentreCharge, paid: Paise, rounding: Rounding) -> Reason {
    let (above, step) = steps.step_of(paid);
    match step.takes {
        StepTakes::Sum(_) => Reason::FeeSlab {
            value: begun_rupees(paid),
            from: begun_rupees(above) + 1,
            to: step.to.map(begun_rupees),
        },
        StepTakes::Share { share, most } => {
            let uncapped = rounding.share(paid, share).unwrap_or(paid);
            Reason::ShareOfSum { base: paid, share, most: most.filter(|most| *most < uncapped) }
        }
    }
}

fn begun_rupees(sum: Paise) -> u64 {
    let rupee = Paise::rupees(1).get();
    u64::try_from(sum.at_least_zero().get().unsigned_abs().div_ceil(rupee.unsigned_abs()))
        .unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
