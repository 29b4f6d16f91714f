//! The file of numbers: CSV (RFC 4180) with the columns `building` (its number in the register),
//! `mobile`, `language` (en, ml, hi, mr, or) and `consent` (yes or no).

use std::collections::BTreeMap;

use ledger::Language;
use thiserror::Error;

use super::Phone;
use crate::statement::Records;

/// The most rows of one file.
const ROWS_MAX: usize = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhonesError {
    #[error("the file is not text in UTF-8: export it as CSV")]
    NotText,
    #[error("the file has no rows: its first line names the columns")]
    Empty,
    #[error("the first line names no column {0}: name building, mobile, language and consent")]
    Column(&'static str),
    #[error("the file has more than {ROWS_MAX} rows: give it in parts")]
    TooLong,
    /// By line, what is wrong with each bad row.
    #[error("{} rows are not as they should be", .0.len())]
    Rows(Vec<(usize, String)>),
}

/// The rows, if every one of them is sound.
///
/// # Errors
///
/// Where the file is none, or a row of it cannot be read: nothing of it is taken then.
pub fn read_phones(bytes: &[u8]) -> Result<Vec<Phone>, PhonesError> {
    let text = std::str::from_utf8(bytes).map_err(|_| PhonesError::NotText)?;
    let mut records = Records::of(text.strip_prefix('\u{feff}').unwrap_or(text));
    let header = match records.next() {
        None => return Err(PhonesError::Empty),
        Some((line, Err(why))) => return Err(PhonesError::Rows(vec![(line, why.to_owned())])),
        Some((_, Ok(header))) => header,
    };
    let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let place = |name: &'static str| {
        names.iter().position(|found| found == name).ok_or(PhonesError::Column(name))
    };
    let places = [place("building")?, place("mobile")?, place("language")?, place("consent")?];
    let (mut rows, mut bad): (Vec<Phone>, _) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(u32, String), usize> = BTreeMap::new();
    for (line, record) in records {
        if rows.len() + bad.len() >= ROWS_MAX {
            return Err(PhonesError::TooLong);
        }
        let row = record.map_err(str::to_owned).and_then(|fields| match fields.len() {
            count if count == names.len() => phone(line, places.map(|at| fields[at].trim())),
            count => Err(format!("it has {count} fields, the first line {}", names.len())),
        });
        let row = row.and_then(|row| match seen.insert((row.building, row.mobile.clone()), line) {
            Some(first) => Err(format!("it has the number of line {first} again")),
            None => Ok(row),
        });
        match row {
            Ok(row) => rows.push(row),
            Err(why) => bad.push((line, why)),
        }
    }
    match (bad.is_empty(), rows.is_empty()) {
        (false, _) => Err(PhonesError::Rows(bad)),
        (true, true) => Err(PhonesError::Empty),
        (true, false) => Ok(rows),
    }
}

fn phone(line: usize, fields: [&str; 4]) -> Result<Phone, String> {
    let [building, mobile, language, consent] = fields;
    let building =
        building.parse().map_err(|_| "the building is no number of the register".to_owned())?;
    let language = Language::ALL.into_iter().find(|known| known.code() == language);
    Ok(Phone {
        line,
        building,
        mobile: ten_digits(mobile)
            .ok_or("a mobile number has ten digits and begins with 6 to 9")?,
        language: language.ok_or("the language is en, ml, hi, mr or or")?,
        consent: match consent.to_lowercase().as_str() {
            "yes" => true,
            "no" => false,
            _ => return Err("the consent is yes or no".to_owned()),
        },
    })
}

/// A mobile number of India as it is dialled there: "+91 98460 12345" is 9846012345.
fn ten_digits(text: &str) -> Option<String> {
    let signs: String = text.chars().filter(|sign| !matches!(sign, ' ' | '-')).collect();
    let digits = signs.strip_prefix("+91").or_else(|| signs.strip_prefix('0')).unwrap_or(&signs);
    let is_mobile = digits.len() == 10
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(digits.as_bytes()[0], b'6'..=b'9');
    is_mobile.then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> Result<Vec<Phone>, PhonesError> {
        read_phones(format!("building,mobile,language,consent\n{rows}").as_bytes())
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let rows = read("7,+91 98460 12345,ml,yes\n8,09846012346,en,No\n").expect("rows");
        assert_eq!((rows[0].mobile.as_str(), rows[0].consent), ("9846012345", true));
        assert_eq!((rows[1].mobile.as_str(), rows[1].language), ("9846012346", Language::En));
        assert!(!rows[1].consent);
    }

    #[test]
    fn each_bad_row_is_named_and_nothing_is_taken() {
        let rows = "x,9846012345,ml,yes\n7,12345,ml,yes\n7,9846012345,ta,yes\n\
                    7,9846012345,ml,maybe\n7,9846012345,ml,yes\n7,9846012345,ml,no\n7,9\n";
        let Err(PhonesError::Rows(bad)) = read(rows) else { panic!("they are bad") };
        let lines: Vec<usize> = bad.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 7, 8], "{bad:?}");
        assert_eq!(bad[4].1, "it has the number of line 6 again");
        assert_eq!(read(""), Err(PhonesError::Empty));
        assert_eq!(read_phones(b"building,mobile\n"), Err(PhonesError::Column("language")));
        assert_eq!(read_phones(b"\xff"), Err(PhonesError::NotText));
    }
}
