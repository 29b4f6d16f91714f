//! `/r/NUMBER`: whoever holds a slip sees whether the office has the same. It says nothing before
//! the check code that stands on the slip.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{DefaultBodyLimit, Form, FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use ledger::{Language, ReceiptNumber, Text};
use serde::Deserialize;

use super::Centre;
use super::denied::Denied;
use super::page::{STYLE, page};
use crate::store::ReceiptRow;

/// The largest form: one code of six characters.
const FORM_BYTES_MAX: usize = 1_024;

const FORM_READ: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
struct Typed {
    code: String,
}

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
    let code = typed_code(request).await?;
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
    let number = match ReceiptNumber::parse(typed) {
        Ok(number) => number,
        Err(error) => return Ok(Err(Standing::NotANumber(error.to_string()))),
    };
    if number.body != centre.trusted.packs.body() {
        let what = "the number is of another local body".to_owned();
        return Ok(Err(Standing::NotANumber(what)));
    }
    let receipts = centre.store.receipts(number.to_string()).await?;
    if !receipts.is_empty() {
        return Ok(Ok(receipts));
    }
    // Whoever asks holds a slip: the office looks for what its device has not sent.
    centre.store.asked(number, crate::time::now_ms()).await?;
    Ok(Err(Standing::NotHere))
}

/// The code as the slip has it: people type it in small letters and with gaps. A form that is none
/// is a wrong code.
async fn typed_code(mut request: Request) -> Result<String, Denied> {
    DefaultBodyLimit::max(FORM_BYTES_MAX).apply(&mut request);
    let form = tokio::time::timeout(FORM_READ, Form::<Typed>::from_request(request, &())).await;
    let slow = |_| Denied::new(StatusCode::REQUEST_TIMEOUT, "The code took too long to arrive.");
    let code = form.map_err(slow)?.map_or_else(|_| String::new(), |Form(typed)| typed.code);
    Ok(code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase())
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
    let content = Page {
        style: STYLE,
        body_name: pack.text(Text::BodyName, Language::En),
        body_name_local: pack.text(Text::BodyName, Language::Ml),
        synthetic: pack.body.synthetic,
        number: &shown,
        standing,
    };
    page(status, &content)
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
