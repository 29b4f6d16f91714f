//! The statement as the office signs it: two lines of JSON, which `verify` checks.

use ledger::Signer;
use replica::sign_statement;
use serde::Serialize;

use super::Collection;

#[derive(Serialize)]
struct Whole<'a> {
    form: &'a str,
    version: u32,
    body: &'a str,
    made_ms: i64,
    #[serde(flatten)]
    collection: &'a Collection,
}

/// The file, its signature in the last line.
pub fn signed(it: &Collection, body: &str, made_ms: i64, office: &dyn Signer) -> String {
    let form = replica::STATEMENT_FORM;
    let whole = Whole { form, version: 1, body, made_ms, collection: it };
    let line = serde_json::to_string(&whole).expect("sums and words can be written");
    sign_statement(&line, office)
}
