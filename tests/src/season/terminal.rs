//! A card terminal: it takes money once for each sale that it is asked for, and its answer may be
//! lost on the way.

use std::collections::BTreeMap;

use flow::{Approval, TerminalEnding, World};
use ledger::Paise;

use super::fault::{Checked, must};
use super::odds::{Chance, Odds};

#[derive(Default)]
pub struct Terminal {
    asked: Option<Asked>,
    /// It cannot be reached today.
    pub dead: bool,
    /// What was taken from cards, by the reference of the sale.
    pub sales: BTreeMap<String, Paise>,
}

#[derive(Clone)]
struct Asked {
    intent: u64,
    amount: Paise,
    reference: String,
    look_up: bool,
}

impl Terminal {
    /// A sale. `again` is true where the device was planted to use a reference twice.
    pub fn charge(
        &mut self,
        intent: u64,
        amount: Paise,
        reference: String,
        again: bool,
    ) -> Checked {
        must(again || !self.sales.contains_key(&reference), || {
            format!("a card was charged twice for {reference}")
        })?;
        self.asked = Some(Asked { intent, amount, reference, look_up: false });
        Ok(())
    }

    pub fn look_up(&mut self, intent: u64, amount: Paise, reference: String) {
        // One thing at a time: a sale that is under way goes first, the look-up is asked again.
        if self.asked.is_none() {
            self.asked = Some(Asked { intent, amount, reference, look_up: true });
        }
    }

    pub fn is_idle(&self) -> bool {
        self.asked.is_none()
    }

    /// The device takes the sale back; what was not taken yet is not taken any more.
    pub fn abort(&mut self) -> Option<World> {
        let asked = self.asked.take()?;
        let ending = match asked.look_up {
            true => TerminalEnding::CannotTell,
            false => TerminalEnding::Declined,
        };
        Some(World::TerminalEnded { intent: asked.intent, ending })
    }

    /// The device's power is cut: the terminal goes on with the sale, and nobody hears its answer.
    pub fn cut(&mut self, chance: &mut Chance) {
        if let Some(asked) = self.asked.take()
            && !asked.look_up
            && !self.dead
            && chance.permille(500)
        {
            self.sales.insert(asked.reference, asked.amount);
        }
    }

    pub fn step(&mut self, chance: &mut Chance) -> Option<World> {
        if chance.permille(300) {
            return self.asked.as_ref().map(|_| World::TerminalBusy);
        }
        let asked = self.asked.take()?;
        let intent = asked.intent;
        let ending = match asked.look_up {
            true => self.found(&asked, chance),
            false => self.sold(asked, chance),
        };
        Some(World::TerminalEnded { intent, ending })
    }

    fn sold(&mut self, asked: Asked, chance: &mut Chance) -> TerminalEnding {
        if self.dead {
            return TerminalEnding::NotReached;
        }
        let (taken, ending) = match chance.below(100) {
            0..70 => (true, approval()),
            70..80 => (true, TerminalEnding::Lost),
            80..85 => (false, TerminalEnding::Lost),
            85..90 => (false, TerminalEnding::NotReached),
            _ => (false, TerminalEnding::Declined),
        };
        if taken {
            self.sales.insert(asked.reference, asked.amount);
        }
        ending
    }

    fn found(&self, asked: &Asked, chance: &mut Chance) -> TerminalEnding {
        if self.dead {
            return TerminalEnding::NotReached;
        }
        match (self.sales.get(&asked.reference) == Some(&asked.amount), chance.below(100)) {
            (_, 0..10) => TerminalEnding::CannotTell,
            (_, 10..20) => TerminalEnding::NotReached,
            (true, _) => approval(),
            (false, _) => TerminalEnding::NeverSeen,
        }
    }
}

fn approval() -> TerminalEnding {
    TerminalEnding::Approved(Approval {
        last_four: "4242".to_owned(),
        authorisation: "A1B2C3".to_owned(),
        terminal: "T7".to_owned(),
        terminal_receipt: "118".to_owned(),
    })
}
