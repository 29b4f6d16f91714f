//! What follows from a change: relevance, calculations, counted repeats and choices that are no
//! longer offered, each item after all that it looks at, and only what a change touches.

use std::collections::BTreeSet;

use super::spot::Spot;
use super::trouble::Rule;
use super::view::View;
use super::{Filling, TURNS_MAX};
use crate::expression::{
    Expression, Steps, Value, evaluate, parse_date, parse_date_time, parse_time,
};
use crate::form::{Default, Item, ItemId, Kind};

impl Filling {
    /// The value of a rule seen from a spot; empty, and a trouble, where it has none.
    pub(super) fn rule(
        &mut self,
        rule: &Expression,
        of: Rule,
        spot: &Spot,
        steps: &mut Steps,
    ) -> Option<Value> {
        let language = self.form.default_language.clone();
        let view = View { filling: self, spot, choice: None, language: &language };
        match evaluate(rule, &view, steps) {
            Ok(value) => {
                self.no_trouble(spot, of);
                Some(value)
            }
            Err(fault) => {
                self.trouble(spot, of, format!("{rule}: {fault}"));
                None
            }
        }
    }

    pub(super) fn settle_all(&mut self, steps: &mut Steps) {
        let all = 1..ItemId::try_from(self.form.items.len()).expect("their number is limited");
        self.settle(all.collect(), steps);
    }

    pub(super) fn settle_after(&mut self, changed: ItemId, steps: &mut Steps) {
        let lookers = self.form.ways.lookers[usize::from(changed)].clone();
        self.settle(lookers, steps);
    }

    pub(super) fn settle(&mut self, mut touched: BTreeSet<ItemId>, steps: &mut Steps) {
        let form = self.form.clone();
        for id in &form.ways.order {
            if !touched.contains(id) || *id == 0 || !self.compute(*id, steps) {
                continue;
            }
            touched.extend(&form.ways.lookers[usize::from(*id)]);
            if form.item(*id).kind == Kind::Repeat {
                // Other turns are other answers to all that is asked in them.
                let inner = form.items.iter().zip(&form.ways.lookers);
                let inner = inner.filter(|(item, _)| item.repeats.contains(id));
                inner.for_each(|(_, lookers)| touched.extend(lookers));
            }
        }
    }

    /// Computes an item in all its turns; whether anything of it changed.
    fn compute(&mut self, id: ItemId, steps: &mut Steps) -> bool {
        let form = self.form.clone();
        let item = form.item(id);
        let mut changed = false;
        for spot in self.spots(id, &[]) {
            changed |= self.relevance(item, &spot, steps);
            if self.irrelevant.contains(&spot) {
                continue;
            }
            if let Some(calculation) = &item.calculation {
                let value = self.rule(calculation, Rule::Calculation, &spot, steps);
                let value = self.stored(&item.kind, value.unwrap_or_else(Value::empty));
                changed |= self.put(&spot, value, Rule::Calculation);
            }
            if let Some(count) = &item.repeat_count {
                let value = self.rule(count, Rule::Count, &spot, steps);
                let value = value.unwrap_or_else(Value::empty);
                changed |= self.count_turns(&spot, value.number(), steps);
            }
            if item.choice_filter.is_some() {
                changed |= self.drop_what_is_not_offered(item, &spot, steps);
            }
        }
        changed
    }

    fn relevance(&mut self, item: &Item, spot: &Spot, steps: &mut Steps) -> bool {
        let mut relevant = !self.irrelevant.contains(&self.parent(spot));
        if let (true, Some(rule)) = (relevant, &item.relevant) {
            // What cannot be evaluated is asked: nothing is left out in silence.
            let value = self.rule(rule, Rule::Relevant, spot, steps);
            relevant = value.is_none_or(|value| value.truth());
        }
        match relevant {
            true => self.irrelevant.remove(spot),
            false => self.irrelevant.insert(spot.clone()),
        }
    }

    /// A computed value as its kind keeps it.
    fn stored(&self, kind: &Kind, value: Value) -> Value {
        if value.is_empty() {
            return Value::empty();
        }
        let text = || value.text(&self.clock);
        match kind {
            Kind::Integer => Value::Number(value.number().trunc()),
            Kind::Decimal | Kind::Range(_) => Value::Number(value.number()),
            Kind::Date => match value {
                Value::DateTime(moment) => Value::Date(moment.date()),
                Value::Date(_) => value,
                _ => parse_date(&text()).map_or_else(Value::empty, Value::Date),
            },
            Kind::DateTime => match value {
                Value::DateTime(_) => value,
                _ => {
                    parse_date_time(&text(), &self.clock).map_or_else(Value::empty, Value::DateTime)
                }
            },
            Kind::Time => match value {
                Value::Time(_) => value,
                Value::DateTime(moment) => Value::Time(moment.time()),
                _ => parse_time(&text()).map_or_else(Value::empty, Value::Time),
            },
            Kind::Calculate | Kind::Hidden => value,
            _ => Value::Text(text()),
        }
    }

