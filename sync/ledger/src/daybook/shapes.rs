//! What an intent and a visit must be in themselves.

use super::Breach;
use super::group::check_parts;
use crate::entry::Intent;
use crate::receipt::TYPED_CHARACTERS_MAX;
use crate::visit::{KINDS_MAX, SACKS_MAX, Visit, VisitOutcome, WEIGHT_G_MAX};

pub(super) fn check_intent(intent: &Intent) -> Result<(), Breach> {
    if !intent.amount.is_positive() {
        return Err(Breach::Sum(intent.amount));
    }
    if intent.reference.is_empty() || intent.reference.len() > TYPED_CHARACTERS_MAX {
        return Err(Breach::TooLong);
    }
    check_parts(intent)
}

pub(super) fn check_visit(visit: &Visit) -> Result<(), Breach> {
    let waste = visit.weight_g > 0 || visit.sacks > 0 || !visit.kinds.is_empty();
    let may_have_waste =
        matches!(visit.outcome, VisitOutcome::Collected | VisitOutcome::NotSegregated);
    if waste && !may_have_waste {
        return Err(Breach::VisitContradicts(visit.outcome));
    }
    let too_much = visit.weight_g > WEIGHT_G_MAX || visit.sacks > SACKS_MAX;
    if too_much || visit.kinds.len() > KINDS_MAX {
        return Err(Breach::VisitTooMuch);
    }
    Ok(())
}
