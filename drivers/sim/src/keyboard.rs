//! A reader of cards or a scanner that takes itself for a keyboard: it types what it read on a US
//! layout, and Enter. The keyboard is a real one to the kernel, which makes it (uinput), so that
//! whoever else listens to it, the screen among them, hears it as well.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use evdev::uinput::VirtualDevice;
use evdev::{AttributeSet, EventType, InputEvent, KeyCode};
use serde_json::json;

use crate::SimError;
use crate::control::{Commands, unknown};
use crate::events::Events;
use crate::running::Running;
use crate::wire::Stop;

const NAME: &str = "Padi Simulated Reader";

/// How fast readers type: slow enough that no listener's queue of events overflows.
const BETWEEN_KEYS: Duration = Duration::from_millis(2);

const HELP: &str = "\
type TEXT  type TEXT and Enter, as a reader does after a card or a code
half TEXT  type TEXT and no Enter
unplug     pull the cable
plug       put it back; the answer is the device file, which may have another name now";

pub struct Options {
    pub control: SocketAddr,
}

/// Plugs a reader in. Its port is the path of its device file.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (cable, path) =
        plugged().map_err(|error| SimError::new("the kernel makes no keyboard", error))?;
    let (events, stop) = (Events::default(), Stop::default());
    let device = Arc::new(Keyboard { cable: Mutex::new(Some(cable)), events: events.clone() });
    Running::begin("keyboard", Some(path), options.control, device, events, stop, Vec::new())
}

struct Keyboard {
    /// None while it is pulled out.
    cable: Mutex<Option<VirtualDevice>>,
    events: Events,
}

impl Keyboard {
    fn types(&self, text: &str, enter: bool) -> Result<String, String> {
        let mut keys = strokes(text)
            .ok_or_else(|| format!("\"{text}\" has a sign that a US keyboard does not"))?;
        keys.extend(enter.then_some(Stroke { code: KeyCode::KEY_ENTER.0, shift: false }));
        let mut cable = self.cable.lock().map_err(|_| "the reader has stopped")?;
        let keyboard = cable.as_mut().ok_or("it is not plugged in")?;
        for key in &keys {
            press(keyboard, *key).map_err(|error| format!("it cannot type: {error}"))?;
        }
        self.events.record(json!({ "event": "typed", "keys": keys.len() }));
        Ok(String::new())
    }

    fn plug(&self) -> Result<String, String> {
        let mut cable = self.cable.lock().map_err(|_| "the reader has stopped")?;
        if cable.is_some() {
            return Err("it is plugged in already".to_owned());
        }
        let (keyboard, path) =
            plugged().map_err(|error| format!("the kernel makes no keyboard: {error}"))?;
        *cable = Some(keyboard);
        self.events.record(json!({ "event": "plugged", "port": path }));
        Ok(path)
    }

    fn unplug(&self) -> Result<String, String> {
        let mut cable = self.cable.lock().map_err(|_| "the reader has stopped")?;
        cable.take().ok_or("it is not plugged in")?;
        self.events.record(json!({ "event": "unplugged" }));
        Ok(String::new())
    }
}

impl Commands for Keyboard {
    fn obey(&self, line: &str) -> Result<String, String> {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("type", text) if !text.is_empty() => self.types(text, true),
            ("half", text) if !text.is_empty() => self.types(text, false),
            ("plug", "") => self.plug(),
            ("unplug", "") => self.unplug(),
            _ => Err(unknown(line)),
        }
    }

    fn help(&self) -> &'static str {
        HELP
    }
}

/// A new keyboard of the kernel's, and its device file.
fn plugged() -> io::Result<(VirtualDevice, String)> {
    let mut keys = AttributeSet::<KeyCode>::new();
    let written = ROWS.iter().flat_map(|(first, plain, _)| (*first..).zip(plain.bytes()));
    written.for_each(|(code, _)| keys.insert(KeyCode(code)));
    keys.insert(KeyCode::KEY_ENTER);
    keys.insert(KeyCode::KEY_LEFTSHIFT);
    let mut keyboard = VirtualDevice::builder()?.name(NAME).with_keys(&keys)?.build()?;
    let file = keyboard.enumerate_dev_nodes_blocking()?.next();
    let file = file.unwrap_or_else(|| Err(io::ErrorKind::NotFound.into()))?;
    Ok((keyboard, file.to_string_lossy().into_owned()))
}

/// One key, with Shift or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stroke {
    code: u16,
    shift: bool,
}

fn press(keyboard: &mut VirtualDevice, key: Stroke) -> io::Result<()> {
    let shift = key.shift.then_some(KeyCode::KEY_LEFTSHIFT.0);
    let down = shift.into_iter().chain([key.code]);
    let up = [key.code].into_iter().chain(shift);
    for (code, value) in down.map(|code| (code, 1)).chain(up.map(|code| (code, 0))) {
        keyboard.emit(&[InputEvent::new(EventType::KEY.0, code, value)])?;
    }
    std::thread::sleep(BETWEEN_KEYS);
    Ok(())
}

/// Rows of a US keyboard: the code of the first key (linux/input-event-codes.h), what the keys
/// write, and what they write with Shift.
const ROWS: [(u16, &str, &str); 5] = [
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
];

/// The keys that write a text; none where one of its signs is on no key.
fn strokes(text: &str) -> Option<Vec<Stroke>> {
    let stroke = |sign: char| {
        ROWS.iter().find_map(|(first, plain, shifted)| {
            let on = |row: &str| (*first..).zip(row.chars()).find(|(_, other)| *other == sign);
            let plain = on(plain).map(|(code, _)| Stroke { code, shift: false });
            plain.or_else(|| on(shifted).map(|(code, _)| Stroke { code, shift: true }))
        })
    };
    text.chars().map(stroke).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_typed_as_on_a_us_keyboard() {
        let typed = |text: &str| {
            let keys = strokes(text)?;
            Some(keys.iter().map(|key| (key.code, key.shift)).collect::<Vec<_>>())
        };
        // KEY_1 is 2, KEY_0 is 11, KEY_A is 30, KEY_SEMICOLON is 39, KEY_SLASH is 53.
        assert_eq!(typed("0A1/"), Some(vec![(11, false), (30, true), (2, false), (53, false)]));
        assert_eq!(typed(":a z"), Some(vec![(39, true), (30, false), (57, false), (44, false)]));
        assert_eq!(typed("₹5"), None);
    }
}
