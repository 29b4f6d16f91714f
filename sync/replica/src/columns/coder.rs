//! The coder: decisions in, bytes out, and back. Whole numbers only, so that every machine makes
//! the same bytes.

/// What a walk tells its decisions to. Whoever writes is told each one; whoever reads says it.
pub(super) trait Coder {
    /// One decision. `one` is the chance of a 1, of 65,536; it is never 0 and never all of them.
    fn decide(&mut self, one: u32, bit: bool) -> bool;

    /// A decision was made in this slot; only who trains keeps that.
    fn note(&mut self, _slot: usize, _bit: bool) {}

    /// The bytes ended a while ago: what is read now was never written.
    fn is_past_end(&self) -> bool {
        false
    }
}

/// Writes: an interval of 64 bits that every decision narrows.
pub(super) struct Writer {
    low: u64,
    high: u64,
    /// What stands before the first decision.
    begun: Vec<u8>,
    bytes: Vec<u8>,
}

/// Reads what [`Writer`] wrote. Behind the last byte stand zeros.
pub(super) struct Reader<'a> {
    low: u64,
    high: u64,
    value: u64,
    bytes: &'a [u8],
    at: usize,
}

const INTERVAL_BYTES: usize = 8;

/// The most zeros that are left out at the end.
const ZEROS_MAX: usize = 8;

/// Where an interval is parted: what lies at or below is a 1.
fn parted(low: u64, high: u64, one: u32) -> u64 {
    low + ((high - low) >> 16) * u64::from(one)
}

impl Writer {
    /// Begins behind the bytes that are there already.
    pub fn new(begun: Vec<u8>) -> Self {
        Self { low: 0, high: u64::MAX, begun, bytes: Vec::new() }
    }

    /// The bytes, as few as tell the last interval from its neighbours. A few zeros at the end are
    /// left out, as the reader puts them there.
    pub fn finish(mut self) -> Vec<u8> {
        let whole = (0..=8_u32).find_map(|count| {
            let rest = u64::MAX.checked_shr(8 * count).unwrap_or(0);
            let point = self.low.checked_add(rest)? & !rest;
            (point <= self.high).then_some((count, point))
        });
        let (count, point) = whole.expect("with all eight bytes the low end itself is the point");
        self.bytes.extend_from_slice(&point.to_be_bytes()[..count as usize]);
        let mut bytes = self.begun;
        let zeros = self.bytes.iter().rev().take(ZEROS_MAX).take_while(|byte| **byte == 0).count();
        bytes.extend_from_slice(&self.bytes[..self.bytes.len() - zeros]);
        bytes
    }
}

impl Coder for Writer {
    fn decide(&mut self, one: u32, bit: bool) -> bool {
        let middle = parted(self.low, self.high, one);
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 56 == 0 {
            self.bytes.push((self.low >> 56) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
        }
        bit
    }
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut reader = Self { low: 0, high: u64::MAX, value: 0, bytes, at: 0 };
        for _ in 0..INTERVAL_BYTES {
            reader.pull();
        }
        reader
    }

    fn pull(&mut self) {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.value = self.value << 8 | u64::from(byte);
        self.at += 1;
    }
}

impl Coder for Reader<'_> {
    fn decide(&mut self, one: u32, _: bool) -> bool {
        let middle = parted(self.low, self.high, one);
        let bit = self.value <= middle;
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 56 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            self.pull();
        }
        bit
    }

    /// A reader is as many bytes ahead as the interval has, and a few zeros may have been left out.
    fn is_past_end(&self) -> bool {
        self.at > self.bytes.len() + INTERVAL_BYTES + ZEROS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decisions and their chances, from a seed.
    fn decisions(seed: u64, count: usize) -> Vec<(u32, bool)> {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u32
        };
        (0..count).map(|_| (next() % 65_535 + 1, next() % 3 == 0)).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        for seed in 0..200 {
            let told = decisions(seed, 40 * seed as usize);
            let mut writer = Writer::new(vec![7]);
            for (one, bit) in &told {
                writer.decide(*one, *bit);
            }
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes[1..]);
            for (one, bit) in &told {
                assert_eq!(reader.decide(*one, false), *bit, "seed {seed}");
            }
        }
    }

    #[test]
    fn the_likely_costs_next_to_nothing() {
        let mut writer = Writer::new(Vec::new());
        for _ in 0..10_000 {
            writer.decide(65_535, true);
        }
        assert!(writer.finish().len() <= 1);
    }
}
