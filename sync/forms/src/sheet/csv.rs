//! CSV as RFC 4180 has it: commas, double quotes, lines ended by LF or CRLF, in UTF-8.

/// Why a text is no CSV, and at which cell, from 0.
pub struct CsvFault {
    pub row: usize,
    pub column: usize,
    pub says: String,
}

pub fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, CsvFault> {
    let fault = |row, column, says: &str| CsvFault { row, column, says: says.to_owned() };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| fault(0, 0, "the file is not in UTF-8: save it as CSV UTF-8, or as .xlsx"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (cell, after) = quoted_cell(quoted).ok_or_else(|| {
                    fault(rows.len(), row.len(), "a quotation mark is never closed: close it")
                })?;
                if !(after.is_empty()
                    || after.starts_with([',', '\n'])
                    || after.starts_with("\r\n"))
                {
                    let says = "text stands behind the closing quotation mark: double the mark";
                    return Err(fault(rows.len(), row.len(), says));
                }
                (cell, after)
            }
            None => {
                let end = rest.find([',', '\n']).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        row.push(cell.trim().to_owned());
        rest = after.strip_prefix('\r').filter(|after| after.starts_with('\n')).unwrap_or(after);
        match rest.strip_prefix(',') {
            Some("") => {
                row.push(String::new());
                rest = "";
            }
            Some(after) => rest = after,
            None => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                rows.push(std::mem::take(&mut row));
            }
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    Ok(rows)
}

/// What stands in quotation marks, and what follows the closing one.
fn quoted_cell(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => return Some((cell, rest)),
        }
    }
}
