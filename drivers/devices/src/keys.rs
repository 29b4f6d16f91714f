//! What a reader types that takes itself for a keyboard: keys of a US layout, and Enter after each
//! code. The key codes are the kernel's (linux/input-event-codes.h).

use std::collections::VecDeque;

use crate::scanner::{CODE_BYTES_MAX, GS, WAITING_MAX};

/// One event of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub code: u16,
    pub state: KeyState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    Pressed,
    Released,
    /// The kernel repeats a key that is held; no reader holds one on purpose.
    Repeated,
}

impl KeyState {
    /// The value of the kernel's event.
    pub fn of(value: i32) -> KeyState {
        match value {
            0 => KeyState::Released,
            1 => KeyState::Pressed,
            _ => KeyState::Repeated,
        }
    }
}

const ENTER: u16 = 28;
const ENTER_OF_PAD: u16 = 96;
const CAPS_LOCK: u16 = 58;
const NUM_LOCK: u16 = 69;
const SCROLL_LOCK: u16 = 70;
const RIGHT_BRACKET: u16 = 27;
const SHIFT: [u16; 2] = [42, 54];
const CONTROL: [u16; 2] = [29, 97];
/// Alt and the key with a window on it: no code is written with them.
const OTHERS: [u16; 4] = [56, 100, 125, 126];

/// Finds codes in a stream of keys. A line with a key that writes nothing is noise, and so is one
/// that is too long; both end with the line.
#[derive(Debug, Default)]
pub struct Keys {
    begun: String,
    spoilt: bool,
    /// The modifiers that are held: few, as each stands once.
    held: Vec<u16>,
    capitals: bool,
    whole: VecDeque<String>,
}

impl Keys {
    pub fn push(&mut self, key: Key) {
        let is_modifier = [&SHIFT[..], &CONTROL, &OTHERS].concat().contains(&key.code);
        match key.state {
            KeyState::Released => self.held.retain(|held| *held != key.code),
            KeyState::Pressed if is_modifier => {
                if !self.held.contains(&key.code) {
                    self.held.push(key.code);
                }
            }
            KeyState::Pressed => self.write(key.code),
            KeyState::Repeated => {}
        }
    }

    /// The kernel lost events: what was begun is not whole, and which keys are held is not known.
    pub fn lost(&mut self) {
        self.spoilt = true;
        self.held.clear();
    }

    /// After a pause the rest of a torn code is not taken for the beginning of the next.
    pub fn forget_begun(&mut self) {
        self.begun.clear();
        self.spoilt = false;
    }

    /// The oldest code that is whole.
    pub fn take(&mut self) -> Option<String> {
        self.whole.pop_front()
    }

    fn write(&mut self, code: u16) {
        match code {
            ENTER | ENTER_OF_PAD => self.end(),
            CAPS_LOCK => self.capitals = !self.capitals,
            NUM_LOCK | SCROLL_LOCK => {}
            _ => match self.sign(code) {
                Some(sign) if self.begun.len() < CODE_BYTES_MAX => self.begun.push(sign),
                _ => self.spoilt = true,
            },
        }
    }

    fn sign(&self, code: u16) -> Option<char> {
        let holds = |keys: &[u16]| self.held.iter().any(|held| keys.contains(held));
        if holds(&OTHERS) {
            return None;
        }
        if holds(&CONTROL) {
            // Ctrl and ] are the separator GS, as in a terminal.
            return (code == RIGHT_BRACKET).then_some(GS);
        }
        let (plain, shifted) = signs(code)?;
        let is_shifted = holds(&SHIFT) != (self.capitals && plain.is_ascii_lowercase());
        Some(if is_shifted { shifted } else { plain })
    }

    fn end(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        let spoilt = std::mem::take(&mut self.spoilt);
        if !spoilt && !begun.is_empty() && self.whole.len() < WAITING_MAX {
            self.whole.push_back(begun);
        }
    }
}

/// Rows of keys whose codes follow each other: the first code, the signs, and those with Shift.
const ROWS: &[(u16, &str, &str)] = &[
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (55, "*", "*"),
    (57, " ", " "),
    // The pad of digits, on which Shift means nothing here.
    (71, "789-456+1230.", "789-456+1230."),
    (98, "/", "/"),
];

