//! Shared records: what several people find out about the same thing, field by field. Which fields
//! there are is the rule pack's to say; money is never among them.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::card::CardMark;
use crate::photo::PhotoHash;

/// The longest name of a field or of a choice, in bytes; the pack keeps to it.
pub const RECORD_NAME_BYTES_MAX: usize = 40;

/// The largest count that a field may hold, whatever the pack says.
pub const RECORD_COUNT_MAX: u32 = 9_999;

/// What a record is about. Variants are only ever added; each keeps its number.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Encode,
    Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum RecordKind {
    /// Those who live or trade in a building; its number is the building's.
    #[n(0)]
    Household,
    /// The building itself; its number is the register's.
    #[n(1)]
    Property,
}

/// One shared record of the local body.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Encode,
    Decode,
)]
pub struct RecordId {
    #[n(0)]
    pub kind: RecordKind,
    #[n(1)]
    pub number: u32,
}

/// What a field says.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    Count(u32),
    YesNo(bool),
    /// One of the pack's choices.
    Choice(String),
    /// A photo, by the hash of its file: the file itself travels after what names it.
    Photo(PhotoHash),
    /// The card of the household, by its mark.
    Card(CardMark),
}

/// A field of a kind of record, as the pack has it. None holds free text: what a person writes
/// about others could not be erased again from a history that everybody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordField {
    pub of: RecordKind,
    pub name: String,
    pub holds: FieldKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A whole number from none to this.
    Count {
        max: u32,
    },
    YesNo,
    Choice(Vec<String>),
    Photo,
    Card,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FieldFault {
    #[error("the pack knows no field {field} of a {kind}", kind = .of.code())]
    Unknown { of: RecordKind, field: String },
    #[error("{field} holds {must}, not {found}")]
    Kind { field: String, must: &'static str, found: FieldValue },
    #[error("{field} is {found}: the most is {max}")]
    TooMany { field: String, found: u32, max: u32 },
    #[error("{field} has no choice {found}")]
    NoSuchChoice { field: String, found: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a record is written like household/17 or property/17")]
pub struct NotARecord;

impl RecordKind {
    pub const ALL: [Self; 2] = [Self::Household, Self::Property];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Property => "property",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl RecordField {
    /// Whether the field may hold this.
    pub fn check(&self, value: &FieldValue) -> Result<(), FieldFault> {
        let field = || self.name.clone();
        match (&self.holds, value) {
            (FieldKind::Count { max }, FieldValue::Count(found)) if found > max => {
                Err(FieldFault::TooMany { field: field(), found: *found, max: *max })
            }
            (FieldKind::Choice(choices), FieldValue::Choice(found)) if !choices.contains(found) => {
                Err(FieldFault::NoSuchChoice { field: field(), found: found.clone() })
            }
            (FieldKind::Count { .. }, FieldValue::Count(_))
            | (FieldKind::YesNo, FieldValue::YesNo(_))
            | (FieldKind::Choice(_), FieldValue::Choice(_))
            | (FieldKind::Photo, FieldValue::Photo(_))
            | (FieldKind::Card, FieldValue::Card(_)) => Ok(()),
            (must, found) => {
                let (must, found) = (must.sentence(), found.clone());
                Err(FieldFault::Kind { field: field(), must, found })
            }
        }
    }

    /// Reads what an officer wrote: "4", "yes", "no", the name of a choice, a card's mark, or a
    /// photo's hash with or without the way to its page.
    pub fn parse(&self, written: &str) -> Result<FieldValue, FieldFault> {
        let value = match (&self.holds, written) {
            (FieldKind::Count { .. }, count) if count.bytes().all(|b| b.is_ascii_digit()) => {
                count.parse().ok().map(FieldValue::Count)
            }
            (FieldKind::YesNo, "yes") => Some(FieldValue::YesNo(true)),
            (FieldKind::YesNo, "no") => Some(FieldValue::YesNo(false)),
            (FieldKind::Choice(_), choice) => Some(FieldValue::Choice(choice.to_owned())),
            (FieldKind::Photo, hash) => {
                hash.trim_start_matches("/photo/").parse().ok().map(FieldValue::Photo)
            }
            (FieldKind::Card, mark) => mark.parse().ok().map(FieldValue::Card),
            _ => None,
        };
        let value = value.ok_or_else(|| FieldFault::Kind {
            field: self.name.clone(),
            must: self.holds.sentence(),
            found: FieldValue::Choice(written.to_owned()),
        })?;
        self.check(&value).map(|()| value)
    }
}

impl FieldKind {
    const fn sentence(&self) -> &'static str {
        match self {
            Self::Count { .. } => "a whole number",
            Self::YesNo => "yes or no",
            Self::Choice(_) => "one of its choices",
            Self::Photo => "a photo by its hash",
            Self::Card => "a card by its mark",
        }
    }
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => count.fmt(to),
            Self::YesNo(true) => to.write_str("yes"),
            Self::YesNo(false) => to.write_str("no"),
            Self::Choice(choice) => choice.fmt(to),
            Self::Photo(hash) => hash.fmt(to),
            Self::Card(mark) => mark.fmt(to),
        }
    }
}

impl std::fmt::Display for RecordId {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}/{}", self.kind.code(), self.number)
    }
}

