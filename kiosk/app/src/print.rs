//! A slip as the dots that a thermal printer burns: every script shaped, one bit a dot, the same
//! from the same slip on every machine. The fonts are the program's own; none of the machine's is
//! ever looked for.

mod letters;
mod rates_slip;
mod setting;
mod sheet;
mod square;
mod test_slip;

use flow::{RatesSlip, TestSlip};
use ledger::Slip;

use letters::Letters;
pub use letters::{Glyph, GlyphRun};
use setting::Setting;

/// A slip's raster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The width; a multiple of 8.
    pub dots: u16,
    pub rows: u32,
    /// Row by row, the first dot in the highest bit, 1 = black.
    pub bits: Vec<u8>,
}

/// Sets slips in type. It remembers what it has shaped and drawn, so that the second receipt of a
/// day is much quicker than the first.
pub struct Rasteriser {
    letters: Letters,
}

impl Rasteriser {
    /// With these fonts and no others. Each is a file's name and its bytes.
    pub fn new(faces: &[(&str, &'static [u8])]) -> Self {
        Self { letters: Letters::new(faces.iter().map(|(_, bytes)| *bytes)) }
    }

    /// The slip on paper that is `dots` wide: 384 on 58 mm, 576 on 80 mm.
    pub fn raster(&mut self, slip: &Slip, dots: u16) -> Paper {
        let sheet = Setting::of(slip, dots, &mut self.letters);
        Paper { dots: sheet.dots(), rows: sheet.rows(), bits: sheet.into_bits() }
    }

    /// What shows whether a printer of this model prints well.
    pub fn test_slip(&mut self, test: &TestSlip, model: &str, dots: u16) -> Paper {
        let sheet = test_slip::set(test, model, dots, &mut self.letters);
        Paper { dots: sheet.dots(), rows: sheet.rows(), bits: sheet.into_bits() }
    }

    /// What each service takes.
    pub fn rates(&mut self, rates: &RatesSlip, dots: u16) -> Paper {
        let sheet = Setting::of_lines(&rates_slip::lines(rates), dots, &mut self.letters);
        Paper { dots: sheet.dots(), rows: sheet.rows(), bits: sheet.into_bits() }
    }

    /// A text with a new line wherever one that is `width` pixels wide ends, in letters of `size`
    /// pixels.
    pub fn broken(&mut self, text: &str, size: f32, bold: bool, width: f32) -> String {
        let kind = letters::Type { size, line: size * 1.5, bold };
        self.letters.broken(text, kind, width)
    }

    /// How one line is shaped, for whoever compares it with what others make of the same faces.
    pub fn glyphs(&mut self, line: &str, bold: bool) -> Vec<GlyphRun> {
        self.letters.glyphs(line, bold)
    }

    /// The signs of a text that no face can draw.
    pub fn missing_signs(&mut self, text: &str) -> Vec<char> {
        self.letters.missing_signs(text)
    }
}

#[cfg(test)]
mod tests;
