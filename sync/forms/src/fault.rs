//! What is wrong with a form's sheets, with its cell.

use std::fmt;

/// One fault, in a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub place: Place,
    pub says: String,
}

/// Where something stands: `complaint.xlsx, survey!F12`, or `survey.csv, survey!F12`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    pub sheet: String,
    /// From 0; none where the whole sheet is meant.
    pub cell: Option<(usize, usize)>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.says)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sheet.is_empty() {
            return f.write_str(&self.file);
        }
        write!(f, "{}, {}", self.file, self.sheet)?;
        match self.cell {
            Some((row, column)) => write!(f, "!{}{}", letters(column), row + 1),
            None => Ok(()),
        }
    }
}

/// A column as spreadsheets name it: A, Z, AA.
fn letters(mut column: usize) -> String {
    let mut text = String::new();
    loop {
        text.insert(0, char::from(b'A' + u8::try_from(column % 26).expect("below 26")));
        if column < 26 {
            return text;
        }
        column = column / 26 - 1;
    }
}

#[test]
fn cells_are_named_as_in_a_spreadsheet() {
    let place = |row, column| {
        let (file, sheet) = ("a.xlsx".to_owned(), "survey".to_owned());
        Place { file, sheet, cell: Some((row, column)) }.to_string()
    };
    assert_eq!(place(11, 5), "a.xlsx, survey!F12");
    assert_eq!(place(0, 25), "a.xlsx, survey!Z1");
    assert_eq!(place(0, 26), "a.xlsx, survey!AA1");
    assert_eq!(place(0, 701), "a.xlsx, survey!ZZ1");
    assert_eq!(place(0, 702), "a.xlsx, survey!AAA1");
}
