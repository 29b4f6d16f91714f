//! .xlsx, by the crate calamine. Cells are taken one by one, and each is held to the limits before
//! there is room for it: a sheet whose one cell stands at its far corner has no more than that.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx, XlsxError, open_workbook_from_rs};

use super::{CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, Sheet, whole_file, zip};
use crate::fault::{Fault, Place};

/// A form has three; more are told by name, and no others are read.
const SHEETS_MAX: usize = 32;
/// What the cells of all sheets may come to in memory, in bytes.
const TEXTS_BYTES_MAX: usize = 16 * 1024 * 1024;
/// What an empty cell before a written one takes.
const CELL_BYTES: usize = size_of::<String>();

const BROKEN: &str = "the file is no whole .xlsx workbook: save it anew as Excel workbook (.xlsx)";

pub fn sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Fault> {
    let whole = |says: &str| whole_file(file, says.to_owned());
    zip::check(bytes).map_err(|says| whole(&says))?;
    let mut workbook: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| whole(BROKEN))?;
    let names = workbook.sheet_names();
    if names.len() > SHEETS_MAX {
        return Err(whole(&format!(
            "the workbook has more than {SHEETS_MAX} sheets: it is no form"
        )));
    }
    let mut left = TEXTS_BYTES_MAX;
    let sheet = |name: String| sheet(&mut workbook, file, name, &mut left);
    names.into_iter().map(sheet).collect()
}

fn sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    file: &str,
    name: String,
    left: &mut usize,
) -> Result<Sheet, Fault> {
    let broken = || whole_file(file, BROKEN.to_owned());
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cells = match workbook.worksheet_cells_reader(&name) {
        Ok(cells) => cells,
        // A sheet that is a chart.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Sheet { file: file.to_owned(), name, rows }),
        Err(_) => return Err(broken()),
    };
    while let Some(cell) = cells.next_cell().map_err(|_| broken())? {
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        let fault = |says| {
            let (file, sheet) = (file.to_owned(), name.clone());
            Err(Fault { place: Place { file, sheet, cell: Some((row, column)) }, says })
        };
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return fault(format!(
                "a sheet has at most {ROWS_MAX} rows and {COLUMNS_MAX} columns: empty the cell"
            ));
        }
        let text = match cell.get_value() {
            DataRef::SharedString(text) => Ok(text.trim()),
            DataRef::String(text) => Ok(text.trim()),
            other => Err(text(other)),
        };
        let text = match &text {
            Ok(text) => text,
            Err(text) => text.as_str(),
        };
        if text.len() > CELL_CHARACTERS_MAX && text.chars().count() > CELL_CHARACTERS_MAX {
            return fault(format!("the text has more than {CELL_CHARACTERS_MAX} characters"));
        }
        let new_rows = (row + 1).saturating_sub(rows.len());
        let before = rows.get(row).map_or(0, Vec::len);
        let new = new_rows + (column + 1).saturating_sub(before);
        match left.checked_sub(text.len() + new * CELL_BYTES) {
            Some(less) => *left = less,
            None => {
                return fault(format!(
                    "up to here the sheets have more than {TEXTS_BYTES_MAX} bytes: divide the form"
                ));
            }
        }
        if new_rows > 0 {
            rows.resize_with(row + 1, Vec::new);
        }
        if before <= column {
            rows[row].resize_with(column + 1, String::new);
        }
        text.clone_into(&mut rows[row][column]);
    }
    Ok(Sheet { file: file.to_owned(), name, rows })
}

/// A cell as a person sees it; spreadsheets keep whole numbers as 3.0.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => Data::from(other.clone()).to_string().trim().to_owned(),
    }
}
