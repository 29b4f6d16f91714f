//! `POST /v1/parcel`: a device's requests that another device brings. Whoever brings them proves
//! nothing, and learns nothing: the reply is sealed for the device, under the office's signature.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use replica::{MESSAGE_BYTES_MAX, POSTED_BYTES_MAX, Parcel, Replies, SignedReplies};

use super::exchange::{note_unread, read_body_at_a_pace, said, stranger};
use super::turned::Why;
use super::{Centre, Denied};
use crate::keys::random;
use crate::parcel::{Answered, Answering, NotWhole, answered};
use crate::time::now_ms;

/// How many parcels are read and answered at once: each may take so much memory.
pub(super) const AT_ONCE_MAX: usize = 4;

/// One more answer always fits.
const ANSWERING: Answering =
    Answering { bytes_enough: POSTED_BYTES_MAX - 2 * MESSAGE_BYTES_MAX, tries_again: 0 };

pub async fn parcel(State(centre): State<Arc<Centre>>, request: Request) -> Response {
    let reply = replied(&centre, request).await;
    said(&centre, reply)
}

async fn replied(centre: &Centre, request: Request) -> Result<Vec<u8>, Denied> {
    let _place = centre.parcels.try_acquire().map_err(|_| Denied::busy())?;
    let body = read_body_at_a_pace(request, POSTED_BYTES_MAX).await;
    let body = body.inspect_err(|denied| note_unread(centre, denied))?;
    centre.counts.bytes_in.add(body.len());
    let parcel = Parcel::read(&body).map_err(|error| {
        centre.turned.note(None, Why::Unreadable, now_ms());
        Denied::new(StatusCode::BAD_REQUEST, format!("This cannot be taken: {error}."))
    })?;
    let Answered { replies, not_whole } = answered(centre, &parcel, ANSWERING).await;
    match (replies, not_whole) {
        // What was taken is taken once, so that the whole of it may come again.
        (_, Some(why)) if why.is_busy() => Err(Denied::busy()),
        // What was answered is of use; what was not comes again with the device's next parcel.
        (Some((signed, _)), why) => {
            if let Some(why) = why {
                tracing::warn!(%why, device = parcel.writer.0, "a parcel was not taken as a whole");
            }
            Ok(signed.written())
        }
        (None, Some(NotWhole::Denied(_, denied))) => Err(denied),
        (None, Some(why)) => {
            centre.turned.note(None, Why::Unreadable, now_ms());
            Err(Denied::new(StatusCode::BAD_REQUEST, format!("This cannot be taken: {why}.")))
        }
        (None, None) => Err(Denied::new(StatusCode::BAD_REQUEST, "This parcel asks for nothing.")),
    }
}

impl Centre {
    /// Replies as they go back: for their device alone, under the office's signature.
    pub async fn sealed(&self, replies: &Replies) -> Result<SignedReplies, Denied> {
        let key = self.store.device_key(replies.to).await?.ok_or_else(stranger)?;
        let failed = |why: &(dyn std::error::Error + 'static)| {
            tracing::error!(error = why, "a reply cannot be sealed");
            let sentence = "The office cannot seal its reply. What came was taken.";
            Denied::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
        };
        let once = random().map_err(|error| failed(&error))?;
        replies.sealed(&key, once, self.office()).map_err(|error| failed(&error))
    }
}
