//! What the coder expects: a chance for each kind of decision, which learns from every one made.

use super::coder::Coder;

/// Slots are found by the hash of what is known before a decision, 2 to this of them.
const SLOT_BITS: u32 = 16;
pub(super) const SLOTS: usize = 1 << SLOT_BITS;

/// How quickly a chance follows once it has seen enough: by 1 in 2 to this. (A second, slower
/// chance beside it was tried, and the mean of both saved nothing.)
const RATE_BITS: u32 = 6;

/// As if a shipped chance had been seen so often already: enough not to be thrown over by the
/// first exception, and little enough to follow a device that is unlike the others.
const SHIPPED_SEEN: u8 = 40;

/// Below this nobody is sure: 1 in 2,048.
const ONE_MIN: u32 = 32;
const ALL: u32 = 65_536;

/// The chance of a 1, of 65,536, and how many decisions it was learnt from.
#[derive(Clone, Copy)]
struct Slot {
    one: u16,
    seen: u8,
}

impl Slot {
    const NEW: Self = Self { one: 1 << 15, seen: 0 };

    fn one(self) -> u32 {
        u32::from(self.one).clamp(ONE_MIN, ALL - ONE_MIN)
    }

    fn learn(&mut self, bit: bool) {
        let (one, rate) = (u32::from(self.one), RATES[usize::from(self.seen)]);
        let moved = match bit {
            true => one + (((ALL - 1 - one) * rate) >> 16),
            false => one - ((one * rate) >> 16),
        };
        // It stays below 65,536: a part of the way to the end is never beyond it.
        self.one = moved as u16;
        self.seen = self.seen.saturating_add(1);
    }
}

/// The share, of 65,536, by which a chance moves after so many decisions: first as the mean of all
/// that were seen, then at its own rate.
static RATES: [u32; 256] = rates();

const fn rates() -> [u32; 256] {
    let mut rates = [ALL >> RATE_BITS; 256];
    let mut seen = 0;
    while seen < 256 {
        let mean = 2 * ALL / (2 * seen as u32 + 3);
        if mean > rates[seen] {
            rates[seen] = mean;
        }
        seen += 1;
    }
    rates
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
            *shipped = Slot { one, seen: SHIPPED_SEEN };
        }
    }

    /// Forgets what was learnt, for another batch.
    pub fn begin_again(&mut self, begun: &Self) {
        self.0.copy_from_slice(&begun.0);
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
