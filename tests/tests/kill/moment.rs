//! When the next kill comes, and to whom.

use tests::chance::Chance;

/// The most lines that are heard between the touch and the kill: a card payment says about so many
/// from the press to the thanks.
const LINES_MAX: u32 = 24;

/// The longest wait between the touch and the kill. It is no synchronisation but the chance itself:
/// a write, a band of a slip and an exchange take between some hundred and some thousand of these.
const DELAY_US_MAX: u64 = 4_000;

/// The most touches before a kill that comes just anywhere.
const TOUCHES_MAX: u32 = 14;

/// The most payments before a kill that comes over money.
const PAYMENTS_MAX: u32 = 3;

/// The most touches that the centre stays away.
const AWAY_TOUCHES_MAX: u32 = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    Desk,
    Centre,
    /// One right after the other.
    Both,
}

/// The touch that the moment is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// So many touches from now.
    Touch(u32),
    /// The touch by which money is taken for so many-th time from now.
    Money(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// When so many lines more were heard.
    Lines(u32),
    DelayUs(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kill {
    pub victim: Victim,
    pub trigger: Trigger,
    pub moment: Moment,
    /// For how many touches a centre that was killed alone stays away.
    pub away_touches: u32,
}

impl Kill {
    pub fn by_chance(chance: &mut Chance) -> Kill {
        let victim = match chance.below(10) {
            0..7 => Victim::Desk,
            7..9 => Victim::Centre,
            _ => Victim::Both,
        };
        let trigger = match chance.percent(70) {
            true => Trigger::Money(chance.between(1, PAYMENTS_MAX)),
            false => Trigger::Touch(chance.between(1, TOUCHES_MAX)),
        };
        let moment = match chance.percent(50) {
            true => Moment::Lines(chance.between(0, LINES_MAX)),
            false => Moment::DelayUs(chance.below(DELAY_US_MAX)),
        };
        let away_touches = chance.between(0, AWAY_TOUCHES_MAX);
        Kill { victim, trigger, moment, away_touches }
    }
}