/// What a key writes, and what it writes with Shift.
fn signs(code: u16) -> Option<(char, char)> {
    ROWS.iter().find_map(|(first, plain, shifted)| {
        let place = usize::from(code.checked_sub(*first)?);
        Some((plain.chars().nth(place)?, shifted.chars().nth(place)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pressed(code: u16) -> [Key; 2] {
        [KeyState::Pressed, KeyState::Released].map(|state| Key { code, state })
    }

    fn held(modifier: u16, code: u16) -> Vec<Key> {
        let key = |code, state| Key { code, state };
        let [down, up] = pressed(code);
        vec![key(modifier, KeyState::Pressed), down, up, key(modifier, KeyState::Released)]
    }

    /// As a reader types it.
    fn typed(text: &str) -> Vec<Key> {
        let key = |sign: char| -> Vec<Key> {
            for code in 0..=120 {
                match (sign, signs(code)) {
                    ('\r', _) => return pressed(ENTER).to_vec(),
                    (GS, _) => return held(CONTROL[1], RIGHT_BRACKET),
                    (_, Some((plain, _))) if plain == sign => return pressed(code).to_vec(),
                    (_, Some((_, shifted))) if shifted == sign => return held(SHIFT[0], code),
                    _ => {}
                }
            }
            panic!("no key writes {sign:?}");
        };
        text.chars().flat_map(key).collect()
    }

    fn found(keys: &[Key]) -> Vec<String> {
        let mut decoder = Keys::default();
        keys.iter().for_each(|key| decoder.push(*key));
        std::iter::from_fn(|| decoder.take()).collect()
    }

    #[test]
    fn what_is_typed_is_read_with_its_capitals_signs_and_separators() {
        // By the numbers of the kernel's own list: H, Shift and K, 7 of the pad, Shift and 1.
        let keys = [
            pressed(35).to_vec(),
            held(54, 37),
            pressed(71).to_vec(),
            held(42, 2),
            pressed(28).to_vec(),
        ];
        assert_eq!(found(&keys.concat()), ["hK7!"]);
        for text in ["PADI:H:G0802:345:K", "https://a.b/?c=d_e#~f", "]C1\u{1d}10\u{1d}21"] {
            assert_eq!(found(&typed(&format!("{text}\r"))), [text]);
        }
        assert_eq!(found(&typed("one\rtwo\rthree")), ["one", "two"]);
    }

    #[test]
    fn capital_lock_turns_letters_and_nothing_else() {
        let keys = [pressed(58).to_vec(), typed("ab1"), held(42, 30), typed("\r")].concat();
        assert_eq!(found(&keys), ["AB1a"]);
    }

    #[test]
    fn a_line_with_a_key_that_writes_nothing_is_left_out_and_ends_with_the_line() {
        let escape = pressed(1).to_vec();
        let noise = [typed("12"), escape, typed("34\rgood\r")].concat();
        assert_eq!(found(&noise), ["good"]);
        let chord = [typed("12"), held(56, 15), typed("\rgood\r")].concat();
        assert_eq!(found(&chord), ["good"]);
        let long = "7".repeat(CODE_BYTES_MAX + 1);
        assert_eq!(found(&typed(&format!("{long}\rgood\r"))), ["good"]);
        let mut decoder = Keys::default();
        typed("torn").into_iter().for_each(|key| decoder.push(key));
        decoder.lost();
        typed("rest\rgood\r").into_iter().for_each(|key| decoder.push(key));
        assert_eq!(decoder.take().as_deref(), Some("good"));
    }

    #[test]
    fn a_held_key_writes_once_and_what_nobody_reads_does_not_grow() {
        let again = Key { code: 30, state: KeyState::Repeated };
        let keys = [pressed(30)[0], again, again, pressed(30)[1]];
        assert_eq!(found(&[&keys[..], &typed("\r")].concat()), ["a"]);
        assert_eq!(found(&typed(&"1\r".repeat(50))).len(), WAITING_MAX);
    }

    proptest! {
        #[test]
        fn after_any_keys_and_enter_the_next_code_is_read(
            noise in proptest::collection::vec((0u16..800, 0i32..3), 0..80),
        ) {
            let noise = noise.into_iter().map(|(code, value)| Key {
                code,
                state: KeyState::of(value),
            });
            let mut decoder = Keys::default();
            noise.for_each(|key| decoder.push(key));
            // A reader that is plugged in anew holds no key.
            decoder.lost();
            decoder.capitals = false;
            typed("\rgood\r").into_iter().for_each(|key| decoder.push(key));
            let last = std::iter::from_fn(|| decoder.take()).last();
            prop_assert_eq!(last.as_deref(), Some("good"));
        }
    }
}
