//! The fields inside a message: one byte of number, then a length that the number implies.

pub const AMOUNT: u8 = 0x04;
pub const CONTAINER: u8 = 0x06;
pub const TRACE_NUMBER: u8 = 0x0b;
pub const STATUS: u8 = 0x19;
pub const CARD_NUMBER: u8 = 0x22;
pub const RESULT_CODE: u8 = 0x27;
pub const TERMINAL_ID: u8 = 0x29;
pub const AUTHORISATION: u8 = 0x3b;
pub const ADDITIONAL_TEXT: u8 = 0x3c;
pub const CURRENCY: u8 = 0x49;
pub const TOTALS: u8 = 0x60;
pub const RECEIPT_NUMBER: u8 = 0x87;
pub const CARD_NAME: u8 = 0x8b;

/// Decimal digits, two to a byte. Digits that do not fit are refused beforehand by every caller.
pub fn bcd<const BYTES: usize>(number: u64) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let mut left = number;
    for byte in bytes.iter_mut().rev() {
        *byte = (left % 10) as u8 | ((left / 10 % 10) as u8) << 4;
        left /= 100;
    }
    assert_eq!(left, 0, "the caller keeps to the width of the field");
    bytes
}

pub fn from_bcd(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0u64, |number, byte| {
        let (tens, ones) = (u64::from(byte >> 4), u64::from(byte & 0x0f));
        if tens > 9 || ones > 9 {
            return None;
        }
        number.checked_mul(100)?.checked_add(tens * 10 + ones)
    })
}

/// A length as decimal digits, one to a byte, each marked with F in front.
pub fn length<const DIGITS: usize>(length: usize) -> [u8; DIGITS] {
    let mut bytes = [0xf0; DIGITS];
    let mut left = length;
    for byte in bytes.iter_mut().rev() {
        *byte |= (left % 10) as u8;
        left /= 10;
    }
    assert_eq!(left, 0, "the caller keeps to the width of the length");
    bytes
}

enum Width {
    Fixed(usize),
    /// A length of so many digits stands in front.
    Counted(usize),
    /// A container of tags with a length of its own kind in front.
    Container,
}

fn width(number: u8) -> Option<Width> {
    let width = match number {
        0x01..=0x03 | 0x05 | 0x19 | 0x27 | 0x8a | 0x8c | 0xa0 => Width::Fixed(1),
        0xd0 | 0xd2 | 0xd3 | 0xe0 | 0xe9 | 0xea | 0xf0 | 0xf9..=0xfc => Width::Fixed(1),
        0x0d | 0x0e | 0x17 | 0x3a | 0x49 | 0x87 => Width::Fixed(2),
        0x0b | 0x0c | 0x37 | 0x3d | 0x88 | 0xaa => Width::Fixed(3),
        0x29 => Width::Fixed(4),
        0xba => Width::Fixed(5),
        0x04 => Width::Fixed(6),
        0x3b | 0xeb => Width::Fixed(8),
        0x2a => Width::Fixed(15),
        0x22 | 0x23 | 0x2d | 0x8b | 0xa7 | 0xd1 | 0xe1..=0xe8 | 0xf1..=0xf8 => Width::Counted(2),
        0x24 | 0x2e | 0x3c | 0x60 | 0x92 | 0x9a | 0xaf => Width::Counted(3),
        0x06 => Width::Container,
        _ => return None,
    };
    Some(width)
}

/// The fields of a body, in order, up to the first that makes no sense.
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (number, rest) = self.0.split_first()?;
        let found = width(*number).and_then(|width| split(width, rest));
        self.0 = found.map_or(&[], |(_, rest)| rest);
        found.map(|(value, _)| (*number, value))
    }
}

fn split(width: Width, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match width {
        Width::Fixed(length) => bytes.split_at_checked(length),
        Width::Counted(digits) => {
            let (digits, rest) = bytes.split_at_checked(digits)?;
            let length = digits.iter().try_fold(0usize, |length, digit| {
                (digit & 0x0f <= 9).then(|| length * 10 + usize::from(digit & 0x0f))
            })?;
            rest.split_at_checked(length)
        }
        Width::Container => {
            let (length, rest) = container_length(bytes)?;
            rest.split_at_checked(length)
        }
    }
}

fn container_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [0x82, high, low, rest @ ..] => {
            Some((usize::from(u16::from_be_bytes([*high, *low])), rest))
        }
        [0x81, length, rest @ ..] => Some((usize::from(*length), rest)),
        [length @ 0..=0x7f, rest @ ..] => Some((usize::from(*length), rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        assert_eq!(bcd::<6>(118_400), [0, 0, 0, 0x11, 0x84, 0x00]);
        assert_eq!(from_bcd(&[0x11, 0x84, 0x00]), Some(118_400));
        assert_eq!(from_bcd(&[0x1a]), None);
        assert_eq!(length::<3>(42), [0xf0, 0xf4, 0xf2]);
    }

    #[test]
    fn fields_end_at_the_first_that_makes_no_sense() {
        let body = [0x27, 0x00, 0x8b, 0xf0, 0xf2, b'o', b'k', 0x06, 0x81, 1, 9, 0x99, 0x27, 1];
        let found: Vec<_> = Fields(&body).collect();
        assert_eq!(found, [(0x27, &[0][..]), (0x8b, b"ok"), (0x06, &[9])]);
        assert_eq!(Fields(&[0x04, 1, 2]).next(), None);
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_fall_over(
            body in proptest::collection::vec(any::<u8>(), 0..120),
        ) {
            let used: usize = Fields(&body).map(|(_, value)| value.len() + 1).sum();
            prop_assert!(used <= body.len());
        }

        #[test]
        fn every_number_comes_back(number in 0u64..=999_999_999_999) {
            prop_assert_eq!(from_bcd(&bcd::<6>(number)), Some(number));
        }
    }
}
