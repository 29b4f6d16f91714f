//! A filling as bytes, so that a device that loses its power goes on where the person was.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDateTime;
use minicbor::{Decode, Encode};

use super::spot::Spot;
use super::trouble::{Rule, TROUBLE_BYTES_MAX, TROUBLES_MAX};
use super::{Filling, SPOTS_MAX, TURNS_MAX};
use crate::expression::{Clock, Value};
use crate::form::{ANSWER_BYTES_MAX, Form, Kind};

/// The most bytes of a kept filling.
pub const KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What the answers of a filling may come to of that. The rest comes to 2.3 MB at most: SPOTS_MAX
/// spots of 40 bytes that have turns or no default, as many that are not asked, and the troubles.
pub(super) const ANSWERS_BYTES_MAX: usize = 1536 * 1024;

/// The longest key of `spot::key`: a form has groups in groups 16 deep.
const KEY_MAX: usize = 64;

/// What an answer comes to, in bytes; never less than CBOR makes of it.
pub(super) fn weight(spot: &Spot, value: &Value) -> usize {
    let text = match value {
        Value::Text(text) => text.len(),
        other => written(other).1.len(),
    };
    text + 2 * spot.turns.len() + 16
}

pub(super) fn weights(answers: &BTreeMap<Spot, Value>) -> usize {
    answers.iter().map(|(spot, value)| weight(spot, value)).sum()
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeptFault {
    #[error("the filling was kept by another version of the form: begin it anew")]
    OtherForm,
    #[error("the kept filling is damaged: begin it anew")]
    Damaged,
}

/// What lies on the disk. Values are a letter for their kind, and a text.
#[derive(Encode, Decode)]
struct Kept {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    hash: [u8; 32],
    #[n(1)]
    now: String,
    #[n(2)]
    offset_minutes: i32,
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    seed: [u8; 16],
    #[n(4)]
    drawn: u32,
    #[n(5)]
    answers: Vec<(u16, Vec<u16>, char, String)>,
    #[n(6)]
    turns: Vec<(u16, Vec<u16>, u16)>,
    #[n(7)]
    irrelevant: Vec<(u16, Vec<u16>)>,
    #[n(8)]
    troubles: Vec<(u16, Vec<u16>, char, String)>,
    #[n(9)]
    at: Vec<u16>,
    /// Nobody added the first turn of a repeat that is not counted.
    #[n(10)]
    first_turn: bool,
}

impl Filling {
    /// At most `KEPT_BYTES_MAX` bytes: no answer is taken that would make it more.
    pub fn to_bytes(&self) -> Vec<u8> {
        let place = |spot: &Spot| (spot.item, spot.turns.clone());
        let kept = Kept {
            hash: self.form.hash,
            now: format!("{:?}", self.clock.now),
            offset_minutes: self.clock.offset_minutes,
            seed: self.seed,
            drawn: self.drawn.get(),
            answers: self
                .answers
                .iter()
                .map(|(spot, value)| {
                    let (letter, text) = written(value);
                    (spot.item, spot.turns.clone(), letter, text)
                })
                .collect(),
            turns: self
                .turns
                .iter()
                .map(|(spot, count)| (spot.item, spot.turns.clone(), *count))
                .collect(),
            irrelevant: self.irrelevant.iter().map(place).collect(),
            troubles: self
                .troubles
                .iter()
                .map(|((spot, rule), says)| {
                    (spot.item, spot.turns.clone(), rule.letter(), says.clone())
                })
                .collect(),
            at: self.at.clone(),
            first_turn: self.first_turns > 0,
        };
        minicbor::to_vec(&kept).expect("memory takes it")
    }

    /// The filling as it was kept, of the same form. What it holds is taken as it is, and nothing
    /// is computed anew: chance is not drawn twice.
    pub fn from_bytes(form: Arc<Form>, bytes: &[u8]) -> Result<Filling, KeptFault> {
        if bytes.len() > KEPT_BYTES_MAX {
            return Err(KeptFault::Damaged);
        }
        let kept: Kept = minicbor::decode(bytes).map_err(|_| KeptFault::Damaged)?;
        if kept.hash != form.hash {
            return Err(KeptFault::OtherForm);
        }
        let now: NaiveDateTime = kept.now.parse().map_err(|_| KeptFault::Damaged)?;
        let mut filling = Filling {
            form,
            clock: Clock { now, offset_minutes: kept.offset_minutes },
            seed: kept.seed,
            drawn: Cell::new(kept.drawn),
            answers: BTreeMap::new(),
            answers_bytes: 0,
            turns: BTreeMap::new(),
            irrelevant: BTreeSet::new(),
            troubles: BTreeMap::new(),
            first_turns: u16::from(kept.first_turn),
            at: kept.at,
        };
        filling.take_turns(kept.turns)?;
        if filling.spot_count() > SPOTS_MAX || filling.at.len() > KEY_MAX {
            return Err(KeptFault::Damaged);
        }
        for (item, turns, letter, text) in kept.answers {
            let spot = filling.sound(item, turns)?;
            let value = read(letter, &text).ok_or(KeptFault::Damaged)?;
            filling.answers.insert(spot, value);
        }
        filling.answers_bytes = weights(&filling.answers);
        if filling.answers_bytes > ANSWERS_BYTES_MAX {
            return Err(KeptFault::Damaged);
        }
        for (item, turns) in kept.irrelevant {
            let spot = filling.sound(item, turns)?;
            filling.irrelevant.insert(spot);
        }
        for (item, turns, letter, says) in kept.troubles {
            let spot = filling.sound(item, turns)?;
            let rule = Rule::of_letter(letter).ok_or(KeptFault::Damaged)?;
            if says.len() > TROUBLE_BYTES_MAX {
                return Err(KeptFault::Damaged);
            }
            filling.troubles.insert((spot, rule), says);
        }
        let told = filling.troubles.values().filter(|says| !says.is_empty());
        let single = filling.troubles.keys().filter(|(_, rule)| *rule != Rule::Default);
        if told.count() > TROUBLES_MAX || single.count() > TROUBLES_MAX + 1 {
            return Err(KeptFault::Damaged);
        }
        Ok(filling)
    }

    /// Outer repeats first, as their items are numbered.
    fn take_turns(&mut self, turns: Vec<(u16, Vec<u16>, u16)>) -> Result<(), KeptFault> {
        let mut room = SPOTS_MAX;
        for (item, outer, count) in turns {
            let spot = self.sound(item, outer)?;
            let is_repeat = self.form.item(spot.item).kind == Kind::Repeat;
            room = room.checked_sub(usize::from(count)).ok_or(KeptFault::Damaged)?;
            if !is_repeat || count > TURNS_MAX {
                return Err(KeptFault::Damaged);
            }
            self.turns.insert(spot, count);
        }
        Ok(())
    }

    fn sound(&self, item: u16, turns: Vec<u16>) -> Result<Spot, KeptFault> {
        let spot = Spot { item, turns };
        if self.is_there(&spot) { Ok(spot) } else { Err(KeptFault::Damaged) }
    }
}

fn written(value: &Value) -> (char, String) {
    match value {
        Value::Text(text) => ('t', text.clone()),
        Value::Number(number) => ('n', number.to_string()),
        Value::Truth(truth) => ('b', truth.to_string()),
        Value::Date(date) => ('d', format!("{date:?}")),
        Value::DateTime(moment) => ('m', format!("{moment:?}")),
        Value::Time(time) => ('h', format!("{time:?}")),
    }
}

fn read(letter: char, text: &str) -> Option<Value> {
    // A computed text may be longer than what a person may type.
    if text.len() > ANSWER_BYTES_MAX * 16 {
        return None;
    }
    Some(match letter {
        't' => Value::Text(text.to_owned()),
        'n' => Value::Number(text.parse().ok()?),
        'b' => Value::Truth(text.parse().ok()?),
        'd' => Value::Date(text.parse().ok()?),
        'm' => Value::DateTime(text.parse().ok()?),
        'h' => Value::Time(text.parse().ok()?),
        _ => return None,
    })
}
