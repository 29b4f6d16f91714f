//! Squares to be scanned, and the slip's raster, as pictures.

use panes::{GlassWindow, Squares};
use qrcode::{Color, EcLevel, QrCode};
use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};

use super::GlassError;

const BLACK: Rgb8Pixel = Rgb8Pixel { r: 0, g: 0, b: 0 };
const WHITE: Rgb8Pixel = Rgb8Pixel { r: 255, g: 255, b: 255 };

/// Longer texts are squares of a stream: they have a check of their own, and another follows at
/// once, so that large modules help a scanner more than what corrects dirt.
const LONG: usize = 600;

pub(super) fn connect(window: &GlassWindow) {
    window.global::<Squares>().on_drawn(|text, room| square(&text, room.max(0) as usize));
}

/// The text as a square of at most `room` pixels, each module a whole number of them, because a
/// reader stumbles over modules of unequal width. A text that is too long gives an empty picture.
fn square(text: &str, room: usize) -> Image {
    let level = if text.len() > LONG { EcLevel::L } else { EcLevel::M };
    let Ok(code) = QrCode::with_error_correction_level(text, level) else {
        tracing::error!(length = text.len(), "the text is too long for a square");
        return Image::default();
    };
    let modules = code.width();
    let module = (room / modules).max(1);
    let colours = code.to_colors();
    let side = modules * module;
    picture(side, side, |x, y| colours[y / module * modules + x / module] == Color::Dark)
}

/// The raster of a slip: one bit a dot, the first dot in the highest bit of each row's bytes.
pub(super) fn raster(width_dots: u32, rows: u32, bits: &[u8]) -> Result<Image, GlassError> {
    let (width, rows) = (width_dots as usize, rows as usize);
    let stride = width.div_ceil(8);
    if bits.len() != stride * rows {
        return Err(GlassError::Raster { got: bits.len(), wanted: stride * rows });
    }
    Ok(picture(width, rows, |x, y| bits[y * stride + x / 8] & (0x80 >> (x % 8)) != 0))
}

fn picture(width: usize, height: usize, black: impl Fn(usize, usize) -> bool) -> Image {
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width as u32, height as u32);
    for (place, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        *pixel = if black(place % width, place / width) { BLACK } else { WHITE };
    }
    Image::from_rgb8(pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raster_is_one_pixel_a_dot() {
        let image = raster(10, 2, &[0x80, 0x40, 0x00, 0x00]).expect("four bytes");
        let pixels = image.to_rgb8().expect("made of pixels");
        let black: Vec<_> = pixels
            .as_slice()
            .iter()
            .enumerate()
            .filter_map(|(place, pixel)| (*pixel == BLACK).then_some(place))
            .collect();
        assert_eq!((pixels.width(), pixels.height()), (10, 2));
        assert_eq!(black, [0, 9]);
    }

    #[test]
    fn a_raster_of_the_wrong_length_is_an_error() {
        assert!(matches!(raster(10, 2, &[0; 3]), Err(GlassError::Raster { got: 3, wanted: 4 })));
    }

    #[test]
    fn a_square_has_whole_modules_and_fits_its_room() {
        let text = "upi://pay?pa=padippuram@example&am=1184.00&cu=INR";
        let modules = square(text, 1).size().width;
        let side = square(text, 343).size().width;
        assert_eq!((modules - 21) % 4, 0);
        assert_eq!(side, 343 / modules * modules);
        assert_eq!(square(&"x".repeat(5_000), 343).size().width, 0);
    }
}
