//! The mark of a card: the same at the office, where a badge is given to somebody, and on every
//! device, where it is presented.

use argon2::Argon2;
use ledger::{CARD_MARK_BYTES, CardMark, PublicKey};
use ring::digest;

/// The bytes of a card's number, as readers and standards have them: 4 to 10.
const UID_BYTES: std::ops::RangeInclusive<usize> = 4..=10;

/// Argon2's salt.
const SALT_BYTES: usize = 16;

/// The mark of the card with this number at the body with this office; none where no card has such
/// a number. Argon2id with the costs of a PIN (19 MiB, two passes): the numbers of a common card
/// are four thousand million, and whoever finds a list of marks pays that for each that they try.
/// The salt is made of the office's public key, so that one reckoning serves one body only, and so
/// that a device finds a card among many marks with one reckoning of its own.
pub fn card_mark(uid: &[u8], office: &PublicKey) -> Option<CardMark> {
    if !UID_BYTES.contains(&uid.len()) {
        return None;
    }
    let salted = [b"padi card 1", &office.bytes()[..]].concat();
    let salt = digest::digest(&digest::SHA256, &salted);
    let mut mark = [0; CARD_MARK_BYTES];
    Argon2::default()
        .hash_password_into(uid, &salt.as_ref()[..SALT_BYTES], &mut mark)
        .expect("a short number and a salt of the usual length are always hashed");
    Some(mark.into())
}

/// The number of a card as an officer writes it: the ten decimal digits that are printed on cards
/// of 125 kHz, or hexadecimal digits, with or without colons or blanks between them. Such a card
/// has a byte before what is printed; it is left out, as readers leave it out. Ten digits without
/// anything between them mean the printed number, where there is one so large.
pub fn card_number(written: &str) -> Option<Vec<u8>> {
    let plain: String = written.chars().filter(|sign| !matches!(sign, ' ' | ':' | '-')).collect();
    let written = written.trim();
    if written.len() == 10
        && written.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = written.parse::<u32>()
    {
        return Some(number.to_be_bytes().to_vec());
    }
    let bytes = data_encoding::HEXUPPER_PERMISSIVE.decode(plain.as_bytes()).ok()?;
    let bytes = if bytes.len() == 5 { bytes[1..].to_vec() } else { bytes };
    UID_BYTES.contains(&bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(byte: u8) -> PublicKey {
        PublicKey::new([byte; 32])
    }

    #[test]
    fn a_card_has_one_mark_at_each_body_and_no_other_card_has_it() {
        let number = card_number("0012345678").expect("a number");
        let mark = card_mark(&number, &office(1)).expect("a mark");
        assert_eq!(card_mark(&[0x00, 0xbc, 0x61, 0x4e], &office(1)), Some(mark));
        assert_ne!(card_mark(&number, &office(2)), Some(mark));
        assert_ne!(card_mark(&[0x00, 0xbc, 0x61, 0x4f], &office(1)), Some(mark));
        // Badges that were given before must be known after any upgrade.
        assert_eq!(mark.to_string(), "697870ac6028d76ee2844610759c1e38");
        assert_eq!(card_mark(&[1, 2, 3], &office(1)), None);
        assert_eq!(card_mark(&[1; 11], &office(1)), None);
    }

    #[test]
    fn a_number_is_read_however_it_is_written() {
        let number = Some(vec![0x00, 0xbc, 0x61, 0x4e]);
        for written in ["0012345678", "00BC614E", "00:bc:61:4e", "0A 00 BC 61 4E"] {
            assert_eq!(card_number(written), number, "{written}");
        }
        let long = Some(vec![0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80]);
        assert_eq!(card_number("04A1B2C3D4E580"), long);
        for written in ["", "42949672960", "123456", "04A1B2C3D4E58", "badge"] {
            assert_eq!(card_number(written), None, "{written}");
        }
    }
}
