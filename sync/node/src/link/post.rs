//! One request and its answer, each step with its limit of time and bytes.

use std::time::Duration;

use replica::{
    EARLIER_ANSWER_BYTES_MAX, MESSAGE_BYTES_MAX, NAME_ANSWER_BYTES_MAX, PACK_FILE_PIECE_BYTES,
    PHOTO_ANSWER_BYTES_MAX, POSTED_BYTES_MAX, pack_file_name,
};
use reqwest::header::{RANGE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::timeout;

use super::fault::LinkFault;
use super::trust;
use super::{LinkEvent, Outgoing};
use crate::store::PackPiece;

/// The slowest line that is waited for: EDGE in a bad place gives half of its 100 kbit/s.
const LINE_BITS_PER_SECOND_MIN: u64 = 50_000;

/// The largest answer that is read. It unpacks to no more than a message, so no honest one is
/// larger than that.
const ANSWER_BYTES_MAX: usize = MESSAGE_BYTES_MAX;

/// How much of a refusal's text is kept for the log, in bytes.
const REFUSAL_BYTES_MAX: usize = 512;

/// An idle connection is kept this long, so that the next receipts need no new handshake.
const IDLE_MS: u64 = 5 * 60 * 1_000;

/// How long each step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To the end of the TLS handshake.
    pub connect_ms: u64,
    /// From the end of the request to the first of the answer, and between two pieces of it. The
    /// time that the bytes themselves need on a slow line is added.
    pub silence_ms: u64,
}

impl Patience {
    /// Four round trips of 600 ms and as many lost frames to connect; a busy centre's whole queue
    /// to answer.
    pub const EDGE: Self = Self { connect_ms: 15_000, silence_ms: 20_000 };
}

pub(super) struct Post {
    client: Client,
    url: Url,
    /// Where parcels of other devices go, and pieces of photos, where rule packs come from, and
    /// where houses are found by a name.
    parcels: Url,
    photos: Url,
    packs: Url,
    names: Url,
    earlier: Url,
    patience: Patience,
}

impl Post {
    pub(super) fn new(
        url: Url,
        certificate: Option<&[u8]>,
        patience: Patience,
    ) -> Result<Self, reqwest::Error> {
        // reqwest panics without a process-wide provider, even where the configuration names one.
        // Whoever installed it first, it is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_millis(patience.connect_ms))
            .pool_idle_timeout(Duration::from_millis(IDLE_MS))
            .pool_max_idle_per_host(1)
            .tcp_nodelay(true);
        let builder = match certificate {
            Some(certificate) => builder.tls_backend_preconfigured(trust::pinned(certificate)),
            None => builder,
        };
        let below = |name: &str| {
            let mut below = url.clone();
            below.set_path(&format!("{}/{name}", url.path()));
            below
        };
        let (parcels, photos) = (below("parcel"), below("photo"));
        let (packs, names, earlier) = (below("pack"), below("names"), below("earlier"));
        let client = builder.build()?;
        Ok(Self { client, url, parcels, photos, packs, names, earlier, patience })
    }

    pub(super) async fn sent(&self, outgoing: Outgoing) -> LinkEvent {
        let answered = match outgoing {
            Outgoing::Request(request) => {
                let answered = self.posted(self.url.clone(), request, ANSWER_BYTES_MAX).await;
                answered.map(|answered| answered.map(LinkEvent::Answered))
            }
            Outgoing::Parcel(parcel) => {
                let replied = self.posted(self.parcels.clone(), parcel, POSTED_BYTES_MAX).await;
                replied.map(|replied| replied.map(LinkEvent::Replied))
            }
            Outgoing::Photo(piece) => {
                let answered =
                    self.posted(self.photos.clone(), piece, PHOTO_ANSWER_BYTES_MAX).await;
                answered.map(|answered| answered.map(LinkEvent::PhotoAnswered))
            }
            Outgoing::Names(question) => {
                let answered =
                    self.posted(self.names.clone(), question, NAME_ANSWER_BYTES_MAX).await;
                answered.map(|answered| answered.map(LinkEvent::NamesAnswered))
            }
            Outgoing::Earlier(question) => {
                let url = self.earlier.clone();
                let answered = self.posted(url, question, EARLIER_ANSWER_BYTES_MAX).await;
                answered.map(|answered| answered.map(LinkEvent::EarlierAnswered))
            }
            Outgoing::Pack(piece) => {
                let came = self.fetched(piece).await;
                came.map(|came| came.map(|bytes| LinkEvent::PackCame(piece, bytes)))
            }
        };
        match answered {
            Ok(Ok(event)) => event,
            Ok(Err(retry_after_ms)) => {
                LinkEvent::Down { why: LinkFault::Overloaded, retry_after_ms }
            }
            Err(why) => LinkEvent::Down { why, retry_after_ms: None },
        }
    }

