//! One picture of a camera in shades of grey. It lies in memory for as long as it is looked at and
//! is written nowhere.

use std::fmt;

/// The longest side of a frame, in pixels: a camera is asked for 640×480, and few give more than
/// 1920×1080.
pub const FRAME_SIDE_MAX: u32 = 1_920;

/// Width and height in pixels, and a byte a pixel, row by row from the top: 0 is black.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    luma: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a frame of {width}x{height} pixels: each side has 1 to {FRAME_SIDE_MAX}")]
    Size { width: u32, height: u32 },
    #[error("a frame of {wanted} pixels has {got} bytes")]
    Torn { wanted: usize, got: usize },
}

/// Darker than this on the mean, a picture shows a covered lens or a night: nothing can be read.
const DARK_MEAN: u64 = 16;

/// Where even the brightest pixels stay under this, there is no white paper in the picture.
const DARK_BRIGHTEST: u8 = 48;

impl Frame {
    pub fn new(width: u32, height: u32, luma: Vec<u8>) -> Result<Self, FrameError> {
        let wanted = pixels(width, height)?;
        if luma.len() != wanted {
            return Err(FrameError::Torn { wanted, got: luma.len() });
        }
        Ok(Self { width, height, luma })
    }

    /// From YUYV (YUV 4:2:2): two bytes a pixel, the first of each is its grey.
    pub fn from_yuyv(width: u32, height: u32, bytes: &[u8]) -> Result<Self, FrameError> {
        let wanted = pixels(width, height)?;
        // A driver may round its buffer up to whole pages.
        let Some(bytes) = bytes.get(..2 * wanted) else {
            return Err(FrameError::Torn { wanted, got: bytes.len() / 2 });
        };
        let luma = bytes.iter().step_by(2).copied().collect();
        Ok(Self { width, height, luma })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    pub fn luma(&self) -> &[u8] {
        &self.luma
    }

    /// Whether there is too little light to read anything by.
    pub fn is_dark(&self) -> bool {
        let sum: u64 = self.luma.iter().map(|shade| u64::from(*shade)).sum();
        let brightest = self.luma.iter().max().copied().unwrap_or_default();
        sum < DARK_MEAN * self.luma.len() as u64 && brightest < DARK_BRIGHTEST
    }
}

/// How many pixels a frame has, where it may be so large.
pub(crate) fn pixels(width: u32, height: u32) -> Result<usize, FrameError> {
    let sides = 1..=FRAME_SIDE_MAX;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(FrameError::Size { width, height });
    }
    Ok(width as usize * height as usize)
}

/// What a camera sees belongs into no log.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({}x{})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_as_many_bytes_as_pixels() {
        let torn = Frame::new(3, 2, vec![0; 5]).expect_err("five bytes");
        assert_eq!(torn, FrameError::Torn { wanted: 6, got: 5 });
        for (width, height) in [(0, 2), (3, 0), (FRAME_SIDE_MAX + 1, 2), (u32::MAX, u32::MAX)] {
            let size = Frame::new(width, height, Vec::new()).expect_err("no such size");
            assert_eq!(size, FrameError::Size { width, height });
        }
        let yuyv = [10, 99, 20, 99, 30, 99, 40, 99, 7, 7];
        let frame = Frame::from_yuyv(2, 2, &yuyv).expect("whole, with what rounds it up");
        assert_eq!(frame.luma(), [10, 20, 30, 40]);
        assert!(Frame::from_yuyv(2, 2, &yuyv[..7]).is_err());
        assert_eq!(format!("{frame:?}"), "Frame(2x2)", "no pixel reaches a log");
    }

    #[test]
    fn a_covered_lens_is_dark_and_a_dim_room_is_not() {
        let of = |shade, bright: u8| {
            let mut luma = vec![shade; 10_000];
            luma[..100].fill(bright);
            Frame::new(100, 100, luma).expect("whole").is_dark()
        };
        assert!(of(3, 3) && of(12, 40));
        assert!(!of(12, 200), "a lamp, or a telephone's screen, is in the picture");
        assert!(!of(30, 40));
    }
}
