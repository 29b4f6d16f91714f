//! `POST /v1`, or `/v1/exchange`: a device's turn.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use ledger::Signer;
use replica::{
    Answer, Attestation, BATCH_BYTES_MAX, Batch, Checkpoint, MessageError, Notice, Opened,
    Question, RecordsAsked, Rejection, SignedRequest,
};

use super::denied::Denied;
use super::turned::Why;
use super::{Centre, counts::Counts};
use crate::intake::SEQUENCE_MAX;
use crate::store::{CheckedBatch, Exchanged, Turn, TurnRecords};

/// The largest body that is read: a full batch that did not pack at all, twice over.
const BODY_BYTES_MAX: usize = 2 * BATCH_BYTES_MAX;

/// How much of a body that is too large is read and thrown away: a sender that is still writing
/// when the line is closed sees a broken line instead of the answer.
const THROWN_AWAY_MAX: usize = 1_024 * 1_024;

/// How long a body may take: the largest one over a line of 20 kbit/s.
const BODY_READ: Duration = Duration::from_secs(60);

/// The pace that a large body keeps, or it is not waited for: so much within so long. The slowest
/// line brings five times as much.
const PACE_BYTES: usize = 16 * 1_024;
const PACE: Duration = Duration::from_secs(15);

pub async fn exchange(State(centre): State<Arc<Centre>>, request: Request) -> Response {
    let answer = posted(&centre, request).await;
    said(&centre, answer)
}

/// What a device hears of what it posted; counted.
pub fn said(centre: &Centre, answer: Result<Vec<u8>, Denied>) -> Response {
    match answer {
        Ok(answer) => {
            centre.counts.bytes_out.add(answer.len());
            answered(answer)
        }
        Err(denied) => {
            let counts = &centre.counts;
            if denied.is_busy() { &counts.busy } else { &counts.turned_away }.add(1);
            tracing::debug!(status = denied.status().as_u16(), "a request was turned away");
            denied.into_response()
        }
    }
}

/// Notes that a body could not be read.
pub fn note_unread(centre: &Centre, denied: &Denied) {
    let why = match denied.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Why::TooLarge,
        _ => Why::Cut,
    };
    centre.turned.note(None, why, crate::time::now_ms());
}

/// Devices know what comes: nothing is said of it but how long it is.
fn answered(answer: Vec<u8>) -> Response {
    if !answer.is_empty() {
        return Response::new(Body::from(answer));
    }
    let mut response = Response::new(Body::new(Nothing));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A body that is not there: of an empty one its length would be said.
struct Nothing;

impl HttpBody for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}

/// Reads a body of at most so many bytes; it must be there in time.
pub async fn read_body(
    request: Request,
    bytes_max: usize,
    within: Duration,
) -> Result<Vec<u8>, Denied> {
    let slow = |_| Denied::new(StatusCode::REQUEST_TIMEOUT, "The message took too long to arrive.");
    let mut reading = Reading::of(request, bytes_max);
    tokio::time::timeout(within, reading.more(usize::MAX)).await.map_err(slow)??;
    reading.whole()
}

/// The same for a large one, which may take as long as it keeps its pace.
pub async fn read_body_at_a_pace(request: Request, bytes_max: usize) -> Result<Vec<u8>, Denied> {
    let slow = |_| Denied::new(StatusCode::REQUEST_TIMEOUT, "The message came too slowly.");
    let mut reading = Reading::of(request, bytes_max);
    while !tokio::time::timeout(PACE, reading.more(PACE_BYTES)).await.map_err(slow)?? {}
    reading.whole()
}

struct Reading {
    body: Body,
    bytes_max: usize,
    read: Vec<u8>,
    /// How many bytes came, those included that are thrown away.
    came: usize,
}

impl Reading {
    fn of(request: Request, bytes_max: usize) -> Self {
        Self { body: request.into_body(), bytes_max, read: Vec::new(), came: 0 }
    }

