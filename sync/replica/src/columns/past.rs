//! What a walk has seen: the last of everything at its place, and what an entry said so far.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::place::Place;
use super::slots::joined;

/// How many texts of a place are known by their number; the oldest makes room.
pub(super) const TEXTS_MAX: usize = 15;

/// Places are hashes already.
#[derive(Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number);
    }
}

type ByPlace<T> = HashMap<Place, T, BuildHasherDefault<AsIs>>;

/// The last of one place.
#[derive(Clone, Copy, Default)]
pub(super) struct Last {
    /// The kind's number and one more; 0 where nothing stood here yet.
    pub kind: u8,
    pub number: Option<u64>,
}

/// The texts of one place, each by its number.
#[derive(Clone, Default)]
pub(super) struct Texts {
    pub known: Vec<Vec<u8>>,
    /// Where the next new one goes once all numbers are used.
    turn: usize,
}

#[derive(Default)]
pub(super) struct Past {
    last: ByPlace<Last>,
    texts: ByPlace<Texts>,
    /// The facts of this entry and of the two before it, and one more each; 0 where there was none.
    pub facts: [u32; 3],
    pub seq: u64,
    pub wall: u64,
    /// How far the wall clock went since the entry before.
    pub passed: u64,
    pub building: Option<u64>,
    pub receipt: u64,
    /// The hash of the last text.
    pub text: u32,
    /// Which of its expectations the last number met.
    pub met: u32,
    pub now: Now,
}

/// What the entry said so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Now {
    pub lines: u32,
    /// The line that is being told, and one more; 0 before the first.
    pub line: u32,
    /// The head of this line and of the one before, by the numbers of their texts, and one more.
    pub heads: [u32; 2],
    /// The last amount that was no share of another.
    pub base: u64,
    pub sum: u64,
    pub total: u64,
    /// The service, by the number of its text, and one more.
    pub service: u32,
    /// The period of the line: year, month, months.
    pub period: [u64; 3],
    /// How much of the line's period is that of the line before: a bit for each part.
    pub same_period: u32,
}

impl Now {
    /// Which line it is: the first, one between, or the last.
    pub fn at_line(&self) -> u32 {
        let left = self.lines.saturating_sub(self.line).min(3);
        self.line.min(3) << 2 | left
    }

    /// What is known before a line's head.
    pub fn at_head(&self) -> u32 {
        let before = joined(self.service, self.heads[0]);
        joined(joined(before, self.heads[1]), self.at_line() << 3 | self.same_period)
    }
}

impl Past {
    pub fn before(seq: u64) -> Self {
        Self { seq, ..Self::default() }
    }

    /// A new entry begins.
    pub fn turn(&mut self, fact: u32) {
        self.facts = [fact + 1, self.facts[0], self.facts[1]];
        self.now = Now::default();
    }

    /// The facts in a row, as one number.
    pub fn row(&self) -> u32 {
        joined(joined(self.facts[0], self.facts[1]), self.facts[2])
    }

    pub fn last(&mut self, place: Place) -> &mut Last {
        self.last.entry(place).or_default()
    }

    /// Every text that is known by its number, with its place.
    pub fn known_texts(&self) -> impl Iterator<Item = (Place, &[u8])> {
        let all = self.texts.iter();
        all.flat_map(|(place, texts)| texts.known.iter().map(|text| (*place, text.as_slice())))
    }

    pub fn texts(&mut self, place: Place) -> &mut Texts {
        self.texts.entry(place).or_default()
    }
}

impl Texts {
    pub fn number_of(&self, text: &[u8]) -> Option<u32> {
        let at = self.known.iter().position(|known| known == text)?;
        u32::try_from(at).ok()
    }

    /// Keeps a new text and says its number.
    pub fn keep(&mut self, text: &[u8]) -> u32 {
        if self.known.len() < TEXTS_MAX {
            self.known.push(text.to_vec());
            return self.known.len() as u32 - 1;
        }
        let at = self.turn % TEXTS_MAX;
        self.known[at] = text.to_vec();
        self.turn += 1;
        at as u32
    }
}
