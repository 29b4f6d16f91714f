//! What is done to a frame that nothing could be read from: grain is smoothed, and each part of
//! the picture is made as bright and as rich in contrast as the others. Then a square in the dark,
//! half in the shade, or on a sensor that turned its gain up is black on white again.

use crate::frame::Frame;

/// Half the side of the neighbourhood that a pixel is compared with: some modules of a square.
const NEAR: usize = 18;

/// Neighbourhoods whose shades deviate by less than this are plain: what is in them is grain.
const PLAIN: f32 = 3.0;

/// How far a pixel one deviation away from its neighbourhood's mean comes to stand from grey.
const SPREAD: f32 = 70.0;

/// The frame with every shade said against its neighbourhood.
pub fn cleared(frame: &Frame) -> Frame {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let smooth = smoothed(frame.luma(), width, height);
    let sums = Sums::of(&smooth, width, height);
    let mut luma = Vec::with_capacity(smooth.len());
    for y in 0..height {
        for x in 0..width {
            let (mean, deviation) = sums.around(x, y);
            let shade = f32::from(smooth[y * width + x]);
            let stands = (shade - mean) / deviation.max(PLAIN) * SPREAD;
            // A float that is out of range becomes the nearest byte.
            luma.push((128.0 + stands) as u8);
        }
    }
    Frame::new(frame.width(), frame.height(), luma).expect("as many pixels as before")
}

/// Each pixel as the mean of the nine around it, the middle counted four times and the corners
/// once.
fn smoothed(luma: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut smooth = Vec::with_capacity(luma.len());
    for y in 0..height {
        let rows = [y.saturating_sub(1), y, (y + 1).min(height - 1)];
        for x in 0..width {
            let columns = [x.saturating_sub(1), x, (x + 1).min(width - 1)];
            let row = |y: usize| {
                let shade = |x: usize| u32::from(luma[y * width + x]);
                shade(columns[0]) + 2 * shade(columns[1]) + shade(columns[2])
            };
            let sum = row(rows[0]) + 2 * row(rows[1]) + row(rows[2]);
            smooth.push((sum / 16) as u8);
        }
    }
    smooth
}

/// Sums of shades, and of their squares, over everything above and to the left.
struct Sums {
    width: usize,
    height: usize,
    shades: Vec<u64>,
    squares: Vec<u64>,
}

impl Sums {
    fn of(luma: &[u8], width: usize, height: usize) -> Self {
        let stride = width + 1;
        let mut shades = vec![0; stride * (height + 1)];
        let mut squares = shades.clone();
        for y in 0..height {
            let (mut row, mut row_squares) = (0, 0);
            for x in 0..width {
                let shade = u64::from(luma[y * width + x]);
                row += shade;
                row_squares += shade * shade;
                let (above, here) = (y * stride + x + 1, (y + 1) * stride + x + 1);
                shades[here] = shades[above] + row;
                squares[here] = squares[above] + row_squares;
            }
        }
        Self { width, height, shades, squares }
    }

    /// The mean of a neighbourhood and its standard deviation.
    fn around(&self, x: usize, y: usize) -> (f32, f32) {
        let (left, top) = (x.saturating_sub(NEAR), y.saturating_sub(NEAR));
        let (right, bottom) = ((x + NEAR + 1).min(self.width), (y + NEAR + 1).min(self.height));
        let stride = self.width + 1;
        let sum = |of: &[u64]| {
            let at = |x: usize, y: usize| of[y * stride + x];
            at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top)
        };
        let count = ((right - left) * (bottom - top)) as f64;
        let mean = sum(&self.shades) as f64 / count;
        let variance = (sum(&self.squares) as f64 / count - mean * mean).max(0.0);
        (mean as f32, variance.sqrt() as f32)
    }
}
