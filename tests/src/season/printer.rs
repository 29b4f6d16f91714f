//! A printer that runs out of paper, dies, and does not always say what came out.

use std::collections::{BTreeMap, VecDeque};

use flow::{PaperCause, PaperEnding, Ticket, World};
use ledger::Slip;

use super::odds::{Chance, Odds};

#[derive(Default)]
pub struct Printer {
    jobs: VecDeque<(Ticket, Slip)>,
    /// Nothing can be had from it today.
    pub dead: bool,
    /// Whole slips that lie in somebody's hand, by the entry.
    pub out: BTreeMap<u64, Slip>,
}

impl Printer {
    pub fn give(&mut self, ticket: Ticket, slip: Slip) {
        self.jobs.push_back((ticket, slip));
    }

    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    /// The device's power is cut: what the printer has may come out all the same.
    pub fn cut(&mut self, chance: &mut Chance) {
        for (ticket, slip) in std::mem::take(&mut self.jobs) {
            if !self.dead && chance.permille(500) {
                self.out.insert(ticket.of, slip);
            }
        }
    }

    /// One step of the front job, and what the printer says of it.
    pub fn step(&mut self, chance: &mut Chance) -> Option<World> {
        let ticket = self.jobs.front()?.0;
        let cause = *chance.pick(&[PaperCause::PaperOut, PaperCause::CoverOpen, PaperCause::Jam]);
        if self.dead {
            self.jobs.pop_front();
            let ending = PaperEnding::NotStarted(PaperCause::Away);
            return Some(World::PaperEnded { ticket, ending });
        }
        let ending = match chance.below(100) {
            0..3 => return Some(World::PaperWaits { ticket, cause }),
            3..10 => return Some(World::Printing { ticket, bands_done: 2, bands: 4 }),
            10..12 => PaperEnding::NotStarted(cause),
            12..14 => PaperEnding::Uncertain(cause),
            _ => PaperEnding::Whole,
        };
        let (_, slip) = self.jobs.pop_front().expect("it was at the front");
        let whole = match ending {
            PaperEnding::Whole => true,
            PaperEnding::NotStarted(_) => false,
            PaperEnding::Uncertain(_) => chance.permille(500),
        };
        if whole {
            self.out.insert(ticket.of, slip);
        }
        Some(World::PaperEnded { ticket, ending })
    }
}
