//! The chances that a season takes, beside the common ones.

pub use crate::chance::Chance;

pub trait Odds {
    /// True so many times in a thousand.
    fn permille(&mut self, share: u64) -> bool;

    /// A place in a list of this length.
    fn place(&mut self, length: usize) -> usize;

    /// A private key's seed.
    fn seed(&mut self) -> [u8; 32];
}

impl Odds for Chance {
    fn permille(&mut self, share: u64) -> bool {
        self.below(1_000) < share
    }

    fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("a place in a list")
    }

    fn seed(&mut self) -> [u8; 32] {
        let words = [self.next(), self.next(), self.next(), self.next()];
        let mut seed = [0; 32];
        for (part, word) in seed.chunks_mut(8).zip(words) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        seed
    }
}
