//! How one family of scales speaks, from a file that an installer can read and extend.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::form::{Fields, Form, Means, Words};
use super::{NoWeight, Said};
use crate::address::SerialLine;

const BUILT_IN: &str = include_str!("../../scales.toml");

/// The largest file of scales that is read, in bytes: the one here has 5,000.
pub const FILE_BYTES_MAX: usize = 64 * 1_024;
/// Messages, words or bits of one scale: more is a slip.
const ENTRIES_MAX: usize = 32;
/// No weight by hand is heavier than this, in grams: ten tonnes, of a weighbridge.
const GRAMS_MAX: u64 = 10_000_000;

/// How a scale speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleGrammar {
    pub name: String,
    pub line: SerialLine,
    pub wake: Vec<u8>,
    pub awake: Option<u8>,
    pub ask: Vec<u8>,
    pub ends: Vec<u8>,
    pub alike: u8,
    capacity_g: Option<u32>,
    net_only: bool,
    words: Words,
    bits: Vec<Bit>,
    messages: Vec<Message>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    form: Form,
    unit: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bit {
    /// Counted from 1.
    byte: usize,
    bit: u8,
    means: Means,
}

#[derive(Debug, thiserror::Error)]
pub enum GrammarError {
    #[error("the scales cannot be read")]
    Form(#[source] Box<toml::de::Error>),
    #[error("the file of scales has more than {FILE_BYTES_MAX} bytes")]
    TooLong,
    #[error("the scale \"{name}\" has {what}")]
    Wrong { name: String, what: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleFile {
    scale: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default)]
    line: String,
    #[serde(default)]
    wake: String,
    awake: Option<String>,
    #[serde(default)]
    ask: String,
    ends: String,
    alike: u8,
    capacity_g: Option<u32>,
    #[serde(default)]
    net_only: bool,
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, Means>>,
    #[serde(default)]
    bits: Vec<Bit>,
    message: Vec<WrittenMessage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMessage {
    form: String,
    unit: Option<String>,
}

impl ScaleGrammar {
    /// A scale of the file that comes with the program.
    pub fn named(name: &str) -> Option<ScaleGrammar> {
        ScaleGrammar::built_in().into_iter().find(|scale| scale.name == name)
    }

    pub fn built_in() -> Vec<ScaleGrammar> {
        ScaleGrammar::parse(BUILT_IN).expect("the file that comes with the program is tested")
    }

    /// Reads scales that an installer wrote.
    pub fn parse(text: &str) -> Result<Vec<ScaleGrammar>, GrammarError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(GrammarError::TooLong);
        }
        let file: ScaleFile =
            toml::from_str(text).map_err(|error| GrammarError::Form(Box::new(error)))?;
        file.scale.into_iter().map(checked).collect()
    }

    /// What the message says that these bytes end with, whatever stands before it; none where they
    /// end with none. A form is looked for everywhere before the next one is.
    pub fn read(&self, bytes: &[u8]) -> Option<Said> {
        self.messages.iter().find_map(|message| {
            let mut read = (0..bytes.len()).map(|at| message.form.read(&bytes[at..], &self.words));
            Some(self.judge(message, &read.find_map(|fields| fields)?))
        })
    }

    /// Only a weight that lies still, in range, and that is the load alone is one.
    fn judge(&self, message: &Message, fields: &Fields) -> Said {
        let set = self.bits.iter().filter(|bit| is_set(bit, &fields.status)).map(|bit| bit.means);
        let means: Vec<Means> = fields.means.iter().copied().chain(set).collect();
        let says = |wanted| means.contains(&wanted);
        let unit = message.unit.as_deref().or(fields.unit.as_deref());
        let unit = unit.unwrap_or_default().trim_matches([' ', '_']);
        if says(Means::Defect) {
            Said::Nothing(NoWeight::Defect)
        } else if says(Means::Over) {
            Said::Nothing(NoWeight::Over)
        } else if says(Means::Under) {
            Said::Nothing(NoWeight::Under)
        } else if says(Means::Moving) {
            Said::Nothing(NoWeight::Moving)
        } else if !message.form.has_weight() {
            Said::Nothing(NoWeight::Garbage)
        } else if self.net_only && !says(Means::Net) {
            Said::Nothing(NoWeight::Gross)
        } else {
            let text = fields.weight.as_deref().unwrap_or_default();
            self.weight(text, unit, says(Means::Net))
        }
    }

