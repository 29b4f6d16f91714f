//! `POST /v1/names`: which houses belong to a name that staff typed at a device whose register has
//! none. It hears their numbers alone.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use ledger::Hash;
use replica::{NAME_QUESTION_BYTES_MAX, NameAnswer, NameError, NameQuestion, SignedNameQuestion};

use super::Centre;
use super::denied::Denied;
use super::exchange::{note_unread, read_body, said};
use super::turned::Why;
use crate::time::now_ms;

/// How long a question may take to arrive.
const QUESTION_READ: Duration = Duration::from_secs(10);

pub async fn post(State(centre): State<Arc<Centre>>, request: Request) -> Response {
    let answer = asked(&centre, request, now_ms()).await;
    said(&centre, answer)
}

async fn asked(centre: &Centre, request: Request, now_ms: i64) -> Result<Vec<u8>, Denied> {
    let body = read_body(request, NAME_QUESTION_BYTES_MAX, QUESTION_READ).await;
    let body = body.inspect_err(|denied| note_unread(centre, denied))?;
    centre.counts.bytes_in.add(body.len());
    let (question, digest) = opened(centre, &body, now_ms).await?;
    let NameQuestion { writer, staff, typed, most } = question;
    if !centre.names_tries.may_try(&writer.0.to_string(), now_ms) {
        tracing::warn!(writer = writer.0, staff = staff.0, "names are asked for too often");
        let sentence = "This device has asked for too many names. Try again in a minute.";
        return Err(Denied::new(StatusCode::TOO_MANY_REQUESTS, sentence));
    }
    let Some(wards) = centre.store.names_wards(writer, staff).await? else {
        tracing::warn!(writer = writer.0, staff = staff.0, "names are not told");
        let sentence = "The office tells no names to this device and person.";
        return Err(Denied::new(StatusCode::FORBIDDEN, sentence));
    };
    let mut names = centre.names.lock().await;
    loop {
        let (changed, to) = centre.store.buildings_after(names.change()).await?;
        if changed.is_empty() {
            break;
        }
        names.take(&changed, to);
    }
    let (houses, more) = names.find(&typed, &wards, usize::from(most));
    drop(names);
    // Who asked and what came of it; never the name itself.
    tracing::info!(
        writer = writer.0,
        staff = staff.0,
        houses = houses.len(),
        "a name was asked for"
    );
    Ok(NameAnswer { to: writer, question: digest, houses, more }.sealed(centre.office()))
}

/// The question, once it was found to be signed by the device that it names.
async fn opened(centre: &Centre, body: &[u8], now_ms: i64) -> Result<(NameQuestion, Hash), Denied> {
    let unreadable = || Denied::new(StatusCode::BAD_REQUEST, "This is no question after a name.");
    let signed = SignedNameQuestion::read(body).map_err(|_| {
        centre.turned.note(None, Why::Unreadable, now_ms);
        unreadable()
    })?;
    let writer = signed.writer;
    let key = centre.key_of(writer, now_ms).await?;
    signed.opened(&key).map_err(|error| match error {
        NameError::Signature(_) | NameError::WrongWriter => {
            centre.turned.note(Some(writer), Why::Signature, now_ms);
            let sentence = "The question is not signed by the device that it names.";
            Denied::new(StatusCode::UNAUTHORIZED, sentence)
        }
        NameError::TooLarge(_)
        | NameError::Shape(_)
        | NameError::Question
        | NameError::OtherQuestion => {
            centre.turned.note(Some(writer), Why::Unreadable, now_ms);
            unreadable()
        }
    })
}
