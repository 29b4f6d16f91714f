//! What the coder expects: a chance for each kind of decision, which learns from every one made.

use super::coder::Coder;

/// Slots are found by the hash of what is known before a decision, 2 to this of them.
const SLOT_BITS: u32 = 16;
pub(super) const SLOTS: usize = 1 << SLOT_BITS;

/// How quickly the two halves of a chance follow once they have seen enough: by 1 in 2 to this.
const QUICK_BITS: u32 = 5;
const SLOW_BITS: u32 = 8;

/// As if a shipped chance had been seen so often already: enough not to be thrown over by the
/// first exception, and little enough to follow a device that is unlike the others.
const SHIPPED_SEEN: u8 = 40;

/// Below this nobody is sure: 1 in 2,048.
const ONE_MIN: u32 = 32;
const ALL: u32 = 65_536;

/// The chance of a 1, followed at two rates; what counts is their mean.
#[derive(Clone, Copy)]
struct Slot {
    quick: u16,
    slow: u16,
    seen: u8,
}

impl Slot {
    const NEW: Self = Self { quick: 1 << 15, slow: 1 << 15, seen: 0 };

    fn one(self) -> u32 {
        let mean = (u32::from(self.quick) + u32::from(self.slow)) >> 1;
        mean.clamp(ONE_MIN, ALL - ONE_MIN)
    }

    fn learn(&mut self, bit: bool) {
        self.quick = followed(self.quick, bit, RATES[usize::from(self.seen)].0);
        self.slow = followed(self.slow, bit, RATES[usize::from(self.seen)].1);
        self.seen = self.seen.saturating_add(1);
    }
}

/// The share, of 65,536, by which each half moves after so many decisions: first as the mean of
/// all that were seen, then at its own rate.
static RATES: [(u32, u32); 256] = rates();

const fn rates() -> [(u32, u32); 256] {
    let mut rates = [(0, 0); 256];
    let mut seen = 0;
    while seen < 256 {
        let mean = 2 * ALL / (2 * seen as u32 + 3);
        let (quick, slow) = (ALL >> QUICK_BITS, ALL >> SLOW_BITS);
        rates[seen] =
            (if mean > quick { mean } else { quick }, if mean > slow { mean } else { slow });
        seen += 1;
    }
    rates
}

fn followed(chance: u16, bit: bool, rate: u32) -> u16 {
    let chance = u32::from(chance);
    let moved = match bit {
        true => chance + (((ALL - 1 - chance) * rate) >> 16),
        false => chance - ((chance * rate) >> 16),
    };
    // Both stay below 65,536: a part of the way to the end is never beyond it.
    moved as u16
}

/// All slots of one batch.
#[derive(Clone)]
pub(super) struct Slots(Box<[Slot]>);

impl Slots {
    /// Nothing is expected yet.
    pub fn new() -> Self {
        Self(vec![Slot::NEW; SLOTS].into_boxed_slice())
    }

    /// Expects what was shipped for a slot.
    pub fn ship(&mut self, slot: usize, one: u16) {
        if let Some(shipped) = self.0.get_mut(slot) {
            *shipped = Slot { quick: one, slow: one, seen: SHIPPED_SEEN };
        }
    }

    /// One decision under what is known.
    pub fn decide(&mut self, coder: &mut impl Coder, known: u32, bit: bool) -> bool {
        let at = place(known);
        let slot = &mut self.0[at];
        let bit = coder.decide(slot.one(), bit);
        slot.learn(bit);
        coder.note(at, bit);
        bit
    }

    /// One decision under two kinds of knowledge: the closer one counts once it has seen a little.
    pub fn decide_closer(
        &mut self,
        coder: &mut impl Coder,
        (closer, wider): (u32, u32),
        bit: bool,
    ) -> bool {
        let (closer, wider) = (place(closer), place(wider));
        let trusted = if self.0[closer].seen >= 2 { closer } else { wider };
        let bit = coder.decide(self.0[trusted].one(), bit);
        for at in [closer, wider] {
            self.0[at].learn(bit);
            coder.note(at, bit);
        }
        bit
    }
}

/// Two numbers as one, so that different ones rarely meet.
pub(super) const fn joined(one: u32, other: u32) -> u32 {
    let mixed = (one ^ other.wrapping_mul(0x9E37_79B1)).wrapping_mul(0x85EB_CA6B);
    mixed ^ (mixed >> 15)
}

fn place(known: u32) -> usize {
    (known.wrapping_mul(0x9E37_79B1) >> (32 - SLOT_BITS)) as usize
}
