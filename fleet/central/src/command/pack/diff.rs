//! What differs between two packs, in words. It goes by what stands in the files and not by what
//! the program makes of it, so that a new kind of figure is told like every other.

use std::collections::{BTreeMap, BTreeSet};

use forms::{Sheet, Sheets};
use toml::{Table, Value};

/// What one entry of a list is known by, in the order in which it is said: of services, heads,
/// kinds, fields and wards, and of figures, which hold from a day on.
const KNOWN_BY: [&str; 9] =
    ["id", "code", "of", "name", "number", "use", "area_m2_max", "when", "from"];

/// Things by what they are known by, each with its properties.
type Things = BTreeMap<String, BTreeMap<String, String>>;

type Files = [(String, Vec<u8>)];

/// One line a difference, file by file; one that says so where there is none.
pub(super) fn diff(older: &Files, newer: &Files) -> Vec<String> {
    let mut lines = Vec::new();
    for name in names(older, newer, |name| !name.starts_with("forms/")) {
        match (file(older, name).map(things), file(newer, name).map(things)) {
            (None, _) => lines.push(format!("{name} is new")),
            (_, None) => lines.push(format!("{name} is gone")),
            (Some(Some(old)), Some(Some(new))) => compare(name, &old, &new, &mut lines),
            (Some(_), Some(_)) => {
                if file(older, name) != file(newer, name) {
                    lines.push(format!("{name} differs, and cannot be read: check both packs"));
                }
            }
        }
    }
    let forms: BTreeSet<&str> =
        names(older, newer, |_| true).into_iter().filter_map(form_of).collect();
    for form in forms {
        let place = format!("form {form}");
        match (sheets_of(older, form), sheets_of(newer, form)) {
            (None, _) => lines.push(format!("{place} is new")),
            (_, None) => lines.push(format!("{place} is gone")),
            (Some(Ok(old)), Some(Ok(new))) => compare(&place, &old, &new, &mut lines),
            (Some(_), Some(_)) => {
                lines.push(format!("{place} cannot be read in both: check both packs"));
            }
        }
    }
    if lines.is_empty() {
        lines.push("The packs say the same.".to_owned());
    }
    lines
}

fn names<'a>(older: &'a Files, newer: &'a Files, of: impl Fn(&str) -> bool) -> BTreeSet<&'a str> {
    let all = older.iter().chain(newer).map(|(name, _)| name.as_str());
    all.filter(|name| of(name)).collect()
}

fn file<'a>(files: &'a Files, name: &str) -> Option<&'a [u8]> {
    files.iter().find(|(other, _)| other == name).map(|(_, bytes)| bytes.as_slice())
}

fn compare(place: &str, older: &Things, newer: &Things, lines: &mut Vec<String>) {
    let all: BTreeSet<&String> = older.keys().chain(newer.keys()).collect();
    for thing in all {
        let at = match thing.is_empty() {
            true => place.to_owned(),
            false => format!("{place}: {thing}"),
        };
        match (older.get(thing), newer.get(thing)) {
            (None, Some(new)) => lines.push(format!("{at} is new: {}", listed(new))),
            (Some(old), None) => lines.push(format!("{at} is gone; it was: {}", listed(old))),
            (Some(old), Some(new)) => {
                let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
                for key in all.into_iter().filter(|key| old.get(*key) != new.get(*key)) {
                    let none = "nothing".to_owned();
                    let (was, is) = (old.get(key).unwrap_or(&none), new.get(key).unwrap_or(&none));
                    lines.push(format!("{at}: {key} was {was}, now {is}"));
                }
            }
            (None, None) => {}
        }
    }
}

fn listed(properties: &BTreeMap<String, String>) -> String {
    let each = properties.iter().map(|(key, value)| format!("{key} {value}"));
    each.collect::<Vec<_>>().join(", ")
}

/// A TOML file as things: its lists one entry a thing, the rest as one without a name.
fn things(source: &[u8]) -> Option<Things> {
    let table: Table = std::str::from_utf8(source).ok()?.parse().ok()?;
    let mut things = Things::new();
    collect(&table, "", &mut things);
    Some(things)
}

fn collect(table: &Table, path: &str, things: &mut Things) {
    for (key, value) in table {
        let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Table(inner) => collect(inner, &full, things),
            Value::Array(array) if array.iter().all(Value::is_table) && !array.is_empty() => {
                for inner in array.iter().filter_map(Value::as_table) {
                    entry(&full, inner, things);
                }
            }
            value => {
                things.entry(String::new()).or_default().insert(full, said(value));
            }
        }
    }
}

/// One entry of a list, "interest_month from 2024-04-01". Two of the same name stand one after the
/// other.
fn entry(list: &str, table: &Table, things: &mut Things) {
    let known = KNOWN_BY.iter().filter_map(|key| {
        let value = table.get(*key).filter(|value| !value.is_table())?;
        Some(format!("{key} {}", said(value).trim_matches('"')))
    });
    let known = known.collect::<Vec<_>>().join(", ");
    let name = format!("{list} {known}").trim_end().to_owned();
    let mut nth = 1;
    let mut free = name.clone();
    while things.contains_key(&free) {
        nth += 1;
        free = format!("{name} ({nth})");
    }
    let mut properties = BTreeMap::new();
    properties_of(table, "", &mut properties);
    properties.retain(|key, _| !KNOWN_BY.contains(&key.as_str()));
    things.insert(free, properties);
}

fn properties_of(table: &Table, path: &str, properties: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Table(inner) => properties_of(inner, &full, properties),
            value => {
                properties.insert(full, said(value));
            }
        }
    }
}

/// A value as it is written.
fn said(value: &Value) -> String {
    value.to_string().trim().to_owned()
}

