//! RDM6300: a reader of 125 kHz cards (EM4100) on a serial line, 9,600 baud, 8N1. While a card lies
//! on it, it says over and over: STX, ten hexadecimal digits, two more of their exclusive or, ETX.

use std::time::{Duration, Instant};

use super::presence::Presence;
use super::{CardEvent, CardReader, Uid};
use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::{self, Port, open};

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
/// The digits between them: five bytes of the card and one of their check.
const DIGITS: usize = 12;
/// How often a silent reader is looked at, so that a card that was taken away is noticed.
const LOOK: Duration = Duration::from_millis(200);

/// A reader on a serial line, or on a converter that makes TCP of it.
pub struct Rdm6300 {
    address: PortAddress,
    port: Option<Box<dyn Port>>,
    frames: Frames,
    presence: Presence,
}

impl Rdm6300 {
    pub fn new(address: PortAddress) -> Rdm6300 {
        let (frames, presence) = (Frames::default(), Presence::default());
        Rdm6300 { address, port: None, frames, presence }
    }

    fn read(&mut self, limit: Duration) -> Result<(), Fault> {
        let port = match &mut self.port {
            Some(port) => port,
            None => {
                (self.frames, self.presence) = (Frames::default(), Presence::default());
                self.port.insert(open(&self.address)?)
            }
        };
        let mut buffer = [0; 64];
        match port::receive(&mut **port, &mut buffer, limit) {
            Ok(count) => {
                let now = Instant::now();
                for byte in &buffer[..count] {
                    if let Some(uid) = self.frames.push(*byte) {
                        self.presence.seen(uid, now);
                    }
                }
                Ok(())
            }
            Err(Fault::Timeout) => Ok(()),
            Err(fault) => {
                self.port = None;
                Err(fault)
            }
        }
    }
}

impl CardReader for Rdm6300 {
    fn wait(&mut self, limit: Duration) -> Result<Option<CardEvent>, Fault> {
        let until = Instant::now() + limit;
        loop {
            let now = Instant::now();
            if let Some(event) = self.presence.next(now) {
                return Ok(Some(event));
            }
            let left = until.saturating_duration_since(now);
            if left.is_zero() {
                return Ok(None);
            }
            self.read(left.min(LOOK))?;
        }
    }

    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, Fault> {
        Err(Fault::Unsupported)
    }
}

/// Finds numbers in a stream of bytes. STX stands in no frame but at its beginning, so that each
/// one begins anew there, whatever came before; no more than one frame is ever held.
#[derive(Debug, Default)]
pub struct Frames {
    digits: Option<Vec<u8>>,
}

impl Frames {
    /// The card's number where this byte ends a frame whose check is right.
    pub fn push(&mut self, byte: u8) -> Option<Uid> {
        if byte == STX {
            self.digits = Some(Vec::with_capacity(DIGITS));
            return None;
        }
        let mut digits = self.digits.take()?;
        match (byte as char).to_digit(16) {
            Some(digit) if digits.len() < DIGITS => {
                digits.push(digit as u8);
                self.digits = Some(digits);
                None
            }
            _ if byte == ETX && digits.len() == DIGITS => number(&digits),
            _ => None,
        }
    }
}

/// The last four of the card's five bytes: what is printed on it.
fn number(digits: &[u8]) -> Option<Uid> {
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let (check, bytes) = bytes.split_last()?;
    let right = bytes.iter().fold(0, |sum, byte| sum ^ byte) == *check;
    if !right {
        tracing::debug!("a card's number with a wrong check was left out");
        return None;
    }
    Uid::new(&bytes[1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use std::net::TcpListener;

    const LONG: Duration = Duration::from_secs(20);
    /// 0A 00 BC 61 4E; their exclusive or is 99.
    const FRAME: &[u8] = b"\x020A00BC614E99\x03";

    fn found(bytes: &[u8]) -> Vec<String> {
        let mut frames = Frames::default();
        bytes.iter().filter_map(|byte| frames.push(*byte)).map(|uid| uid.to_string()).collect()
    }

    #[test]
    fn a_frame_is_read_and_what_is_no_whole_frame_is_left_out() {
        assert_eq!(found(FRAME), ["00BC614E"]);
        assert_eq!(found(&[FRAME, FRAME].concat()).len(), 2);
        assert!(found(b"\x020A00BC614E98\x03").is_empty(), "a wrong check");
        assert!(found(b"\x020A00BC614E99").is_empty(), "no end");
        assert!(found(b"\x020A00BC614E9\x03").is_empty(), "too short");
        assert!(found(b"\x020A00BC614E990\x03").is_empty(), "too long");
        assert!(found(b"\x020A00BC61ZE99\x03").is_empty(), "no digit");
        assert_eq!(found(&[&b"\x020A00BC"[..], FRAME].concat()), ["00BC614E"]);
        assert_eq!(found(&[&[0xff, 0x03, 0x30][..], FRAME].concat()), ["00BC614E"]);
    }

    #[test]
    fn a_reader_that_was_pulled_is_found_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        let mut reader = Rdm6300::new(address.parse().unwrap());
        assert_eq!(reader.wait(Duration::from_millis(1)).unwrap(), None);
        let presented = Some(CardEvent::Presented(Uid::typed("0012345678").unwrap()));
        let (mut far_end, _) = listener.accept().unwrap();
        far_end.write_all(FRAME).unwrap();
        far_end.write_all(&FRAME[..7]).unwrap();
        assert_eq!(reader.wait(LONG).unwrap(), presented);
        drop(far_end);
        let fault = loop {
            match reader.wait(LONG) {
                Ok(event) => assert_eq!(event, Some(CardEvent::Removed)),
                Err(fault) => break fault,
            }
        };
        assert_eq!(fault.word(), "unplugged");
        assert_eq!(reader.wait(Duration::from_millis(1)).unwrap(), None);
        let (mut far_end, _) = listener.accept().unwrap();
        far_end.write_all(FRAME).unwrap();
        assert_eq!(reader.wait(LONG).unwrap(), presented);
        assert_eq!(reader.transmit(&[0xff, 0xca, 0, 0, 0]).unwrap_err().word(), "unsupported");
    }

    proptest! {
        #[test]
        fn after_any_noise_the_next_frame_is_read(
            noise in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let last = found(&[&noise[..], FRAME].concat()).pop();
            prop_assert_eq!(last.as_deref(), Some("00BC614E"));
        }
    }
}
