//! ZVT's messages as a terminal hears and says them: class, instruction, length, fields.

use crate::terminal::journal::Entry;

/// The rupee.
pub const CURRENCY: u64 = 356;
/// A byte counts the payments of one kind of card in field 60.
const COUNT_MAX: usize = 255;

/// What the till wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    Acknowledged,
    Registration { configuration: u8 },
    Authorisation { amount_paise: u64, currency: Option<u64>, text: String },
    Reversal { receipt: u16 },
    Refund { amount_paise: u64, currency: Option<u64>, text: String },
    Totals,
    RepeatReceipt,
    EndOfDay,
    StatusEnquiry,
    Abort,
    Malformed,
    Other,
}

/// Takes one message off the front: its request, and how many bytes it had.
pub fn take(bytes: &[u8]) -> Option<(Request, usize)> {
    let (class, instruction, short) = (*bytes.first()?, *bytes.get(1)?, *bytes.get(2)?);
    let (length, head) = match short {
        0xff => (usize::from(u16::from_le_bytes([*bytes.get(3)?, *bytes.get(4)?])), 5),
        short => (usize::from(short), 3),
    };
    let body = bytes.get(head..head + length)?;
    Some((request(class, instruction, body), head + length))
}

fn request(class: u8, instruction: u8, body: &[u8]) -> Request {
    match (class, instruction) {
        (0x80, 0x00) => Request::Acknowledged,
        (0x06, 0x00) => match body.get(3) {
            Some(configuration) => Request::Registration { configuration: *configuration },
            None => Request::Malformed,
        },
        (0x06, 0x01) => match money(body) {
            Some((amount_paise, currency, text)) => {
                Request::Authorisation { amount_paise, currency, text }
            }
            None => Request::Malformed,
        },
        // The password stands before the fields.
        (0x06, 0x31) => match body.get(3..).and_then(money) {
            Some((amount_paise, currency, text)) => {
                Request::Refund { amount_paise, currency, text }
            }
            None => Request::Malformed,
        },
        (0x06, 0x10) => Request::Totals,
        (0x06, 0x30) => match body.get(3..) {
            Some([0x87, high, low, ..]) => match digits(&[*high, *low]) {
                Some(receipt) => Request::Reversal { receipt: receipt as u16 },
                None => Request::Malformed,
            },
            _ => Request::Malformed,
        },
        (0x06, 0x20) => Request::RepeatReceipt,
        (0x06, 0x50) => Request::EndOfDay,
        (0x05, 0x01) => Request::StatusEnquiry,
        (0x06, 0xb0) => Request::Abort,
        _ => Request::Other,
    }
}

/// The fields that a till may put into an authorisation or a refund, each with its length: the
/// amount, the currency and the till's own text.
fn money(body: &[u8]) -> Option<(u64, Option<u64>, String)> {
    let (mut amount_paise, mut currency, mut text) = (None, None, String::new());
    let mut rest = body;
    while let [field, after @ ..] = rest {
        let (length, head) = match field {
            0x01 | 0x02 | 0x05 | 0x19 | 0x8a | 0x8c => (1, 0),
            0x0e | 0x49 => (2, 0),
            0x0b => (3, 0),
            0x04 => (6, 0),
            0x3b => (8, 0),
            0x22 | 0x23 | 0x2d => (counted(after.get(..2)?)?, 2),
            0x24 | 0x3c => (counted(after.get(..3)?)?, 3),
            0x06 => (usize::from(*after.first().filter(|length| **length < 0x80)?), 1),
            _ => return None,
        };
        let value = after.get(head..head + length)?;
        match field {
            0x04 => amount_paise = Some(digits(value)?),
            0x49 => currency = Some(digits(value)?),
            0x3c => text = String::from_utf8_lossy(value).into_owned(),
            _ => {}
        }
        rest = &after[head + length..];
    }
    Some((amount_paise?, currency, text))
}

fn counted(bytes: &[u8]) -> Option<usize> {
    bytes.iter().try_fold(0, |length, byte| {
        (byte >> 4 == 0x0f && byte & 0x0f <= 9).then(|| length * 10 + usize::from(byte & 0x0f))
    })
}

