//! What a card terminal behind a cloud service needs of this machine: the line to it, and the
//! service's numbers on the disk. What is said on the line is the drivers' own matter: texts go
//! through here unread, and are never written down, since they hold a secret.

mod numbers;

use std::time::Duration;

use reqwest::{Certificate, Client, Url};
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::link::{chain, is_this_machine};

pub use numbers::{Kept, TerminalNumbers, TerminalNumbersError};

/// An honest answer has under two kilobytes.
const ANSWER_BYTES_MAX: usize = 64 * 1_024;

/// An idle connection is kept so long: questions about a payment follow each other by seconds.
const IDLE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub struct TerminalLineOptions {
    /// `https://service.example:8201`, with or without a path; plain HTTP to this machine only.
    pub url: String,
    /// PEM of whoever signed the service's certificate; those that the machine trusts where it is
    /// left out.
    pub certificate: Option<Vec<u8>>,
    /// To the end of the TLS handshake.
    pub connect: Duration,
    /// From the request to the last of its answer.
    pub answer: Duration,
}

#[derive(Debug, Error)]
pub enum TerminalLineError {
    #[error("the address of the terminal's service cannot be read: {0}")]
    Address(String),
    #[error("plain http:// is for a terminal's service on this machine only; use https://")]
    Plain,
    #[error("the certificate of the terminal's service cannot be read")]
    Certificate(#[source] reqwest::Error),
    #[error("the line to the terminal's service cannot be made ready")]
    Client(#[source] reqwest::Error),
    #[error("the line to the terminal's service cannot be started")]
    Runtime(#[source] std::io::Error),
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TerminalLineFault {
    /// Nothing of the request left this machine.
    #[error("the terminal's service cannot be reached: {0}")]
    NotSent(String),
    #[error("no word from the terminal's service in time")]
    Timeout,
    #[error("the line to the terminal's service was cut: {0}")]
    Cut(String),
    #[error("the terminal's service answers with {0}")]
    Refused(u16),
    #[error("the answer of the terminal's service is no text of {ANSWER_BYTES_MAX} bytes at most")]
    Rubbish,
}

/// Blocks whoever asks until the answer is there, or is known not to come.
pub struct TerminalLine {
    runtime: Runtime,
    client: Client,
    url: Url,
    connect: Duration,
    answer: Duration,
}

impl TerminalLine {
    pub fn new(options: &TerminalLineOptions) -> Result<Self, TerminalLineError> {
        let url = address(&options.url)?;
        // reqwest panics without a process-wide provider; whoever installed it first, it is the
        // same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.connect)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(1)
            .tcp_nodelay(true);
        if let Some(pem) = &options.certificate {
            let certificate = Certificate::from_pem(pem).map_err(TerminalLineError::Certificate)?;
            builder = builder.tls_certs_only([certificate]);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(TerminalLineError::Runtime)?;
        let client = builder.build().map_err(TerminalLineError::Client)?;
        Ok(Self { runtime, client, url, connect: options.connect, answer: options.answer })
    }

    /// Posts a JSON text to a path below the service's address; the answer's text.
    pub fn post(&mut self, path: &str, body: &str) -> Result<String, TerminalLineFault> {
        let mut url = self.url.clone();
        let below = url.path().trim_end_matches('/');
        url.set_path(&format!("{below}/{}", path.trim_start_matches('/')));
        let limit = self.connect + self.answer;
        let (client, body) = (&self.client, body.to_owned());
        self.runtime.block_on(async {
            match timeout(limit, asked(client, url, body)).await {
                Ok(answered) => answered,
                Err(_) => Err(TerminalLineFault::Timeout),
            }
        })
    }
}

async fn asked(client: &Client, url: Url, body: String) -> Result<String, TerminalLineFault> {
    let request = client.post(url).header("content-type", "application/json").body(body);
    let mut response = request.send().await.map_err(|error| fault(&error))?;
    if !response.status().is_success() {
        return Err(TerminalLineFault::Refused(response.status().as_u16()));
    }
    let mut text = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| fault(&error))? {
        if text.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err(TerminalLineFault::Rubbish);
        }
        text.extend_from_slice(&piece);
    }
    String::from_utf8(text).map_err(|_| TerminalLineFault::Rubbish)
}

/// Only where no connection stood is it sure that nothing was sent.
fn fault(error: &reqwest::Error) -> TerminalLineFault {
    match (error.is_connect(), error.is_timeout()) {
        (true, _) => TerminalLineFault::NotSent(chain(error)),
        (false, true) => TerminalLineFault::Timeout,
        (false, false) => TerminalLineFault::Cut(chain(error)),
    }
}

fn address(text: &str) -> Result<Url, TerminalLineError> {
    let url =
        Url::parse(text).map_err(|why| TerminalLineError::Address(format!("{text}: {why}")))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        "http" => Err(TerminalLineError::Plain),
        _ => Err(TerminalLineError::Address(format!("{text}: it does not begin with https://"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_reached_by_tls_or_on_this_machine() {
        assert!(address("https://service.example:8201").is_ok());
        assert!(address("http://127.0.0.1:8201/below").is_ok());
        assert!(address("http://[::1]:8201").is_ok());
        for plain in ["http://service.example", "http://127.0.0.1.example", "http://10.0.0.1"] {
            assert!(matches!(address(plain), Err(TerminalLineError::Plain)), "{plain}");
        }
        for wrong in ["", "service.example", "ftp://127.0.0.1"] {
            assert!(matches!(address(wrong), Err(TerminalLineError::Address(_))), "{wrong}");
        }
    }
}