impl std::str::FromStr for RecordId {
    type Err = NotARecord;

    fn from_str(written: &str) -> Result<Self, NotARecord> {
        let (kind, number) = written.split_once('/').ok_or(NotARecord)?;
        let kind = RecordKind::from_code(kind).ok_or(NotARecord)?;
        let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse().ok().filter(|_| digits).ok_or(NotARecord)?;
        Ok(Self { kind, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(holds: FieldKind) -> RecordField {
        RecordField { of: RecordKind::Household, name: "people".into(), holds }
    }

    #[test]
    fn a_record_is_named_by_its_kind_and_number() {
        let id = RecordId { kind: RecordKind::Household, number: 17 };
        assert_eq!(id.to_string(), "household/17");
        assert_eq!("household/17".parse(), Ok(id));
        for wrong in ["household", "household/", "household/+1", "house/1", "household/4294967296"]
        {
            assert_eq!(wrong.parse::<RecordId>(), Err(NotARecord), "{wrong}");
        }
    }

    #[test]
    fn a_field_takes_what_the_pack_says_and_names_what_it_refuses() {
        let count = field(FieldKind::Count { max: 60 });
        let choice = field(FieldKind::Choice(vec!["morning".into(), "evening".into()]));
        let refused = |field: &RecordField, written: &str| {
            field.parse(written).expect_err("what the field does not take").to_string()
        };
        assert_eq!(count.parse("60"), Ok(FieldValue::Count(60)));
        assert_eq!(refused(&count, "61"), "people is 61: the most is 60");
        assert_eq!(refused(&count, "many"), "people holds a whole number, not many");
        assert_eq!(refused(&count, ""), "people holds a whole number, not ");
        assert_eq!(field(FieldKind::YesNo).parse("no"), Ok(FieldValue::YesNo(false)));
        assert_eq!(refused(&field(FieldKind::YesNo), "4"), "people holds yes or no, not 4");
        assert_eq!(choice.parse("evening"), Ok(FieldValue::Choice("evening".into())));
        assert_eq!(refused(&choice, "noon"), "people has no choice noon");
        let (photo, hash) = (field(FieldKind::Photo), PhotoHash::of(b"a gate"));
        assert_eq!(photo.parse(&hash.to_string()), Ok(FieldValue::Photo(hash)));
        assert_eq!(photo.parse(&format!("/photo/{hash}")), Ok(FieldValue::Photo(hash)));
        let (card, mark) = (field(FieldKind::Card), CardMark::from([7; 16]));
        assert_eq!(card.parse(&mark.to_string()), Ok(FieldValue::Card(mark)));
        assert_eq!(refused(&card, "0012345678"), "people holds a card by its mark, not 0012345678");
        assert!(card.check(&FieldValue::Photo(hash)).is_err());
        assert_eq!(refused(&photo, "gate.jpg"), "people holds a photo by its hash, not gate.jpg");
        let told = count.check(&FieldValue::YesNo(true)).expect_err("no count").to_string();
        assert_eq!(told, "people holds a whole number, not yes");
    }
}