    /// Gives a counted repeat so many turns; those that are too many go, with their answers.
    fn count_turns(&mut self, repeat: &Spot, wanted: f64, steps: &mut Steps) -> bool {
        let before = self.turns(repeat);
        let most = f64::from(TURNS_MAX);
        self.no_trouble(repeat, Rule::Turns);
        if wanted > most {
            let says = format!("{wanted} turns are too many: {TURNS_MAX} are made");
            self.trouble(repeat, Rule::Turns, says);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped; not a number is 0"
        )]
        let mut count = wanted.clamp(0.0, most) as u16;
        let more = usize::from(count.saturating_sub(before));
        if more > 0 && !self.has_room(repeat.item, more) {
            self.trouble(repeat, Rule::Turns, "there is no room for more turns".to_owned());
            count = before;
        }
        for turn in (count..before).rev() {
            self.drop_turn(repeat, turn);
        }
        self.grow(repeat, count);
        // What is in the new turns is computed after this, for it looks at its repeat.
        for turn in before..count {
            self.fill_fixed(repeat, turn);
            self.fill_computed(repeat, turn, steps);
        }
        before != count
    }

    pub(super) fn grow(&mut self, repeat: &Spot, count: u16) {
        self.turns.insert(repeat.clone(), count);
        self.first_turns(&repeat.turns);
    }

    /// The defaults of a new turn.
    pub(super) fn fill_turn(&mut self, repeat: &Spot, turn: u16, steps: &mut Steps) {
        self.fill_fixed(repeat, turn);
        self.settle_all(steps);
        self.fill_computed(repeat, turn, steps);
        self.settle_all(steps);
    }

    fn fill_fixed(&mut self, repeat: &Spot, turn: u16) {
        self.fixed_defaults(&[&self.within(repeat, turn)[..], &[repeat.item]].concat());
    }

    fn fill_computed(&mut self, repeat: &Spot, turn: u16, steps: &mut Steps) {
        let within = [&self.within(repeat, turn)[..], &[repeat.item]].concat();
        self.computed_defaults(&within, steps);
    }

    fn within(&self, repeat: &Spot, turn: u16) -> Vec<u16> {
        [&repeat.turns[..], &[turn]].concat()
    }

    /// Spots with a default, in the turns of a repeat (turns, then the repeat), or everywhere.
    fn with_default(&self, within: &[u16]) -> Vec<Spot> {
        let mut spots = Vec::new();
        for (id, item) in self.form.items.iter().enumerate() {
            if item.default.is_none() {
                continue;
            }
            let id = ItemId::try_from(id).expect("their number is limited");
            let turns = match within.split_last() {
                None => &[][..],
                Some((repeat, turns)) if item.repeats.contains(repeat) => turns,
                Some(_) => continue,
            };
            spots.extend(self.spots(id, turns));
        }
        spots.retain(|spot| !self.answers.contains_key(spot));
        spots
    }

    pub(super) fn fixed_defaults(&mut self, within: &[u16]) {
        let form = self.form.clone();
        for spot in self.with_default(within) {
            if let Some(Default::Fixed(value)) = &form.item(spot.item).default {
                self.put(&spot, value.clone(), Rule::Default);
            }
        }
    }

    /// Each computed once, after everything was settled, and then what follows from it.
    pub(super) fn computed_defaults(&mut self, within: &[u16], steps: &mut Steps) {
        for spot in self.with_default(within) {
            if matches!(self.form.item(spot.item).default, Some(Default::Computed(_))) {
                self.default_anew(&spot, steps);
            }
        }
    }

    /// The default of a spot that has no answer, and what follows from it.
    pub(super) fn default_anew(&mut self, spot: &Spot, steps: &mut Steps) {
        let form = self.form.clone();
        let item = form.item(spot.item);
        if self.answers.contains_key(spot) {
            return self.no_trouble(spot, Rule::Default);
        }
        let value = match &item.default {
            Some(Default::Computed(rule)) => {
                let value = self.rule(rule, Rule::Default, spot, steps);
                self.stored(&item.kind, value.unwrap_or_else(Value::empty))
            }
            Some(Default::Fixed(value)) => {
                self.no_trouble(spot, Rule::Default);
                value.clone()
            }
            None => return,
        };
        if self.put(spot, value, Rule::Default) {
            self.settle_after(spot.item, steps);
        }
    }

    fn drop_what_is_not_offered(&mut self, item: &Item, spot: &Spot, steps: &mut Steps) -> bool {
        self.no_trouble(spot, Rule::Filter);
        let Some(Value::Text(names)) = self.answers.get(spot) else { return false };
        if item.kind.list().is_none() {
            return false;
        }
        let names = names.clone();
        let (offered, fault) = self.offered(spot, steps);
        let kept: Vec<&str> = names
            .split_whitespace()
            .filter(|name| offered.iter().any(|choice| choice.name == *name))
            .collect();
        let kept = kept.join(" ");
        if let Some(says) = fault {
            self.trouble(spot, Rule::Filter, says);
        }
        self.put(spot, Value::Text(kept), Rule::Filter)
    }
}
