//! What comes over a wire: touches of the desk, words of the bank, and the bytes of printers,
//! terminals and scanners.

use central::api::bank_word;
use devices::SaleProgress;
use devices::printer::status::{Replies, Reply, from_automatic, from_real_time};
use devices::scanner::{CODE_BYTES_MAX, Lines};
use devices::terminal::zvt::apdu::{self, Apdu, BODY_BYTES_MAX, Decoded};
use devices::terminal::zvt::commands;
use devices::terminal::zvt::framing::{Deframer, Received, frame};
use devices::terminal::zvt::messages::{Message, parse};
use flow::Touch;
use kiosk::desk::{TOUCH_BYTES_MAX, touch_of, touches};

/// A touch is written as it was read; and a stream of lines has as many answers as lines at most.
pub fn touch(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let read: Vec<_> = touches(bytes).collect();
    assert!(read.len() <= lines, "{} answers to {lines} lines", read.len());
    for touch in read.iter().flatten() {
        let written = serde_json::to_vec(touch).expect("a touch becomes JSON");
        let again: Result<Touch, _> = serde_json::from_slice(&written);
        assert_eq!(again.ok().as_ref(), Some(touch));
    }
    assert!(touch_of(bytes).is_err() || bytes.len() <= TOUCH_BYTES_MAX);
    read.iter().any(Result::is_ok)
}

pub fn touch_lines() -> Vec<Vec<u8>> {
    let lines = [
        r#"{"press":"next"}"#,
        r#"{"choose":"property_tax"}"#,
        r#"{"type":{"field":"number","text":"12/345"}}"#,
        r#"{"scan":"PADI:H:G0802:345:K"}"#,
        "{\"language\":\"ml\"}\n\n{\"press\":\"back\"}\n",
    ];
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

/// What the bank posts: a sum above zero, and texts that are no longer than they may be.
pub fn bank(bytes: &[u8]) -> bool {
    let Ok(word) = bank_word(bytes, 1_785_727_800_000) else { return false };
    assert!(word.amount.is_positive(), "{word:?}");
    for text in [&word.reference, &word.bank_reference, &word.payer_address] {
        assert!((1..=80).contains(&text.len()), "{word:?}");
    }
    true
}

pub fn bank_words() -> Vec<Vec<u8>> {
    let word = br#"{"tr":"P7","amount":"1184.50","vpa":"lakshmi@bank","rrn":"426913579246",
        "paid_at_ms":1785727900000}"#;
    vec![word.to_vec()]
}

/// A printer's answers: none is made of nothing, and four reports bring order back.
pub fn printer(bytes: &[u8]) -> bool {
    let mut replies = Replies::default();
    let found: Vec<Reply> = bytes.iter().filter_map(|byte| replies.push(*byte)).collect();
    assert!(found.len() <= bytes.len());
    for reply in &found {
        match reply {
            Reply::RealTime(byte) => drop(from_real_time([*byte; 4]).fault()),
            Reply::Automatic(report) => drop(from_automatic(*report).fault()),
            Reply::ProcessId(mark) => {
                assert!(mark.iter().all(|byte| (0x20..=0x7e).contains(byte)), "{mark:?}");
            }
            Reply::Paper(_) => {}
        }
    }
    let report = [0x10, 0, 0, 0];
    let last = [report; 4].concat().into_iter().filter_map(|byte| replies.push(byte)).last();
    assert_eq!(last, Some(Reply::Automatic(report)));
    !found.is_empty()
}

pub fn printer_answers() -> Vec<Vec<u8>> {
    vec![
        vec![0x12, 0x12, 0x12, 0x12],
        vec![0x18, 0, 0x0f, 0, 0x10, 0, 0, 0],
        b"\x37\x22ab~ \0\x10\0\0\0".to_vec(),
        vec![0x10, 0, 0x12, 0, 0, 0x1a, 0x32],
    ]
}

/// A stream of a terminal's messages. No card number leaves it, wherever it stood.
pub fn terminal(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut any = false;
    while let Decoded::Whole { apdu, used } = apdu::decode(rest) {
        assert!(apdu.body.len() <= BODY_BYTES_MAX && used <= rest.len());
        rest = &rest[used..];
        let encoded = apdu.encode();
        let used = encoded.len();
        show(parse(&apdu));
        assert_eq!(apdu::decode(&encoded), Decoded::Whole { apdu, used });
        any = true;
    }
    any
}

