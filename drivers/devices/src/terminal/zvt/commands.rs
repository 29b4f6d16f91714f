//! What the till asks for.

use crate::terminal::mask_card_numbers;
use crate::terminal::zvt::apdu::Apdu;
use crate::terminal::zvt::fields::{self, bcd};

/// Longer references do not fit into the additional text of every terminal.
pub const REFERENCE_BYTES_MAX: usize = 60;

/// Receipts are printed by the till (02, 04), steps are reported (08), payments start at the till
/// only (10), and lines for the paper are handed over (80).
const CONFIGURATION: u8 = 0x02 | 0x04 | 0x08 | 0x10 | 0x80;

pub fn registration(password: u32, currency: u16) -> Apdu {
    let mut body = bcd::<3>(u64::from(password)).to_vec();
    body.push(CONFIGURATION);
    body.extend(bcd::<2>(u64::from(currency)));
    Apdu::new(0x06, 0x00, body)
}

/// Stands on both sides of a reference, so that neither a shortened one nor a text of the
/// terminal's own is ever taken for a reference.
const REFERENCE_MARK: char = '#';

pub fn authorisation(amount_paise: u64, currency: u16, reference: &str) -> Apdu {
    Apdu::new(0x06, 0x01, money(amount_paise, currency, reference))
}

/// Money for a card that is put in for it.
pub fn refund(password: u32, amount_paise: u64, currency: u16, reference: &str) -> Apdu {
    let mut body = bcd::<3>(u64::from(password)).to_vec();
    body.extend(money(amount_paise, currency, reference));
    Apdu::new(0x06, 0x31, body)
}

/// The reference travels as additional text, which terminals keep with the payment.
fn money(amount_paise: u64, currency: u16, reference: &str) -> Vec<u8> {
    let mut body = vec![fields::AMOUNT];
    body.extend(bcd::<6>(amount_paise));
    body.push(fields::CURRENCY);
    body.extend(bcd::<2>(u64::from(currency)));
    body.push(fields::ADDITIONAL_TEXT);
    let text = format!("{REFERENCE_MARK}{reference}{REFERENCE_MARK}");
    body.extend(fields::length::<3>(text.len()));
    body.extend_from_slice(text.as_bytes());
    body
}

/// The reference in a text that a terminal has kept, if it kept it whole.
pub fn reference_in(text: &str) -> Option<String> {
    let reference = text.strip_prefix(REFERENCE_MARK)?.strip_suffix(REFERENCE_MARK)?;
    (!reference.is_empty() && !reference.contains(REFERENCE_MARK)).then(|| reference.to_owned())
}

/// Whether a terminal can be given this reference and hand it back unharmed.
pub fn is_reference(text: &str) -> bool {
    (1..=REFERENCE_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.contains(REFERENCE_MARK)
        && mask_card_numbers(text) == text
}

pub fn reversal(password: u32, receipt_number: u16) -> Apdu {
    let mut body = bcd::<3>(u64::from(password)).to_vec();
    body.push(fields::RECEIPT_NUMBER);
    body.extend(bcd::<2>(u64::from(receipt_number)));
    Apdu::new(0x06, 0x30, body)
}

pub fn repeat_receipt(password: u32) -> Apdu {
    Apdu::new(0x06, 0x20, bcd::<3>(u64::from(password)).to_vec())
}

/// The totals of the open day, which stays open.
pub fn turnover_totals(password: u32) -> Apdu {
    Apdu::new(0x06, 0x10, bcd::<3>(u64::from(password)).to_vec())
}

pub fn end_of_day(password: u32) -> Apdu {
    Apdu::new(0x06, 0x50, bcd::<3>(u64::from(password)).to_vec())
}

pub fn status_enquiry(password: u32) -> Apdu {
    Apdu::new(0x05, 0x01, bcd::<3>(u64::from(password)).to_vec())
}

/// Asks the terminal to stop what it is doing for us.
pub fn abort() -> Apdu {
    Apdu::new(0x06, 0xb0, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use zvt::ZvtSerializer;
    use zvt::packets;

    #[test]
    fn what_another_implementation_knows_it_writes_alike() {
        let registration_there = packets::Registration {
            password: 123_456,
            config_byte: CONFIGURATION,
            currency: Some(356),
            tlv: None,
        };
        assert_eq!(registration(123_456, 356).encode(), registration_there.zvt_serialize());
        let end_of_day_there = packets::EndOfDay { password: 123_456 };
        assert_eq!(end_of_day(123_456).encode(), end_of_day_there.zvt_serialize());
        let enquiry_there =
            packets::StatusEnquiry { password: Some(0), service_byte: None, tlv: None };
        assert_eq!(status_enquiry(0).encode(), enquiry_there.zvt_serialize());
        // An authorisation has the body of a reservation under another instruction.
        let reservation_there = packets::Reservation {
            amount: Some(118_400),
            currency: Some(356),
            additional_text: Some("#K7-000123#".to_owned()),
            ..packets::Reservation::default()
        };
        let mut here = authorisation(118_400, 356, "K7-000123").encode();
        here[1] = 0x22;
        let (read_there, rest) = packets::Reservation::zvt_deserialize(&here).unwrap();
        assert_eq!((read_there, rest), (reservation_there, &[][..]));
    }

    #[test]
    fn only_a_whole_reference_is_a_reference() {
        assert_eq!(reference_in("#K7-000123#").as_deref(), Some("K7-000123"));
        for text in ["", "#", "##", "#K7-0001", "K7-000123", "APPROVED", "#a#b#"] {
            assert_eq!(reference_in(text), None, "{text}");
        }
        assert!(is_reference("K7-000123"));
        // The last would be masked as a card number on its way back.
        for text in ["", "with space", "with#mark", "123456789012"] {
            assert!(!is_reference(text), "{text}");
        }
    }

    #[test]
    fn a_reversal_names_its_receipt() {
        assert_eq!(reversal(0, 42).encode(), [0x06, 0x30, 6, 0, 0, 0, 0x87, 0x00, 0x42]);
        assert_eq!(repeat_receipt(1).encode(), [0x06, 0x20, 3, 0, 0, 1]);
        assert_eq!(turnover_totals(1).encode(), [0x06, 0x10, 3, 0, 0, 1]);
        // The password, then what an authorisation has.
        let refunded = refund(1, 118_400, 356, "K7-000123").body;
        assert_eq!(refunded[..3], [0, 0, 1]);
        assert_eq!(refunded[3..], authorisation(118_400, 356, "K7-000123").body);
        assert_eq!(abort().encode(), [0x06, 0xb0, 0]);
    }
}