fn digits(bytes: &[u8]) -> Option<u64> {
    let mut number = 0;
    for nibble in bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]) {
        if nibble > 9 {
            return None;
        }
        number = number * 10 + u64::from(nibble);
    }
    Some(number)
}

fn packed(number: u64, bytes: usize) -> Vec<u8> {
    let text = format!("{number:0width$}", width = bytes * 2);
    let text = text.as_bytes();
    text[text.len() - bytes * 2..]
        .chunks_exact(2)
        .map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0'))
        .collect()
}

fn message(class: u8, instruction: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![class, instruction];
    if body.len() < 255 {
        bytes.push(body.len() as u8);
    } else {
        bytes.push(255);
        bytes.extend((body.len() as u16).to_le_bytes());
    }
    bytes.extend_from_slice(body);
    bytes
}

pub fn acknowledgement() -> Vec<u8> {
    vec![0x80, 0x00, 0x00]
}

pub fn refusal(code: u8) -> Vec<u8> {
    vec![0x84, code, 0x00]
}

/// 04 FF with the number of a step.
pub fn step(step: u8) -> Vec<u8> {
    message(0x04, 0xff, &[step])
}

pub fn completion(terminal_id: u32) -> Vec<u8> {
    let mut body = vec![0x19, 0x00, 0x29];
    body.extend(packed(u64::from(terminal_id), 4));
    body.push(0x49);
    body.extend(packed(CURRENCY, 2));
    message(0x06, 0x0f, &body)
}

/// The version of its program, and one byte: idle or busy.
pub fn status_completion(busy: bool) -> Vec<u8> {
    let version = b"SIM-1";
    let mut body = vec![0xf0, 0xf0, 0xf0 | version.len() as u8];
    body.extend_from_slice(version);
    body.push(if busy { 0x9c } else { 0x00 });
    message(0x06, 0x0f, &body)
}

pub fn abort(code: u8) -> Vec<u8> {
    message(0x06, 0x1e, &[code])
}

/// 06 D1: one line for the till's printer.
pub fn print_line(text: &str) -> Vec<u8> {
    message(0x06, 0xd1, &[&[0], text.as_bytes()].concat())
}

/// 04 0F for a payment. The card's middle digits are masked with E, as terminals do it.
pub fn status(entry: &Entry, terminal_id: u32, with_text: bool) -> Vec<u8> {
    let mut body = vec![0x27, entry.code, 0x04];
    body.extend(packed(entry.amount_paise, 6));
    body.push(0x49);
    body.extend(packed(CURRENCY, 2));
    body.push(0x0b);
    body.extend(packed(u64::from(entry.trace), 3));
    body.push(0x87);
    body.extend(packed(u64::from(entry.receipt), 2));
    body.push(0x29);
    body.extend(packed(u64::from(terminal_id), 4));
    body.push(0x3b);
    body.extend(format!("{:<8.8}", entry.authorisation).bytes());
    body.extend([0x22, 0xf0, 0xf8, 0x60, 0x71, 0xee, 0xee, 0xee, 0xee]);
    body.extend(packed(entry.last_four.parse().unwrap_or(0), 2));
    body.push(0x8b);
    body.extend([
        0xf0 | (entry.card_name.len() / 10) as u8,
        0xf0 | (entry.card_name.len() % 10) as u8,
    ]);
    body.extend_from_slice(entry.card_name.as_bytes());
    if with_text && !entry.text.is_empty() {
        let length = entry.text.len();
        let digit = |place: usize| 0xf0 | (length / place % 10) as u8;
        body.extend([0x3c, digit(100), digit(10), digit(1)]);
        body.extend_from_slice(entry.text.as_bytes());
    }
    message(0x04, 0x0f, &body)
}

