//! `POST /v1/upi/confirmation`: the bank says that a UPI request was paid.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER_PERMISSIVE;
use ledger::Paise;
use ring::hmac;
use serde::{Deserialize, Serialize};

use super::Centre;
use super::denied::Denied;
use super::exchange::read_body;
use crate::store::{BankWord, BankWordState};

/// The largest body: five short fields.
const BODY_BYTES_MAX: usize = 4_096;

const BODY_READ: Duration = Duration::from_secs(10);

/// How far the sender's clock may be from ours. A word that is repeated within it changes nothing.
const WINDOW_MS: u64 = 10 * 60 * 1_000;

/// The longest reference or address, in bytes.
const TEXT_BYTES_MAX: usize = 80;

#[derive(Deserialize)]
struct Confirmation {
    tr: String,
    amount: String,
    vpa: String,
    rrn: String,
    paid_at_ms: i64,
}

#[derive(Serialize)]
struct Kept {
    state: &'static str,
}

pub async fn confirmation(
    State(centre): State<Arc<Centre>>,
    request: Request,
) -> Result<Response, Denied> {
    let headers = request.headers().clone();
    let body = read_body(request, BODY_BYTES_MAX, BODY_READ).await?;
    let now_ms = crate::time::now_ms();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (timestamp, signature) = (text("x-padi-timestamp"), text("x-padi-signature"));
    bank_signed(&centre.upi, timestamp, signature, &body, now_ms)?;
    let word = bank_word(&body, now_ms)?;
    let state = centre.store.bank_word(word).await?;
    centre.counts.bank_words.add(1);
    // Whoever posts needs to know only that it is kept; what does not fit is the office's to
    // settle.
    let status = match state {
        BankWordState::Confirmed => StatusCode::OK,
        BankWordState::Waiting | BankWordState::Differs | BankWordState::Twice => {
            StatusCode::ACCEPTED
        }
    };
    Ok((status, Json(Kept { state: state.code() })).into_response())
}

/// The signature is HMAC-SHA256 over the timestamp (milliseconds since 1970), a full stop and the
/// body.
pub fn bank_signed(
    key: &hmac::Key,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
    now_ms: i64,
) -> Result<(), Denied> {
    let denied = |sentence| Denied::new(StatusCode::UNAUTHORIZED, sentence);
    let timestamp = timestamp.ok_or_else(|| denied("There is no timestamp."))?;
    let signature = signature.ok_or_else(|| denied("There is no signature."))?;
    let tag = HEXLOWER_PERMISSIVE.decode(signature.as_bytes()).unwrap_or_default();
    let message = [timestamp.as_bytes(), b".", body].concat();
    hmac::verify(key, &message, &tag).map_err(|_| denied("The signature is wrong."))?;
    let sent_ms: i64 = timestamp.parse().map_err(|_| denied("The timestamp is no number."))?;
    match sent_ms.abs_diff(now_ms) <= WINDOW_MS {
        true => Ok(()),
        false => Err(denied("The timestamp is more than ten minutes away.")),
    }
}

/// Reads the body of a confirmation, `received_ms` by the centre's clock. Whose word it is, the
/// signature says.
pub fn bank_word(body: &[u8], received_ms: i64) -> Result<BankWord, Denied> {
    let denied = |sentence: &str| Denied::new(StatusCode::BAD_REQUEST, sentence);
    let said: Confirmation = serde_json::from_slice(body)
        .map_err(|_| denied("The body needs tr, amount, vpa, rrn and paid_at_ms."))?;
    let amount = Paise::parse(&said.amount).ok().filter(|amount| amount.is_positive());
    let amount = amount.ok_or_else(|| denied("The amount is no sum of money."))?;
    for text in [&said.tr, &said.rrn, &said.vpa] {
        if text.is_empty() || text.len() > TEXT_BYTES_MAX {
            return Err(denied("A reference or address is empty or too long."));
        }
    }
    Ok(BankWord {
        reference: said.tr,
        bank_reference: said.rrn,
        amount,
        payer_address: said.vpa,
        paid_ms: said.paid_at_ms,
        received_ms,
    })
}
