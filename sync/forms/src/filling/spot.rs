//! Where a question stands in a filling: the item, and the turn of each repeat around it.

use std::convert::Infallible;

use super::{Filling, SPOTS_MAX, keep};
use crate::form::{Form, ItemId, Kind};

/// A question, group or repeat in its turns, from 0, the outermost repeat first. The spot of a
/// repeat is without its own turn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub item: ItemId,
    pub turns: Vec<u16>,
}

/// Behind all turns of a repeat.
pub const AFTER_TURNS: u16 = u16::MAX;

/// Sorts spots as they stand in the form: an outer repeat and its turn before what is in it.
pub fn key(form: &Form, spot: &Spot) -> Vec<u16> {
    let around = form.item(spot.item).repeats.iter().zip(&spot.turns);
    let mut key: Vec<u16> = around.flat_map(|(repeat, turn)| [*repeat, *turn]).collect();
    key.push(spot.item);
    key
}

impl Form {
    /// Sorts the spots of a filling as they are asked.
    pub fn order_of(&self, spot: &Spot) -> Vec<u16> {
        key(self, spot)
    }

    /// The same of the question whether a repeat has another turn: it is behind all of them.
    pub fn order_after(&self, repeat: &Spot) -> Vec<u16> {
        let mut key = key(self, repeat);
        key.push(AFTER_TURNS);
        key
    }

    /// Where a spot is once a turn was taken away: those behind it moved up. None where it went
    /// with the turn.
    pub fn without_turn(&self, spot: &Spot, repeat: &Spot, turn: u16) -> Option<Spot> {
        let depth = repeat.turns.len();
        let is_in = self.item(spot.item).repeats.get(depth) == Some(&repeat.item)
            && spot.turns.starts_with(&repeat.turns);
        if !is_in || spot.turns[depth] < turn {
            return Some(spot.clone());
        }
        let mut spot = (spot.turns[depth] > turn).then(|| spot.clone())?;
        spot.turns[depth] -= 1;
        Some(spot)
    }
}

impl Filling {
    /// Every spot of an item in these outer turns.
    pub(super) fn spots(&self, id: ItemId, outer: &[u16]) -> Vec<Spot> {
        let Ok(spots) = self.walk::<Infallible>(id, outer, &mut |_| Ok(()));
        spots
    }

    /// The same; it first says, place by place, at how many it is about to look.
    pub(super) fn walk<F>(
        &self,
        id: ItemId,
        outer: &[u16],
        say: &mut dyn FnMut(usize) -> Result<(), F>,
    ) -> Result<Vec<Spot>, F> {
        say(1)?;
        let repeats = &self.form.item(id).repeats;
        let given = outer.len().min(repeats.len());
        let mut open = vec![outer[..given].to_vec()];
        for repeat in &repeats[given..] {
            let mut inner = Vec::new();
            for turns in open {
                let count = self.turns(&Spot { item: *repeat, turns: turns.clone() });
                say(usize::from(count) + 1)?;
                inner.extend((0..count).map(|turn| [&turns[..], &[turn]].concat()));
            }
            open = inner;
        }
        Ok(open.into_iter().map(|turns| Spot { item: id, turns }).collect())
    }

    /// Whether the form has this item, and each repeat around it this turn.
    pub(super) fn is_there(&self, spot: &Spot) -> bool {
        if usize::from(spot.item) >= self.form.items.len() {
            return false;
        }
        let repeats = &self.form.item(spot.item).repeats;
        repeats.len() == spot.turns.len()
            && repeats.iter().enumerate().all(|(depth, repeat)| {
                let outer = Spot { item: *repeat, turns: spot.turns[..depth].to_vec() };
                spot.turns[depth] < self.turns(&outer)
            })
    }

    /// The group around a spot, without the turn where that is a repeat.
    pub(super) fn parent(&self, spot: &Spot) -> Spot {
        let parent = self.form.item(spot.item).parent;
        let depth = self.form.item(parent).repeats.len();
        Spot { item: parent, turns: spot.turns[..depth].to_vec() }
    }

    pub(super) fn spot_count(&self) -> usize {
        let mut turns = vec![0_usize; self.form.items.len()];
        for (repeat, count) in &self.turns {
            turns[usize::from(repeat.item)] += usize::from(*count);
        }
        let around = self.form.items.iter().map(|item| item.repeats.last());
        around.map(|repeat| repeat.map_or(1, |repeat| turns[usize::from(*repeat)])).sum()
    }

    /// Whether so many turns more, with all that they hold, stay within what a filling may have.
    pub(super) fn has_room(&self, repeat: ItemId, turns: usize) -> bool {
        let inner = self.form.items.iter().filter(|item| item.repeats.contains(&repeat)).count();
        self.spot_count().saturating_add(turns.saturating_mul(inner)) <= SPOTS_MAX
    }

    /// The first turns of each repeat that is not counted, in these outer turns.
    pub(super) fn first_turns(&mut self, outer: &[u16]) {
        let form = self.form.clone();
        for (id, item) in form.items.iter().enumerate() {
            if item.kind != Kind::Repeat || item.repeat_count.is_some() {
                continue;
            }
            let id = ItemId::try_from(id).expect("their number is limited");
            for spot in self.spots(id, &[]) {
                if spot.turns.starts_with(outer) {
                    self.turns.entry(spot).or_insert(self.first_turns);
                }
            }
        }
    }

    /// Forgets all that stood in a turn, and moves those behind it up.
    pub(super) fn drop_turn(&mut self, repeat: &Spot, turn: u16) {
        let form = self.form.clone();
        let moved = |spot: &Spot| form.without_turn(spot, repeat, turn);
        let answers = std::mem::take(&mut self.answers).into_iter();
        self.answers = answers.filter_map(|(spot, value)| Some((moved(&spot)?, value))).collect();
        let turns = std::mem::take(&mut self.turns).into_iter();
        self.turns = turns.filter_map(|(spot, count)| Some((moved(&spot)?, count))).collect();
        let troubles = std::mem::take(&mut self.troubles).into_iter();
        let troubles =
            troubles.filter_map(|((spot, rule), says)| Some(((moved(&spot)?, rule), says)));
        self.troubles = troubles.collect();
        self.answers_bytes = keep::weights(&self.answers);
        self.irrelevant = self.irrelevant.iter().filter_map(moved).collect();
    }
}
