//! The line to a gateway for SMS. It is told of one message at a time, `POST URL` with JSON:
//! `{"id": "…", "to": "+919846012345", "text": "…", "parts": 2}`, and `Authorization: Bearer …`
//! with the token of the environment's PADI_SMS_TOKEN. `id` is the same however often a message is
//! tried, and a gateway that knows it already answers 409. 200, 201, 202 and 409 mean that it has
//! the message, with `{"reference": "…"}` where it has a name for it; 400, 404, 410, 413 and 422
//! that it never takes it; everything else that it may be asked again later.

use std::time::Duration;

use reqwest::{Client, StatusCode, Url};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::reminders::{Outgoing, Sent};
use crate::store::{Store, StoreError};
use crate::time::now_ms;

/// The variable with the token.
pub const TOKEN: &str = "PADI_SMS_TOKEN";

/// How long the gateway may take.
const ANSWERS: Duration = Duration::from_secs(20);

/// How much of an answer is read and kept, in characters.
const ANSWER_CHARACTERS_MAX: usize = 200;

/// What all mobile numbers here begin with for the rest of the world.
const INDIA: &str = "+91";

#[derive(Debug, Error)]
pub enum GatewayError {
    #[error("the gateway's address is none: write https://…, or http:// on this machine")]
    Address,
    #[error("the environment has no {TOKEN}: set it to what the gateway gave the office")]
    NoToken,
    #[error("the line to the gateway cannot be made ready")]
    Client(#[source] reqwest::Error),
}

pub struct Gateway {
    client: Client,
    url: Url,
    token: String,
}

#[derive(Serialize)]
struct Message<'a> {
    id: &'a str,
    to: String,
    text: &'a str,
    parts: u32,
}

#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    reference: String,
}

impl Gateway {
    /// By its address and the token of the environment.
    ///
    /// # Errors
    ///
    /// Where the address would send the token or a person's number in the clear, or one is missing.
    pub fn of(address: &str) -> Result<Self, GatewayError> {
        let url = Url::parse(address).map_err(|_| GatewayError::Address)?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let here = host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        match url.scheme() {
            "https" => {}
            "http" if here => {}
            _ => return Err(GatewayError::Address),
        }
        let token = std::env::var(TOKEN).ok().filter(|token| !token.trim().is_empty());
        let token = token.ok_or(GatewayError::NoToken)?.trim().to_owned();
        // Only the first call of a process chooses; the others find it chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder().timeout(ANSWERS).no_proxy();
        let builder = builder.redirect(reqwest::redirect::Policy::none());
        let client = builder.build().map_err(GatewayError::Client)?;
        Ok(Self { client, url, token })
    }

    /// Tells it of a message.
    pub async fn send(&self, message: &Outgoing) -> Sent {
        let Outgoing { key, mobile, text, parts, .. } = message;
        let body = Message { id: key, to: format!("{INDIA}{mobile}"), text, parts: *parts };
        let request = self.client.post(self.url.clone()).bearer_auth(&self.token).json(&body);
        let response = match request.send().await {
            Ok(response) => response,
            // The error may name the address, and the address a secret.
            Err(error) if error.is_timeout() => return Sent::Later("no answer".to_owned()),
            Err(_) => return Sent::Later("the gateway cannot be reached".to_owned()),
        };
        let status = response.status();
        let text = response.text().await.unwrap_or_default();
        said(status, &text)
    }
}

fn said(status: StatusCode, text: &str) -> Sent {
    let short: String = text.chars().take(ANSWER_CHARACTERS_MAX).collect();
    let why = format!("{}: {short}", status.as_u16());
    match status.as_u16() {
        200..=202 | 409 => {
            let answer: Answer = serde_json::from_str(text).unwrap_or_default();
            Sent::Taken(answer.reference.chars().take(ANSWER_CHARACTERS_MAX).collect())
        }
        400 | 404 | 410 | 413 | 422 => Sent::Never(why),
        _ => Sent::Later(why),
    }
}

/// Sends what is due; says how many messages the gateway was told of.
pub async fn round(store: &dyn Store, gateway: &Gateway) -> Result<usize, StoreError> {
    let due = store.messages_due(now_ms()).await?;
    let count = due.len();
    for message in due {
        let sent = gateway.send(&message).await;
        if !matches!(sent, Sent::Taken(_)) {
            tracing::warn!(message.id, ?sent, "a message did not go out");
        }
        store.message_ended(message, sent, now_ms()).await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_gateway_says_is_taken_for_what_it_means() {
        let status = |code| StatusCode::from_u16(code).expect("a status");
        let taken = Sent::Taken("sms-7".to_owned());
        assert_eq!(said(status(200), "{\"reference\": \"sms-7\"}"), taken);
        assert_eq!(said(status(409), "{\"reference\": \"sms-7\"}"), taken, "it has it already");
        assert_eq!(said(status(202), "queued"), Sent::Taken(String::new()));
        assert_eq!(said(status(422), "no"), Sent::Never("422: no".to_owned()));
        for later in [401, 403, 408, 429, 500, 503] {
            assert!(matches!(said(status(later), ""), Sent::Later(_)), "{later}");
        }
        let long = said(status(500), &"x".repeat(9_000));
        assert!(matches!(long, Sent::Later(why) if why.len() < 300));
    }

    #[test]
    fn numbers_go_to_nobody_in_the_clear() {
        for bad in ["http://sms.example/send", "ftp://127.0.0.1", "sms.example", ""] {
            assert!(matches!(Gateway::of(bad), Err(GatewayError::Address)), "{bad}");
        }
    }
}
