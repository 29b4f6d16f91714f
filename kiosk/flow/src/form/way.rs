//! The way through a form: on, back, into the turns of a repeat and out of them, and from the list
//! of all answers to one of them and back. What was answered is lost on none of it.

use forms::{NoTurn, Spot};

use super::asking::Asking;
use super::stop::{Stop, Within, stops};
use super::wrong::Wrong;
use crate::refusal::RefusalCode;

/// Where Back leads from a question.
pub(super) enum Backward {
    Question(Asking),
    /// To the list of all answers, as they were before the change.
    Answers(Asking),
    /// There is no question before this one.
    Out(Asking),
}

impl Asking {
    /// Whatever is shown now, by the answers until now, with all turns of the repeats.
    pub(crate) fn asked(&self) -> Vec<Stop> {
        self.filling.pages().into_iter().flat_map(stops).collect()
    }

    /// What is asked on the same way as a stop: the form's own, or that of one turn.
    pub(crate) fn way_of(&self, within: Option<&Within>) -> Vec<Stop> {
        let form = self.form();
        let mut asked = self.asked();
        asked.retain(|stop| stop.within(form).as_ref() == within);
        asked
    }

    fn within(&self) -> Option<Within> {
        self.at.within(self.form())
    }

    /// The stop after this one; behind the last of a turn its list once more. Where answers are
    /// changed, only what they ask anew.
    pub(super) fn next(&self) -> Option<Stop> {
        let (form, within) = (self.form(), self.within());
        let mut way = self.way_of(within.as_ref()).into_iter();
        let list = within.map(|within| Stop::Turns(within.repeat));
        if !self.is_changing() {
            let here = self.at.order(form);
            return way.find(|stop| stop.order(form) > here).or(list);
        }
        let is_open = |stop: &Stop| !self.seen.contains(stop) || self.wrong_with(stop).is_some();
        let list = list.filter(|list| self.trail.contains(list));
        way.find(is_open).or(list).or_else(|| self.asked().into_iter().find(is_open))
    }

    /// What is wrong in the turns of the list that is on the page.
    pub(super) fn wrong_in_turns(&self) -> Option<(Stop, Wrong)> {
        let Stop::Turns(repeat) = &self.at else { return None };
        let inner = self.asked().into_iter().filter(|stop| stop.is_in(repeat, self.form()));
        inner.into_iter().find_map(|stop| {
            let wrong = self.wrong_with(&stop)?;
            Some((stop, wrong))
        })
    }

    /// How many turns a repeat has.
    pub(super) fn turns(&self, repeat: &Spot) -> u16 {
        self.filling.turns(repeat)
    }

    /// Adds a turn to the list on the page, and goes to its first question.
    pub(super) fn add_turn(&mut self) -> Result<(), RefusalCode> {
        let Stop::Turns(repeat) = self.at.clone() else { return Err(RefusalCode::NotHere) };
        self.filling.add_turn(&repeat).map_err(|why| match why {
            NoTurn::Full => RefusalCode::TurnsFull,
            NoTurn::Counted | NoTurn::Gone => RefusalCode::NotHere,
        })?;
        let turn = self.turns(&repeat).saturating_sub(1);
        self.go_into(Within { repeat, turn });
        Ok(())
    }

    /// To the first question of a turn of the list on the page; each is asked once more.
    pub(super) fn change_turn(&mut self, turn: u16) -> Result<(), RefusalCode> {
        let repeat = self.listed(turn)?;
        let within = Within { repeat, turn };
        let form = self.filling.form();
        self.seen.retain(|stop| stop.within(form).as_ref() != Some(&within));
        self.go_into(within);
        Ok(())
    }

    /// Takes a turn off the list on the page, with all that was answered in it.
    pub(super) fn remove_turn(&mut self, turn: u16) -> Result<(), RefusalCode> {
        let (repeat, pictures) = (self.listed(turn)?, self.pictures_named());
        let removed = self.filling.remove_turn(&repeat, turn);
        removed.map_err(|_| RefusalCode::NotHere)?;
        self.forget_turn(&repeat, turn);
        self.forget_pictures(pictures);
        Ok(())
    }

    /// The repeat of the list on the page, where it has this turn.
    fn listed(&self, turn: u16) -> Result<Spot, RefusalCode> {
        match &self.at {
            Stop::Turns(repeat) if turn < self.turns(repeat) => Ok(repeat.clone()),
            _ => Err(RefusalCode::NotHere),
        }
    }

    /// What is remembered of the turns behind it moves up with them.
    fn forget_turn(&mut self, repeat: &Spot, turn: u16) {
        let form = self.filling.form();
        let moved = |stop: Stop| stop.without_turn(form, repeat, turn);
        let typed = std::mem::take(&mut self.typed).into_iter();
        let typed =
            typed.filter_map(|(spot, text)| Some((form.without_turn(&spot, repeat, turn)?, text)));
        self.typed = typed.collect();
        self.seen = std::mem::take(&mut self.seen).into_iter().filter_map(moved).collect();
        self.trail = std::mem::take(&mut self.trail).into_iter().filter_map(moved).collect();
    }

    fn go_into(&mut self, within: Within) {
        // A turn in which nothing is asked is only counted.
        if let Some(first) = self.way_of(Some(&within)).into_iter().next() {
            self.turn_to(first);
        }
    }

    /// From the list of all answers to one of them.
    pub(super) fn change(mut self, to: Stop) -> Self {
        self.before = Some(Box::new(self.clone()));
        self.at = to;
        self.trail.clear();
        self.wrong = None;
        self
    }

    /// Whatever was changed is taken: the list of all answers comes next.
    pub(super) fn keep(mut self) -> Self {
        self.before = None;
        self.trail.clear();
        self
    }

    pub(super) fn backward(mut self) -> Backward {
        if let Some(before) = self.before.take() {
            if let Some(last) = self.trail.pop() {
                self.before = Some(before);
                // The way on leads through what was just left once more.
                self.seen.remove(&self.at);
                self.at = last;
                self.wrong = None;
                return Backward::Question(self);
            }
            // What was added to a list is not lost by leaving it.
            return match self.at {
                Stop::Turns(_) => Backward::Answers(self.keep()),
                Stop::Question(_) => Backward::Answers(*before),
            };
        }
        let (form, within) = (self.form(), self.within());
        let here = self.at.order(form);
        let way = self.way_of(within.as_ref()).into_iter();
        let last = way.rev().find(|stop| stop.order(form) < here);
        match last.or(within.map(|within| Stop::Turns(within.repeat))) {
            None => Backward::Out(self),
            Some(last) => {
                self.turn_to(last);
                Backward::Question(self)
            }
        }
    }

    /// From the list of all answers back to the last question; none where nothing is asked.
    pub(super) fn at_last(mut self) -> Option<Self> {
        let last = self.way_of(None).pop()?;
        self.turn_to(last);
        Some(self)
    }
}
