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

/// A ZIP file of parts that are not packed.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let length = |length: usize| u32::try_from(length).expect("it is short").to_le_bytes();
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, part) in parts {
        let mut crc = flate2::Crc::new();
        crc.update(part);
        let mut head = b"\x14\0\0\0\0\0\0\0\0\0".to_vec();
        head.extend(crc.sum().to_le_bytes());
        head.extend([length(part.len()), length(part.len()), length(name.len())].concat());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(length(bytes.len()));
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&head);
        bytes.extend(name.as_bytes());
        bytes.extend(*part);
    }
    let count = u8::try_from(parts.len()).expect("they are few");
    let begin = length(bytes.len());
    bytes.extend(&directory);
    bytes.extend([b'P', b'K', 5, 6, 0, 0, 0, 0, count, 0, count, 0]);
    bytes.extend([length(directory.len()), begin].concat());
    bytes.extend([0, 0]);
    bytes
}

/// A workbook of the one sheet survey, with these rows and these shared texts.
fn workbook(rows: &str, shared: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>\
         <sheet name=\"survey\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
         Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
         Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    zipped(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn shared(count: &str, text: &str) -> String {
    format!("<?xml version='1.0' encoding='UTF-8'?><sst {count}><si><t>{text}</t></si></sst>")
}

fn told(bytes: &[u8]) -> String {
    Sheets::from_xlsx("t.xlsx", bytes).expect_err("it is refused")[0].to_string()
}

#[test]
fn cells_stand_where_they_say() {
    let rows = "<row r=\"2\"><c r=\"C2\" t=\"s\"><v>0</v></c><c r=\"D2\"/></row>\
                <row r=\"4\"><c r=\"A4\"><v>3.0</v></c><c r=\"B4\" t=\"b\"><v>1</v></c></row>";
    let bytes = workbook(rows, &shared("uniqueCount=\"1\"", " x "));
    let sheets = Sheets::from_xlsx("t.xlsx", &bytes).unwrap_or_else(|all| panic!("{all:?}"));
    let expected: [&[&str]; 4] = [&[], &["", "", "x"], &[], &["3", "true"]];
    assert_eq!(sheets.0[0].rows, expected);
}

#[test]
fn a_cell_far_away_is_refused_by_its_name() {
    let sst = shared("", "x");
    let row =
        |cell: &str| format!("<row><c r=\"A1\"><v>1</v></c><c r=\"{cell}\"><v>1</v></c></row>");
    for cell in ["XFD1048576", "A10001", "GS1"] {
        let told = told(&workbook(&row(cell), &sst));
        let begin = format!("t.xlsx, survey!{cell}: ");
        assert!(told.starts_with(&begin) && told.contains("empty the cell"), "{told}");
    }
    assert!(Sheets::from_xlsx("t.xlsx", &workbook(&row("GR10000"), &sst)).is_ok());
}

#[test]
fn cells_that_cannot_be_are_refused() {
    let sst = shared("", "x");
    for cell in ["AAAAAAAAA1", "A4294967297", "AAAAAAAAAAAA"] {
        let told = told(&workbook(&format!("<row><c r=\"{cell}\"><v>1</v></c></row>"), &sst));
        assert!(told.contains("a cell that cannot be"), "{told}");
    }
    for range in ["B1:A1", "A2:A1", "A1:B2:B1", "A1:ZZZZZZZ1"] {
        let part = format!("<dimension\nref = '{range}'/>");
        let told = told(&zipped(&[("xl/worksheets/sheet1.xml", part.as_bytes())]));
        assert!(told.contains("a cell that cannot be"), "{told}");
    }
    for (row, is_sound) in [("<row r=\"1\"/>", true), ("<row r=\"99999999999\"/>", false)] {
        assert_eq!(Sheets::from_xlsx("t.xlsx", &workbook(row, &sst)).is_ok(), is_sound);
    }
}

#[test]
fn long_texts_and_many_are_refused_by_their_cell() {
    let cell = |at: usize| format!("<row r=\"{at}\"><c r=\"A{at}\" t=\"s\"><v>0</v></c></row>");
    let long = shared("", &"x".repeat(CELL_CHARACTERS_MAX + 1));
    let said = told(&workbook(&cell(7), &long));
    assert!(said.starts_with("t.xlsx, survey!A7: ") && said.contains("characters"), "{said}");
    let rows: String = (1..=3_000).map(cell).collect();
    let said = told(&workbook(&rows, &shared("", &"x".repeat(CELL_CHARACTERS_MAX))));
    assert!(said.starts_with("t.xlsx, survey!A20") && said.contains("divide"), "{said}");
}

#[test]
fn a_workbook_that_asks_for_memory_gets_none() {
    let row = "<row><c t=\"s\"><v>0</v></c></row>";
    let made = |count: &str| workbook(row, &shared(count, "x"));
    assert!(Sheets::from_xlsx("t.xlsx", &made("uniqueCount = '1000000'")).is_ok());
    for count in ["18446744073709551615", "1000001", "99999999999999999999999", "+5e9"] {
        let told = told(&made(&format!("count=\"1\" uniqueCount =\n\"{count}\"")));
        assert!(told.contains("more than 1000000 texts"), "{told}");
    }
    let wide: Vec<u8> = "\u{feff}<sst/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let other = b"<?xml version='1.0' encoding='iso-2022-jp'?><sst/>";
    for part in [&wide[..], other] {
        let told = told(&zipped(&[("xl/sharedStrings.xml", part)]));
        assert!(told.contains("not in UTF-8"), "{told}");
    }
}

#[test]
fn the_end_of_the_file_is_its_one_end() {
    let sound = workbook("", &shared("", "x"));
    assert!(Sheets::from_xlsx("t.xlsx", &sound).is_ok());
    let end = sound.len() - 22;
    let mut with_comment = sound.clone();
    with_comment[end + 20] = 5;
    with_comment.extend(b"hello");
    assert!(Sheets::from_xlsx("t.xlsx", &with_comment).is_ok());
    // A disk, a count, the length of the directory, its place, a comment that is not there.
    for at in [4, 6, 8, 10, 12, 16, 20] {
        let mut broken = sound.clone();
        broken[end + at] ^= 1;
        assert!(told(&broken).contains("cannot be unpacked"), "{at}");
    }
    // An end in the comment, which names no parts at all, or those that stand there.
    for inner in [[b"PK\x05\x06", &[0; 18][..]].concat(), sound[end..].to_vec()] {
        let mut hidden = swollen();
        let length = hidden.len();
        hidden[length - 2] = 22;
        hidden.extend(inner);
        assert!(told(&hidden).contains("cannot be unpacked"));
    }
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