fn show(message: Message) {
    match message {
        Message::Status(status) => {
            for text in [&status.card_name, &status.additional_text, &status.authorisation_code] {
                assert_no_card_number(text);
            }
        }
        Message::Progress(SaleProgress::PrintLine(line)) => assert_no_card_number(&line),
        Message::Progress(_)
        | Message::Acknowledged
        | Message::Refused(_)
        | Message::Completed
        | Message::Aborted(_)
        | Message::Other => {}
    }
}

/// Card numbers have twelve digits or more, set together or in groups (ISO/IEC 7812-1 allows up to
/// nineteen).
pub(super) fn assert_no_card_number(text: &str) {
    let together: String = text.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    let mut runs = together.split(|sign: char| !sign.is_ascii_digit());
    assert!(runs.all(|run| run.len() < 12), "a card number is shown: {text:?}");
}

pub fn terminal_messages() -> Vec<Vec<u8>> {
    let status = [
        &[0x27, 0x00, 0x04, 0, 0, 0, 0x11, 0x84, 0x00, 0x0b, 0, 0, 0x77, 0x87, 0x00, 0x42][..],
        &[0x29, 0x52, 0x50, 0x00, 0x39, 0x22, 0xf0, 0xf8],
        &[0x60, 0x71, 0x98, 0x00, 0x12, 0x34, 0x43, 0x21],
        &[0x3b],
        b"AB1234  ",
        &[0x3c, 0xf0, 0xf1, 0xf1],
        b"#K7-000123#",
        &[0x8b, 0xf0, 0xf5],
        b"RuPay",
        &[0x60, 0xf0, 0xf1, 0xf1, 0, 3, 0, 9, 2, 0, 0, 0, 0, 0x10, 0x00],
    ]
    .concat();
    let line = [&[0x00][..], b"Card 6071 9800 1234 4321 paid 1184.00"].concat();
    let message = |class, instruction, body: Vec<u8>| Apdu::new(class, instruction, body).encode();
    vec![
        message(0x04, 0x0f, status),
        message(0x06, 0xd1, line),
        [message(0x80, 0x00, Vec::new()), message(0x04, 0xff, vec![0x0a])].concat(),
        message(0x06, 0x1e, vec![0x6c]),
        message(0x06, 0xd3, vec![7; 300]),
        commands::authorisation(118_400, 356, "K7-000123").encode(),
    ]
}

/// Frames on a serial line: noise costs one frame, and what is framed comes out.
pub fn terminal_frames(bytes: &[u8]) -> bool {
    let mut deframer = Deframer::default();
    let found: Vec<Received> = bytes.iter().filter_map(|byte| deframer.push(*byte)).collect();
    let messages = found.iter().filter_map(|received| match received {
        Received::Message(message) => Some(message),
        Received::Damaged | Received::Acknowledged | Received::Refused => None,
    });
    let messages: Vec<&Vec<u8>> = messages.collect();
    assert!(messages.iter().all(|message| message.len() <= 10_000), "a message without a limit");
    let own = b"\x80\0\0".to_vec();
    // A frame that the noise opened swallows one; the repetitions stand.
    let again = [&frame(&own)[..]; 3].concat();
    let last = again.iter().filter_map(|byte| deframer.push(*byte)).last();
    assert_eq!(last, Some(Received::Message(own)));
    !messages.is_empty()
}

pub fn framed_messages() -> Vec<Vec<u8>> {
    let framed = terminal_messages().into_iter().map(|message| frame(&message));
    framed.chain([vec![0x06], vec![0x15], frame(&[0x10; 40])]).collect()
}

/// Codes are printable text within the limit, and a line's end brings order back.
pub fn scanner(bytes: &[u8]) -> bool {
    let mut lines = Lines::default();
    let mut codes = Vec::new();
    for byte in bytes.iter().chain(b"\rPADI:H:G0802:345:K\r") {
        lines.push(*byte);
        codes.extend(lines.take());
    }
    for code in &codes {
        assert!((1..=CODE_BYTES_MAX).contains(&code.len()), "{} bytes", code.len());
        let noise = |sign: char| sign.is_control() && sign != '\u{1d}';
        assert!(!code.contains(noise), "{code:?}");
    }
    assert_eq!(codes.last().map(String::as_str), Some("PADI:H:G0802:345:K"));
    codes.len() > 1
}

pub fn scanned_lines() -> Vec<Vec<u8>> {
    let lines = [&b"PADI:H:G0802:345:K\r"[..], b"upi://pay?pa=x@bank&am=5.00\r\n", b"\x1d01\r"];
    let long = [vec![b'7'; CODE_BYTES_MAX], b"\r".to_vec()].concat();
    let letters = "ക്ഷ 12/345\n".as_bytes().to_vec();
    lines.iter().map(|line| line.to_vec()).chain([long, letters]).collect()
}
