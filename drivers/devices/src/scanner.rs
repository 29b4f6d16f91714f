//! Scanners for QR and bar codes that send what they read as a line of text.

use std::time::{Duration, Instant};

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::KeptPort;

/// The longest code that is read here, an identity card's, has about 4,000 digits.
pub const CODE_BYTES_MAX: usize = 8_192;
/// The characters of one code follow each other closely. After a pause the rest of a torn code
/// is not taken for the beginning of the next.
pub(crate) const PAUSE_MAX: Duration = Duration::from_secs(1);

pub trait Scanner: Send {
    /// The next code, or nothing where none was shown by the limit. A scanner that was pulled is
    /// a fault until it is found again, which each call tries when its time has come.
    fn next(&mut self, limit: Duration) -> Result<Option<String>, Fault>;
}

/// A scanner on TCP or a serial line that ends each code with CR or LF.
pub struct LineScanner {
    port: KeptPort,
    lines: Lines,
    heard: Instant,
}

impl LineScanner {
    pub fn new(address: PortAddress) -> LineScanner {
        LineScanner::over(KeptPort::new(address))
    }

    /// The same over a port of the caller's own making.
    pub fn over(port: KeptPort) -> LineScanner {
        LineScanner { port, lines: Lines::default(), heard: Instant::now() }
    }

    fn read(&mut self, limit: Duration) -> Result<(), Fault> {
        if self.port.ensure(limit)? {
            self.lines = Lines::default();
        }
        let mut buffer = [0; 512];
        match self.port.receive(&mut buffer, limit) {
            Ok(count) => {
                if self.heard.elapsed() > PAUSE_MAX {
                    self.lines.forget_begun();
                }
                self.heard = Instant::now();
                buffer[..count].iter().for_each(|byte| self.lines.push(*byte));
                Ok(())
            }
            Err(Fault::Timeout) => Ok(()),
            Err(fault) => Err(fault),
        }
    }
}

impl Scanner for LineScanner {
    fn next(&mut self, limit: Duration) -> Result<Option<String>, Fault> {
        let until = Instant::now() + limit;
        loop {
            if let Some(code) = self.lines.take() {
                return Ok(Some(code));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.read(left)?;
        }
    }
}

/// More codes than this waiting means that nobody reads them; the oldest is the one to keep.
pub(crate) const WAITING_MAX: usize = 8;

/// The separator between the parts of some retail codes.
pub(crate) const GS: char = '\u{1d}';

/// Finds codes in a stream of bytes. A line that holds anything but printable text is noise, and
/// so is one that is too long; both end with the line.
#[derive(Debug, Default)]
pub struct Lines {
    begun: Vec<u8>,
    spoilt: bool,
    whole: std::collections::VecDeque<String>,
}

impl Lines {
    pub fn push(&mut self, byte: u8) {
        match byte {
            b'\r' | b'\n' => self.end(),
            0x1d | 0x20.. if byte != 0x7f && self.begun.len() < CODE_BYTES_MAX => {
                self.begun.push(byte);
            }
            _ => self.spoilt = true,
        }
    }

    fn end(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        let spoilt = std::mem::take(&mut self.spoilt);
        if spoilt || begun.is_empty() || self.whole.len() >= WAITING_MAX {
            return;
        }
        if let Some(code) = String::from_utf8(begun).ok().filter(|code| is_printable(code)) {
            self.whole.push_back(code);
        }
    }

    fn forget_begun(&mut self) {
        self.begun.clear();
        self.spoilt = false;
    }

    /// The oldest code that is whole.
    pub fn take(&mut self) -> Option<String> {
        self.whole.pop_front()
    }
}

/// Whether a code has text, and no signs of control but those between its parts; there are some
/// beyond ASCII too.
pub(crate) fn is_printable(code: &str) -> bool {
    !code.is_empty() && !code.contains(|sign: char| sign.is_control() && sign != GS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use std::net::TcpListener;

    const LONG: Duration = Duration::from_secs(10);

    fn found(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::default();
        bytes.iter().for_each(|byte| lines.push(*byte));
        std::iter::from_fn(|| lines.take()).collect()
    }

    #[test]
    fn each_line_is_a_code_and_noise_ends_with_its_line() {
        assert_eq!(found(b"HKS:12/3456\r\n\r\nB:99\n"), ["HKS:12/3456", "B:99"]);
        assert_eq!(found(b"\x01noise\rgood\r"), ["good"]);
        assert_eq!(found(b"\xff\xfe\rgood\r"), ["good"]);
        let mut long = vec![b'7'; CODE_BYTES_MAX + 1];
        long.extend(b"\rgood\r");
        assert_eq!(found(&long), ["good"]);
        assert!(found(b"unfinished").is_empty());
        assert_eq!(found("12/\u{85}345\rക്ഷ\u{1d}1\r".as_bytes()), ["ക്ഷ\u{1d}1"]);
    }

    #[test]
    fn a_scanner_that_was_pulled_is_found_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        let mut scanner = LineScanner::new(address.parse().unwrap());
        assert_eq!(scanner.next(Duration::from_millis(1)).unwrap(), None);
        let (mut far_end, _) = listener.accept().unwrap();
        far_end.write_all(b"first\rsec").unwrap();
        assert_eq!(scanner.next(LONG).unwrap().as_deref(), Some("first"));
        drop(far_end);
        let fault = loop {
            match scanner.next(LONG) {
                Ok(code) => assert_eq!(code, None),
                Err(fault) => break fault,
            }
        };
        assert_eq!(fault.word(), "unplugged");
        assert_eq!(scanner.next(Duration::from_millis(1)).unwrap(), None);
        let (mut far_end, _) = listener.accept().unwrap();
        far_end.write_all(b"ond\r").unwrap();
        assert_eq!(scanner.next(LONG).unwrap().as_deref(), Some("ond"));
    }

    proptest! {
        #[test]
        fn after_any_noise_and_a_line_end_the_next_code_is_read(
            noise in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let mut bytes = noise;
            bytes.extend(b"\rHKS:12/3456\r");
            let mut lines = Lines::default();
            let mut last = None;
            for byte in bytes {
                lines.push(byte);
                last = lines.take().or(last);
            }
            prop_assert_eq!(last.as_deref(), Some("HKS:12/3456"));
        }
    }
}
