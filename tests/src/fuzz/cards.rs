//! What readers of cards say, and what readers type that take themselves for keyboards.

use devices::card::UID_BYTES;
use devices::card::rdm6300::Frames;
use devices::scanner::CODE_BYTES_MAX;
use devices::{Key, KeyState, Keys, Uid};
use replica::card_number;

use super::samples::text;

/// 0A 00 BC 61 4E and its check, as a reader says it.
const FRAME: &[u8] = b"\x020A00BC614E99\x03";

/// Whatever came before it, a whole frame is read; and no number has another length.
pub fn rdm6300(bytes: &[u8]) -> bool {
    let mut frames = Frames::default();
    let seen = bytes.iter().chain(FRAME).filter_map(|byte| frames.push(*byte));
    let seen: Vec<Uid> = seen.collect();
    assert!(seen.len() <= bytes.len() / FRAME.len() + 1, "{} of {} bytes", seen.len(), bytes.len());
    assert!(seen.iter().all(|uid| uid.bytes().len() == 4));
    let last = seen.last().map(ToString::to_string);
    assert_eq!(last.as_deref(), Some("00BC614E"));
    seen.len() > 1
}

pub fn frames() -> Vec<Vec<u8>> {
    let other = b"\x02FFFFFFFFFFFF\x03".to_vec();
    vec![FRAME.to_vec(), FRAME.repeat(3), other, [&FRAME[..9], FRAME].concat()]
}

/// The reader at the desk and the officer at the office read one number alike, or neither reads it.
pub fn number(bytes: &[u8]) -> bool {
    let typed = text(bytes);
    let Some(uid) = Uid::typed(&typed) else { return false };
    assert!(UID_BYTES.contains(&uid.bytes().len()));
    assert_eq!(card_number(typed.trim()).as_deref(), Some(uid.bytes()), "{typed:?}");
    assert_eq!(Uid::typed(&uid.to_string()), Some(uid), "{typed:?}");
    true
}

pub fn numbers() -> Vec<Vec<u8>> {
    let numbers = ["0012345678", "00BC614E", "0A00BC614E", "04A1B2C3D4E580", "4294967295"];
    numbers.iter().map(|number| number.as_bytes().to_vec()).collect()
}

/// Each three bytes are a key and what happened to it. Whatever was pressed before, a code is read
/// once the keys that are held are known again.
pub fn keys(bytes: &[u8]) -> bool {
    let mut keys = Keys::default();
    let mut codes = Vec::new();
    for key in bytes.chunks_exact(3) {
        match key[0] {
            // The kernel lost events.
            255 => keys.lost(),
            low => keys.push(Key {
                code: u16::from_be_bytes([key[1] & 1, low]),
                state: KeyState::of(i32::from(key[2] % 3)),
            }),
        }
        codes.extend(keys.take());
    }
    for code in &codes {
        assert!((1..=CODE_BYTES_MAX).contains(&code.len()), "{} bytes", code.len());
        let sound = |sign: char| matches!(sign, ' '..='~' | '\u{1d}');
        assert!(code.chars().all(sound), "{code:?}");
    }
    // The line in which events were lost is torn, and the next is read.
    keys.lost();
    for code in [28, 2, 28] {
        keys.push(Key { code, state: KeyState::Pressed });
    }
    assert_eq!(std::iter::from_fn(|| keys.take()).last().as_deref(), Some("1"));
    !codes.is_empty()
}

/// "12", "A" with Shift, a separator, and a line that is spoilt by Escape.
pub fn typed() -> Vec<Vec<u8>> {
    let pressed = |codes: &[u8]| -> Vec<u8> {
        codes.iter().flat_map(|code| [*code, 0, 1, *code, 0, 0]).collect()
    };
    let held =
        |modifier: u8, code: u8| vec![modifier, 0, 1, code, 0, 1, code, 0, 0, modifier, 0, 0];
    let mixed = [held(42, 30), pressed(&[2]), held(29, 27), pressed(&[3, 28])].concat();
    vec![pressed(&[2, 3, 28]), mixed, pressed(&[2, 1, 28, 3, 28]), pressed(&[58, 30, 28])]
}
