//! What is typed, scanned or printed as a short text.

use devices::PortAddress;
use kiosk::pin::PinHash;
use ledger::{HouseCode, Language, Paise, Period, ReceiptNumber};

use super::samples::{number, text};

/// ₹ 10,000 crore in paise: the largest figure of a local body.
const PAISE_MAX: u64 = 10_000_000_000_000;

const LANGUAGES: [Language; 5] =
    [Language::En, Language::Ml, Language::Hi, Language::Mr, Language::Or];

/// A printed number is read back as itself, whatever was typed to reach it.
pub fn receipt_number(bytes: &[u8]) -> bool {
    any_of(&with_every_check(&text(bytes), '-'), |typed| {
        let Ok(read) = ReceiptNumber::parse(typed) else { return false };
        let printed = read.to_string();
        assert_eq!(ReceiptNumber::parse(&printed), Ok(read), "{typed} is printed {printed}");
        true
    })
}

/// A check character stops mistakes and no forger, so the text is tried with each of them as well.
fn with_every_check(text: &str, before: char) -> Vec<String> {
    let front = text.trim().rsplit_once(before).map(|(front, _)| front);
    let signs = ('0'..='9').chain('A'..='Z');
    let checked = front
        .into_iter()
        .flat_map(|front| signs.clone().map(move |sign| format!("{front}{before}{sign}")));
    [text.to_owned()].into_iter().chain(checked).collect()
}

/// Whether one at least was taken; all are tried.
fn any_of(texts: &[String], takes: impl Fn(&str) -> bool) -> bool {
    texts.iter().filter(|text| takes(text)).count() > 0
}

pub fn receipt_numbers() -> Vec<Vec<u8>> {
    let late = ReceiptNumber { year: 2099, book: "C12345".into(), number: 99_999_999, ..number() };
    let texts = [number().to_string(), number().to_string().to_lowercase(), late.to_string()];
    texts.into_iter().map(String::into_bytes).collect()
}

/// A sticker has one form only.
pub fn house_code(bytes: &[u8]) -> bool {
    any_of(&with_every_check(&text(bytes), ':'), |scanned| {
        let Ok(read) = HouseCode::parse(scanned) else { return false };
        assert_eq!(read.to_string(), scanned.trim());
        true
    })
}

pub fn house_codes() -> Vec<Vec<u8>> {
    let code = |building| HouseCode { body: "G0802".into(), building }.to_string().into_bytes();
    vec![code(345), code(0), code(u32::MAX)]
}

/// As text and as bytes of an entry; its days and names can always be told.
pub fn period(bytes: &[u8]) -> bool {
    let written: Option<Period> = text(bytes).parse().ok();
    let encoded: Option<Period> = minicbor::decode(bytes).ok();
    for period in written.into_iter().chain(encoded) {
        assert_eq!(period.code().parse(), Ok(period));
        let bytes = minicbor::to_vec(period).expect("a Vec takes every byte");
        assert_eq!(minicbor::decode(&bytes).ok(), Some(period));
        for near in [period, period.next(), period.previous()] {
            assert!(near.first_day() <= near.last_day(), "{near}");
            for language in LANGUAGES {
                assert!(!near.label(language).is_empty());
                assert!(!near.label_on_slip(language).is_empty());
            }
        }
    }
    written.is_some() || encoded.is_some()
}

pub fn periods() -> Vec<Vec<u8>> {
    let codes = ["2025-10/6", "2026-04/12", "2026-08/1", "1900-01/1", "2200-12/12"];
    let encoded = |code: &str| {
        let period: Period = code.parse().expect("a period");
        minicbor::to_vec(period).expect("a Vec takes every byte")
    };
    codes.iter().flat_map(|code| [code.as_bytes().to_vec(), encoded(code)]).collect()
}

/// Whatever way it is written, it is the same sum, and within the limit.
pub fn money(bytes: &[u8]) -> bool {
    let text = text(bytes);
    let Ok(read) = Paise::parse(&text) else { return false };
    assert!(read.get().unsigned_abs() <= PAISE_MAX, "{text:?} is {read}");
    for written in [read.plain(), read.on_paper(), read.on_glass()] {
        assert_eq!(Paise::parse(&written), Ok(read), "{text:?} is written {written:?}");
    }
    assert!(!ledger::in_words(read, Language::Ml).is_empty());
    true
}

pub fn sums() -> Vec<Vec<u8>> {
    let texts = ["1184", "1,184.50", "₹ 1,49,080", "-5", "−100.00", "100000000000", "0.01"];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Where a device is attached, as kiosk.toml says it.
pub fn port_address(bytes: &[u8]) -> bool {
    let Ok(read) = text(bytes).parse::<PortAddress>() else { return false };
    let written = read.to_string();
    assert_eq!(written.parse(), Ok(read), "{written}");
    true
}

pub fn port_addresses() -> Vec<Vec<u8>> {
    let texts = [
        "tcp://127.0.0.1:9100",
        "tcp://[::1]:22000",
        "serial:///dev/ttyUSB0?baud=115200",
        "serial:///dev/ttyS1?baud=9600&parity=even&data_bits=7&stop_bits=2",
        "usb://04b8:0e27:PADI0001?baud=19200&flow=hardware",
        "bluetooth://00:11:22:AA:BB:CC",
        "file:///dev/usb/lp0",
    ];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A PIN's hash, as the device's file has it: read without paying its costs.
pub fn pin_hash(bytes: &[u8]) -> bool {
    PinHash::read(&text(bytes)).is_ok()
}

pub fn pin_hashes() -> Vec<Vec<u8>> {
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo";
    vec![hash.as_bytes().to_vec(), hash.replace("argon2id", "argon2i").into_bytes()]
}
