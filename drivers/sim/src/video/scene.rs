//! What is held before the camera, in shades of grey.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use qrcode::{Color, QrCode};

pub const WIDTH: usize = 640;
pub const HEIGHT: usize = 480;

/// The shades of a wall, of paper and of ink.
const WALL: u8 = 140;
const PAPER: u8 = 230;
const INK: u8 = 25;

/// What is left of the light at night: a sixteenth, too little for anything.
const NIGHT: u8 = 16;

/// The longest side of a square's paper, and the white around the square in modules.
const PAPER_MAX: usize = 440;
const QUIET: usize = 4;
const MODULE_MAX: usize = 8;

/// The largest picture that is shown, in pixels.
const PICTURE_PIXELS_MAX: usize = 16_000_000;

pub struct Scene(Vec<u8>);

impl Scene {
    pub fn wall() -> Self {
        Self(vec![WALL; WIDTH * HEIGHT])
    }

    pub fn square(text: &str) -> Result<Self, String> {
        let code = QrCode::new(text).map_err(|error| format!("no square holds this: {error}"))?;
        let (side, colours) = (code.width(), code.to_colors());
        let modules = side + 2 * QUIET;
        let module = (PAPER_MAX / modules).clamp(1, MODULE_MAX);
        let paper = modules * module;
        let (left, top) = ((WIDTH - paper) / 2, (HEIGHT - paper) / 2);
        let mut scene = Self::wall();
        for y in 0..paper {
            for x in 0..paper {
                let (column, row) = (x / module, y / module);
                let inside = |at: usize| (QUIET..QUIET + side).contains(&at);
                let is_ink = inside(column)
                    && inside(row)
                    && colours[(row - QUIET) * side + column - QUIET] == Color::Dark;
                scene.0[(top + y) * WIDTH + left + x] = if is_ink { INK } else { PAPER };
            }
        }
        Ok(scene)
    }

    /// A PNG of any colour, as large as it fits.
    pub fn picture(path: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let file = File::open(path).map_err(|error| failed(&error))?;
        let mut decoder = png::Decoder::new(BufReader::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|error| failed(&error))?;
        let size = reader.output_buffer_size().filter(|size| *size <= 4 * PICTURE_PIXELS_MAX);
        let mut bytes = vec![0; size.ok_or_else(|| failed(&"it is too large"))?];
        let frame = reader.next_frame(&mut bytes).map_err(|error| failed(&error))?;
        let samples = frame.color_type.samples();
        let colours = if samples >= 3 { 3 } else { 1 };
        let (width, height) = (frame.width as usize, frame.height as usize);
        let grey = |x: usize, y: usize| {
            let at = (y * width + x) * samples;
            let sum: usize = bytes[at..at + colours].iter().map(|shade| usize::from(*shade)).sum();
            (sum / colours) as u8
        };
        // So many thousandths of a picture's pixel is one of the camera's.
        let scale = (width * 1_000).div_ceil(WIDTH).max((height * 1_000).div_ceil(HEIGHT)).max(1);
        let mut scene = Self::wall();
        for y in 0..HEIGHT.min(height * 1_000 / scale) {
            for x in 0..WIDTH.min(width * 1_000 / scale) {
                scene.0[y * WIDTH + x] = grey(x * scale / 1_000, y * scale / 1_000);
            }
        }
        Ok(scene)
    }

    pub fn luma(&self, lit: bool) -> Vec<u8> {
        let light = |shade: &u8| if lit { *shade } else { shade / NIGHT };
        self.0.iter().map(light).collect()
    }
}
