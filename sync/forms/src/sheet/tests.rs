//! Rows out of CSV and of workbooks; what is broken or too large.

use proptest::prelude::*;

use super::*;

fn csv(text: &str) -> Vec<Vec<String>> {
    let sheets = Sheets::from_csv(&[("survey.csv", text.as_bytes())]).expect("sound CSV");
    sheets.0[0].rows.clone()
}

#[test]
fn csv_has_quotes_lines_and_empty_cells() {
    assert_eq!(csv("a,b\n1,2\n"), [["a", "b"], ["1", "2"]]);
    assert_eq!(csv("\u{feff}a,\"b,\"\"c\"\"\nd\"\r\n,\r\n"), [["a", "b,\"c\"\nd"], ["", ""]]);
    assert_eq!(csv("a,"), [["a", ""]]);
    assert_eq!(csv("a\n\nb"), [["a"], [""], ["b"]]);
    assert!(csv("").is_empty());
}

fn refused(text: &[u8], place: &str, says: &str) {
    let faults = Sheets::from_csv(&[("x/survey.csv", text)]).expect_err("it is broken");
    let told = faults[0].to_string();
    assert!(told.starts_with(place) && told.contains(says), "{told}");
}

#[test]
fn broken_csv_names_its_cell() {
    refused(b"a,b\n1,\"2", "x/survey.csv, survey!B2: ", "close it");
    refused(b"a\n\"1\"2", "x/survey.csv, survey!A2: ", "double the mark");
    refused(b"\xff", "x/survey.csv, survey!A1: ", "UTF-8");
    refused(&vec![b'a'; CELL_CHARACTERS_MAX + 1], "x/survey.csv, survey!A1", "characters");
    refused(&b"a\n".repeat(ROWS_MAX + 1), "x/survey.csv, survey: ", "rows");
    refused(&vec![b'a'; FILE_BYTES_MAX + 1], "x/survey.csv: ", "bytes");
}

#[test]
fn a_workbook_is_read_with_its_sheets() {
    let sheets = Sheets::from_xlsx("t.xlsx", include_bytes!("../../tests/complaint.xlsx"));
    let sheets = sheets.expect("LibreOffice and openpyxl write it so");
    let names: Vec<&str> = sheets.0.iter().map(|sheet| &*sheet.name).collect();
    assert_eq!(names, ["survey", "choices", "settings"]);
    let survey = sheets.named("survey").expect("it is there");
    assert_eq!(survey.cell(0, 0), "type");
    assert_eq!(survey.place(0, 1).to_string(), "t.xlsx, survey!B1");
}

#[test]
fn broken_and_swollen_workbooks_are_refused() {
    let sound: &[u8] = include_bytes!("../../tests/complaint.xlsx");
    for end in [0, 10, 100, sound.len() / 2, sound.len() - 30] {
        let faults = Sheets::from_xlsx("t.xlsx", &sound[..end]).expect_err("it is cut off");
        assert!(faults[0].says.contains("no whole .xlsx workbook"), "{faults:?}");
    }
    let swollen = swollen();
    assert!(swollen.len() < 200_000);
    let faults = Sheets::from_xlsx("t.xlsx", &swollen).expect_err("it is a bomb");
    assert!(faults[0].says.contains("unpacks to more than"), "{faults:?}");
}

/// A ZIP file of one part, many times as long as it is packed.
fn swollen() -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..40 {
        packer.write_all(&vec![0; 1024 * 1024]).expect("memory takes it");
    }
    let part = packer.finish().expect("memory takes it");
    let size = u32::try_from(part.len()).expect("it is short").to_le_bytes();
    let mut bytes = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(size);
    bytes.extend([0; 4]);
    bytes.extend([1, 0, 0, 0]);
    bytes.push(b'a');
    bytes.extend(part);
    let directory = u32::try_from(bytes.len()).expect("it is short").to_le_bytes();
    bytes.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0");
    bytes.extend(size);
    bytes.extend([0; 4]);
    bytes.extend([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.push(b'a');
    bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0");
    bytes.extend(directory);
    bytes.extend([0, 0]);
    bytes
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn what_is_written_as_csv_is_read_as_the_same(
        rows in proptest::collection::vec(proptest::collection::vec("[a-z\",\nവ]{1,5}", 2), 1..5)
    ) {
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|row| row.into_iter().map(|cell| cell.trim().to_owned()).collect())
            .collect();
        let lines = rows.iter().map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>());
        let text: Vec<String> = lines.map(|row| row.join(",")).collect();
        prop_assert_eq!(csv(&text.join("\n")), rows);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = Sheets::from_csv(&[("survey.csv", &bytes)]);
        let _ = Sheets::from_xlsx("a.xlsx", &bytes);
    }
}
