//! Receipt numbers as they stand on paper: body, financial year, book, number, check character.

use std::fmt;

use minicbor::{Decode, Encode};
use thiserror::Error;

/// The characters of ISO 7064 MOD 37,36, in the order of their values.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The longest text that is read as a number: body 8, year 2, book 6, number 8, check 1, dashes 4.
const TEXT_BYTES_MAX: usize = 32;

/// One number of one receipt book of one body in one financial year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct ReceiptNumber {
    /// The local body's code, "G0802".
    #[n(0)]
    pub body: String,
    /// The year in which the financial year began, 2026 for 2026-27.
    #[n(1)]
    pub year: u16,
    /// The book's code, "K3".
    #[n(2)]
    pub book: String,
    #[n(3)]
    pub number: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NumberError {
    #[error("not a receipt number: it looks like G0802-26-K3-00417-H")]
    Shape,
    #[error("the last character does not fit the number: one of its characters is wrong")]
    Check,
}

impl ReceiptNumber {
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let text = text.trim().to_ascii_uppercase();
        if text.len() > TEXT_BYTES_MAX {
            return Err(NumberError::Shape);
        }
        let parts: Vec<&str> = text.split('-').collect();
        let [body, year, book, number, check] = parts[..] else {
            return Err(NumberError::Shape);
        };
        let named = |part: &str| !part.is_empty() && part.bytes().all(|b| ALPHABET.contains(&b));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !named(body) || !named(book) || year.len() != 2 || !digits(year) || !digits(number) {
            return Err(NumberError::Shape);
        }
        let read = Self {
            body: body.to_owned(),
            year: 2_000 + year.parse::<u16>().map_err(|_| NumberError::Shape)?,
            book: book.to_owned(),
            number: number.parse().map_err(|_| NumberError::Shape)?,
        };
        if check != read.check().to_string() {
            return Err(NumberError::Check);
        }
        // Printed, its zeros are written; what is printed must be read back.
        match read.to_string().len() > TEXT_BYTES_MAX {
            true => Err(NumberError::Shape),
            false => Ok(read),
        }
    }

    /// The check character over body, year, book and number.
    pub fn check(&self) -> char {
        let figures = format!("{}{:02}{}{:05}", self.body, self.year % 100, self.book, self.number);
        check_character(&figures)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { body, year, book, number } = self;
        write!(f, "{body}-{:02}-{book}-{number:05}-{}", year % 100, self.check())
    }
}

/// ISO 7064 MOD 37,36 over letters and digits; other characters are passed over. It finds every
/// single wrong character and nearly every swap of neighbours.
pub fn check_character(text: &str) -> char {
    let values = text.bytes().filter_map(value_of);
    let product = values.fold(36, |product, value| {
        let sum = (product + value) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    char::from(ALPHABET[(37 - product) % 36])
}

fn value_of(byte: u8) -> Option<usize> {
    let upper = byte.to_ascii_uppercase();
    ALPHABET.iter().position(|letter| *letter == upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> ReceiptNumber {
        ReceiptNumber { body: "G0802".into(), year: 2026, book: "K3".into(), number: 417 }
    }

    #[test]
    fn the_check_character_is_the_standards() {
        // The example of ISO 7064 for MOD 37,36 (used by the GRid code): A12425GABC1234002 → M.
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }

    #[test]
    fn a_printed_number_is_read_back() {
        let text = number().to_string();
        assert_eq!(ReceiptNumber::parse(&text.to_lowercase()), Ok(number()));
    }

    #[test]
    fn a_number_that_is_too_long_once_it_is_printed_is_none() {
        let longest = ReceiptNumber { body: "A12345678901234567".into(), ..number() };
        let longer = ReceiptNumber { body: "A123456789012345678".into(), ..number() };
        let short = |number: &ReceiptNumber| number.to_string().replace("-00417-", "-417-");
        assert_eq!(longest.to_string().len(), TEXT_BYTES_MAX);
        assert_eq!(ReceiptNumber::parse(&short(&longest)), Ok(longest));
        assert_eq!(ReceiptNumber::parse(&short(&longer)), Err(NumberError::Shape));
    }

    #[test]
    fn every_single_wrong_character_is_found() {
        let text = number().to_string();
        for (place, is) in text.char_indices().filter(|(_, c)| *c != '-') {
            for put in ALPHABET.iter().map(|b| char::from(*b)).filter(|put| *put != is) {
                let mut wrong = text.clone();
                wrong.replace_range(place..=place, &put.to_string());
                assert_ne!(ReceiptNumber::parse(&wrong), Ok(number()), "{wrong}");
                assert!(ReceiptNumber::parse(&wrong).is_err(), "{wrong}");
            }
        }
    }
}
