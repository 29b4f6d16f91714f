//! The commands around the picture, written by the `escpos` crate into memory: the crate knows
//! the commands, and the way to the printer stays ours. Two things it does not have or sends
//! short are given to it as they are: the drawer pulse with its two times, and the status words.

use std::cell::RefCell;

use escpos::driver::Driver;
use escpos::printer::Printer;
use escpos::utils::Protocol;

use crate::printer::profile::{Barrier, PrinterProfile};

const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
const DLE: u8 = 0x10;
const EOT: u8 = 0x04;

/// The drawer's coil is pulled for 2 x 25 ms and then left alone for 2 x 250 ms.
const DRAWER_PULSE: [u8; 5] = [ESC, b'p', 0, 25, 250];

/// GS a: report by itself, at once and whenever anything changes.
pub const REPORTS_ON: [u8; 3] = [GS, b'a', 0xff];

/// Resets the printer, asks it to report by itself whatever changes, and opens the drawer: the cash
/// is in somebody's hand already, and the slip takes its time.
pub fn opening(profile: &PrinterProfile, drawer: bool) -> Vec<u8> {
    write(|printer| {
        printer.init()?;
        if profile.motion_unit_dpi > 0 {
            printer.motion_units(profile.motion_unit_dpi, profile.motion_unit_dpi)?;
        }
        if profile.barrier != Barrier::None {
            // After the reset, because a reset switches the reports off again.
            printer.custom(&REPORTS_ON)?;
        }
        if drawer && profile.drawer {
            printer.custom(&DRAWER_PULSE)?;
        }
        Ok(())
    })
}

/// What follows the picture: the cut or the tearing edge, and the barrier's question.
pub fn closing(profile: &PrinterProfile, cut: bool, mark: [u8; 4]) -> Vec<u8> {
    write(|printer| {
        if cut && profile.cutter {
            printer.cut()?;
        } else {
            printer.custom(&feed_rows(usize::from(profile.tear_rows)))?;
        }
        match profile.barrier {
            Barrier::ProcessId => {
                printer.custom(&[GS, b'(', b'H', 6, 0, 48, 48])?;
                printer.custom(&mark)?;
            }
            Barrier::Status => {
                printer.custom(&[GS, b'r', 1])?;
            }
            Barrier::None => {}
        }
        Ok(())
    })
}

pub fn drawer() -> Vec<u8> {
    DRAWER_PULSE.to_vec()
}

/// DLE EOT n, three bytes; the printer answers at once, whatever it is doing.
pub fn status_question(which: u8) -> [u8; 3] {
    [DLE, EOT, which]
}

/// ESC J moves by at most 255 rows at a time.
pub fn feed_rows(rows: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut left = rows;
    while left > 0 {
        let step = left.min(255);
        bytes.extend([ESC, b'J', step as u8]);
        left -= step;
    }
    bytes
}

/// GS v 0: one band of a picture at its natural size.
pub fn picture(stride_bytes: usize, rows: usize, dots: &[u8]) -> Vec<u8> {
    let width = u16::try_from(stride_bytes).expect("a raster is at most 8191 bytes wide");
    let height = u16::try_from(rows).expect("a band has at most 128 rows");
    let mut bytes = vec![GS, b'v', b'0', 0];
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend_from_slice(dots);
    bytes
}

/// A driver of the `escpos` crate that keeps what it is given.
#[derive(Default)]
struct Sheet(RefCell<Vec<u8>>);

impl Driver for Sheet {
    fn name(&self) -> String {
        "sheet".to_owned()
    }

    fn write(&self, bytes: &[u8]) -> escpos::errors::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

fn write(commands: impl FnOnce(&mut Printer<Sheet>) -> escpos::errors::Result<()>) -> Vec<u8> {
    let mut printer = Printer::new(Sheet::default(), Protocol::default(), None);
    commands(&mut printer).expect("these commands take no text that could fail to encode");
    printer.print().expect("memory takes every byte");
    printer.driver().0.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_are_what_the_manual_says_and_nothing_more() {
        let profile = PrinterProfile::named("epson-tm-t82").unwrap();
        assert_eq!(opening(&profile, false), b"\x1b@\x1dP\xcb\xcb\x1da\xff");
        assert_eq!(opening(&profile, true), b"\x1b@\x1dP\xcb\xcb\x1da\xff\x1bp\0\x19\xfa");
        assert_eq!(closing(&profile, true, *b"ab~ "), b"\x1dVA\0\x1d(H\x06\x0000ab~ ");
        let profile = PrinterProfile::named("generic-58").unwrap();
        assert_eq!(opening(&profile, true), b"\x1b@");
        assert_eq!(closing(&profile, true, *b"0000"), b"\x1bJ\x60");
        let profile = PrinterProfile::named("generic-80").unwrap();
        assert_eq!(closing(&profile, true, *b"0000"), b"\x1dVA\0\x1dr\x01");
        assert_eq!(status_question(4), [0x10, 0x04, 0x04]);
        assert_eq!(feed_rows(300), b"\x1bJ\xff\x1bJ\x2d");
    }
}
