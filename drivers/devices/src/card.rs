//! Readers of the cards that people carry: a worker's badge, the card of a household.

#[cfg(feature = "pcsc")]
pub mod pcsc;
pub mod presence;
pub mod rdm6300;
pub mod wedge;

use std::fmt;
use std::time::Duration;

use crate::fault::Fault;

/// The numbers of cards have 4, 7 or 10 bytes (ISO 14443-3), or 8 (ISO 15693).
pub const UID_BYTES: std::ops::RangeInclusive<usize> = 4..=10;

/// The number that a card gives to whoever asks. It names a card and proves nothing: a copy of it
/// costs less than the card.
#[derive(Clone, PartialEq, Eq)]
pub struct Uid(Vec<u8>);

/// What happened at a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardEvent {
    /// A card was laid on the reader; one event however long it lies there.
    Presented(Uid),
    /// It was taken away.
    Removed,
}

pub trait CardReader: Send {
    /// What happens next, or nothing where nothing happened by the limit. A reader that was pulled
    /// is a fault once, and is connected to again by the next call.
    fn wait(&mut self, limit: Duration) -> Result<Option<CardEvent>, Fault>;

    /// Sends a command (ISO 7816-4) to the card that lies on the reader, and returns its whole
    /// answer with the two status bytes at its end. Where the card is taken away before the answer
    /// is whole, it is `Fault::CardGone`, and nothing of the answer is returned.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault>;
}

impl Uid {
    /// A number of 4 to 10 bytes.
    pub fn new(bytes: &[u8]) -> Option<Uid> {
        UID_BYTES.contains(&bytes.len()).then(|| Uid(bytes.to_vec()))
    }

    /// What a reader types that takes itself for a keyboard: the ten decimal digits that are
    /// printed on cards of 125 kHz, or hexadecimal digits. Of the five bytes of such a card only
    /// the last four are printed, so that the first is left out wherever it is read.
    pub fn typed(text: &str) -> Option<Uid> {
        let text = text.trim();
        if text.len() == PRINTED_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // More than four bytes hold is no printed number: then the digits are hexadecimal.
            if let Ok(number) = text.parse::<u32>() {
                return Some(Uid(number.to_be_bytes().to_vec()));
            }
        }
        let bytes = hexadecimal(text)?;
        match bytes.len() {
            5 => Uid::new(&bytes[1..]),
            _ => Uid::new(&bytes),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A card of 125 kHz has a number of 32 bits on it, with leading zeros.
const PRINTED_DIGITS: usize = 10;

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    if digits.len() > 2 * UID_BYTES.end() {
        return None;
    }
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Hexadecimal, as `Uid::typed` reads it; for whoever asked to see the number.
impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// Without the number: whoever reads a log could make a copy of the card.
impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_card_has_one_number_however_a_reader_writes_it() {
        let number = Uid::new(&[0x00, 0xbc, 0x61, 0x4e]);
        for text in ["0012345678", "00BC614E", "00bc614e", "0A00BC614E", " 0012345678\t"] {
            assert_eq!(Uid::typed(text), number, "{text}");
        }
        let long = Uid::typed("04A1B2C3D4E580").unwrap();
        assert_eq!(long.bytes(), [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80]);
        assert_eq!(long.to_string(), "04A1B2C3D4E580");
    }

    #[test]
    fn what_is_no_number_of_a_card_is_none() {
        for text in ["", "42949672960", "123456", "04A1B2C3D4E58", "hello there", "12/3456789"] {
            assert_eq!(Uid::typed(text), None, "{text}");
        }
        assert_eq!(Uid::typed(&"AB".repeat(11)), None);
        assert_eq!(Uid::new(&[1, 2, 3]), None);
    }

    #[test]
    fn a_log_never_holds_the_number() {
        let event = CardEvent::Presented(Uid::typed("0012345678").unwrap());
        assert_eq!(format!("{event:?}"), "Presented(Uid(4 bytes))");
    }
}
