//! What the terminal tells. Card numbers are cut to their last four digits here, before anything
//! else sees the message, and lines for the paper are searched for longer ones.

use crate::terminal::zvt::apdu::Apdu;
use crate::terminal::zvt::fields::{self, Fields, from_bcd};
use crate::terminal::{LastFour, SaleProgress, mask_card_numbers};

/// One message of the terminal, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    /// 80 00
    Acknowledged,
    /// 84 xx: the command was not taken.
    Refused(u8),
    /// 04 FF, 06 D1
    Progress(SaleProgress),
    /// 04 0F
    Status(Box<Status>),
    /// 06 0F
    Completed,
    /// 06 1E
    Aborted(u8),
    /// Something that needs only its acknowledgement.
    Other,
}

/// The fields of a status information that matter here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    pub result_code: Option<u8>,
    pub amount_paise: Option<u64>,
    pub trace_number: Option<u32>,
    pub receipt_number: Option<u16>,
    pub terminal_id: String,
    pub authorisation_code: String,
    pub card_name: String,
    pub additional_text: String,
    pub last_four: Option<LastFour>,
    pub totals: Option<Totals>,
}

/// Field 60: how many payments of each kind of card, between which receipts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub receipt_first: u16,
    pub receipt_last: u16,
    pub count: u32,
    pub total_paise: u64,
}

pub fn parse(apdu: &Apdu) -> Message {
    let Apdu { class, instruction, body } = apdu;
    match (class, instruction) {
        (0x80, 0x00) => Message::Acknowledged,
        (0x84, 0x00) => Message::Acknowledged,
        (0x84, code) => Message::Refused(*code),
        (0x04, 0x0f) => Message::Status(Box::new(status(body))),
        (0x04, 0xff) => {
            Message::Progress(SaleProgress::Step(body.first().copied().unwrap_or_default()))
        }
        (0x06, 0x0f) => Message::Completed,
        (0x06, 0x1e) => Message::Aborted(body.first().copied().unwrap_or(0xff)),
        (0x06, 0xd1) => {
            let text = body.get(1..).unwrap_or_default();
            Message::Progress(SaleProgress::PrintLine(mask_card_numbers(&plain(text))))
        }
        _ => Message::Other,
    }
}

fn status(body: &[u8]) -> Status {
    let mut status = Status::default();
    for (number, value) in Fields(body) {
        let count = || from_bcd(value);
        match number {
            fields::AMOUNT => status.amount_paise = count(),
            fields::TRACE_NUMBER => status.trace_number = count().map(|count| count as u32),
            fields::RECEIPT_NUMBER => status.receipt_number = count().map(|count| count as u16),
            fields::RESULT_CODE => status.result_code = value.first().copied(),
            fields::TERMINAL_ID => status.terminal_id = hex_digits(value),
            fields::AUTHORISATION => status.authorisation_code = plain(value),
            fields::CARD_NAME => status.card_name = mask_card_numbers(&plain(value)),
            fields::ADDITIONAL_TEXT => status.additional_text = mask_card_numbers(&plain(value)),
            fields::CARD_NUMBER => status.last_four = last_four(value),
            fields::TOTALS => status.totals = totals(value),
            _ => {}
        }
    }
    status
}

/// Two to a byte; E stands for a digit that the terminal has masked, F fills up an odd number.
fn last_four(packed: &[u8]) -> Option<LastFour> {
    let nibbles = packed.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    let tail = nibbles
        .filter(|nibble| *nibble != 0x0f)
        .fold([0xff; 4], |tail, nibble| [tail[1], tail[2], tail[3], nibble]);
    LastFour::new(tail.map(|nibble| if nibble <= 9 { b'0' + nibble } else { b'*' }))
}

fn totals(value: &[u8]) -> Option<Totals> {
    let (first, rest) = value.split_at_checked(2)?;
    let (last, kinds) = rest.split_at_checked(2)?;
    let mut totals = Totals {
        receipt_first: from_bcd(first)? as u16,
        receipt_last: from_bcd(last)? as u16,
        ..Totals::default()
    };
    for kind in kinds.chunks_exact(7) {
        totals.count += u32::from(kind[0]);
        totals.total_paise = totals.total_paise.checked_add(from_bcd(&kind[1..])?)?;
    }
    Some(totals)
}

