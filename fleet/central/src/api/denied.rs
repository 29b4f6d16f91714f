//! How a request is turned away: a status and one plain sentence.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::keys::random;
use crate::store::StoreError;

/// A device that finds the centre busy comes back after so many seconds, and some more by chance,
/// so that those turned away together do not come back together.
const RETRY_AFTER_S: u8 = 2;
const RETRY_SPREAD_S: u8 = 8;

#[derive(Debug)]
pub struct Denied {
    status: StatusCode,
    sentence: String,
    retry_after_s: Option<u8>,
}

impl Denied {
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into(), retry_after_s: None }
    }

    /// The office, or what it keeps its things in, has no time now.
    pub fn busy() -> Self {
        let chance = random::<1>().map_or(0, |[byte]| byte % RETRY_SPREAD_S);
        let sentence = "The office is busy. Come back in some seconds.".to_owned();
        let retry_after_s = Some(RETRY_AFTER_S + chance);
        Self { status: StatusCode::SERVICE_UNAVAILABLE, sentence, retry_after_s }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// It may be tried again in some seconds.
    pub fn is_busy(&self) -> bool {
        self.retry_after_s.is_some()
    }

    pub fn sentence(&self) -> &str {
        &self.sentence
    }
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Away(_) => Self::busy(),
            error => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "a request could not be served");
                let sentence = "The office cannot reach its books. Nothing was taken.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
            }
        }
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        const PLAIN: (HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
        let mut response = (self.status, [PLAIN], self.sentence).into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(u16::from(seconds)));
        }
        response
    }
}
