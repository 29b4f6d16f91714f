//! What every page for people has in common: its look, and the headers that keep it to itself.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use data_encoding::BASE64;

/// The one style sheet, inside every page.
pub const STYLE: &str = include_str!("../../templates/style.css");

/// Nothing is loaded from anywhere, and no script runs: the only style is the one whose hash this
/// is.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64.encode(&ledger::sha256(STYLE.as_bytes())[..]);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("base64 and plain words are a header")
});

/// A page as a response.
pub fn page(status: StatusCode, page: &impl Template) -> Response {
    let html = page.render().expect("writing to memory does not fail");
    const HEADERS: [(HeaderName, &str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    let mut response = (status, HEADERS, Html(html)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}