fn hex_digits(value: &[u8]) -> String {
    value.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn plain(bytes: &[u8]) -> String {
    let printable = |byte: &u8| {
        if matches!(byte, 0x20..=0x7e) { char::from(*byte) } else { ' ' }
    };
    bytes.iter().map(printable).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use zvt::ZvtSerializer;
    use zvt::packets;

    #[test]
    fn what_another_implementation_writes_is_read_alike() {
        let there = packets::StatusInformation {
            amount: Some(118_400),
            trace_number: Some(77),
            result_code: Some(0),
            terminal_id: Some(52_500_039),
            receipt_no: Some(42),
            card_name: Some("RuPay".to_owned()),
            aid_authorization_attribute: Some("AB1234  ".to_owned()),
            additional_text: Some("K7-000123".to_owned()),
            card_number: Some(6_071_980_012_344_321),
            currency: Some(356),
            ..packets::StatusInformation::default()
        };
        let bytes = there.zvt_serialize();
        let apdu = match crate::terminal::zvt::apdu::decode(&bytes) {
            crate::terminal::zvt::apdu::Decoded::Whole { apdu, .. } => apdu,
            other => panic!("{other:?}"),
        };
        let Message::Status(status) = parse(&apdu) else { panic!("{apdu:?}") };
        assert_eq!(status.amount_paise, Some(118_400));
        assert_eq!((status.trace_number, status.receipt_number), (Some(77), Some(42)));
        assert_eq!((status.result_code, &*status.terminal_id), (Some(0), "52500039"));
        assert_eq!((&*status.card_name, &*status.authorisation_code), ("RuPay", "AB1234"));
        assert_eq!(status.additional_text, "K7-000123");
        assert_eq!(status.last_four.unwrap().to_string(), "4321");
        assert!(!format!("{apdu:?}{status:?}").contains("6071"), "{status:?}");
        let totals_there = packets::StatusInformation {
            amount: Some(1_500),
            single_amounts: Some(packets::SingleAmounts {
                receipt_no_start: 3,
                receipt_no_end: 9,
                visa: packets::NumAndTotal { num: 2, total: 1_000 },
                others: packets::NumAndTotal { num: 1, total: 500 },
                ..packets::SingleAmounts::default()
            }),
            ..packets::StatusInformation::default()
        };
        let bytes = totals_there.zvt_serialize();
        let totals = status_of(&bytes[3..]).totals.unwrap();
        let expected = Totals { receipt_first: 3, receipt_last: 9, count: 3, total_paise: 1_500 };
        assert_eq!(totals, expected);
    }

    fn status_of(body: &[u8]) -> Status {
        status(body)
    }

    #[test]
    fn only_the_last_four_digits_of_a_card_survive() {
        let four = |packed: &[u8]| last_four(packed).map(|four| four.to_string());
        assert_eq!(four(&[0x60, 0x71, 0xee, 0xee, 0xee, 0xee, 0x43, 0x21]), Some("4321".into()));
        assert_eq!(four(&[0x12, 0x34, 0x56, 0x7f]), Some("4567".into()));
        assert_eq!(four(&[0x12, 0x34, 0xee, 0xee]), None);
        assert_eq!(four(&[]), None);
        let named = [&[0x8b, 0xf2, 0xf2][..], b"RuPay 6071980012344321"].concat();
        assert_eq!(status_of(&named).card_name, "RuPay ************4321");
    }

    proptest! {
        #[test]
        fn no_message_makes_the_parser_fall_over_or_leaks_a_card_number(
            class: u8, instruction: u8, body in proptest::collection::vec(any::<u8>(), 0..90),
        ) {
            parse(&Apdu::new(class, instruction, body.clone()));
            status(&body);
        }
    }
}
