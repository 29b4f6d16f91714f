//! .xlsx, by the crate calamine. What is packed is unpacked once before, piece by piece and only
//! counted, so that a small file that unpacks to gigabytes is refused.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use flate2::read::DeflateDecoder;

use super::{COLUMNS_MAX, ROWS_MAX, Sheet, UNPACKED_BYTES_MAX};

/// Why the file is none, as a sentence.
pub fn sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    unpacked(bytes)?;
    let broken = "the file is no whole .xlsx workbook: save it anew as Excel workbook (.xlsx)";
    let mut workbook: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| broken.to_owned())?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|_| broken.to_owned())?;
        let Some((last_row, last_column)) = range.end() else {
            sheets.push(Sheet { file: file.to_owned(), name, rows: Vec::new() });
            continue;
        };
        if last_row as usize >= ROWS_MAX || last_column as usize >= COLUMNS_MAX {
            return Err(format!(
                "the sheet {name} has more than {ROWS_MAX} rows or {COLUMNS_MAX} columns"
            ));
        }
        let row = |row| (0..=last_column).map(move |column| (row, column));
        let rows = (0..=last_row).map(|at| row(at).map(|at| text(range.get_value(at))).collect());
        sheets.push(Sheet { file: file.to_owned(), name, rows: rows.collect() });
    }
    Ok(sheets)
}

/// A cell as a person sees it; spreadsheets keep whole numbers as 3.0.
fn text(cell: Option<&Data>) -> String {
    match cell {
        None | Some(Data::Empty) => String::new(),
        Some(Data::String(text)) => text.trim().to_owned(),
        Some(Data::Bool(truth)) => truth.to_string(),
        Some(Data::DateTime(moment)) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Some(other) => other.to_string().trim().to_owned(),
    }
}

/// The local headers of a ZIP file, one after the other, as the central directory lists them.
fn unpacked(bytes: &[u8]) -> Result<(), String> {
    let broken = || "the file is no whole .xlsx workbook: it cannot be unpacked".to_owned();
    let short = |at: usize| -> Option<usize> {
        let two = bytes.get(at..at.checked_add(2)?)?;
        Some(usize::from(u16::from_le_bytes([two[0], two[1]])))
    };
    let long = |at: usize| -> Option<usize> {
        let four = bytes.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])).ok()
    };
    let from = bytes.len().saturating_sub(22 + 0xffff);
    let end = bytes[from..].windows(4).rposition(|four| four == b"PK\x05\x06");
    let end = from + end.ok_or_else(broken)?;
    let count = short(end + 10).ok_or_else(broken)?;
    let mut at = long(end + 16).ok_or_else(broken)?;
    let mut left = UNPACKED_BYTES_MAX;
    for _ in 0..count {
        let header = bytes.get(at..).filter(|rest| rest.starts_with(b"PK\x01\x02"));
        header.ok_or_else(broken)?;
        let (method, packed) = (short(at + 10), long(at + 20));
        let (method, packed) = (method.ok_or_else(broken)?, packed.ok_or_else(broken)?);
        let local = long(at + 42).ok_or_else(broken)?;
        let name = short(local + 26).ok_or_else(broken)?;
        let more = short(local + 28).ok_or_else(broken)?;
        let begin = local + 30 + name + more;
        let part = begin.checked_add(packed).and_then(|end| bytes.get(begin..end));
        let part = part.ok_or_else(broken)?;
        left = left.checked_sub(length(part, method, left)?).ok_or_else(too_much)?;
        let lengths = [short(at + 28), short(at + 30), short(at + 32)];
        at = lengths
            .into_iter()
            .try_fold(at + 46, |at, length| Some(at + length?))
            .ok_or_else(broken)?;
    }
    Ok(())
}

fn too_much() -> String {
    format!("the file unpacks to more than {UNPACKED_BYTES_MAX} bytes: it is no form")
}

/// How long a part is when it is unpacked; at most one byte more than is left.
fn length(part: &[u8], method: usize, left: usize) -> Result<usize, String> {
    match method {
        0 => Ok(part.len()),
        8 => {
            let mut packed = DeflateDecoder::new(part).take(left as u64 + 1);
            let mut piece = [0; 8192];
            let mut length = 0;
            loop {
                let read = packed.read(&mut piece).map_err(|_| {
                    "the file is no whole .xlsx workbook: it cannot be unpacked".to_owned()
                })?;
                if read == 0 {
                    return Ok(length);
                }
                length += read;
            }
        }
        _ => Err("the file is packed in a way that no spreadsheet uses: save it anew".to_owned()),
    }
}
