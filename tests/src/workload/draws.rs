//! Chance by its laws, and how much each draw says: the sum of -log2 of what was likely.

use std::f64::consts::{E, TAU};

use crate::chance::Chance;

pub struct Draws {
    chance: Chance,
    /// What was said so far, in bits.
    pub bits: f64,
}

impl Draws {
    pub fn new(chance: Chance) -> Self {
        Self { chance, bits: 0.0 }
    }

    /// From 0 up to 1; nothing is counted.
    pub fn uniform(&mut self) -> f64 {
        (self.chance.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 up to the end; nothing is counted.
    pub fn below(&mut self, end: u64) -> u64 {
        self.chance.below(end)
    }

    pub fn chance_of(&mut self, share: f64) -> bool {
        let hit = self.uniform() < share;
        self.bits -= (if hit { share } else { 1.0 - share }).log2();
        hit
    }

    /// One of so many, all alike.
    pub fn evenly(&mut self, count: u32) -> i64 {
        self.bits += f64::from(count).log2();
        self.chance.below(u64::from(count)) as i64
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        self.bits += (list.len() as f64).log2();
        self.chance.pick(list)
    }

    /// The place of the weight that was met; they add up to one.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform();
        let last = weights.len() - 1;
        let mut at = 0;
        while at < last && left >= weights[at] {
            left -= weights[at];
            at += 1;
        }
        self.bits -= weights[at].log2();
        at
    }

    /// 1, 2, 3 and so on, each half as likely as the one before.
    pub fn geometric(&mut self) -> u32 {
        let mut count = 1;
        while self.chance.percent(50) && count < 60 {
            count += 1;
        }
        self.bits += f64::from(count);
        count
    }

    pub fn gaussian(&mut self, sigma: f64) -> i64 {
        let normal = self.normal();
        self.bits += normal_bits(normal) + sigma.log2();
        (normal * sigma).round() as i64
    }

    /// Milliseconds, counted to the whole one, and never below the least.
    pub fn lognormal_ms(&mut self, median: f64, sigma: f64, least: f64) -> f64 {
        let drawn = median * (sigma * self.normal()).exp();
        let value = drawn.max(least);
        self.bits += Self::lognormal_bits(value, median, sigma);
        value
    }

    /// Whole rupees, at least one.
    pub fn lognormal_rupees(&mut self, median: f64, sigma: f64) -> u32 {
        let drawn = (median * (sigma * self.normal()).exp()).round().max(1.0);
        self.bits += Self::lognormal_bits(drawn, median, sigma);
        drawn as u32
    }

    /// What a value, to the whole unit, says of a draw by this law.
    pub fn lognormal_bits(value: f64, median: f64, sigma: f64) -> f64 {
        let normal = (value / median).ln() / sigma;
        normal_bits(normal) + (sigma * value).log2()
    }

    /// Box and Muller's.
    fn normal(&mut self) -> f64 {
        let (one, other) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * one.ln()).sqrt() * (TAU * other).cos()
    }
}

/// -log2 of the density of the standard normal law.
fn normal_bits(normal: f64) -> f64 {
    0.5 * TAU.log2() + 0.5 * normal * normal * E.log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_says_as_much_as_its_law_has() {
        let mut draws = Draws::new(Chance(7));
        for _ in 0..20_000 {
            draws.lognormal_ms(600.0, 0.8, 0.0);
        }
        // The entropy of a lognormal law: log2 of sigma, the median, and the root of 2 pi e.
        let law = (0.8 * 600.0 * (TAU * E).sqrt()).log2();
        let each = draws.bits / 20_000.0;
        assert!((each - law).abs() < 0.05, "{each} bits, by its law {law}");
    }
}
