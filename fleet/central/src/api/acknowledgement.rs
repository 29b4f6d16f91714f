//! `/a/NUMBER`: whoever holds the slip of an application sees what became of it. It says nothing
//! before the check code that stands on the slip, and never who applied.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use ledger::{Language, Pack, ReceiptNumber, Text, day_text};

use super::Centre;
use super::denied::Denied;
use super::exchange::read_body;
use super::page::{STYLE, page};
use super::receipt::code_in;
use crate::applications::ApplicationKept;
use crate::registrar::{ReportKept, Standing as Decided};

/// The largest form: one code of six characters.
const FORM_BYTES_MAX: usize = 1_024;

const FORM_READ: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "acknowledgement.html")]
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
    /// The office has no such application yet.
    NotHere,
    Known(Known),
}

struct Known {
    service: String,
    service_local: String,
    due: String,
    outcome: Outcome,
}

enum Outcome {
    Here,
    Open,
    Registered(String),
    /// The same was reported before: the first report's number.
    Duplicate(String),
    Returned(String),
}

pub async fn ask(
    State(centre): State<Arc<Centre>>,
    Path(number): Path<String>,
) -> Result<Response, Denied> {
    let number = number.trim().to_ascii_uppercase();
    let standing = match kept(&centre, &number).await? {
        Some(_) => Standing::Asks,
        None => Standing::NotHere,
    };
    Ok(show(&centre, &number, standing))
}

pub async fn tell(
    State(centre): State<Arc<Centre>>,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, Denied> {
    let code = code_in(&read_body(request, FORM_BYTES_MAX, FORM_READ).await?);
    let number = number.trim().to_ascii_uppercase();
    let Some((application, report)) = kept(&centre, &number).await? else {
        return Ok(show(&centre, &number, Standing::NotHere));
    };
    if !centre.tries.may_try(&number, crate::time::now_ms()) {
        return Ok(show(&centre, &number, Standing::TooManyTries));
    }
    if application.check_code != code {
        return Ok(show(&centre, &number, Standing::WrongCode));
    }
    let pack = pack_of_today(&centre);
    let standing = Standing::Known(Known::of(&pack, &application, report));
    Ok(show(&centre, &number, standing))
}

type Kept = Option<(ApplicationKept, Option<ReportKept>)>;

async fn kept(centre: &Centre, number: &str) -> Result<Kept, Denied> {
    let is_ours =
        ReceiptNumber::parse(number).is_ok_and(|it| it.body == centre.trusted.packs.body());
    if !is_ours {
        return Ok(None);
    }
    let Some(application) = centre.store.application(number.to_owned()).await? else {
        return Ok(None);
    };
    let report = centre.store.report(number.to_owned()).await?;
    Ok(Some((application, report)))
}

fn pack_of_today(centre: &Centre) -> Arc<Pack> {
    centre.trusted.packs.on(crate::time::moment(crate::time::now_ms()).date())
}

fn show(centre: &Centre, number: &str, standing: Standing) -> Response {
    let pack = pack_of_today(centre);
    let status = match &standing {
        Standing::Asks | Standing::Known(_) => StatusCode::OK,
        Standing::WrongCode => StatusCode::FORBIDDEN,
        Standing::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
        Standing::NotHere => StatusCode::NOT_FOUND,
    };
    let page_of = Page {
        style: STYLE,
        body_name: pack.text(Text::BodyName, Language::En),
        body_name_local: pack.text(Text::BodyName, Language::Ml),
        synthetic: pack.body.synthetic,
        number,
        standing,
    };
    page(status, &page_of)
}

impl Known {
    fn of(pack: &Pack, application: &ApplicationKept, report: Option<ReportKept>) -> Self {
        let service = application.applied.service.as_str();
        let outcome = match report.map(|report| report.row.standing) {
            // What became of other applications is not written down by the office.
            None => Outcome::Here,
            Some(Decided::Open) => Outcome::Open,
            Some(Decided::Registered(register, _)) => Outcome::Registered(register),
            Some(Decided::Duplicate(of)) => Outcome::Duplicate(of),
            Some(Decided::Returned(reason)) => Outcome::Returned(reason),
        };
        Self {
            service: pack.service_title(service, Language::En).to_owned(),
            service_local: pack.service_title(service, Language::Ml).to_owned(),
            due: day_text(application.applied.due),
            outcome,
        }
    }
}
