//! `GET /collection`: the statement of receipts as a page, as CSV and as the office signs it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use ledger::{Language, Pack, Paise, Text, date_of, day_text};
use serde::Deserialize;

use super::Centre;
use super::denied::Denied;
use super::page::{STYLE, page as shown};
use crate::collection::{Collection, mode_label, signed as signed_file};
use crate::command::check_days;
use crate::time::{day_of, moment, now_ms, stamp};

/// Which days; today where none is named.
#[derive(Deserialize)]
pub struct Days {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

#[derive(Template)]
#[template(path = "collection.html")]
struct Page<'a> {
    style: &'static str,
    body_name: &'a str,
    body_code: &'a str,
    synthetic: bool,
    now: String,
    from: String,
    to: String,
    it: &'a Collection,
}

impl Page<'_> {
    fn day(day: &i64) -> String {
        day_text(*day)
    }

    fn mode(mode: &str) -> &'static str {
        mode_label(mode)
    }

    fn paper(sum: &Paise) -> String {
        sum.on_paper()
    }

    fn contact(at_ms: &Option<i64>) -> String {
        at_ms.map_or_else(|| "–".to_owned(), stamp)
    }
}

pub async fn page(
    State(centre): State<Arc<Centre>>,
    Query(days): Query<Days>,
) -> Result<Response, Denied> {
    let at_ms = now_ms();
    let it = read(&centre, &days, at_ms).await?;
    let pack: Arc<Pack> = centre.trusted.packs.on(moment(at_ms).date());
    let page = Page {
        style: STYLE,
        body_name: pack.text(Text::BodyName, Language::En),
        body_code: &pack.body.code,
        synthetic: pack.body.synthetic,
        now: stamp(at_ms),
        from: date_of(it.from).to_string(),
        to: date_of(it.to).to_string(),
        it: &it,
    };
    Ok(shown(StatusCode::OK, &page))
}

pub async fn csv(
    State(centre): State<Arc<Centre>>,
    Query(days): Query<Days>,
) -> Result<Response, Denied> {
    let it = read(&centre, &days, now_ms()).await?;
    Ok(file(&it, "csv", "text/csv; charset=utf-8", it.csv()))
}

pub async fn signed(
    State(centre): State<Arc<Centre>>,
    Query(days): Query<Days>,
) -> Result<Response, Denied> {
    let at_ms = now_ms();
    let it = read(&centre, &days, at_ms).await?;
    let text = signed_file(&it, centre.trusted.packs.body(), at_ms, centre.office());
    Ok(file(&it, "jsonl", "application/x-ndjson", text))
}

async fn read(centre: &Centre, days: &Days, at_ms: i64) -> Result<Collection, Denied> {
    let from = days.from.map_or_else(|| moment(at_ms).day(), day_of);
    let to = days.to.map_or(from, day_of);
    check_days(from, to).map_err(|why| Denied::new(StatusCode::BAD_REQUEST, why))?;
    Ok(centre.store.collection(from, to).await?)
}

fn file(it: &Collection, ends: &str, kind: &'static str, text: String) -> Response {
    let (from, to) = (date_of(it.from), date_of(it.to));
    let name = format!("attachment; filename=\"receipts-{from}-{to}.{ends}\"");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}
