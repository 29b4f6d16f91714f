//! Rules that could not be evaluated. Each is kept by what it is a rule for, so that a rule that
//! works does not hide another of the same question, and no record is whole with one of them.

use std::collections::BTreeSet;

use super::Filling;
use super::spot::Spot;
use super::verdict::Complaint;
use crate::expression::{STEPS_MAX, Steps};
use crate::form::ItemId;

/// The longest text of a trouble, in bytes.
pub const TROUBLE_BYTES_MAX: usize = 300;
/// So many troubles are kept one by one, with a text. A default is computed once, so that its own
/// are kept all; beyond these, without a text.
pub const TROUBLES_MAX: usize = 2_000;

/// What a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    Relevant,
    Calculation,
    Count,
    /// Turns that a count asks for and that there is no room for.
    Turns,
    Filter,
    Default,
    /// More troubles than are kept one by one; of the whole form.
    Others,
}

const LETTERS: [(Rule, char); 7] = [
    (Rule::Relevant, 'r'),
    (Rule::Calculation, 'c'),
    (Rule::Count, 'n'),
    (Rule::Turns, 't'),
    (Rule::Filter, 'f'),
    (Rule::Default, 'd'),
    (Rule::Others, 'o'),
];

impl Rule {
    /// As it is kept.
    pub fn letter(self) -> char {
        LETTERS.iter().find(|(rule, _)| *rule == self).map_or('o', |(_, letter)| *letter)
    }

    pub fn of_letter(letter: char) -> Option<Rule> {
        LETTERS.iter().find(|(_, each)| *each == letter).map(|(rule, _)| *rule)
    }
}

impl Filling {
    pub(super) fn trouble(&mut self, spot: &Spot, rule: Rule, mut says: String) {
        if says.len() > TROUBLE_BYTES_MAX {
            // What is wrong stands at the end, behind the rule.
            let from = says.ceil_char_boundary(says.len() - TROUBLE_BYTES_MAX + '…'.len_utf8());
            says.replace_range(..from, "…");
        }
        let (mut spot, mut rule) = (spot.clone(), rule);
        let is_new = !self.troubles.contains_key(&(spot.clone(), rule));
        if is_new && rule != Rule::Default && self.troubles.len() >= TROUBLES_MAX {
            (spot, rule) = (Spot { item: 0, turns: Vec::new() }, Rule::Others);
        }
        if self.troubles.len() >= TROUBLES_MAX {
            says.clear();
        }
        self.troubles.insert((spot, rule), says);
    }

    pub(super) fn no_trouble(&mut self, spot: &Spot, rule: Rule) {
        if !self.troubles.is_empty() {
            self.troubles.remove(&(spot.clone(), rule));
        }
    }

    /// What is in trouble, where it is asked.
    pub(super) fn broken(&self) -> impl Iterator<Item = (Spot, Complaint)> {
        let asked = self.troubles.iter().filter(|((spot, _), _)| self.is_relevant(spot));
        asked.map(|((spot, _), says)| {
            let says = if says.is_empty() { "as the rules before it" } else { says };
            (spot.clone(), Complaint::Broken(says.to_owned()))
        })
    }

    /// Computes what is in trouble anew: steps that one answer used up are there again.
    pub(super) fn try_again(&mut self) {
        let tried: Vec<(Spot, Rule)> = self.troubles.keys().cloned().collect();
        if tried.is_empty() {
            return;
        }
        let mut steps = Steps::new(STEPS_MAX);
        let whole = Spot { item: 0, turns: Vec::new() };
        if self.troubles.remove(&(whole, Rule::Others)).is_some() {
            self.settle_all(&mut steps);
        } else {
            let items: BTreeSet<ItemId> = tried.iter().map(|(spot, _)| spot.item).collect();
            self.settle(items, &mut steps);
        }
        for (spot, rule) in tried {
            if rule == Rule::Default && self.is_relevant(&spot) {
                self.default_anew(&spot, &mut steps);
            }
        }
    }
}
