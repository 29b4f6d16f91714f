//! The form of one message of a scale: what stands there letter for letter, and where the fields
//! are.

use std::collections::BTreeMap;

/// A field is no longer than this: the longest, of the SMA standard, has seventeen bytes.
const FIELD_BYTES_MAX: usize = 32;
/// A form has fewer parts than this; those here have eight at the most.
const PARTS_MAX: usize = 24;
/// Fields of no fixed length in one form: each more would multiply the ways to read one message.
const RANGES_MAX: usize = 3;

/// What a word or a bit says about the weight beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    Stable,
    Moving,
    Over,
    Under,
    Gross,
    Net,
    Defect,
    Plain,
}

/// The named lists of words.
pub type Words = BTreeMap<String, BTreeMap<String, Means>>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Mark(Vec<u8>),
    Weight(Length),
    Unit(Length),
    Word(String, usize),
    Status(usize),
    Skip(Length),
    Bcc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Length {
    least: usize,
    most: usize,
}

/// A message's form, ready to be held against bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form(Vec<Part>);

/// What the fields of one message hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pub weight: Option<String>,
    pub unit: Option<String>,
    pub status: Vec<u8>,
    pub means: Vec<Means>,
}

impl Form {
    /// Reads a form, or says what is wrong with it.
    pub fn parse(text: &str, words: &Words) -> Result<Form, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (mark, field) = rest.split_once('{').unwrap_or((rest, ""));
            if !mark.is_empty() {
                parts.push(Part::Mark(mark.as_bytes().to_vec()));
            }
            if mark.len() == rest.len() {
                break;
            }
            let (field, after) = field.split_once('}').ok_or("a brace that is not closed")?;
            parts.push(part(field, words)?);
            rest = after;
        }
        let form = Form(parts);
        form.fault().map_or(Ok(form), Err)
    }

    fn fault(&self) -> Option<String> {
        let ranges = |part: &&Part| match part {
            Part::Weight(length) | Part::Unit(length) | Part::Skip(length) => {
                length.least != length.most
            }
            _ => false,
        };
        let weights = self.0.iter().filter(|part| matches!(part, Part::Weight(_))).count();
        if !matches!(self.0.first(), Some(Part::Mark(_) | Part::Word(..))) {
            Some("a beginning that is neither a mark nor a word".to_owned())
        } else if self.0.len() > PARTS_MAX || self.0.iter().filter(ranges).count() > RANGES_MAX {
            Some(format!("more than {PARTS_MAX} parts or {RANGES_MAX} lengths that vary"))
        } else if weights > 1 {
            Some("more than one weight".to_owned())
        } else {
            None
        }
    }

    pub fn has_weight(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Weight(_)))
    }

    /// The fields, where the bytes are a message of this form from the first to the last.
    pub fn read(&self, bytes: &[u8], words: &Words) -> Option<Fields> {
        let mut fields = Fields::default();
        let begins = match self.0.first() {
            Some(Part::Mark(mark)) => mark.len(),
            _ => 0,
        };
        fits(&self.0, bytes, begins.min(bytes.len()), bytes, words, &mut fields).then_some(fields)
    }
}

fn part(field: &str, words: &Words) -> Result<Part, String> {
    let (name, length) = match field.split_once(':') {
        Some((name, length)) => (name, Some(read_length(length)?)),
        None => (field, None),
    };
    let any = Length { least: 1, most: 16 };
    let exact = |length: Option<Length>| match length {
        Some(Length { least, most }) if least == most => Ok(least),
        _ => Err(format!("a field {{{field}}} that has no one length")),
    };
    Ok(match name {
        "weight" => Part::Weight(length.unwrap_or(any)),
        "unit" => Part::Unit(length.unwrap_or(any)),
        "skip" => Part::Skip(length.unwrap_or(any)),
        "status" => Part::Status(exact(length)?),
        "bcc" => Part::Bcc,
        name if words.contains_key(name) => Part::Word(name.to_owned(), exact(length)?),
        name => return Err(format!("a field \"{name}\" that is no list of words")),
    })
}

fn read_length(text: &str) -> Result<Length, String> {
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    match (least.parse(), most.parse()) {
        (Ok(least), Ok(most)) if 0 < least && least <= most && most <= FIELD_BYTES_MAX => {
            Ok(Length { least, most })
        }
        _ => Err(format!("a length \"{text}\" that is not from 1 to {FIELD_BYTES_MAX}")),
    }
}

/// Whether the rest of a message fits the rest of a form. `all` is the whole message and `begins`
/// where its checked part begins.
fn fits(
    parts: &[Part],
    rest: &[u8],
    begins: usize,
    all: &[u8],
    words: &Words,
    fields: &mut Fields,
) -> bool {
    let Some((part, later)) = parts.split_first() else { return rest.is_empty() };
    let go_on =
        |taken: usize, fields: &mut Fields| fits(later, &rest[taken..], begins, all, words, fields);
    match part {
        Part::Mark(mark) => rest.starts_with(mark) && go_on(mark.len(), fields),
        Part::Status(length) => {
            let Some(status) = rest.get(..*length) else { return false };
            fields.status = status.to_vec();
            go_on(*length, fields)
        }
        Part::Word(list, length) => {
            let word = rest.get(..*length).and_then(|word| std::str::from_utf8(word).ok());
            let Some(means) = word.and_then(|word| words.get(list)?.get(word)) else {
                return false;
            };
            let before = fields.means.len();
            fields.means.push(*means);
            let fits = go_on(*length, fields);
            if !fits {
                fields.means.truncate(before);
            }
            fits
        }
        Part::Bcc => {
            let before = all.len() - rest.len();
            let sum = all[begins..before].iter().fold(0, |sum, byte| sum ^ byte);
            rest.first() == Some(&sum) && go_on(1, fields)
        }
        Part::Weight(length) => {
            longest_first(*length, rest, is_of_a_weight).any(|(taken, text)| {
                fields.weight = Some(text);
                go_on(taken, fields)
            })
        }
        Part::Unit(length) => longest_first(*length, rest, is_of_a_unit).any(|(taken, text)| {
            fields.unit = Some(text);
            go_on(taken, fields)
        }),
        Part::Skip(length) => longest_first(*length, rest, |byte| (0x20..0x7f).contains(&byte))
            .any(|(taken, _)| go_on(taken, fields)),
    }
}

/// The ways to read a field, from the longest one on.
fn longest_first(
    length: Length,
    rest: &[u8],
    is_part: fn(u8) -> bool,
) -> impl Iterator<Item = (usize, String)> {
    let run = rest.iter().take(length.most).take_while(|byte| is_part(**byte)).count();
    let taken = (length.least..=run).rev();
    taken.map(move |taken| (taken, String::from_utf8_lossy(&rest[..taken]).into_owned()))
}

fn is_of_a_weight(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'+' | b'-' | b'.')
}

fn is_of_a_unit(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'_' | b'%')
}
