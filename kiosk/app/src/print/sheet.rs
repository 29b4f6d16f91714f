//! White paper that grows downwards, one bit a dot.

/// Two metres of paper at 203 dots an inch, the longest that the printers' drivers take; what is
/// drawn beyond it is lost, and only a mistake is that long.
const ROWS_MAX: usize = 16_384;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    /// On a black band.
    White,
}

pub(super) struct Sheet {
    dots: u16,
    stride_bytes: usize,
    bits: Vec<u8>,
}

impl Sheet {
    /// A width that is no multiple of 8 is rounded down to one: the rest cannot be packed.
    pub(super) fn new(dots: u16) -> Self {
        let dots = dots / 8 * 8;
        Self { dots, stride_bytes: usize::from(dots / 8), bits: Vec::new() }
    }

    pub(super) fn dots(&self) -> u16 {
        self.dots
    }

    pub(super) fn rows(&self) -> u32 {
        let rows = self.bits.len() / self.stride_bytes.max(1);
        u32::try_from(rows).expect("a sheet has at most ROWS_MAX rows")
    }

    pub(super) fn into_bits(self) -> Vec<u8> {
        self.bits
    }

    /// Makes the paper at least so long.
    pub(super) fn grow(&mut self, rows: i32) {
        let rows = usize::try_from(rows).unwrap_or(0).min(ROWS_MAX);
        let bytes = rows * self.stride_bytes;
        if bytes > self.bits.len() {
            self.bits.resize(bytes, 0);
        }
    }

    pub(super) fn dot(&mut self, x: i32, y: i32, ink: Ink) {
        if x < 0 || y < 0 || x >= i32::from(self.dots) {
            return;
        }
        self.grow(y + 1);
        let (x, y) = (x.unsigned_abs() as usize, y.unsigned_abs() as usize);
        let Some(byte) = self.bits.get_mut(y * self.stride_bytes + x / 8) else { return };
        let bit = 0x80 >> (x % 8);
        match ink {
            Ink::Black => *byte |= bit,
            Ink::White => *byte &= !bit,
        }
    }

    /// A black rectangle.
    pub(super) fn fill(&mut self, left: i32, top: i32, width: i32, height: i32) {
        for y in top..top + height {
            for x in left..left + width {
                self.dot(x, y, Ink::Black);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_packed_from_the_left_and_what_lies_outside_is_lost() {
        let mut sheet = Sheet::new(19);
        sheet.fill(7, 1, 2, 1);
        sheet.dot(-1, 0, Ink::Black);
        sheet.dot(16, 0, Ink::Black);
        sheet.dot(0, i32::MAX - 1, Ink::Black);
        sheet.dot(8, 1, Ink::White);
        assert_eq!((sheet.dots(), sheet.rows()), (16, 16_384));
        assert_eq!(sheet.into_bits()[..4], [0, 0, 1, 0]);
    }
}
