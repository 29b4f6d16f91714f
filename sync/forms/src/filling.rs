//! One filling of a form: what was answered, what is asked, what is wrong, where the person is. It
//! is told the moment with each task and returns what is to be shown; it decides nothing twice.

mod keep;
mod pages;
mod record;
mod settle;
mod spot;
#[cfg(test)]
mod tests;
mod trouble;
mod verdict;
mod view;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use keep::{KEPT_BYTES_MAX, KeptFault};
pub use pages::{Page, Turned};
pub use record::{Entry, Record};
pub use spot::Spot;
use trouble::Rule;
pub use verdict::Complaint;

use crate::expression::{Clock, STEPS_MAX, Steps, Value};
use crate::form::{Form, ItemId, Kind, NotAnAnswer};

/// The most turns of one repeat.
pub const TURNS_MAX: u16 = 200;
/// The most questions with all their turns.
pub const SPOTS_MAX: usize = 20_000;

/// What is around a filling where it begins.
#[derive(Debug, Clone)]
pub struct Around {
    pub clock: Clock,
    /// The name of the device, for deviceid.
    pub device: String,
    /// For random() and uuid(): the caller's chance, other for each filling.
    pub seed: [u8; 16],
}

#[derive(Debug, Clone)]
pub struct Filling {
    form: Arc<Form>,
    clock: Clock,
    seed: [u8; 16],
    /// How often chance was drawn.
    drawn: Cell<u32>,
    answers: BTreeMap<Spot, Value>,
    /// What the answers come to where they are kept, in bytes.
    answers_bytes: usize,
    /// How many turns each repeat has.
    turns: BTreeMap<Spot, u16>,
    irrelevant: BTreeSet<Spot>,
    /// Rules that could not be evaluated, with why.
    troubles: BTreeMap<(Spot, Rule), String>,
    /// How many turns a repeat begins with that is not counted: 1, as in the record of ODK, or 0
    /// where each is added by whoever fills it in.
    first_turns: u16,
    /// Where the person is: a key of `spot::key`.
    at: Vec<u16>,
}

/// Why a turn cannot be added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTurn {
    #[error("the form says how many there are")]
    Counted,
    #[error("there is no room for more")]
    Full,
    #[error("there is no such turn")]
    Gone,
}

impl Filling {
    pub fn begin(form: Arc<Form>, around: &Around) -> Filling {
        Self::begin_with(form, around, 1)
    }

    /// The same, where every turn of a repeat that is not counted is added: none is there before.
    pub fn begin_without_turns(form: Arc<Form>, around: &Around) -> Filling {
        Self::begin_with(form, around, 0)
    }

    fn begin_with(form: Arc<Form>, around: &Around, first_turns: u16) -> Filling {
        let mut filling = Filling {
            form,
            clock: around.clock,
            seed: around.seed,
            drawn: Cell::new(0),
            answers: BTreeMap::new(),
            answers_bytes: 0,
            turns: BTreeMap::new(),
            irrelevant: BTreeSet::new(),
            troubles: BTreeMap::new(),
            first_turns,
            at: Vec::new(),
        };
        let mut steps = Steps::new(STEPS_MAX);
        filling.first_turns(&[]);
        let begun = filling.form.clone();
        for (id, item) in begun.items.iter().enumerate() {
            let value = match item.kind {
                Kind::Start => Value::DateTime(around.clock.now),
                Kind::Today => Value::Date(around.clock.now.date()),
                Kind::DeviceId => Value::Text(around.device.clone()),
                _ => continue,
            };
            let id = ItemId::try_from(id).expect("their number is limited");
            for spot in filling.spots(id, &[]) {
                filling.put(&spot, value.clone(), Rule::Default);
            }
        }
        filling.fixed_defaults(&[]);
        filling.settle_all(&mut steps);
        filling.computed_defaults(&[], &mut steps);
        filling
    }

    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The moment of what is done next.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Takes an answer, as text; an empty one takes the answer back. What follows from it is
    /// computed at once. A constraint is not looked at: `complaint` says whether it holds.
    pub fn answer(&mut self, spot: &Spot, text: &str) -> Result<(), NotAnAnswer> {
        let form = self.form.clone();
        if !self.is_there(spot) || self.irrelevant.contains(spot) {
            return Err(NotAnAnswer::Gone);
        }
        let item = form.item(spot.item);
        if !item.kind.is_shown() {
            return Err(NotAnAnswer::NotAsked);
        }
        if self.is_readonly(spot) {
            return Err(NotAnAnswer::ReadOnly);
        }
        let value = item.kind.answer(text)?;
        let mut fault = None;
        if item.kind.list().is_some() {
            let (offered, filter_fault) = self.offered(spot, &mut Steps::new(STEPS_MAX));
            fault = filter_fault;
            let names = text.split_whitespace();
            if !names.clone().all(|name| offered.iter().any(|choice| choice.name == name)) {
                return Err(NotAnAnswer::NoChoice);
            }
            if matches!(item.kind, Kind::SelectOne(_)) && names.count() > 1 {
                return Err(NotAnAnswer::NoChoice);
            }
        }
        if !self.has_room_for(spot, &value) {
            return Err(NotAnAnswer::TooLong);
        }
        // Whoever answers has seen that there was no default.
        self.no_trouble(spot, Rule::Default);
        match fault {
            Some(says) => self.trouble(spot, Rule::Filter, says),
            None => self.no_trouble(spot, Rule::Filter),
        }
        if self.put(spot, value, Rule::Default) {
            self.settle_after(spot.item, &mut Steps::new(STEPS_MAX));
        }
        Ok(())
    }

