//! `/r/NUMBER`: whoever holds a slip sees whether the office has the same. It says nothing before
//! the check code that stands on the slip.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use data_encoding::HEXLOWER_PERMISSIVE;
use ledger::{Language, PRACTICE_BODY, Pack, ReceiptNumber, Text};

use super::Centre;
use super::denied::Denied;
use super::exchange::read_body;
use super::page::{STYLE, page};
use crate::store::ReceiptRow;

/// The largest form: one code of six characters.
const FORM_BYTES_MAX: usize = 1_024;

const FORM_READ: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "receipt.html")]
struct Page<'a> {
    style: &'static str,
    body_name: &'a str,
    body_name_local: &'a str,
    synthetic: bool,
    number: &'a str,
    standing: Standing,
}

/// What the page says.
enum Standing {
    /// It asks for the check code.
    Asks,
    WrongCode,
    TooManyTries,
    /// The office has no such receipt yet.
    NotHere,
    /// No number of this body.
    NotANumber(String),
    Known(Known),
}

struct Known {
    amount: String,
    date: String,
    place: String,
    ward: Option<u16>,
    mode: &'static str,
    mode_local: &'static str,
    state: String,
}

pub async fn ask(
    State(centre): State<Arc<Centre>>,
    Path(number): Path<String>,
) -> Result<Response, Denied> {
    let standing = match found(&centre, &number).await? {
        Ok(_) => Standing::Asks,
        Err(standing) => standing,
    };
    Ok(show(&centre, &number, standing))
}

pub async fn tell(
    State(centre): State<Arc<Centre>>,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, Denied> {
    let code = code_in(&read_body(request, FORM_BYTES_MAX, FORM_READ).await?);
    let receipts = match found(&centre, &number).await? {
        Ok(receipts) => receipts,
        Err(standing) => return Ok(show(&centre, &number, standing)),
    };
    let canonical = number.trim().to_ascii_uppercase();
    if !centre.tries.may_try(&canonical, crate::time::now_ms()) {
        return Ok(show(&centre, &number, Standing::TooManyTries));
    }
    let known = receipts.iter().find(|receipt| receipt.check_code == code);
    let standing = known.map_or(Standing::WrongCode, |row| Standing::Known(Known::of(row)));
    Ok(show(&centre, &number, standing))
}

/// The receipts with a number, or what the page says instead.
async fn found(centre: &Centre, typed: &str) -> Result<Result<Vec<ReceiptRow>, Standing>, Denied> {
    let number = match number_in(typed, centre.trusted.packs.body()) {
        Ok(number) => number,
        Err(standing) => return Ok(Err(standing)),
    };
    let receipts = centre.store.receipts(number.to_string()).await?;
    if !receipts.is_empty() {
        return Ok(Ok(receipts));
    }
    // Whoever asks holds a slip: the office looks for what its device has not sent.
    centre.store.asked(number, crate::time::now_ms()).await?;
    Ok(Err(Standing::NotHere))
}

fn number_in(typed: &str, body: &str) -> Result<ReceiptNumber, Standing> {
    let number =
        ReceiptNumber::parse(typed).map_err(|error| Standing::NotANumber(error.to_string()))?;
    let what = match number.body.as_str() {
        own if own == body => return Ok(number),
        PRACTICE_BODY => "it is of a practice slip, and no receipt",
        _ => "the number is of another local body",
    };
    Err(Standing::NotANumber(what.to_owned()))
}

/// The code in a posted form, as the slip has it: people type it in small letters and with gaps. A
/// form that has none has a wrong code, which is empty.
pub fn code_in(form: &[u8]) -> String {
    let mut fields = form.split(|byte| *byte == b'&');
    let mut typed = fields.find_map(|field| field.strip_prefix(b"code=")).unwrap_or_default();
    let mut code = String::new();
    while let Some((first, rest)) = typed.split_first() {
        let escaped = rest.first_chunk::<2>().filter(|_| *first == b'%').and_then(escaped);
        let (byte, rest) = escaped.map_or((*first, rest), |byte| (byte, &rest[2..]));
        if byte.is_ascii_alphanumeric() {
            code.push(char::from(byte.to_ascii_uppercase()));
        }
        typed = rest;
    }
    code
}

/// The byte that two hexadecimal figures stand for.
fn escaped(figures: &[u8; 2]) -> Option<u8> {
    HEXLOWER_PERMISSIVE.decode(figures).ok()?.first().copied()
}

/// The page on a typed number as far as the text alone tells: it asks for the code, or says why
/// this is no number of the body.
pub fn asking_page(pack: &Pack, typed: &str) -> Result<String, String> {
    let rendered = |standing| {
        let shown = typed.trim().to_ascii_uppercase();
        Page::of(pack, &shown, standing).render().expect("writing to memory does not fail")
    };
    match number_in(typed, &pack.body.code) {
        Ok(_) => Ok(rendered(Standing::Asks)),
        Err(standing) => Err(rendered(standing)),
    }
}

fn show(centre: &Centre, number: &str, standing: Standing) -> Response {
    let today = crate::time::moment(crate::time::now_ms()).date();
    let pack = centre.trusted.packs.on(today);
    let status = match &standing {
        Standing::Asks | Standing::Known(_) => StatusCode::OK,
        Standing::WrongCode => StatusCode::FORBIDDEN,
        Standing::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
        Standing::NotHere | Standing::NotANumber(_) => StatusCode::NOT_FOUND,
    };
    let shown = number.trim().to_ascii_uppercase();
    page(status, &Page::of(&pack, &shown, standing))
}

impl<'a> Page<'a> {
    fn of(pack: &'a Pack, number: &'a str, standing: Standing) -> Self {
        Self {
            style: STYLE,
            body_name: pack.text(Text::BodyName, Language::En),
            body_name_local: pack.text(Text::BodyName, Language::Ml),
            synthetic: pack.body.synthetic,
            number,
            standing,
        }
    }
}

impl Known {
    fn of(row: &ReceiptRow) -> Self {
        let (mode, mode_local) = match row.mode.as_str() {
            "cash" => ("Cash", "പണമായി"),
            "card" => ("Card", "കാർഡ് വഴി"),
            "cheque" => ("Cheque", "ചെക്ക് വഴി"),
            "demand_draft" => ("Demand draft", "ഡിമാൻഡ് ഡ്രാഫ്റ്റ് വഴി"),
            _ => ("UPI", "യുപിഐ വഴി"),
        };
        Self {
            amount: row.amount.on_paper(),
            date: crate::time::moment(row.at_ms).date_text(),
            place: row.place.clone(),
            ward: row.ward,
            mode,
            mode_local,
            state: row.state.clone(),
        }
    }
}
