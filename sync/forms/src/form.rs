//! A form as it was read: questions in the order of the sheet, what they say, and their rules.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::expression::{Expression, Pattern, Value};
use crate::fault::Fault;

/// The place of an item in `Form::items`; the whole form is item 0.
pub type ItemId = u16;

#[derive(Debug, Clone)]
pub struct Form {
    pub id: String,
    pub title: Text,
    pub version: String,
    /// The language of texts that name none, and where another is missing.
    pub default_language: String,
    /// Every language that a column names, the default one first.
    pub languages: Vec<String>,
    /// In the order of the sheet; a group comes before what it holds.
    pub items: Vec<Item>,
    pub choices: BTreeMap<String, Vec<Choice>>,
    /// What the record is called by, as the sheet computes it.
    pub instance_name: Option<Expression>,
    /// Texts that are missing in a language which the form speaks: the default one stands in.
    pub gaps: Vec<Fault>,
    /// The SHA-256 of all cells: which sheets a filling was begun with.
    pub hash: [u8; 32],
    pub(crate) ways: Ways,
}

/// The most different patterns of regex() in a form: each takes memory for as long as the form.
pub const PATTERNS_MAX: usize = 200;

/// How changes spread, worked out once where the form is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    /// The one item of each name that an expression may name.
    pub named: BTreeMap<String, ItemId>,
    /// Every pattern of a regex(), compiled.
    pub patterns: BTreeMap<String, Pattern>,
    /// Every item after all that it looks at.
    pub order: Vec<ItemId>,
    /// Who looks at an item.
    pub lookers: Vec<BTreeSet<ItemId>>,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub name: String,
    pub kind: Kind,
    /// The group that it stands in; itself for the whole form.
    pub parent: ItemId,
    pub children: Vec<ItemId>,
    /// The repeats around it, the outermost first; of a repeat, without itself.
    pub repeats: Vec<ItemId>,
    pub label: Text,
    pub hint: Text,
    pub guidance: Text,
    pub relevant: Option<Expression>,
    pub required: Option<Expression>,
    pub required_message: Text,
    pub constraint: Option<Expression>,
    pub constraint_message: Text,
    pub calculation: Option<Expression>,
    pub choice_filter: Option<Expression>,
    pub default: Option<Default>,
    pub readonly: Option<Expression>,
    pub repeat_count: Option<Expression>,
    /// Words of the column appearance, such as `minimal`.
    pub appearance: Vec<String>,
    /// From 0, in the sheet survey.
    pub row: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    Fixed(Value),
    /// Computed once, where the filling or the turn of a repeat begins.
    Computed(Expression),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub start: f64,
    pub end: f64,
    pub step: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Text,
    Integer,
    Decimal,
    Range(Range),
    /// The list of choices.
    SelectOne(String),
    SelectMultiple(String),
    Note,
    Acknowledge,
    Date,
    Time,
    DateTime,
    Geopoint,
    Barcode,
    /// A photo, by the name of its file; a signature where its appearance says so.
    Image,
    File,
    Calculate,
    Hidden,
    /// When the filling began, when it ended, the day, and the device: nobody is asked.
    Start,
    End,
    Today,
    DeviceId,
    Group,
    Repeat,
}

impl Kind {
    pub fn is_group(&self) -> bool {
        matches!(self, Kind::Group | Kind::Repeat)
    }

    /// Whether a person sees it: a note too.
    pub fn is_shown(&self) -> bool {
        !self.is_group() && !self.is_silent()
    }

    /// Whether nobody is asked.
    pub fn is_silent(&self) -> bool {
        matches!(
            self,
            Kind::Calculate | Kind::Hidden | Kind::Start | Kind::End | Kind::Today | Kind::DeviceId
        )
    }

    pub fn list(&self) -> Option<&str> {
        match self {
            Kind::SelectOne(list) | Kind::SelectMultiple(list) => Some(list),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub name: String,
    pub label: Text,
    /// Other columns, for choice_filter.
    pub columns: BTreeMap<String, String>,
}

/// One text in each language that the sheet has it in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text(pub BTreeMap<String, Vec<Part>>);

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Words(String),
    /// `${name}`.
    Answer(String),
}

impl Text {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In that language; in the default one where it is missing, and else in any.
    pub fn in_language(&self, language: &str, default: &str) -> Option<&[Part]> {
        let found = self.0.get(language).or_else(|| self.0.get(default));
        found.or_else(|| self.0.values().next()).map(Vec::as_slice)
    }
}

impl Item {
    pub fn new(name: &str, kind: Kind, parent: ItemId, row: usize) -> Item {
        Item {
            name: name.to_owned(),
            kind,
            parent,
            children: Vec::new(),
            repeats: Vec::new(),
            label: Text::default(),
            hint: Text::default(),
            guidance: Text::default(),
            relevant: None,
            required: None,
            required_message: Text::default(),
            constraint: None,
            constraint_message: Text::default(),
            calculation: None,
            choice_filter: None,
            default: None,
            readonly: None,
            repeat_count: None,
            appearance: Vec::new(),
            row,
        }
    }

    pub fn looks_like(&self, word: &str) -> bool {
        self.appearance.iter().any(|each| each == word)
    }

