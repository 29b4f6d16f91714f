//! The stops on the way through a form: each question by itself, and for a repeat the list of its
//! turns, from which a turn is added, changed or taken away.

use std::fmt::Write;

use forms::{Form, Page, Spot};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stop {
    Question(Spot),
    /// The list of what was added to a repeat.
    Turns(Spot),
}

/// One turn of a repeat that is not counted: its questions are a way of their own, which begins
/// and ends at the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Within {
    pub repeat: Spot,
    pub turn: u16,
}

impl Stop {
    pub fn spot(&self) -> &Spot {
        match self {
            Self::Question(spot) | Self::Turns(spot) => spot,
        }
    }

    pub fn order(&self, form: &Form) -> Vec<u16> {
        match self {
            Self::Question(spot) => form.order_of(spot),
            Self::Turns(repeat) => form.order_after(repeat),
        }
    }

    /// By what it is chosen, and by what its answer is known: "floor[2]/use".
    pub fn path(&self, form: &Form) -> String {
        let (spot, mut path) = (self.spot(), String::new());
        let item = form.item(spot.item);
        for (repeat, turn) in item.repeats.iter().zip(&spot.turns) {
            let name = &form.item(*repeat).name;
            write!(path, "{name}[{}]/", u32::from(*turn) + 1).expect("memory takes it");
        }
        path + &item.name
    }

    /// The innermost turn that it belongs to; none where it is on the form's own way.
    pub fn within(&self, form: &Form) -> Option<Within> {
        let spot = self.spot();
        let repeats = &form.item(spot.item).repeats;
        let depth = repeats.iter().rposition(|id| form.item(*id).repeat_count.is_none())?;
        let repeat = Spot { item: repeats[depth], turns: spot.turns[..depth].to_vec() };
        Some(Within { repeat, turn: spot.turns[depth] })
    }

    /// Whether it is in any turn of a repeat.
    pub fn is_in(&self, repeat: &Spot, form: &Form) -> bool {
        let (spot, depth) = (self.spot(), repeat.turns.len());
        let around = &form.item(spot.item).repeats;
        around.get(depth) == Some(&repeat.item) && spot.turns.starts_with(&repeat.turns)
    }

    /// Where it is once a turn was taken away; none where it went with it.
    pub fn without_turn(self, form: &Form, repeat: &Spot, turn: u16) -> Option<Self> {
        Some(match self {
            Self::Question(spot) => Self::Question(form.without_turn(&spot, repeat, turn)?),
            Self::Turns(spot) => Self::Turns(form.without_turn(&spot, repeat, turn)?),
        })
    }
}

/// A page of the form as stops: each question of a page stands by itself.
pub(super) fn stops(page: Page) -> Vec<Stop> {
    match page {
        Page::Questions(spots) => spots.into_iter().map(Stop::Question).collect(),
        Page::More(repeat) => vec![Stop::Turns(repeat)],
    }
}
