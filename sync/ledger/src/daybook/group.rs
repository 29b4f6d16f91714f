//! The receipts of one payment: they follow each other with nothing between, and what was asked of
//! a terminal or a bank for all of them is what they add up to.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};

use super::{Breach, DayBook};
use crate::entry::{Entry, Fact, Intent, StaffId};
use crate::group::{GROUP_MAX, GroupPlace};
use crate::money::Paise;
use crate::receipt::{Payer, Receipt, Tender};

/// What is under way of payments for several demands. Empty between two payments, but for intents
/// of which a receipt was kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(super) struct Groups {
    #[n(0)]
    run: Option<Run>,
    /// Which parts of an intent have their receipts, where not all have.
    #[n(1)]
    taken: BTreeMap<u64, BTreeSet<u8>>,
}

/// A payment whose next receipt must follow.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Run {
    #[n(0)]
    next: GroupPlace,
    #[n(1)]
    tender: Tender,
    #[n(2)]
    staff: Option<StaffId>,
}

impl Groups {
    pub(super) fn is_empty(&self) -> bool {
        self.run.is_none() && self.taken.is_empty()
    }

    /// What comes after an entry, whether it was taken or is kept apart: one broken receipt does
    /// not break those that follow it.
    pub(super) fn go_on(&mut self, entry: &Entry) {
        self.run = match &entry.fact {
            Fact::Receipt(receipt) => run_after(receipt, entry.staff),
            _ => None,
        };
    }

    /// Notes the receipt of a part; true once all parts have theirs.
    pub(super) fn take(&mut self, seq: u64, intent: &Intent, place: GroupPlace) -> bool {
        let taken = self.taken.entry(seq).or_default();
        taken.insert(place.nth);
        let all = taken.len() >= intent.parts.len();
        if all {
            self.taken.remove(&seq);
        }
        all
    }

    fn has(&self, seq: u64, place: GroupPlace) -> bool {
        self.taken.get(&seq).is_some_and(|taken| taken.contains(&place.nth))
    }
}

fn run_after(receipt: &Receipt, staff: Option<StaffId>) -> Option<Run> {
    let place = receipt.group.filter(|place| place.is_sound() && !place.is_last())?;
    let next = GroupPlace { nth: place.nth + 1, of: place.of };
    Some(Run { next, tender: receipt.tender.clone(), staff })
}

impl DayBook {
    /// The next receipt of a payment that is under way, and nothing else; or the first of one.
    pub(super) fn check_group(&self, entry: &Entry) -> Result<(), Breach> {
        let receipt = match &entry.fact {
            Fact::Receipt(receipt) => Some(receipt),
            _ => None,
        };
        let place = receipt.and_then(|receipt| receipt.group);
        let found = match (&self.groups.run, receipt.zip(place)) {
            (None, None) => return Ok(()),
            (Some(run), None) => {
                return Err(Breach::GroupUnfinished { next: run.next.nth, of: run.next.of });
            }
            (None, Some((_, place))) if place.is_sound() && place.is_first() => receipt,
            (Some(run), Some((receipt, place))) => {
                let follows = place == run.next
                    && entry.staff == run.staff
                    && receipt.tender.is_of_one_payment(&run.tender);
                follows.then_some(receipt)
            }
            (None, Some(_)) => None,
        };
        let change_is_last = |receipt: &&Receipt| match &receipt.tender {
            Tender::Cash(cash) => {
                cash.tendered == receipt.total || place.is_some_and(GroupPlace::is_last)
            }
            Tender::Card(_) | Tender::Upi(_) | Tender::Instrument(_) => true,
        };
        match found.filter(change_is_last) {
            Some(_) => Ok(()),
            None => Err(Breach::GroupOutOfTurn),
        }
    }

    /// Whether a receipt is what an intent asked for, or one of its parts. Money for several
    /// demands that cannot be spread over them any more is receipted whole, in suspense.
    pub(super) fn fulfils(&self, seq: u64, intent: &Intent, receipt: &Receipt) -> bool {
        match (receipt.group, intent.parts.is_empty()) {
            (None, true) => receipt.total == intent.amount,
            (None, false) => {
                receipt.total == intent.amount
                    && matches!(receipt.payer, Payer::Suspense(_))
                    && !self.groups.taken.contains_key(&seq)
            }
            (Some(_), true) => false,
            (Some(place), false) => {
                let part = intent.parts.get(usize::from(place.nth).wrapping_sub(1));
                usize::from(place.of) == intent.parts.len()
                    && part.is_some_and(|part| part.is_of(receipt))
                    && !self.groups.has(seq, place)
            }
        }
    }

    /// The receipt of an intent, or of one of its parts, is there.
    pub(super) fn take_fulfilment(&mut self, seq: u64, group: Option<GroupPlace>) {
        let intent = self.intents.get(&seq).or_else(|| self.late.get(&seq));
        if let Some((intent, place)) = intent.zip(group)
            && !self.groups.take(seq, intent, place)
        {
            return;
        }
        self.intents.remove(&seq);
        self.late.remove(&seq);
    }
}

/// What can be said of the parts of an intent without the register.
pub(super) fn check_parts(intent: &Intent) -> Result<(), Breach> {
    let parts = &intent.parts;
    if parts.is_empty() {
        return Ok(());
    }
    if parts.len() < 2 || parts.len() > GROUP_MAX || intent.building.is_some() {
        return Err(Breach::GroupOutOfTurn);
    }
    if let Some(part) = parts.iter().find(|part| !part.amount.is_positive()) {
        return Err(Breach::Sum(part.amount));
    }
    let demands: BTreeSet<(u32, &str)> =
        parts.iter().map(|part| (part.building, part.service.as_str())).collect();
    let sum = Paise::sum(parts.iter().map(|part| part.amount));
    let sum = sum.map_err(|_| Breach::Sum(intent.amount))?;
    if sum != intent.amount {
        return Err(Breach::LinesDiffer { lines: sum, total: intent.amount });
    }
    match demands.len() == parts.len() {
        true => Ok(()),
        false => Err(Breach::GroupOutOfTurn),
    }
}
