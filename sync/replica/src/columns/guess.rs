//! What each number of an entry is expected to be, from those before it.

use super::coder::Coder;
use super::place::{LINES, Meaning, Place};
use super::slots::joined;
use super::walk::{About, Walk, known};

/// No number met what was expected.
const MISSED: u32 = 7;

/// What is given over a sum, in paise: the sum itself, or up to the next of these.
const NOTES: [u64; 6] = [1_000, 5_000, 10_000, 20_000, 50_000, 200_000];
const NOTE_BITS: u32 = 3;
const NO_NOTE: u32 = (1 << NOTE_BITS) - 1;

/// Shares are whole percents up to this.
const PERCENT_BITS: u32 = 7;
const PERCENT_MAX: u64 = (1 << PERCENT_BITS) - 1;

const RUPEE: u64 = 100;

impl<C: Coder> Walk<C> {
    pub fn number(&mut self, place: Place, meaning: Meaning, told: u64) -> u64 {
        match meaning {
            Meaning::Sequence => {
                let next = self.past.seq.wrapping_add(1);
                self.past.seq = self.meet(known(place, About::Meets, 0), &[next], next, told);
                self.past.seq
            }
            Meaning::Wall => self.wall(place, told),
            Meaning::Mono => self.mono(place, told),
            Meaning::Fact => u64::from(self.past.facts[0].wrapping_sub(1)),
            Meaning::Counted => {
                let of_text = place.step(self.past.text);
                self.counted(place, of_text, told)
            }
            Meaning::Building => self.building(place, told),
            Meaning::Period(part) => self.period(place, part, told),
            Meaning::Amount => self.amount(told),
            Meaning::Total => {
                let sum = self.past.now.sum;
                let under = known(place, About::Meets, 0);
                self.past.now.total = match self.decide(under, told == sum) {
                    true => sum,
                    false => self.sum(under, told),
                };
                self.past.now.total
            }
            Meaning::Tendered => self.tendered(place, told),
            Meaning::PrintOf => {
                let (before, receipt) = (self.past.seq.wrapping_sub(1), self.past.receipt);
                self.meet(known(place, About::Meets, 0), &[before, receipt], before, told)
            }
            Meaning::VoidOf => {
                let receipt = self.past.receipt;
                self.meet(known(place, About::Meets, 0), &[receipt], receipt, told)
            }
            Meaning::OneOf => self.one_of(place, told),
            Meaning::Sum => self.sum_again(place, told),
            Meaning::Plain | Meaning::Lines | Meaning::Head | Meaning::Service => {
                self.plain(place, told)
            }
        }
    }

    /// The last one here again, or so far from it. Two in a row that both are not are no chance.
    pub fn plain(&mut self, place: Place, told: u64) -> u64 {
        let last = self.past.last(place).number;
        let under = known(place, About::Meets, joined(self.past.met, u32::from(last.is_some())));
        let number = self.meet(under, last.as_slice(), last.unwrap_or(0), told);
        self.past.last(place).number = Some(number);
        number
    }

    /// The first of what is expected that it is, or so far from `base`.
    fn meet(&mut self, under: u32, expected: &[u64], base: u64, told: u64) -> u64 {
        for (at, number) in (0..MISSED).zip(expected) {
            if self.decide(joined(under, at), told == *number) {
                self.past.met = at;
                return *number;
            }
        }
        self.past.met = MISSED;
        self.from(under, base, told)
    }

    /// So far from `base`, up or down; past the ends of 64 bits it goes round.
    fn from(&mut self, under: u32, base: u64, told: u64) -> u64 {
        let way = told.wrapping_sub(base);
        let down = self.decide(joined(under, About::Below as u32), way > u64::MAX / 2);
        let under = joined(under, u32::from(down));
        match down {
            true => base.wrapping_sub(self.magnitude(under, base.wrapping_sub(told))),
            false => base.wrapping_add(self.magnitude(under, way)),
        }
    }

    /// The wall clock: how long a thing takes depends on what it is and on what was before.
    fn wall(&mut self, place: Place, told: u64) -> u64 {
        let under = known(place, About::Meets, self.past.row());
        let wall = self.from(under, self.past.wall, told);
        self.past.passed = wall.wrapping_sub(self.past.wall);
        self.past.wall = wall;
        wall
    }

    /// The clock since the boot goes as the wall clock does, but for what one of them was set.
    fn mono(&mut self, place: Place, told: u64) -> u64 {
        let last = self.past.last(place).number;
        let under = known(place, About::Meets, u32::from(last.is_some()));
        let mono = match last {
            None => self.from(under, 0, told),
            Some(last) => {
                let now = last.wrapping_add(self.past.passed);
                self.meet(under, &[now], now, told)
            }
        };
        self.past.last(place).number = Some(mono);
        mono
    }

    fn counted(&mut self, place: Place, of_text: Place, told: u64) -> u64 {
        let last = self.past.last(of_text).number;
        let next = last.map(|last| last.wrapping_add(1));
        let under = known(place, About::Meets, u32::from(last.is_some()));
        let number = self.meet(under, next.as_slice(), last.unwrap_or(0), told);
        self.past.last(of_text).number = Some(number);
        number
    }

