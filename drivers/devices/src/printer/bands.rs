//! A raster cut into what is sent: bands of dots, and feeds where the paper stays white.
//!
//! Printers obey `10 04`, `10 05` and `10 14` the moment these bytes arrive, even in the middle
//! of a picture. None of the three may ever be among the dots: where one would span two rows the
//! band is split there, and where one stands within a row one white dot beside a black one is
//! blackened.

use crate::printer::bytes;
use crate::raster::Raster;

/// A white gap shorter than this costs less as dots than as commands.
const FEED_ROWS_MIN: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub bytes: Vec<u8>,
    pub rows: usize,
}

/// The whole slip as pieces to be sent in order. White rows at the end are left to the cut.
pub fn steps(raster: &Raster, band_rows: u16) -> Vec<Step> {
    let harmless = harmless(raster);
    let mut steps = Vec::new();
    let mut row = 0;
    while row < harmless.rows() {
        let white = white_rows(&harmless, row);
        if row + white == harmless.rows() {
            break;
        }
        if white >= FEED_ROWS_MIN {
            steps.push(Step { bytes: bytes::feed_rows(white), rows: white });
            row += white;
        }
        let rows = band(&harmless, row, usize::from(band_rows));
        let stride = harmless.stride_bytes();
        let dots = &harmless.bits()[row * stride..(row + rows) * stride];
        steps.push(Step { bytes: bytes::picture(stride, rows, dots), rows });
        row += rows;
    }
    steps
}

/// The same picture without any row that would read as a command: what is really printed.
pub fn harmless(raster: &Raster) -> Raster {
    let mut harmless = raster.clone();
    let stride = raster.stride_bytes();
    for row in harmless.bits_mut().chunks_exact_mut(stride) {
        for at in 1..row.len() {
            if reads_as_command(row[at - 1], row[at]) {
                // All three second bytes have the bit 04 set and the bit 02 clear.
                row[at] |= 0x02;
            }
        }
    }
    harmless
}

fn reads_as_command(first: u8, second: u8) -> bool {
    first == 0x10 && matches!(second, 0x04 | 0x05 | 0x14)
}

fn white_rows(raster: &Raster, from: usize) -> usize {
    (from..raster.rows()).take_while(|row| raster.row(*row).iter().all(|byte| *byte == 0)).count()
}

/// How many rows the band that starts here may have.
fn band(raster: &Raster, from: usize, rows_max: usize) -> usize {
    let mut rows = 1;
    while rows < rows_max && from + rows < raster.rows() {
        let (above, below) = (raster.row(from + rows - 1), raster.row(from + rows));
        if reads_as_command(above[above.len() - 1], below[0]) {
            break;
        }
        let white = white_rows(raster, from + rows);
        if white >= FEED_ROWS_MIN || from + rows + white == raster.rows() {
            break;
        }
        rows += 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::profile::PrinterProfile;
    use proptest::prelude::*;

    fn drawn(steps: &[Step], width_dots: u16, rows: usize) -> Raster {
        let mut bits = Vec::new();
        for step in steps {
            if step.bytes.starts_with(b"\x1dv0") {
                bits.extend_from_slice(&step.bytes[8..]);
            } else {
                bits.resize(bits.len() + step.rows * usize::from(width_dots / 8), 0);
            }
        }
        bits.resize(rows * usize::from(width_dots / 8), 0);
        Raster::new(width_dots, bits).unwrap()
    }

    #[test]
    fn white_paper_is_fed_and_its_end_left_out() {
        let mut raster = Raster::blank(384, 700).unwrap();
        raster.blacken(5, 300);
        raster.blacken(6, 305);
        let steps = steps(&raster, 128);
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].bytes, b"\x1bJ\xff\x1bJ\x2d");
        assert_eq!((steps[1].rows, steps[1].bytes.len()), (6, 8 + 6 * 48));
        assert_eq!(drawn(&steps, 384, 700), raster);
    }

    #[test]
    fn a_command_across_two_rows_splits_the_band_and_changes_no_dot() {
        let raster = Raster::new(16, vec![0xff, 0x10, 0x04, 0xff]).unwrap();
        let steps = steps(&raster, 128);
        assert_eq!(steps.iter().map(|step| step.rows).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(drawn(&steps, 16, 2), raster);
    }

    /// Dots that are full of the dangerous bytes, and of white.
    fn dots(length: usize) -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            4 => Just(0u8), 3 => Just(0x10u8), 1 => Just(0x04u8),
            1 => Just(0x05u8), 1 => Just(0x14u8), 2 => any::<u8>(),
        ];
        proptest::collection::vec(byte, length)
    }

    fn stride() -> impl Strategy<Value = u16> {
        prop_oneof![4 => 1u16..12, 1 => Just(48u16), 1 => Just(72u16)]
    }

    proptest! {
        #[test]
        fn no_raster_ever_carries_a_real_time_command(
            (width, bits) in (stride(), 0usize..40)
                .prop_flat_map(|(stride, rows)| {
                    (Just(stride * 8), dots(usize::from(stride) * rows))
                }),
            band_rows in 1u16..=128,
            cut: bool,
        ) {
            let raster = Raster::new(width, bits).unwrap();
            let profile = PrinterProfile::named("epson-tm-t82").unwrap();
            let steps = steps(&raster, band_rows);
            let mut wire = bytes::opening(&profile, true);
            for step in &steps {
                prop_assert!(step.bytes[0] != b'\x1d' || step.rows <= usize::from(band_rows));
                wire.extend_from_slice(&step.bytes);
            }
            wire.extend(bytes::closing(&profile, cut, *b"abcd"));
            for pair in wire.windows(2) {
                prop_assert!(!reads_as_command(pair[0], pair[1]), "{pair:02x?}");
            }
            let printed = drawn(&steps, width, raster.rows());
            prop_assert_eq!(&printed, &harmless(&raster));
            for (sent, given) in printed.bits().iter().zip(raster.bits()) {
                prop_assert!(sent & given == *given && (sent ^ given).count_ones() <= 1);
            }
        }
    }
}
