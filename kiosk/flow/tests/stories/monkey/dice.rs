//! Chance from a seed, and what it may pick from.

use flow::Field;

/// xorshift64*: the same steps from the same seed on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).expect("31 bits") % sides
    }

    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }

    pub fn text(&mut self, of: &[&str]) -> String {
        (*self.one_of(of)).to_owned()
    }
}

pub const FIELDS: [Field; 24] = [
    Field::Number,
    Field::Amount,
    Field::Tendered,
    Field::Staff,
    Field::Pin,
    Field::Weight,
    Field::Sacks,
    Field::Months,
    Field::Payer,
    Field::Place,
    Field::Reason,
    Field::Note500,
    Field::Note200,
    Field::Note100,
    Field::Note50,
    Field::Note20,
    Field::Note10,
    Field::Coins,
    Field::Float,
    Field::Counted,
    Field::InstrumentNumber,
    Field::Bank,
    Field::Dated,
    Field::Answer,
];