    /// Whether all that it holds stands on one page.
    pub fn is_one_page(&self) -> bool {
        self.looks_like("field-list")
    }
}

impl Form {
    pub fn item(&self, id: ItemId) -> &Item {
        &self.items[usize::from(id)]
    }

    /// The item of this name, where only one has it.
    pub fn named(&self, name: &str) -> Option<ItemId> {
        self.ways.named.get(name).copied()
    }

    pub fn choice(&self, list: &str, name: &str) -> Option<&Choice> {
        self.choices.get(list)?.iter().find(|choice| choice.name == name)
    }
}

/// The longest answer that is taken, in bytes.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024;
/// ODK takes whole numbers of nine digits.
const INTEGER_MAX: i64 = 999_999_999;

/// Why a text is no answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAnswer {
    #[error("write a whole number of nine digits at most")]
    NoInteger,
    #[error("write a number, such as 12.5")]
    NoDecimal,
    #[error("choose a number of the scale")]
    OffTheScale,
    #[error("choose one of what is offered")]
    NoChoice,
    #[error("write the day as 2026-11-27")]
    NoDate,
    #[error("write the time as 14:05")]
    NoTime,
    #[error("take the place from the receiver: latitude, longitude, height, accuracy")]
    NoPlace,
    #[error("this is not asked")]
    NotAsked,
    #[error("this cannot be changed")]
    ReadOnly,
    #[error("the answer is too long: make it shorter")]
    TooLong,
    #[error("there is no such question any more: look at the page again")]
    Gone,
}

impl Kind {
    /// An answer out of its text, as screens and drivers hand it in. Choices are checked by the
    /// filling, which knows what is offered.
    pub fn answer(&self, text: &str) -> Result<Value, NotAnAnswer> {
        if text.len() > ANSWER_BYTES_MAX {
            return Err(NotAnAnswer::TooLong);
        }
        let words = || Value::Text(text.to_owned());
        if text.trim().is_empty() {
            return Ok(Value::empty());
        }
        Ok(match self {
            Kind::Text | Kind::Barcode | Kind::Image | Kind::File => words(),
            Kind::Hidden | Kind::DeviceId => words(),
            Kind::Integer => Value::Number(integer(text)?),
            Kind::Decimal => Value::Number(decimal(text)?),
            Kind::Range(range) => Value::Number(range.holds(decimal(text)?)?),
            Kind::SelectOne(_) => Value::Text(text.trim().to_owned()),
            Kind::SelectMultiple(_) => {
                Value::Text(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Kind::Acknowledge if text == "OK" => words(),
            Kind::Acknowledge => return Err(NotAnAnswer::NoChoice),
            Kind::Date | Kind::Today => Value::Date(date(text)?),
            Kind::Time => Value::Time(time(text)?),
            Kind::DateTime | Kind::Start | Kind::End => Value::DateTime(date_time(text)?),
            Kind::Geopoint => Value::Text(place(text)?),
            Kind::Note | Kind::Calculate | Kind::Group | Kind::Repeat => {
                return Err(NotAnAnswer::NotAsked);
            }
        })
    }
}

fn integer(text: &str) -> Result<f64, NotAnAnswer> {
    let number: i64 = text.trim().parse().map_err(|_| NotAnAnswer::NoInteger)?;
    if number.abs() > INTEGER_MAX {
        return Err(NotAnAnswer::NoInteger);
    }
    #[expect(clippy::cast_precision_loss, reason = "nine digits fit")]
    let number = number as f64;
    Ok(number)
}

fn decimal(text: &str) -> Result<f64, NotAnAnswer> {
    let number = Value::Text(text.to_owned()).number();
    if number.is_finite() { Ok(number) } else { Err(NotAnAnswer::NoDecimal) }
}

fn date(text: &str) -> Result<NaiveDate, NotAnAnswer> {
    crate::expression::parse_date(text).ok_or(NotAnAnswer::NoDate)
}

fn time(text: &str) -> Result<NaiveTime, NotAnAnswer> {
    crate::expression::parse_time(text).ok_or(NotAnAnswer::NoTime)
}

/// Screens hand in local moments.
fn date_time(text: &str) -> Result<NaiveDateTime, NotAnAnswer> {
    let (day, clock) = text.trim().split_once('T').ok_or(NotAnAnswer::NoTime)?;
    Ok(date(day)?.and_time(time(clock)?))
}

/// Latitude and longitude in degrees, height and accuracy in metres.
fn place(text: &str) -> Result<String, NotAnAnswer> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let numbers: Vec<f64> =
        parts.iter().map(|part| Value::Text((*part).to_owned()).number()).collect();
    let sound = (2..=4).contains(&numbers.len())
        && numbers.iter().all(|number| number.is_finite())
        && numbers[0].abs() <= 90.0
        && numbers[1].abs() <= 180.0;
    if sound { Ok(parts.join(" ")) } else { Err(NotAnAnswer::NoPlace) }
}

impl Range {
    /// Whether a number lies on the scale, whichever way it runs.
    fn holds(&self, number: f64) -> Result<f64, NotAnAnswer> {
        let (low, high) = (self.start.min(self.end), self.start.max(self.end));
        let steps = (number - self.start) / self.step;
        let on_step = (steps - steps.round()).abs() < 1e-9;
        let held = (low..=high).contains(&number) && on_step;
        if held { Ok(number) } else { Err(NotAnAnswer::OffTheScale) }
    }
}
