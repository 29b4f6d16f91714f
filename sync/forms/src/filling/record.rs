//! What comes of a filling: the answers that count, as an ordered tree of names and values.

use super::Filling;
use super::spot::Spot;
use super::trouble::Rule;
use super::verdict::Complaint;
use super::view::View;
use crate::expression::{Clock, STEPS_MAX, Steps, Value, evaluate};
use crate::form::{ItemId, Kind};

/// A question with its answer, or a group with what it holds; a repeat stands once a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Empty where a question was asked and not answered, and for groups.
    pub value: String,
    pub inner: Vec<Entry>,
}

/// A filling that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub form: String,
    pub version: String,
    /// The sheets that it was filled in by.
    pub hash: [u8; 32],
    /// As the form calls it; empty where it does not.
    pub name: String,
    pub entries: Vec<Entry>,
}

impl Filling {
    /// Ends the filling, or says what is wrong or missing, in the order of the form.
    pub fn finish(&mut self, clock: Clock) -> Result<Record, Vec<(Spot, Complaint)>> {
        self.clock = clock;
        self.try_again();
        let wrong = self.complaints();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let form = self.form.clone();
        let mut steps = Steps::new(STEPS_MAX);
        for (id, item) in form.items.iter().enumerate() {
            if item.kind == Kind::End {
                let id = ItemId::try_from(id).expect("their number is limited");
                for spot in self.spots(id, &[]) {
                    self.put(&spot, Value::DateTime(clock.now), Rule::Default);
                }
                self.settle_after(id, &mut steps);
            }
        }
        let name = self.instance_name(&mut steps)?;
        // The end may change what is asked.
        let wrong = self.complaints();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Record {
            form: form.id.clone(),
            version: form.version.clone(),
            hash: form.hash,
            name,
            entries: self.entries(0, &[]),
        })
    }

    /// The answers that count now.
    pub fn entries_now(&self) -> Vec<Entry> {
        self.entries(0, &[])
    }

    fn instance_name(&self, steps: &mut Steps) -> Result<String, Vec<(Spot, Complaint)>> {
        let Some(rule) = &self.form.instance_name else { return Ok(String::new()) };
        let spot = Spot { item: 0, turns: Vec::new() };
        let language = &self.form.default_language;
        let view = View { filling: self, spot: &spot, choice: None, language };
        match evaluate(rule, &view, steps) {
            Ok(value) => Ok(value.text(&self.clock)),
            Err(fault) => Err(vec![(spot, Complaint::Broken(format!("{rule}: {fault}")))]),
        }
    }

    fn entries(&self, group: ItemId, turns: &[u16]) -> Vec<Entry> {
        let mut entries = Vec::new();
        for child in &self.form.item(group).children {
            let item = self.form.item(*child);
            let spot = Spot { item: *child, turns: turns[..item.repeats.len()].to_vec() };
            if self.irrelevant.contains(&spot) || item.kind == Kind::Note {
                continue;
            }
            let entry = |value, inner| Entry { name: item.name.clone(), value, inner };
            match item.kind {
                Kind::Group => entries.push(entry(String::new(), self.entries(*child, turns))),
                Kind::Repeat => {
                    for turn in 0..self.turns(&spot) {
                        let inner = self.entries(*child, &[turns, &[turn]].concat());
                        entries.push(entry(String::new(), inner));
                    }
                }
                _ => entries.push(entry(self.text(&spot), Vec::new())),
            }
        }
        entries
    }
}
