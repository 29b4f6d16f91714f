//! What a power cut takes and leaves.

use crate::chance::Chance;

/// How much of what was not synced is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    Everything,
    /// Some pages and names came through by themselves before the cut, in any order.
    Some,
}

impl Loss {
    pub fn by_chance(chance: &mut Chance) -> Loss {
        if chance.percent(25) { Loss::Everything } else { Loss::Some }
    }

    /// How many of a hundred unsynced things stay.
    pub(super) fn percent_kept(self, chance: &mut Chance) -> u64 {
        match self {
            Loss::Everything => 0,
            Loss::Some => *chance.pick(&[10, 50, 90]),
        }
    }
}

/// What became of that which was not synced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    pub pages_lost: u64,
    pub pages_kept: u64,
    /// Pages of which only some sectors came through.
    pub pages_torn: u64,
    pub names_lost: u64,
}