    /// Reads so many bytes more at least, or to the end; whether it came to the end.
    async fn more(&mut self, bytes: usize) -> Result<bool, Denied> {
        let upto = self.came.saturating_add(bytes);
        while self.came < upto {
            let frame = poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await;
            let Some(frame) = frame else { return Ok(true) };
            let cut = |_| Denied::new(StatusCode::BAD_REQUEST, "The message was cut off.");
            let Ok(part) = frame.map_err(cut)?.into_data() else { continue };
            self.came += part.len();
            if self.came <= self.bytes_max {
                self.read.extend_from_slice(&part);
            } else if self.came - self.bytes_max > THROWN_AWAY_MAX {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn whole(self) -> Result<Vec<u8>, Denied> {
        if self.came > self.bytes_max {
            let sentence = format!("The message has more than {} bytes.", self.bytes_max);
            return Err(Denied::new(StatusCode::PAYLOAD_TOO_LARGE, sentence));
        }
        Ok(self.read)
    }
}

async fn posted(centre: &Centre, request: Request) -> Result<Vec<u8>, Denied> {
    let body = read_body(request, BODY_BYTES_MAX, BODY_READ).await;
    let body = body.inspect_err(|denied| note_unread(centre, denied))?;
    centre.counts.bytes_in.add(body.len());
    centre.exchange(&body, crate::time::now_ms()).await
}

/// How far a device will have read once it has taken an earlier answer to the same parcel.
#[derive(Clone, Copy, Debug)]
pub struct ReadTo {
    pub office: u64,
    pub register: u64,
    /// None where the device knows of no shared records.
    pub records: Option<u64>,
}

impl Centre {
    /// One turn of a device over its line: the bytes of its request in, those of the answer out. Of
    /// what was given to somebody to carry nothing is taken: whoever else saw it has it too, and an
    /// answer is not sealed here.
    pub async fn exchange(&self, request: &[u8], now_ms: i64) -> Result<Vec<u8>, Denied> {
        let signed = self.read(request, now_ms)?;
        if signed.is_carried() {
            self.turned.note(None, Why::Carried, now_ms);
            let sentence = "This was given to somebody to carry: it is answered in its parcel.";
            return Err(Denied::new(StatusCode::FORBIDDEN, sentence));
        }
        self.turn_of(signed, None, now_ms).await
    }

    /// The turn of a device whose request somebody brought, and that will have read further than it
    /// says. The answer is as of the line: whoever asks must seal it.
    pub async fn exchange_carried(
        &self,
        request: &[u8],
        read_to: Option<ReadTo>,
        now_ms: i64,
    ) -> Result<Vec<u8>, Denied> {
        let signed = self.read(request, now_ms)?;
        self.turn_of(signed, read_to, now_ms).await
    }

    fn read(&self, request: &[u8], now_ms: i64) -> Result<SignedRequest, Denied> {
        SignedRequest::read(request).map_err(|error| {
            self.turned.note(None, Why::Unreadable, now_ms);
            turned_away(error)
        })
    }

    async fn turn_of(
        &self,
        signed: SignedRequest,
        read_to: Option<ReadTo>,
        now_ms: i64,
    ) -> Result<Vec<u8>, Denied> {
        let note = |writer, why| self.turned.note(writer, why, now_ms);
        let (writer, is_carried) = (signed.writer, signed.is_carried());
        let Some(key) = self.store.device_key(writer).await? else {
            note(None, Why::Stranger);
            return Err(stranger());
        };
        let before = match signed.follows() {
            None => None,
            Some(seq) => self.store.hash_at(writer, seq).await?,
        };
        let opened = match signed.opened_after(&key, before) {
            Err(MessageError::Unplaced) => return Ok(unplaced(&self.counts, now_ms)),
            opened => opened.map_err(|error| {
                note(Some(writer), why(&error));
                turned_away(error)
            })?,
        };
        let Opened { request, signed, damaged, question } = opened;
        // Where its answers are carried, nothing is left out of them.
        let question = question.filter(|_| read_to.is_none());
        let damaged = damaged.map(|columns| Rejection::Damaged(columns.to_string()));
        let (batch, damaged) = match request.batch.map(checked) {
            None => (None, damaged),
            Some(Ok(batch)) => (Some(batch), damaged),
            Some(Err(damaged)) => (None, Some(damaged)),
        };
        if damaged.is_some() {
            note(Some(writer), Why::Damaged);
        }
        self.counts.batches.add(usize::from(batch.is_some() || damaged.is_some()));
        let asked = signed.statement.covers;
        let records = request.records.map(|records| after(records, read_to));
        let (records, damaged) = match records.map(read_records).transpose() {
            Ok(records) => (records, damaged),
            Err(unread) => (None, damaged.or(Some(unread))),
        };
        let turn = Turn {
            writer: request.writer,
            batch,
            signed,
            office_after: read_to.map_or(request.office_after, |read| read.office),
            register_after: read_to.map_or(request.register_after, |read| read.register),
            records,
            now_ms,
        };
        let mut exchanged = self.store.exchange(turn).await?;
        exchanged.rejection = exchanged.rejection.or(damaged);
        if is_carried {
            // Of one parcel the first answer has it.
            let offer = exchanged.pack.take().filter(|_| read_to.is_none());
            exchanged.pack = self.with_file(offer).await?;
        }
        count(&self.counts, &exchanged);
        let attestation = Attestation {
            writer: request.writer,
            request: asked,
            at_ms: now_ms,
            lock: exchanged.lock,
            // What is countersigned for a device that is locked is another history.
            head: (question.is_some() && exchanged.lock.is_none() && exchanged.head.seq > 0)
                .then_some(exchanged.head),
        };
        Ok(sealed(self, attestation, question.as_ref(), exchanged))
    }
}

/// What an earlier request of the same parcel said of records is not said again.
fn after(asked: RecordsAsked, read_to: Option<ReadTo>) -> RecordsAsked {
    match read_to.and_then(|read| read.records) {
        Some(after) => RecordsAsked::new(after, asked.acknowledged, &[]),
        None => asked,
    }
}

/// The edits of shared records that a device sent, or why they cannot be read.
fn read_records(asked: RecordsAsked) -> Result<TurnRecords, Rejection> {
    let edits = asked.edits().map_err(|error| Rejection::Damaged(error.to_string()))?;
    let first = asked.acknowledged.saturating_add(1);
    Ok(TurnRecords { after: asked.after, first, edits })
}

/// A batch whose entries can be read and lead to its head, or why it is refused as a whole. A
/// device that sent it as columns then sends it again as it is.
fn checked(batch: Batch) -> Result<CheckedBatch, Rejection> {
    if batch.before.seq > SEQUENCE_MAX {
        return Err(Rejection::Damaged("a sequence beyond any device's life".to_owned()));
    }
    let entries = batch.verified().map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        Rejection::Damaged(format!("{error}{}", cause.unwrap_or_default()))
    })?;
    Ok(CheckedBatch { batch, entries })
}

/// A short request whose entries do not follow what is here, or that its device did not sign. It
/// cannot be said which: the device sends it again with the hashes of its chain.
fn unplaced(counts: &Counts, at_ms: i64) -> Vec<u8> {
    counts.unplaced.add(1);
    let why = "the entries do not follow the chain that is here".to_owned();
    Answer { rejection: Some(Rejection::Damaged(why)), ..Answer::empty(at_ms) }.sealed()
}

fn sealed(
    centre: &Centre,
    attestation: Attestation,
    question: Option<&Question>,
    said: Exchanged,
) -> Vec<u8> {
    let (writer, at_ms) = (attestation.writer, attestation.at_ms);
    let office = &centre.trusted.office;
    let checkpoint = (said.head.seq > 0 && question.is_none()).then(|| {
        let (seq, hash) = (said.head.seq, said.head.hash);
        Checkpoint { writer, seq, hash, at_ms }.signed(office as &dyn Signer)
    });
    let notices = said.notices.into_iter();
    let answer = Answer {
        acknowledged: said.head.seq,
        checkpoint,
        notices: notices.map(|entry| Notice { to: writer, entry }.signed(office)).collect(),
        office_to: said.office_to,
        buildings: said.buildings,
        register_to: said.register_to,
        records: said.records,
        more: said.more,
        rejection: said.rejection,
        quarantined: said.quarantined,
        at_ms,
        attestation: Some(attestation.signed(office)),
        gone: Some(said.gone).filter(|gone| !gone.is_empty()),
        pack: said.pack,
    };
    match question {
        None => answer.sealed(),
        Some(question) => answer.sealed_short(question),
    }
}

fn count(counts: &Counts, said: &Exchanged) {
    counts.entries.add(said.taken);
    match &said.rejection {
        None => {}
        Some(Rejection::Gap(_)) => counts.gaps.add(1),
        Some(Rejection::Fork(_)) => counts.forks.add(1),
        Some(Rejection::Damaged(_)) => counts.damaged.add(1),
        Some(Rejection::Frozen) => counts.frozen.add(1),
    }
}

pub fn stranger() -> Denied {
    Denied::new(StatusCode::UNAUTHORIZED, "This device is not registered at this office.")
}

fn why(error: &MessageError) -> Why {
    match error {
        MessageError::Packing(_) | MessageError::Shape(_) => Why::Unreadable,
        MessageError::WrongWriter | MessageError::Signature(_) | MessageError::Unplaced => {
            Why::Signature
        }
    }
}

fn turned_away(error: MessageError) -> Denied {
    match error {
        MessageError::Packing(_) | MessageError::Shape(_) => {
            Denied::new(StatusCode::BAD_REQUEST, "This is no message of a Padi device.")
        }
        MessageError::WrongWriter | MessageError::Signature(_) | MessageError::Unplaced => {
            Denied::new(
                StatusCode::UNAUTHORIZED,
                "The message is not signed by the device that it names.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_may_be_as_large_as_its_limit() {
        let read = async |bytes: usize| {
            let request = Request::new(Body::from(vec![7; bytes]));
            let read = read_body(request, 10, BODY_READ).await;
            read.map(|body| body.len()).map_err(|denied| denied.status())
        };
        assert_eq!(read(10).await, Ok(10));
        assert_eq!(read(11).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
    }
}
