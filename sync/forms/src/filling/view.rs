//! What an expression sees from one spot.

use data_encoding::HEXLOWER;
use ring::digest;

use super::spot::Spot;
use super::{Filling, verdict};
use crate::expression::{Clock, EvaluationFault, Pattern, Scope, Steps, Value};
use crate::form::{Choice, ItemId, Kind};

pub struct View<'v> {
    pub filling: &'v Filling,
    pub spot: &'v Spot,
    /// The choice that a choice_filter looks at.
    pub choice: Option<&'v Choice>,
    pub language: &'v str,
}

impl View<'_> {
    /// The turns that this place shares with an item, which are given when one looks at it.
    fn shared(&self, target: ItemId) -> &[u16] {
        let form = &self.filling.form;
        let mut around = form.item(self.spot.item).repeats.clone();
        around.push(self.spot.item);
        let theirs = &form.item(target).repeats;
        let same = around.iter().zip(theirs).take_while(|(one, other)| one == other).count();
        &self.spot.turns[..same.min(self.spot.turns.len())]
    }
}

impl Scope for View<'_> {
    fn answers(&self, name: &str, steps: &mut Steps) -> Result<Vec<Value>, EvaluationFault> {
        let filling = self.filling;
        let Some(id) = filling.form.named(name) else { return Ok(Vec::new()) };
        let spots = filling.walk(id, self.shared(id), &mut |count| steps.take(count))?;
        let seen = spots.iter().filter(|spot| !filling.irrelevant.contains(spot));
        match filling.form.item(id).kind {
            Kind::Repeat => {
                let count: usize = seen.map(|spot| usize::from(filling.turns(spot))).sum();
                steps.take(count)?;
                Ok(vec![Value::empty(); count])
            }
            _ => {
                let empty = Value::empty();
                let values = seen.map(|spot| {
                    let value = filling.answers.get(spot).unwrap_or(&empty);
                    steps.take_value(value)?;
                    Ok(value.clone())
                });
                values.collect()
            }
        }
    }

    fn here(&self) -> Value {
        self.filling.value(self.spot)
    }

    fn position(&self, levels: u8) -> usize {
        let form = &self.filling.form;
        let mut above = form.item(self.spot.item).parent;
        for _ in 1..levels {
            above = form.item(above).parent;
        }
        let depth = form.item(above).repeats.len();
        self.spot.turns.get(depth).map_or(1, |turn| usize::from(*turn) + 1)
    }

    fn in_turns(&self, name: &str, turns: &[(&str, usize)]) -> Value {
        let form = &self.filling.form;
        let Some(id) = form.named(name) else { return Value::empty() };
        let shared = self.shared(id);
        let repeats = form.item(id).repeats.iter().enumerate();
        let wanted: Option<Vec<u16>> = repeats
            .map(|(depth, repeat)| {
                let named = turns.iter().find(|(name, _)| form.named(name) == Some(*repeat));
                match named {
                    Some((_, turn)) => u16::try_from(turn - 1).ok(),
                    // A repeat that is not named: the turn that we stand in, or the first.
                    None => Some(shared.get(depth).copied().unwrap_or(0)),
                }
            })
            .collect();
        match wanted.map(|turns| Spot { item: id, turns }) {
            Some(spot) if self.filling.is_there(&spot) => self.filling.value(&spot),
            _ => Value::empty(),
        }
    }

    fn choice_label(&self, question: &str, choice: &str) -> String {
        let form = &self.filling.form;
        let list = form.named(question).and_then(|id| form.item(id).kind.list());
        let found = list.and_then(|list| form.choice(list, choice));
        let parts = found
            .and_then(|choice| choice.label.in_language(self.language, &form.default_language));
        parts.map(verdict::words).unwrap_or_default()
    }

    fn column(&self, name: &str) -> Value {
        let Some(choice) = self.choice else { return Value::empty() };
        let column = if name == "name" { Some(&choice.name) } else { choice.columns.get(name) };
        Value::Text(column.cloned().unwrap_or_default())
    }

    fn pattern(&self, text: &str) -> Option<Pattern> {
        self.filling.form.ways.patterns.get(text).cloned()
    }

    fn clock(&self) -> Clock {
        self.filling.clock
    }

    fn chance(&self) -> [u8; 16] {
        let drawn = self.filling.drawn.get();
        self.filling.drawn.set(drawn.wrapping_add(1));
        let said = format!("{} {drawn}", HEXLOWER.encode(&self.filling.seed));
        let hash = digest::digest(&digest::SHA256, said.as_bytes());
        hash.as_ref()[..16].try_into().expect("SHA-256 has 32 bytes")
    }
}
