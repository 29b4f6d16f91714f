//! Dots on paper: one bit each, black or white. The same dots are the print, the preview on the
//! screen and the archived picture.

/// Two metres of paper at 203 dots an inch; a slip that long is a mistake.
pub const ROWS_MAX: usize = 16_384;

/// A picture of single bits, most significant bit on the left, 1 = black. Rows are whole bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width_dots: u16,
    bits: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RasterError {
    #[error("a raster's width has to be a multiple of 8 dots above 0, and {0} is not")]
    Width(u16),
    #[error("{bytes} bytes are not whole rows of {stride_bytes} bytes")]
    Ragged { bytes: usize, stride_bytes: usize },
    #[error("a raster has at most {ROWS_MAX} rows, and this one has {0}")]
    TooLong(usize),
}

impl Raster {
    /// Packed rows as they are, from top to bottom.
    pub fn new(width_dots: u16, bits: Vec<u8>) -> Result<Raster, RasterError> {
        if width_dots == 0 || !width_dots.is_multiple_of(8) {
            return Err(RasterError::Width(width_dots));
        }
        let stride_bytes = usize::from(width_dots / 8);
        if !bits.len().is_multiple_of(stride_bytes) {
            return Err(RasterError::Ragged { bytes: bits.len(), stride_bytes });
        }
        if bits.len() / stride_bytes > ROWS_MAX {
            return Err(RasterError::TooLong(bits.len() / stride_bytes));
        }
        Ok(Raster { width_dots, bits })
    }

    /// White paper to draw on.
    pub fn blank(width_dots: u16, rows: usize) -> Result<Raster, RasterError> {
        if rows > ROWS_MAX {
            return Err(RasterError::TooLong(rows));
        }
        Raster::new(width_dots, vec![0; usize::from(width_dots / 8) * rows])
    }

    pub fn width_dots(&self) -> u16 {
        self.width_dots
    }

    pub fn stride_bytes(&self) -> usize {
        usize::from(self.width_dots / 8)
    }

    pub fn rows(&self) -> usize {
        self.bits.len() / self.stride_bytes()
    }

    pub fn row(&self, row: usize) -> &[u8] {
        let stride = self.stride_bytes();
        &self.bits[row * stride..(row + 1) * stride]
    }

    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    pub fn is_black(&self, x: u16, row: usize) -> bool {
        self.row(row)[usize::from(x / 8)] & (0x80 >> (x % 8)) != 0
    }

    /// Blackens one dot; what lies beside the paper is not drawn.
    pub fn blacken(&mut self, x: u16, row: usize) {
        if x < self.width_dots && row < self.rows() {
            let stride = self.stride_bytes();
            self.bits[row * stride + usize::from(x / 8)] |= 0x80 >> (x % 8);
        }
    }

    pub(crate) fn bits_mut(&mut self) -> &mut [u8] {
        &mut self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_rows_make_a_raster() {
        assert_eq!(Raster::new(0, vec![]), Err(RasterError::Width(0)));
        assert_eq!(Raster::new(577, vec![]), Err(RasterError::Width(577)));
        let ragged = RasterError::Ragged { bytes: 73, stride_bytes: 72 };
        assert_eq!(Raster::new(576, vec![0; 73]), Err(ragged));
        let rows = ROWS_MAX + 1;
        assert_eq!(Raster::blank(384, rows), Err(RasterError::TooLong(rows)));
        assert_eq!(Raster::new(576, vec![0; 144]).unwrap().rows(), 2);
    }

    #[test]
    fn the_leftmost_dot_is_the_highest_bit() {
        let mut raster = Raster::blank(16, 2).unwrap();
        raster.blacken(0, 0);
        raster.blacken(9, 1);
        raster.blacken(16, 1);
        assert_eq!(raster.bits(), [0x80, 0, 0, 0x40]);
        assert!(raster.is_black(9, 1) && !raster.is_black(8, 1));
    }
}