fn form_of(name: &str) -> Option<&str> {
    let path = name.strip_prefix("forms/")?;
    match path.split_once('/') {
        Some((form, _)) => Some(form),
        None => path.strip_suffix(".xlsx"),
    }
}

/// The sheets of a form as things: its questions, choices and settings; none where the pack has no
/// such form, and an error where it cannot be read.
fn sheets_of(files: &Files, form: &str) -> Option<Result<Things, ()>> {
    let own: Vec<(&str, &[u8])> = files
        .iter()
        .filter(|(name, _)| form_of(name) == Some(form))
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let (first, bytes) = own.first()?;
    let sheets = match first.ends_with(".xlsx") {
        true => Sheets::from_xlsx(first, bytes),
        false => Sheets::from_csv(&own),
    };
    Some(sheets.map_err(|_| ()).map(|sheets| {
        let mut things = Things::new();
        sheets.0.iter().for_each(|sheet| rows_of(sheet, &mut things));
        things
    }))
}

fn rows_of(sheet: &Sheet, things: &mut Things) {
    let Some(header) = sheet.rows.first() else { return };
    let column = |name: &str| header.iter().position(|title| title.as_str() == name);
    for at in 1..sheet.rows.len() {
        let cell = |name: &str| column(name).map_or("", |column| sheet.cell(at, column));
        let mut properties = BTreeMap::new();
        for (column, title) in header.iter().enumerate() {
            let text = sheet.cell(at, column);
            if !title.is_empty() && !text.is_empty() {
                properties.insert(title.clone(), format!("{text:?}"));
            }
        }
        if properties.is_empty() {
            continue;
        }
        let name = match sheet.name.as_str() {
            "survey" if cell("name").is_empty() => cell("type").to_owned(),
            "survey" => format!("question {}", cell("name")),
            "choices" => format!("choice {} of {}", cell("name"), cell("list_name")),
            _ => sheet.name.clone(),
        };
        let mut nth = 1;
        let mut free = name.clone();
        while things.contains_key(&free) {
            nth += 1;
            free = format!("{name} ({nth})");
        }
        things.insert(free, properties);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::packs::read_files;

    fn shipped() -> Vec<(String, Vec<u8>)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/padippuram");
        let mut files = read_files(Path::new(folder)).expect("the shipped pack");
        files.retain(|(name, _)| !name.starts_with("forms/"));
        let survey = "type,name,label\ntext,place,Where\nend group,,\nnote,bye,Thanks\n";
        files.push(("forms/complaint/survey.csv".to_owned(), survey.as_bytes().to_vec()));
        files
    }

    fn change(files: &mut [(String, Vec<u8>)], name: &str, from: &str, to: &str) {
        let file = files.iter_mut().find(|(file, _)| file == name).expect("a file of the pack");
        let text = String::from_utf8(file.1.clone()).expect("a text");
        assert!(text.contains(from), "{name} has {from}");
        file.1 = text.replacen(from, to, 1).into_bytes();
    }

    #[test]
    fn what_changed_is_said_with_its_day_and_source() {
        let (older, mut newer) = (shipped(), shipped());
        assert_eq!(diff(&older, &newer), ["The packs say the same."]);
        change(&mut newer, "pack.toml", "idle_s = 40", "idle_s = 60");
        let fee = "[[user_fee_house]]\nmonth = \"50\"\nfrom = 2023-12-09";
        let risen = "[[user_fee_house]]\nmonth = \"60\"\nfrom = 2027-01-01\ncertainty = \"read\"\n\
                     source = \"Council, 14 Nov 2026\"\n\n[[user_fee_house]]\nmonth = \"50\"\n\
                     from = 2023-12-09\nto = 2026-12-31";
        change(&mut newer, "rates.toml", fee, risen);
        change(&mut newer, "texts.ml.toml", "number = \"", "number = \"* ");
        change(&mut newer, "forms/complaint/survey.csv", "place,Where", "place,Where is it");
        change(&mut newer, "forms/complaint/survey.csv", "note,bye,Thanks", "text,phone,Phone");
        let told = diff(&older, &newer);
        for line in [
            "pack.toml: limits.idle_s was 40, now 60",
            "rates.toml: user_fee_house from 2027-01-01 is new: certainty \"read\", month \"60\", \
             source \"Council, 14 Nov 2026\"",
            "rates.toml: user_fee_house from 2023-12-09: to was nothing, now 2026-12-31",
            "form complaint: question place: label was \"Where\", now \"Where is it\"",
            "form complaint: question phone is new: label \"Phone\", name \"phone\", type \"text\"",
            "form complaint: question bye is gone; it was: label \"Thanks\", name \"bye\", \
             type \"note\"",
        ] {
            assert!(told.iter().any(|told| told == line), "{line}\nnot in {told:#?}");
        }
        let malayalam = told.iter().filter(|line| line.starts_with("texts.ml.toml: slip.number"));
        assert_eq!(malayalam.count(), 1, "{told:#?}");
        assert_eq!(told.len(), 7, "{told:#?}");
    }

    #[test]
    fn what_is_new_gone_or_unreadable_is_said() {
        let (older, mut newer) = (shipped(), shipped());
        newer.retain(|(name, _)| name != "texts.or.toml" && !name.starts_with("forms/"));
        newer.push(("forms/visit.xlsx".to_owned(), b"PK".to_vec()));
        change(&mut newer, "wards.toml", "[[ward]]", "[[ward");
        let told = diff(&older, &newer);
        let wanted = [
            "texts.or.toml is gone",
            "wards.toml differs, and cannot be read: check both packs",
            "form complaint is gone",
            "form visit is new",
        ];
        assert_eq!(told, wanted);
    }
}