    /// Whoever goes from door to door comes to one that is near.
    fn building(&mut self, place: Place, told: u64) -> u64 {
        let last = self.past.building;
        let under = known(place, About::Meets, joined(self.past.facts[1], self.past.facts[2]));
        let under = joined(under, u32::from(last.is_some()));
        let building = self.meet(under, last.as_slice(), last.unwrap_or(0), told);
        self.past.building = Some(building);
        building
    }

    /// A part of a line's period: that of the line before, or of the last receipt's first line.
    fn period(&mut self, place: Place, part: usize, told: u64) -> u64 {
        let now = self.past.now;
        let first = now.line <= 1;
        let before = if first { self.past.last(place).number } else { Some(now.period[part]) };
        let seen = if part == 0 { 0 } else { now.same_period };
        let more =
            joined(joined(now.at_line(), now.heads[0]), seen << 1 | u32::from(before.is_some()));
        let number = self.meet(
            known(LINES, About::Meets, more),
            before.as_slice(),
            before.unwrap_or(0),
            told,
        );
        let same = u32::from(before == Some(number));
        self.past.now.same_period = seen & !(1 << part) | same << part;
        self.past.now.period[part] = number;
        if first {
            self.past.last(place).number = Some(number);
        }
        number
    }

    /// An amount: the last one under this head, a share of the tax in the line before, or a sum.
    fn amount(&mut self, told: u64) -> u64 {
        let now = self.past.now;
        let of_head = LINES.step(self.past.text);
        let last = self.past.last(of_head).number;
        let more = joined(joined(now.service, now.heads[0]), now.line.min(2));
        let again = known(of_head, About::Meets, more);
        let amount = match last {
            Some(last) if self.decide(again, told == last) => last,
            _ => match self.share(more, now.base, told) {
                Some(share) => share,
                None => self.sum(known(LINES, About::WholeRupees, more), told),
            },
        };
        self.past.last(of_head).number = Some(amount);
        let shares_period = now.line > 1 && now.same_period == 0b111;
        if !shares_period {
            self.past.now.base = amount;
        }
        self.past.now.sum = now.sum.wrapping_add(amount);
        amount
    }

    /// So many percent of the base, rounded to whole rupees, or else to paise.
    fn share(&mut self, more: u32, base: u64, told: u64) -> Option<u64> {
        if base == 0 || self.past.now.line <= 1 {
            return None;
        }
        let found = percent(base, told);
        if !self.decide(known(LINES, About::Share, more), found.is_some()) {
            return None;
        }
        let (percent, whole) = found.unwrap_or((0, false));
        let whole = self.decide(known(LINES, About::ShareRounded, 0), whole);
        let percent = self.tree(PERCENT_BITS, known(LINES, About::ShareOf, more), percent as u32);
        Some(share_of(base, u64::from(percent), whole))
    }

    /// A sum of money: most are whole rupees.
    fn sum(&mut self, under: u32, told: u64) -> u64 {
        let whole =
            self.decide(joined(under, About::WholeRupees as u32), told.is_multiple_of(RUPEE));
        let under = joined(under, u32::from(whole));
        match whole {
            true => self.magnitude(under, told / RUPEE).wrapping_mul(RUPEE),
            false => self.magnitude(under, told),
        }
    }

    fn sum_again(&mut self, place: Place, told: u64) -> u64 {
        let last = self.past.last(place).number;
        let under = known(place, About::Meets, u32::from(last.is_some()));
        let sum = match last {
            Some(last) if self.decide(under, told == last) => last,
            _ => self.sum(under, told),
        };
        self.past.last(place).number = Some(sum);
        sum
    }

    /// What was put on the table: the sum, or the next whole note above it.
    fn tendered(&mut self, place: Place, told: u64) -> u64 {
        let total = self.past.now.total;
        let whole = [1_000, 10_000, 50_000].map(|note| u32::from(total.is_multiple_of(note)));
        let under = known(place, About::Note, whole.into_iter().sum());
        let found = (0..).zip(given_for(total)).find(|(_, sum)| *sum == told);
        let given = self.tree(NOTE_BITS, under, found.map_or(NO_NOTE, |(note, _)| note));
        match given_for(total).get(given as usize) {
            Some(sum) => *sum,
            None => self.sum(under, told),
        }
    }
}

fn given_for(total: u64) -> [u64; 7] {
    let mut given = [total; 7];
    for (sum, note) in given[1..].iter_mut().zip(NOTES) {
        *sum = total.checked_next_multiple_of(note).unwrap_or(total);
    }
    given
}

/// The share that an amount is of the base, and whether it was rounded to whole rupees.
fn percent(base: u64, amount: u64) -> Option<(u64, bool)> {
    let near = u64::try_from(u128::from(amount) * 100 / u128::from(base)).ok()?;
    let around = near.saturating_sub(1)..=near.checked_add(1)?.min(PERCENT_MAX);
    let fits = |whole| around.clone().find(|percent| share_of(base, *percent, whole) == amount);
    fits(true).map(|percent| (percent, true)).or_else(|| fits(false).map(|found| (found, false)))
}

fn share_of(base: u64, percent: u64, whole: bool) -> u64 {
    let unit = if whole { RUPEE } else { 1 };
    let exact = u128::from(base) * u128::from(percent);
    let rounded = (exact + u128::from(50 * unit)) / u128::from(100 * unit) * u128::from(unit);
    // Reading damaged bytes, the base may be anything.
    u64::try_from(rounded).unwrap_or(u64::MAX)
}
