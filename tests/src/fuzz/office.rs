//! What reaches the office beside the devices' messages: the bank's statement and signature, the
//! register's file, the names that an officer types, and the form of the public page.

use std::sync::LazyLock;

use central::api::{asking_page, bank_signed, code_in};
use central::register_file::{self, LINE_BYTES_MAX};
use central::remittance::{CloseName, StatementRow};
use central::statement::{self, StatementError};
use data_encoding::HEXLOWER;
use ledger::{ReceiptNumber, TYPED_CHARACTERS_MAX, day_text};
use ring::hmac;

use super::files::{BUILDINGS, PACK};
use super::samples::{number, text};
use super::texts;

/// The bank's days end here.
const TODAY: i64 = 20_700;

/// A statement as the bank's page exports it: every row that is taken is one that the office can
/// use, and the same statement written plainly says the same.
pub fn statement(bytes: &[u8]) -> bool {
    let rows = match statement::read(bytes, TODAY) {
        Ok(rows) => rows,
        Err(StatementError::Rows(bad)) => {
            assert!(bad.windows(2).all(|two| two[0].0 < two[1].0), "out of order: {bad:?}");
            return false;
        }
        Err(_) => return false,
    };
    for row in &rows {
        assert!(row.amount.is_positive() && row.day <= TODAY, "{row:?}");
        for text in [&row.challan, &row.bank_reference] {
            assert!((1..=TYPED_CHARACTERS_MAX).contains(&text.chars().count()), "{row:?}");
        }
    }
    assert!(rows.windows(2).all(|two| two[0].line < two[1].line), "{rows:?}");
    let again = statement::read(written(&rows).as_bytes(), TODAY).expect("it was just taken");
    // A field between quotes may hold the ends of lines, so that the rows stand on others.
    let same = |(one, other): (&StatementRow, &StatementRow)| {
        StatementRow { line: 0, ..one.clone() } == StatementRow { line: 0, ..other.clone() }
    };
    assert!(
        again.len() == rows.len() && again.iter().zip(&rows).all(same),
        "{again:?} was {rows:?}"
    );
    true
}

fn written(rows: &[StatementRow]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |row: &StatementRow| {
        let day = day_text(row.day);
        let (amount, challan) = (row.amount.plain(), quoted(&row.challan));
        format!("{day},{amount},{challan},{}\r\n", quoted(&row.bank_reference))
    };
    let rows: String = rows.iter().map(line).collect();
    format!("date,amount,challan,bank_reference\r\n{rows}")
}