    fn weight(&self, text: &str, unit: &str, net: bool) -> Said {
        let Some(milligrams_of_one) = milligrams_of(unit) else {
            return Said::Nothing(NoWeight::Unit(unit.to_owned()));
        };
        let Some((negative, grams)) = grams(text, milligrams_of_one) else {
            return Said::Nothing(NoWeight::Garbage);
        };
        let most = self.capacity_g.map_or(GRAMS_MAX, u64::from).min(GRAMS_MAX);
        match u32::try_from(grams) {
            Ok(0) => Said::Nothing(NoWeight::Empty),
            _ if negative => Said::Nothing(NoWeight::Under),
            Ok(grams) if u64::from(grams) <= most => Said::Weight { grams, net },
            _ => Said::Nothing(NoWeight::Over),
        }
    }
}

fn is_set(bit: &Bit, status: &[u8]) -> bool {
    let byte = bit.byte.checked_sub(1).and_then(|place| status.get(place));
    byte.is_some_and(|byte| byte >> bit.bit & 1 == 1)
}

fn checked(written: Written) -> Result<ScaleGrammar, GrammarError> {
    let name = written.name.clone();
    built(written).map_err(|what| GrammarError::Wrong { name, what })
}

fn built(written: Written) -> Result<ScaleGrammar, String> {
    let words = written.words;
    let lists = words.values().map(BTreeMap::len).chain([words.len(), written.bits.len()]);
    if lists.chain([written.message.len()]).max() > Some(ENTRIES_MAX) {
        return Err(format!("more than {ENTRIES_MAX} messages, words or bits"));
    }
    if written.ends.is_empty() || written.message.is_empty() || !(1..=9).contains(&written.alike) {
        return Err("no end, no message, or \"alike\" that is not from 1 to 9".to_owned());
    }
    if written.bits.iter().any(|bit| bit.byte == 0 || bit.bit > 7) {
        return Err("a bit that is not from 0 to 7 of a byte counted from 1".to_owned());
    }
    let awake = match written.awake.as_deref().map(str::as_bytes) {
        None => None,
        Some([awake]) => Some(*awake),
        Some(_) => return Err("\"awake\" that is not one byte".to_owned()),
    };
    if awake.is_some() == written.wake.is_empty() {
        return Err("one of \"wake\" and \"awake\" without the other".to_owned());
    }
    let mut messages = Vec::new();
    for message in written.message {
        if !message.form.ends_with(&written.ends) {
            return Err(format!("a form {:?} that does not end as all do", message.form));
        }
        let form = Form::parse(&message.form, &words);
        let form = form.map_err(|what| format!("{what} in the form {:?}", message.form))?;
        messages.push(Message { form, unit: message.unit });
    }
    Ok(ScaleGrammar {
        name: written.name,
        line: written.line.parse()?,
        wake: written.wake.into_bytes(),
        awake,
        ask: written.ask.into_bytes(),
        ends: written.ends.into_bytes(),
        alike: written.alike,
        capacity_g: written.capacity_g,
        net_only: written.net_only,
        words,
        bits: written.bits,
        messages,
    })
}

fn milligrams_of(unit: &str) -> Option<u64> {
    match unit {
        "kg" | "KG" | "Kg" => Some(1_000_000),
        "g" | "G" => Some(1_000),
        "t" | "T" => Some(1_000_000_000),
        _ => None,
    }
}

/// "+0012.350" of a unit, as whether it is below zero, and grams rounded to the nearest: never by
/// a float. None where it is no number.
fn grams(text: &str, milligrams_of_one: u64) -> Option<(bool, u64)> {
    let text = text.trim_matches(' ');
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits.trim_start_matches(' ')),
        None => (false, text),
    };
    let (whole, parts) = digits.split_once('.').unwrap_or((digits, ""));
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && parts.is_empty() || !all(whole) || !all(parts) || parts.len() > 6 {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let millionths: u64 = format!("{parts:0<6}").parse().ok()?;
    let of_whole = whole.checked_mul(milligrams_of_one)?;
    let milligrams =
        of_whole.checked_add(millionths.checked_mul(milligrams_of_one)? / 1_000_000)?;
    Some((negative, milligrams.checked_add(500)? / 1_000))
}
