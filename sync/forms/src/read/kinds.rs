//! The column type, and what appearance and parameters a type takes.

use crate::expression::Value;
use crate::form::{Kind, Range};

/// A row of the survey, by its type.
pub enum Row {
    Question(Kind),
    Begin(Kind),
    /// Group or repeat, as it was begun.
    End(Kind),
}

const TYPES: &[(&str, Kind)] = &[
    ("text", Kind::Text),
    ("integer", Kind::Integer),
    ("decimal", Kind::Decimal),
    ("note", Kind::Note),
    ("acknowledge", Kind::Acknowledge),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("dateTime", Kind::DateTime),
    ("datetime", Kind::DateTime),
    ("geopoint", Kind::Geopoint),
    ("barcode", Kind::Barcode),
    ("image", Kind::Image),
    ("file", Kind::File),
    ("calculate", Kind::Calculate),
    ("hidden", Kind::Hidden),
    ("start", Kind::Start),
    ("end", Kind::End),
    ("today", Kind::Today),
    ("deviceid", Kind::DeviceId),
];

const REFUSED: &[(&str, &str)] = &[
    ("audio", "no device records sound: ask for a text or a photo"),
    ("audit", "every entry is signed and timed by itself: take the row out"),
    ("background-audio", "no device records sound: take the row out"),
    ("csv-external", "files beside the form are not held: put the rows into the sheet choices"),
    ("email", "nobody's e-mail is on the device: ask for it as text"),
    ("geoshape", "no device draws on maps: ask for a geopoint"),
    ("geotrace", "no device draws on maps: ask for a geopoint"),
    ("osm", "no device holds maps: ask for a geopoint"),
    ("phonenumber", "no device has a number: ask for it as text"),
    ("rank", "the screens rank nothing: ask with select_one, first and second"),
    ("select_multiple_from_file", "put the rows into the sheet choices"),
    ("select_one_external", "put the rows into the sheet choices"),
    ("select_one_from_file", "put the rows into the sheet choices"),
    ("simserial", "no device has a SIM of its own: take the row out"),
    ("start-geopoint", "ask for the place with geopoint, so that people know of it"),
    ("subscriberid", "no device has a SIM of its own: take the row out"),
    ("trigger", "write acknowledge"),
    ("username", "the entry says who wrote it: take the row out"),
    ("video", "no device records films: ask for an image"),
    ("xml-external", "files beside the form are not held: put the rows into the sheet choices"),
];

pub fn row(text: &str) -> Result<Row, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ").replace('_', " ");
    match joined.as_str() {
        "begin group" => return Ok(Row::Begin(Kind::Group)),
        "end group" => return Ok(Row::End(Kind::Group)),
        "begin repeat" => return Ok(Row::Begin(Kind::Repeat)),
        "end repeat" => return Ok(Row::End(Kind::Repeat)),
        // Its ends, step and start are in another column.
        "range" => {
            let range = Range { start: 1.0, end: 10.0, step: 1.0 };
            return Ok(Row::Question(Kind::Range(range)));
        }
        _ => {}
    }
    if let Some((_, kind)) = TYPES.iter().find(|(name, _)| *name == text) {
        return Ok(Row::Question(kind.clone()));
    }
    let first = words.first().copied().unwrap_or_default();
    if let Some((_, because)) = REFUSED.iter().find(|(name, _)| *name == first) {
        return Err(format!("the type {first} is not understood: {because}"));
    }
    match (first, words.as_slice()) {
        ("select_one" | "select_multiple", [_, list]) if list.contains("${") => Err(
            "choices are the sheet's, not answers of a repeat: name a list of the sheet choices"
                .to_owned(),
        ),
        ("select_one", [_, list]) => Ok(Row::Question(Kind::SelectOne((*list).to_owned()))),
        ("select_multiple", [_, list]) => {
            Ok(Row::Question(Kind::SelectMultiple((*list).to_owned())))
        }
        ("select_one" | "select_multiple", [_, _, .., last]) if last.contains("other") => Err(
            "or_other makes an answer that no rule can see: add a choice other and a text that \
             is asked where it was chosen"
                .to_owned(),
        ),
        ("select_one" | "select_multiple", _) => {
            Err(format!("{first} names one list: write {first} and the list's name"))
        }
        _ => Err(format!(
            "the type {text} is not understood: write one of text, integer, decimal, range, \
             select_one LIST, select_multiple LIST, note, acknowledge, date, time, dateTime, \
             geopoint, barcode, image, file, calculate, hidden, begin_group, begin_repeat, start, \
             end, today, deviceid"
        )),
    }
}

/// The first word of an appearance that its kind does not take, as a sentence.
pub fn appearance_fault(kind: &Kind, words: &[String]) -> Option<String> {
    let taken: &[&str] = match kind {
        Kind::Text => &["numbers", "multiline", "masked"],
        Kind::Integer | Kind::Decimal => &["thousands-sep"],
        Kind::Date => &["no-calendar", "month-year", "year"],
        Kind::DateTime => &["no-calendar"],
        Kind::SelectOne(_) => &["minimal", "quick", "columns", "columns-pack"],
        Kind::SelectMultiple(_) => &["minimal", "columns", "columns-pack"],
        Kind::Image => &["signature", "new"],
        Kind::Group | Kind::Repeat => &["field-list"],
        _ => &[],
    };
    let is_columns = |word: &str| {
        let count = word.strip_prefix("columns-").and_then(|count| count.parse().ok());
        kind.list().is_some() && count.is_some_and(|count: u8| (1..=10).contains(&count))
    };
    let other = words.iter().find(|word| !taken.contains(&word.as_str()) && !is_columns(word))?;
    Some(match taken {
        [] => format!("the appearance {other} means nothing here: leave the cell empty"),
        taken => format!(
            "the appearance {other} is not understood here: write {} or leave it empty",
            taken.join(", ")
        ),
    })
}

/// `start=0 end=10 step=2` of a range.
pub fn range(text: &str) -> Result<Range, String> {
    let mut range = Range { start: 1.0, end: 10.0, step: 1.0 };
    let told = "write start=1 end=10 step=1";
    // Commas and semicolons may stand between them.
    let text = text.replace([',', ';'], " ");
    for word in text.split_whitespace() {
        let (name, value) =
            word.split_once('=').ok_or_else(|| format!("{word} is no parameter: {told}"))?;
        let number = Value::Text(value.to_owned()).number();
        if !number.is_finite() {
            return Err(format!("{value} is no number: {told}"));
        }
        match name {
            "start" => range.start = number,
            "end" => range.end = number,
            "step" => range.step = number,
            _ => return Err(format!("the parameter {name} is not understood: {told}")),
        }
    }
    let steps = (range.end - range.start).abs() / range.step;
    if range.step <= 0.0 || range.start == range.end || (steps - steps.round()).abs() > 1e-9 {
        return Err(format!("the scale does not end on a step: {told}"));
    }
    Ok(range)
}