    /// The body of the answer; of a centre that is overloaded, when it wants to be asked again.
    async fn posted(
        &self,
        url: Url,
        body: Vec<u8>,
        answer_max: usize,
    ) -> Result<Result<Vec<u8>, Option<u64>>, LinkFault> {
        let limit_ms = self.patience.connect_ms + self.patience.silence_ms + line_ms(body.len());
        let response = within(limit_ms, self.client.post(url).body(body).send()).await?;
        self.answered(response, answer_max).await
    }

    /// A piece of a rule pack's file (RFC 9110, section 14: a range of bytes).
    async fn fetched(&self, piece: PackPiece) -> Result<Result<Vec<u8>, Option<u64>>, LinkFault> {
        let mut url = self.packs.clone();
        url.set_path(&format!("{}/{}", self.packs.path(), pack_file_name(&piece.digest)));
        let asked =
            self.client.get(url).header(RANGE, format!("bytes={}-{}", piece.from, piece.to));
        let limit_ms = self.patience.connect_ms + self.patience.silence_ms;
        let response = within(limit_ms, asked.send()).await?;
        self.answered(response, PACK_FILE_PIECE_BYTES).await
    }

    async fn answered(
        &self,
        response: Response,
        answer_max: usize,
    ) -> Result<Result<Vec<u8>, Option<u64>>, LinkFault> {
        let status = response.status();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            return Ok(Err(retry_after_ms(&response)));
        }
        if status == StatusCode::NO_CONTENT {
            return Ok(Ok(Vec::new()));
        }
        if !matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
            let text = self.read(response, REFUSAL_BYTES_MAX).await;
            let text = text.map_err(|_| String::new()).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).trim().to_owned();
            return Err(LinkFault::Refused { status: status.as_u16(), text });
        }
        self.read(response, answer_max).await.map(Ok)
    }

    /// The body of an answer, piece by piece: a line that is slow but alive is waited for.
    async fn read(&self, mut response: Response, bytes_max: usize) -> Result<Vec<u8>, LinkFault> {
        let mut body = Vec::new();
        // Whoever sends a byte now and then must not hold the link for ever.
        let mut left_ms = self.patience.silence_ms + line_ms(bytes_max);
        loop {
            let begun = tokio::time::Instant::now();
            let limit_ms = left_ms.min(self.patience.silence_ms);
            let Some(piece) = within(limit_ms, response.chunk()).await? else {
                return Ok(body);
            };
            if body.len() + piece.len() > bytes_max {
                return Err(LinkFault::TooLong(bytes_max));
            }
            body.extend_from_slice(&piece);
            let spent_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            left_ms = left_ms.saturating_sub(spent_ms);
        }
    }
}

/// How long the slowest line takes for so many bytes.
fn line_ms(bytes: usize) -> u64 {
    let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8);
    bits.saturating_mul(1_000) / LINE_BITS_PER_SECOND_MIN
}

async fn within<T>(
    limit_ms: u64,
    step: impl Future<Output = Result<T, reqwest::Error>>,
) -> Result<T, LinkFault> {
    match timeout(Duration::from_millis(limit_ms), step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) if error.is_timeout() => Err(LinkFault::Timeout(limit_ms)),
        Ok(Err(error)) => Err(LinkFault::of(&error)),
        Err(_) => Err(LinkFault::Timeout(limit_ms)),
    }
}

/// Whole seconds, as the centre writes them; a date would need a clock that can be trusted.
fn retry_after_ms(response: &Response) -> Option<u64> {
    let seconds: u64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.saturating_mul(1_000))
}
