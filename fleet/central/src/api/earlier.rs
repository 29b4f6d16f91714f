//! `POST /v1/earlier`: a device asks what was paid for a building of its wards before.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use replica::{EARLIER_ASKED_BYTES_MAX, EarlierAnswer, EarlierError, SignedEarlier};

use super::Centre;
use super::denied::Denied;
use super::exchange::{note_unread, read_body, said};
use super::turned::Why;
use crate::time::now_ms;

/// How long the question may take: it is smaller than any handshake before it.
const ASKED_READ: Duration = Duration::from_secs(10);

pub async fn post(State(centre): State<Arc<Centre>>, request: Request) -> Response {
    let answer = posted(&centre, request, now_ms()).await;
    said(&centre, answer)
}

async fn posted(centre: &Centre, request: Request, now_ms: i64) -> Result<Vec<u8>, Denied> {
    let body = read_body(request, EARLIER_ASKED_BYTES_MAX, ASKED_READ).await;
    let body = body.inspect_err(|denied| note_unread(centre, denied))?;
    centre.counts.bytes_in.add(body.len());
    let unreadable = || Denied::new(StatusCode::BAD_REQUEST, "This is no question of a device.");
    let signed = SignedEarlier::read(&body).map_err(|_| {
        centre.turned.note(None, Why::Unreadable, now_ms);
        unreadable()
    })?;
    let writer = signed.writer();
    let key = centre.key_of(writer, now_ms).await?;
    let (asked, digest) = signed.opened(&key).map_err(|error| match error {
        EarlierError::Signature(_) | EarlierError::WrongWriter => {
            centre.turned.note(Some(writer), Why::Signature, now_ms);
            let sentence = "The question is not signed by the device that it names.";
            Denied::new(StatusCode::UNAUTHORIZED, sentence)
        }
        _ => {
            centre.turned.note(Some(writer), Why::Unreadable, now_ms);
            unreadable()
        }
    })?;
    let building = asked.building;
    let Some(receipts) = centre.store.earlier(writer, building).await? else {
        let sentence = "This building is not of the device's wards.";
        return Err(Denied::new(StatusCode::FORBIDDEN, sentence));
    };
    Ok(EarlierAnswer { to: writer, building, asked: digest, receipts }.sealed(centre.office()))
}
