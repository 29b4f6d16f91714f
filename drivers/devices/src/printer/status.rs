//! What a printer says about itself. Four kinds of answers share one wire without any frame
//! around them; the fixed bits of each byte tell them apart.

use crate::printer::{Paper, PrinterStatus};

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// To DLE EOT, at once.
    RealTime(u8),
    /// By itself, because something changed (GS a).
    Automatic([u8; 4]),
    /// To GS r 1, in its turn.
    Paper(u8),
    /// To GS ( H, when everything before the mark is printed.
    ProcessId([u8; 4]),
}

/// Sorts the bytes that come from a printer. Whatever fits nowhere is dropped, so that noise
/// costs one answer at most.
#[derive(Debug, Default)]
pub struct Replies {
    held: Vec<u8>,
}

impl Replies {
    pub fn push(&mut self, byte: u8) -> Option<Reply> {
        match self.held.first() {
            Some(0x37) => self.process_id(byte),
            Some(_) => self.automatic(byte),
            None => self.start(byte),
        }
    }

    fn start(&mut self, byte: u8) -> Option<Reply> {
        if byte & 0x93 == 0x12 {
            return Some(Reply::RealTime(byte));
        }
        if byte == 0x37 || byte & 0x93 == 0x10 {
            self.held.push(byte);
            return None;
        }
        (byte & 0x90 == 0).then_some(Reply::Paper(byte))
    }

    /// `37 22`, four bytes of the mark, `00`.
    fn process_id(&mut self, byte: u8) -> Option<Reply> {
        let fits = match self.held.len() {
            1 => byte == 0x22,
            2..=5 => (0x20..=0x7e).contains(&byte),
            _ => byte == 0,
        };
        if !fits {
            self.held.clear();
            return self.start(byte);
        }
        self.held.push(byte);
        if self.held.len() < 7 {
            return None;
        }
        let mark = [self.held[2], self.held[3], self.held[4], self.held[5]];
        self.held.clear();
        Some(Reply::ProcessId(mark))
    }

    fn automatic(&mut self, byte: u8) -> Option<Reply> {
        // An answer in real time may come between the bytes of a report.
        if byte & 0x93 == 0x12 {
            return Some(Reply::RealTime(byte));
        }
        if byte & 0x90 != 0 {
            self.held.clear();
            return self.start(byte);
        }
        self.held.push(byte);
        if self.held.len() < 4 {
            return None;
        }
        let report = [self.held[0], self.held[1], self.held[2], self.held[3]];
        self.held.clear();
        Some(Reply::Automatic(report))
    }
}

/// The answers to DLE EOT 1, 2, 3 and 4, in this order.
pub fn from_real_time(answers: [u8; 4]) -> PrinterStatus {
    let [general, offline, error, roll] = answers;
    PrinterStatus {
        offline: general & 0x08 != 0,
        cover_open: offline & 0x04 != 0,
        cutter_stuck: error & 0x08 != 0,
        broken: error & 0x20 != 0,
        overheated: error & 0x40 != 0,
        paper: paper(roll & 0x0c != 0, roll & 0x60 != 0 || offline & 0x20 != 0),
        ..PrinterStatus::fine(true)
    }
}

/// The four bytes of an automatic report.
pub fn from_automatic(report: [u8; 4]) -> PrinterStatus {
    let [general, error, roll, _] = report;
    PrinterStatus {
        offline: general & 0x08 != 0,
        cover_open: general & 0x20 != 0,
        cutter_stuck: error & 0x08 != 0,
        broken: error & 0x20 != 0,
        overheated: error & 0x40 != 0,
        paper: paper(roll & 0x03 != 0, roll & 0x0c != 0),
        ..PrinterStatus::fine(true)
    }
}

fn paper(near_end: bool, out: bool) -> Paper {
    match (out, near_end) {
        (true, _) => Paper::Out,
        (false, true) => Paper::NearEnd,
        (false, false) => Paper::Present,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], expected: &[Reply]) {
        let mut replies = Replies::default();
        let found: Vec<Reply> = bytes.iter().filter_map(|byte| replies.push(*byte)).collect();
        assert_eq!(found, expected, "{bytes:02x?}");
    }

    #[test]
    fn answers_are_told_apart_without_frames() {
        check(&[0x12, 0x32], &[Reply::RealTime(0x12), Reply::RealTime(0x32)]);
        check(&[0x18, 0, 0x0f, 0], &[Reply::Automatic([0x18, 0, 0x0f, 0])]);
        check(&[0x10, 0, 0, 0, 0], &[Reply::Automatic([0x10, 0, 0, 0]), Reply::Paper(0)]);
        check(b"\x37\x22ab~ \0", &[Reply::ProcessId(*b"ab~ ")]);
        check(&[0x10, 0, 0x12, 0, 0], &[Reply::RealTime(0x12), Reply::Automatic([0x10, 0, 0, 0])]);
    }

    #[test]
    fn a_torn_report_does_not_swallow_the_next_answer() {
        check(&[0x10, 0, 0x18, 0, 0x0f, 0], &[Reply::Automatic([0x18, 0, 0x0f, 0])]);
        check(b"\x37\x22ab\x10\0\0\0", &[Reply::Automatic([0x10, 0, 0, 0])]);
        check(&[0xff, 0xff, 0x12], &[Reply::RealTime(0x12)]);
    }

    #[test]
    fn the_bits_say_what_the_manual_says() {
        let fine = from_real_time([0x12, 0x12, 0x12, 0x12]);
        assert_eq!((fine.fault().is_none(), fine.paper), (true, Paper::Present));
        let word = |answers| from_real_time(answers).fault().unwrap().word();
        assert_eq!(word([0x1a, 0x12, 0x12, 0x12]), "offline");
        assert_eq!(word([0x1a, 0x16, 0x12, 0x12]), "cover_open");
        assert_eq!(word([0x1a, 0x32, 0x12, 0x12]), "paper_out");
        assert_eq!(word([0x1a, 0x12, 0x12, 0x7e]), "paper_out");
        assert_eq!(word([0x1a, 0x52, 0x1a, 0x12]), "cutter");
        assert_eq!(word([0x1a, 0x52, 0x32, 0x12]), "broken");
        assert_eq!(word([0x1a, 0x52, 0x52, 0x12]), "overheat");
        assert_eq!(from_real_time([0x12, 0x12, 0x12, 0x1e]).paper, Paper::NearEnd);
        assert_eq!(from_automatic([0x10, 0, 0x03, 0]).paper, Paper::NearEnd);
        assert_eq!(from_automatic([0x18, 0, 0x0f, 0]).fault().unwrap().word(), "paper_out");
        assert_eq!(from_automatic([0x38, 0, 0, 0]).fault().unwrap().word(), "cover_open");
        assert_eq!(from_automatic([0x18, 0x08, 0, 0]).fault().unwrap().word(), "cutter");
    }

    proptest! {
        #[test]
        fn any_noise_is_survived_and_a_pause_of_four_reports_brings_order_back(
            noise in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            let mut replies = Replies::default();
            for byte in noise {
                replies.push(byte);
                prop_assert!(replies.held.len() < 7);
            }
            let report = [0x10, 0, 0, 0];
            let reports = [report; 4].concat();
            let found = reports.into_iter().filter_map(|byte| replies.push(byte)).last();
            prop_assert_eq!(found, Some(Reply::Automatic(report)));
        }
    }
}
