//! A statement of receipts: whether the office signed it as it stands.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use ledger::day_text;
use replica::audit::{Keys, Verdict};
use replica::{STATEMENT_BYTES_MAX, StatementFault, check_statement, is_statement};
use serde_json::{Value, json};

use super::Failure;

/// Enough of a file to see what it is.
const BEGINS_BYTES: u64 = 64;

/// The files that are statements, and the others.
pub fn sorted(files: &[PathBuf]) -> Result<(Vec<&Path>, Vec<&Path>), Failure> {
    let (mut statements, mut others) = (Vec::new(), Vec::new());
    for file in files {
        match is_statement(&read(file, BEGINS_BYTES)?) {
            true => statements.push(file.as_path()),
            false => others.push(file.as_path()),
        }
    }
    Ok((statements, others))
}

/// Says what a statement is, and that it is as the office signed it, or why not.
pub fn check(
    out: &mut impl Write,
    file: &Path,
    keys: &Keys,
    as_json: bool,
) -> Result<Verdict, Failure> {
    let bytes = read(file, STATEMENT_BYTES_MAX as u64 + 1)?;
    // What is no text was not written by the office.
    let text = String::from_utf8_lossy(&bytes);
    let (verdict, why) = match check_statement(&text, keys.office, keys.trust_file) {
        Ok(_) => (Verdict::Complete, None),
        Err(why @ StatementFault::NoKey) => (Verdict::Unproven, Some(why)),
        Err(why @ StatementFault::Torn) => (Verdict::CutOff, Some(why)),
        Err(why) => (Verdict::Altered, Some(why)),
    };
    let first = text.lines().next().unwrap_or_default();
    let said: Value = serde_json::from_str(first).unwrap_or_default();
    let name = file.display().to_string();
    let written = match as_json {
        true => {
            let what = why.map(|why| why.to_string());
            let office = keys.office.map(|key| HEXLOWER.encode(key.bytes()));
            let sum = &said["amount_paise"];
            let line = json!({ "file": name, "statement": verdict, "what": what,
                "office_key": office, "from": said["from"], "to": said["to"], "paise": sum });
            writeln!(out, "{line}")
        }
        false => plainly(out, &name, &said, why, verdict),
    };
    written.map_err(Failure::Output)?;
    Ok(verdict)
}

fn plainly(
    out: &mut impl Write,
    name: &str,
    said: &Value,
    why: Option<StatementFault>,
    verdict: Verdict,
) -> std::io::Result<()> {
    let day = |name: &str| said[name].as_i64().map_or_else(|| "?".to_owned(), day_text);
    let sum = said["amount_paise"].as_i64().map(ledger::Paise::new).unwrap_or_default();
    let (from, to, receipts) = (day("from"), day("to"), said["receipts"].as_u64().unwrap_or(0));
    let sum = sum.on_paper();
    writeln!(out, "{name}: statement of receipts from {from} to {to}: {receipts} over ₹{sum}")?;
    if let Some(why) = why {
        writeln!(out, "{name}: {why}")?;
    }
    writeln!(out, "{name}: {verdict}")
}

fn read(file: &Path, at_most: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::Open(file.to_owned(), error);
    let mut bytes = Vec::new();
    let open = File::open(file).map_err(failed)?;
    open.take(at_most).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