    /// What counts: nothing where the question is not asked.
    pub fn value(&self, spot: &Spot) -> Value {
        match self.irrelevant.contains(spot) {
            true => Value::empty(),
            false => self.answers.get(spot).cloned().unwrap_or_else(Value::empty),
        }
    }

    /// The answer as text, as the record has it.
    pub fn text(&self, spot: &Spot) -> String {
        self.value(spot).text(&self.clock)
    }

    pub fn is_relevant(&self, spot: &Spot) -> bool {
        self.is_there(spot) && !self.irrelevant.contains(spot)
    }

    /// Rules that could not be evaluated, for whoever keeps the form.
    pub fn troubles(&self) -> impl Iterator<Item = (&Spot, &str)> {
        self.troubles.iter().map(|((spot, _), says)| (spot, says.as_str()))
    }

    /// How many turns a repeat has.
    pub fn turns(&self, repeat: &Spot) -> u16 {
        self.turns.get(repeat).copied().unwrap_or(0)
    }

    /// Adds a turn at the end of a repeat.
    pub fn add_turn(&mut self, repeat: &Spot) -> Result<(), NoTurn> {
        self.countless(repeat)?;
        let count = self.turns(repeat);
        if count >= TURNS_MAX || !self.has_room(repeat.item, 1) {
            return Err(NoTurn::Full);
        }
        let mut steps = Steps::new(STEPS_MAX);
        self.grow(repeat, count + 1);
        self.settle_all(&mut steps);
        self.fill_turn(repeat, count, &mut steps);
        Ok(())
    }

    /// Takes a turn away, from 0; those behind it move up.
    pub fn remove_turn(&mut self, repeat: &Spot, turn: u16) -> Result<(), NoTurn> {
        self.countless(repeat)?;
        let count = self.turns(repeat);
        if turn >= count {
            return Err(NoTurn::Gone);
        }
        self.drop_turn(repeat, turn);
        self.turns.insert(repeat.clone(), count - 1);
        self.settle_all(&mut Steps::new(STEPS_MAX));
        Ok(())
    }

    fn countless(&self, repeat: &Spot) -> Result<(), NoTurn> {
        let is_repeat = usize::from(repeat.item) < self.form.items.len()
            && self.form.item(repeat.item).kind == Kind::Repeat;
        if !is_repeat || !self.is_relevant(repeat) {
            return Err(NoTurn::Gone);
        }
        match self.form.item(repeat.item).repeat_count {
            Some(_) => Err(NoTurn::Counted),
            None => Ok(()),
        }
    }

    /// Whether the answers with this one can still be kept.
    fn has_room_for(&self, spot: &Spot, value: &Value) -> bool {
        let before = self.answers.get(spot).map_or(0, |before| keep::weight(spot, before));
        let others = self.answers_bytes.saturating_sub(before);
        value.is_empty() || others + keep::weight(spot, value) <= keep::ANSWERS_BYTES_MAX
    }

    /// Whether the value is another than before. What there is no room for is not kept, and the
    /// rule that it comes from is in trouble.
    fn put(&mut self, spot: &Spot, mut value: Value, rule: Rule) -> bool {
        if !self.has_room_for(spot, &value) {
            self.trouble(spot, rule, "there is no room for so many long answers".to_owned());
            value = Value::empty();
        }
        let before = self.answers.get(spot);
        if before == Some(&value) || (before.is_none() && value.is_empty()) {
            return false;
        }
        let weight = |value: &Value| keep::weight(spot, value);
        self.answers_bytes = self.answers_bytes.saturating_sub(before.map_or(0, weight));
        if value.is_empty() {
            self.answers.remove(spot);
        } else {
            self.answers_bytes += weight(&value);
            self.answers.insert(spot.clone(), value);
        }
        true
    }
}