pub fn statements() -> Vec<Vec<u8>> {
    let plain = "date,amount,challan,bank_reference\n2026-08-17,\"1,490.00\",000417,SBIN417\n";
    let odd = "\u{feff}Bank Reference,Narration,Reference,Amount,Date\r\n\
               \"SB \"\"N\"\"\",\"by\ncash\",000418,80,17-08-2026\r\n\r\nSBIN9,,C7,5.50,16-08-2026";
    [plain, odd].iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Every row of a register is taken or refused, once, and what is taken is a building of the body.
pub fn register_file(bytes: &[u8]) -> bool {
    let mut refused = Vec::new();
    let rows = register_file::read(bytes, &PACK, |line, _| refused.push(line));
    let rows = rows.expect("bytes in memory are always read");
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let mut seen: Vec<usize> = rows.values().map(|(line, _)| *line).chain(refused).collect();
    seen.sort_unstable();
    assert!(seen.windows(2).all(|two| two[0] < two[1]), "{seen:?}");
    assert!(seen.last().is_none_or(|last| *last <= lines), "{seen:?} of {lines}");
    for (id, (_, building)) in &rows {
        assert_eq!(*id, building.id);
        assert_eq!(building.check(&PACK.body.code), Ok(()));
    }
    !rows.is_empty()
}

pub fn register_files() -> Vec<Vec<u8>> {
    let row = |building| serde_json::to_string(building).expect("a building becomes JSON");
    let rows: Vec<String> = BUILDINGS.iter().map(row).collect();
    let long = format!("{}\n{}", "x".repeat(LINE_BYTES_MAX + 5), rows[0]);
    vec![rows.join("\n").into_bytes(), format!("\r\n{}\r\n{{", rows[0]).into_bytes(), long.into()]
}

/// A close as an officer names it.
pub fn close_name(bytes: &[u8]) -> bool {
    let Some(read) = CloseName::parse(&text(bytes)) else { return false };
    assert_eq!(CloseName::parse(&read.to_string()).as_ref(), Some(&read));
    true
}

pub fn close_names() -> Vec<Vec<u8>> {
    vec![b"collector-1:42".to_vec(), " ward:7:1 ".into()]
}

/// The code in a posted form: letters and figures of the slip, and never more than was posted.
pub fn receipt_form(bytes: &[u8]) -> bool {
    let code = code_in(bytes);
    assert!(code.len() <= bytes.len(), "{code:?}");
    let is_sign = |sign: char| sign.is_ascii_digit() || sign.is_ascii_uppercase();
    assert!(code.chars().all(is_sign), "{code:?}");
    assert_eq!(code_in(format!("code={code}").as_bytes()), code);
    !code.is_empty()
}

pub fn receipt_forms() -> Vec<Vec<u8>> {
    let forms = ["code=AB12CD", "code=ab+12%20cd&more=1", "x=1&code=%41b%zz"];
    forms.iter().map(|form| form.as_bytes().to_vec()).collect()
}

/// The public page on whatever number a stranger asks for: their text is shown and adds no mark of
/// its own to the page.
pub fn receipt_page(bytes: &[u8]) -> bool {
    static MARKS: LazyLock<[usize; 3]> = LazyLock::new(|| {
        let page = asking_page(&PACK, "none").expect_err("no number");
        marks(&page)
    });
    let typed = text(bytes);
    match asking_page(&PACK, &typed) {
        Ok(page) => {
            assert!(ReceiptNumber::parse(&typed).is_ok_and(|read| read.body == PACK.body.code));
            assert!(page.contains("name=\"code\""), "{page}");
            true
        }
        Err(page) => {
            assert_eq!(marks(&page), *MARKS, "{typed:?} in {page}");
            false
        }
    }
}

fn marks(page: &str) -> [usize; 3] {
    ['<', '>', '"'].map(|mark| page.matches(mark).count())
}

pub fn receipt_pages() -> Vec<Vec<u8>> {
    let mut pages = texts::receipt_numbers();
    pages.push(b"<script>\"'&".to_vec());
    assert_eq!(number().body, PACK.body.code, "numbers of this body are asked for");
    pages
}

/// Behind its timestamp and signature, a line each, a body of the bank. Nothing that it did not
/// sign is its word.
pub fn bank_signature(bytes: &[u8]) -> bool {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let mut part = || parts.next().map(text);
    let (timestamp, signature, body) = (part(), part(), part());
    let body = body.unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    let (at, by) = (timestamp.as_deref(), signature.as_deref());
    let signed = bank_signed(&key, at, by, body.as_bytes(), BANK_MS);
    if signed.is_ok() {
        let word = (timestamp.unwrap_or_default(), body);
        let known = [BANK_MS - 1, BANK_MS + 1].map(|at| (at.to_string(), BANK_BODY.to_owned()));
        assert!(known.contains(&word), "never signed: {word:?}");
    }
    signed.is_ok()
}

const SECRET: &[u8] = b"between the bank and the office";
const BANK_MS: i64 = 1_785_727_900_000;
const BANK_BODY: &str = "{\"tr\":\"P7\",\n\"amount\":\"1184.50\"}";

pub fn bank_signatures() -> Vec<Vec<u8>> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    let signed = |at_ms: i64| {
        let tag = hmac::sign(&key, format!("{at_ms}.{BANK_BODY}").as_bytes());
        format!("{at_ms}\n{}\n{BANK_BODY}", HEXLOWER.encode(tag.as_ref())).into_bytes()
    };
    vec![signed(BANK_MS - 1), signed(BANK_MS + 1)]
}