/// 04 0F for a day: the sum, and field 60 with the payments under "other cards".
pub fn day(payments: &[Entry]) -> Vec<u8> {
    let total = payments.iter().map(|entry| entry.amount_paise).sum();
    let receipt = |entry: Option<&Entry>| entry.map_or(0, |entry| u64::from(entry.receipt));
    let mut body = vec![0x27, 0x00, 0x04];
    body.extend(packed(total, 6));
    body.extend([0x60, 0xf0, 0xf5, 0xf3]);
    body.extend(packed(receipt(payments.first()), 2));
    body.extend(packed(receipt(payments.last()), 2));
    body.extend([0; 6 * 7]);
    body.push(payments.len().min(COUNT_MAX) as u8);
    body.extend(packed(total, 6));
    message(0x04, 0x0f, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::journal::{Fate, Kind};
    use zvt::{ZvtSerializer, packets};

    fn entry() -> Entry {
        Entry {
            receipt: 42,
            trace: 77,
            amount_paise: 118_400,
            kind: Kind::Sale,
            fate: Fate::Approved,
            code: 0,
            text: "#K7-000123#".to_owned(),
            last_four: "4321".to_owned(),
            card_name: "RuPay".to_owned(),
            authorisation: "S00077".to_owned(),
            at_ms: 0,
            closed: false,
        }
    }

    #[test]
    fn another_implementation_reads_what_the_terminal_says() {
        let bytes = completion(52_500_039);
        let (there, rest) = packets::CompletionData::zvt_deserialize(&bytes).unwrap();
        assert_eq!((there.terminal_id, there.currency), (Some(52_500_039), Some(356)));
        assert!(rest.is_empty());
        let bytes = abort(0x71);
        assert_eq!(packets::Abort::zvt_deserialize(&bytes).unwrap().0.error, 0x71);
        let bytes = status(&entry(), 52_500_039, true);
        let (there, rest) = packets::StatusInformation::zvt_deserialize(&bytes).unwrap();
        assert!(rest.is_empty());
        assert_eq!((there.amount, there.receipt_no), (Some(118_400), Some(42)));
        assert_eq!((there.trace_number, there.result_code), (Some(77), Some(0)));
        assert_eq!(there.additional_text.as_deref(), Some("#K7-000123#"));
        assert_eq!(there.card_name.as_deref(), Some("RuPay"));
        let bytes = day(&[entry(), entry()]);
        let (there, rest) = packets::StatusInformation::zvt_deserialize(&bytes).unwrap();
        assert!(rest.is_empty());
        let totals = there.single_amounts.unwrap();
        assert_eq!((totals.others.num, totals.others.total), (2, 236_800));
        assert_eq!((totals.receipt_no_start, totals.receipt_no_end), (42, 42));
    }

    #[test]
    fn the_terminal_understands_another_implementation() {
        let registration = packets::Registration {
            password: 0,
            config_byte: 0x9e,
            currency: Some(356),
            tlv: None,
        };
        let bytes = registration.zvt_serialize();
        let expected = Request::Registration { configuration: 0x9e };
        assert_eq!(take(&bytes), Some((expected, bytes.len())));
        let bytes = packets::EndOfDay { password: 0 }.zvt_serialize();
        assert_eq!(take(&bytes), Some((Request::EndOfDay, bytes.len())));
        let reservation = packets::Reservation {
            amount: Some(118_400),
            currency: Some(356),
            ..packets::Reservation::default()
        };
        let mut bytes = reservation.zvt_serialize();
        bytes[1] = 0x01;
        let expected = Request::Authorisation {
            amount_paise: 118_400,
            currency: Some(356),
            text: String::new(),
        };
        assert_eq!(take(&bytes), Some((expected, bytes.len())));
    }

    #[test]
    fn what_makes_no_sense_is_malformed_and_half_a_message_is_waited_for() {
        assert_eq!(take(&[0x06, 0x01, 2, 0x04, 0]), Some((Request::Malformed, 5)));
        assert_eq!(take(&[0x06, 0x31, 3, 0, 0, 0]), Some((Request::Malformed, 6)));
        assert_eq!(take(&[0x06, 0x01, 9, 0x04]), None);
        assert_eq!(take(&[0x99, 0x99, 0]), Some((Request::Other, 3)));
    }
}
