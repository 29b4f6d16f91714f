//! How long the pieces are in which photos go out: as long as the line carries whole. A cut costs
//! the piece that was under way, so that a line which dies again and again must find shorter ones.

use replica::{PIECE_BYTES_MAX, PIECE_BYTES_MIN};

/// How many pieces in a row come through before one of twice the length is tried: whatever is
/// tried too early is lost.
const CARRIED_MIN: u32 = 4;

pub struct PieceLength {
    bytes: usize,
    /// How many in a row came through.
    carried: u32,
}

impl Default for PieceLength {
    fn default() -> Self {
        Self::of(PIECE_BYTES_MAX)
    }
}

impl PieceLength {
    /// As it was found out before, brought within the limits.
    pub fn of(bytes: usize) -> Self {
        Self { bytes: bytes.clamp(PIECE_BYTES_MIN, PIECE_BYTES_MAX), carried: 0 }
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// A piece came through; whether the next is longer.
    pub fn carried(&mut self) -> bool {
        self.carried += 1;
        if self.carried < CARRIED_MIN {
            return false;
        }
        self.moved_to(self.bytes * 2)
    }

    /// A piece was lost on its way; whether the next is shorter.
    pub fn lost(&mut self) -> bool {
        self.moved_to(self.bytes / 2)
    }

    fn moved_to(&mut self, bytes: usize) -> bool {
        let before = self.bytes;
        *self = Self::of(bytes);
        self.bytes != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_at_once_rises_slowly_and_keeps_within_the_limits() {
        let mut length = PieceLength::default();
        let fallen: Vec<usize> =
            std::iter::from_fn(|| length.lost().then(|| length.bytes())).collect();
        assert_eq!(fallen, [16_384, 8_192, 4_096, 2_048, 1_024]);
        assert!(!length.carried() && !length.carried() && !length.carried());
        assert!(!length.lost(), "never shorter");
        let rises: Vec<bool> = (0..8).map(|_| length.carried()).collect();
        assert_eq!(rises, [false, false, false, true, false, false, false, true]);
        for _ in 0..100 {
            length.carried();
        }
        assert_eq!(length.bytes(), PIECE_BYTES_MAX);
        for (kept, used) in [(0, PIECE_BYTES_MIN), (usize::MAX, PIECE_BYTES_MAX), (3_000, 3_000)] {
            assert_eq!(PieceLength::of(kept).bytes(), used);
        }
    }
}
