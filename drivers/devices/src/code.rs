//! Codes on a camera's frame: QR, Code 128, EAN-13 and EAN-8.
//!
//! Two readers of squares look one after the other, because each finds some that the other does
//! not (rxing tilted and blurred ones, rqrr some in the shade); codes of bars are looked for last,
//! because that takes longest.

mod clearing;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::PreparedImage;
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::oned::MultiFormatOneDReader;
use rxing::qrcode::QRCodeReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, Reader};

use crate::frame::Frame;
use crate::scanner::{CODE_BYTES_MAX, is_printable};
use clearing::cleared;

/// A frame that shows more codes than this is a wall of stickers: which of them is meant?
pub const CODES_MAX: usize = 8;

/// How a code is drawn. What it is of stands in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeKind {
    Qr,
    Code128,
    Ean13,
    Ean8,
}

impl CodeKind {
    /// Codes of bars have a weak check of their own: a single reading may be wrong.
    pub fn is_of_bars(self) -> bool {
        self != CodeKind::Qr
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub kind: CodeKind,
    /// Printable, and no longer than a scanner's.
    pub text: String,
}

/// The codes on a frame, each once; none where there is none to be read.
pub fn codes(frame: &Frame) -> Vec<Code> {
    let readers: [fn(&Frame) -> Vec<Code>; 2] = [squares, squares_again];
    let read = |frame: &Frame| {
        readers.into_iter().map(|read| kept(guarded(read, frame))).find(|found| !found.is_empty())
    };
    if let Some(found) = read(frame) {
        return found;
    }
    let cleared = cleared(frame);
    let found = read(&cleared).unwrap_or_else(|| kept(guarded(bars, frame)));
    if found.is_empty() { kept(guarded(bars, &cleared)) } else { found }
}

/// A reader of others that falls over on a strange picture has read nothing from it; the next
/// frame is another one.
fn guarded(read: fn(&Frame) -> Vec<Code>, frame: &Frame) -> Vec<Code> {
    catch_unwind(AssertUnwindSafe(|| read(frame))).unwrap_or_else(|_| {
        tracing::error!(?frame, "a reader of codes fell over");
        Vec::new()
    })
}

fn kept(found: Vec<Code>) -> Vec<Code> {
    let mut kept: Vec<Code> = Vec::new();
    for code in found {
        let fits = code.text.len() <= CODE_BYTES_MAX && is_printable(&code.text);
        if fits && !kept.contains(&code) && kept.len() < CODES_MAX {
            kept.push(code);
        }
    }
    kept
}

fn squares(frame: &Frame) -> Vec<Code> {
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let Ok(source) = source(frame) else { return Vec::new() };
    let mut image = BinaryBitmap::new(HybridBinarizer::new(source));
    let found = QRCodeReader::new().decode_with_hints(&mut image, &hints);
    found.iter().map(|code| Code { kind: CodeKind::Qr, text: code.getText().to_owned() }).collect()
}

fn squares_again(frame: &Frame) -> Vec<Code> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let shade = |x: usize, y: usize| frame.luma()[y * width + x];
    let mut image = PreparedImage::prepare_from_greyscale(width, height, shade);
    let grids = image.detect_grids().into_iter().take(CODES_MAX);
    grids
        .filter_map(|grid| Some(Code { kind: CodeKind::Qr, text: grid.decode().ok()?.1 }))
        .collect()
}

fn bars(frame: &Frame) -> Vec<Code> {
    let formats = [BarcodeFormat::CODE_128, BarcodeFormat::EAN_13, BarcodeFormat::EAN_8];
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from(formats)),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let Ok(source) = source(frame) else { return Vec::new() };
    // Bars are read row by row, each with a threshold of its own.
    let mut image = BinaryBitmap::new(GlobalHistogramBinarizer::new(source));
    let found = MultiFormatOneDReader::new(&hints).decode_with_hints(&mut image, &hints);
    let Ok(found) = found else { return Vec::new() };
    let kind = match found.getBarcodeFormat() {
        BarcodeFormat::CODE_128 => CodeKind::Code128,
        BarcodeFormat::EAN_13 => CodeKind::Ean13,
        BarcodeFormat::EAN_8 => CodeKind::Ean8,
        _ => return Vec::new(),
    };
    vec![Code { kind, text: found.getText().to_owned() }]
}

fn source(frame: &Frame) -> Result<Luma8Source<'_>, rxing::Exceptions> {
    Luma8Source::new_with_slice(frame.luma(), frame.width(), frame.height())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of a text, its modules five pixels wide, in the middle of a white frame; a share
    /// of it is left in the light.
    fn frame(text: &str, light: f32) -> Frame {
        let square = qrcode::QrCode::new(text).expect("it fits");
        let (side, colours) = (square.width(), square.to_colors());
        let shade = |place: usize| {
            let (x, y) = ((place % 640).wrapping_sub(200) / 5, (place / 640).wrapping_sub(100) / 5);
            let dark = x < side && y < side && colours[y * side + x] == qrcode::Color::Dark;
            ((if dark { 20.0 } else { 230.0 }) * light) as u8
        };
        Frame::new(640, 480, (0..640 * 480).map(shade).collect()).expect("whole")
    }

    #[test]
    fn a_square_is_read_in_the_light_and_in_the_dusk() {
        for light in [1.0, 0.09] {
            let found = codes(&frame("PADI:H:G0802:345:K", light));
            let text = "PADI:H:G0802:345:K".to_owned();
            assert_eq!(found, [Code { kind: CodeKind::Qr, text }], "{light}");
        }
    }

    #[test]
    fn nothing_is_read_from_an_empty_wall_or_from_too_little() {
        for (width, height) in [(1, 1), (2, 7), (40, 40), (640, 480)] {
            let pixels = (width * height) as usize;
            for luma in [vec![0; pixels], vec![200; pixels]] {
                let wall = Frame::new(width, height, luma).expect("whole");
                assert_eq!(codes(&wall), [], "{width}x{height}");
            }
        }
    }

    #[test]
    fn what_is_no_printable_text_is_no_code() {
        assert_eq!(codes(&frame("12/\u{7}345", 1.0)), []);
        let parts = "01\u{1d}02".to_owned();
        assert_eq!(kept(vec![Code { kind: CodeKind::Qr, text: parts.clone() }])[0].text, parts);
        let long = Code { kind: CodeKind::Qr, text: "7".repeat(CODE_BYTES_MAX + 1) };
        assert_eq!(kept(vec![long]), []);
        let wall = (0..20).map(|number| Code { kind: CodeKind::Ean8, text: number.to_string() });
        assert_eq!(kept(wall.collect()).len(), CODES_MAX);
    }
}
