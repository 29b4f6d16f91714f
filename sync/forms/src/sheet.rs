//! Sheets as rows of texts, however they came: an .xlsx file, or one .csv file a sheet.

mod csv;
#[cfg(test)]
mod tests;
mod xlsx;
mod zip;

use crate::fault::{Fault, Place};

/// The largest file that is read. pyxform's largest example has 100 kB.
pub const FILE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What the parts of an .xlsx file may come to when they are unpacked.
pub const UNPACKED_BYTES_MAX: usize = 32 * 1024 * 1024;
pub const ROWS_MAX: usize = 10_000;
pub const COLUMNS_MAX: usize = 200;
/// The longest text of a cell, in characters.
pub const CELL_CHARACTERS_MAX: usize = 8_192;

/// One sheet. Every cell is trimmed text; a row may be shorter than another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub file: String,
    pub name: String,
    pub rows: Vec<Vec<String>>,
}

/// The sheets of one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheets(pub Vec<Sheet>);

impl Sheets {
    /// A workbook, as Excel, LibreOffice and Google Sheets write it.
    pub fn from_xlsx(file: &str, bytes: &[u8]) -> Result<Sheets, Vec<Fault>> {
        too_large(file, bytes)?;
        limited(Sheets(xlsx::sheets(file, bytes).map_err(|fault| vec![fault])?))
    }

    /// One file a sheet, in UTF-8; each file's name without its ending is its sheet's.
    pub fn from_csv(files: &[(&str, &[u8])]) -> Result<Sheets, Vec<Fault>> {
        let mut sheets = Vec::new();
        for (file, bytes) in files {
            too_large(file, bytes)?;
            let rows = csv::rows(bytes).map_err(|fault| {
                let name = sheet_name(file);
                let cell = Some((fault.row, fault.column));
                let place = Place { file: (*file).to_owned(), sheet: name, cell };
                vec![Fault { place, says: fault.says }]
            })?;
            sheets.push(Sheet { file: (*file).to_owned(), name: sheet_name(file), rows });
        }
        limited(Sheets(sheets))
    }

    pub fn named(&self, name: &str) -> Option<&Sheet> {
        self.0.iter().find(|sheet| sheet.name == name)
    }
}

impl Sheet {
    /// A cell's text; empty beyond what is written.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|row| row.get(column)).map_or("", String::as_str)
    }

    pub fn place(&self, row: usize, column: usize) -> Place {
        let (file, sheet) = (self.file.clone(), self.name.clone());
        Place { file, sheet, cell: Some((row, column)) }
    }

    pub fn whole(&self) -> Place {
        Place { file: self.file.clone(), sheet: self.name.clone(), cell: None }
    }
}

/// `forms/complaint/survey.csv` is the sheet survey; `complaint.survey.csv` too.
fn sheet_name(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.strip_suffix(".csv").unwrap_or(name);
    stem.rsplit('.').next().unwrap_or(stem).to_lowercase()
}

pub(crate) fn whole_file(file: &str, says: String) -> Fault {
    Fault { place: Place { file: file.to_owned(), sheet: String::new(), cell: None }, says }
}

fn too_large(file: &str, bytes: &[u8]) -> Result<(), Vec<Fault>> {
    let says = format!("the file has more than {FILE_BYTES_MAX} bytes: divide the form");
    match bytes.len() > FILE_BYTES_MAX {
        true => Err(vec![whole_file(file, says)]),
        false => Ok(()),
    }
}

fn limited(sheets: Sheets) -> Result<Sheets, Vec<Fault>> {
    let mut faults = Vec::new();
    for sheet in &sheets.0 {
        let widest = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
        if sheet.rows.len() > ROWS_MAX || widest > COLUMNS_MAX {
            let says = format!(
                "the sheet has more than {ROWS_MAX} rows or {COLUMNS_MAX} columns: divide the form"
            );
            faults.push(Fault { place: sheet.whole(), says });
            continue;
        }
        for (row, cells) in sheet.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if cell.len() > CELL_CHARACTERS_MAX && cell.chars().count() > CELL_CHARACTERS_MAX {
                    let says = format!("the text has more than {CELL_CHARACTERS_MAX} characters");
                    faults.push(Fault { place: sheet.place(row, column), says });
                }
            }
        }
    }
    if faults.is_empty() { Ok(sheets) } else { Err(faults) }
}
