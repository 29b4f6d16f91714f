//! The way to the centre.

use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client, Url};

use crate::SimError;
use crate::upi::payment::Sealed;
use crate::wire::{LOOK_UP, Stop};

/// A centre that takes longer has not taken the confirmation.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

pub struct Post {
    runtime: tokio::runtime::Runtime,
    client: Client,
    address: Url,
}

impl Post {
    pub fn new(centre: &str, certificate: Option<&[u8]>) -> Result<Post, SimError> {
        let wrong = |what: String| SimError::new(what, io::ErrorKind::InvalidInput.into());
        let address = address(centre).map_err(wrong)?;
        // Another part of the process may have chosen the provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder().timeout(ANSWER_LIMIT).no_proxy();
        if let Some(pem) = certificate {
            let certificate = Certificate::from_pem(pem)
                .map_err(|error| wrong(format!("the certificate cannot be read: {error}")))?;
            builder = builder.tls_certs_only([certificate]);
        }
        let client = builder
            .build()
            .map_err(|error| wrong(format!("no connection can be prepared: {error}")))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| SimError::new("no runtime could be started", error))?;
        Ok(Post { runtime, client, address })
    }

    /// Sends each confirmation in order; the answers are HTTP status numbers.
    pub fn confirm(
        &self,
        sealed: &[Sealed],
        later: &Duration,
        stop: &Stop,
    ) -> Result<Vec<u16>, String> {
        let due = Instant::now() + *later;
        while Instant::now() < due {
            if stop.wished() {
                return Err("stopped before the confirmation was due".to_owned());
            }
            std::thread::sleep(LOOK_UP.min(due.saturating_duration_since(Instant::now())));
        }
        sealed.iter().map(|sealed| self.runtime.block_on(self.send(sealed))).collect()
    }

    async fn send(&self, sealed: &Sealed) -> Result<u16, String> {
        let answer = self
            .client
            .post(self.address.clone())
            .header("content-type", "application/json")
            .header("x-padi-timestamp", &sealed.timestamp)
            .header("x-padi-signature", &sealed.signature)
            .body(sealed.body.clone())
            .send()
            .await
            .map_err(|error| format!("the centre did not answer: {error}"))?;
        Ok(answer.status().as_u16())
    }
}

fn address(centre: &str) -> Result<Url, String> {
    let wrong = |because: &str| format!("\"{centre}\" is not the address of a centre: {because}");
    let url = Url::parse(centre).map_err(|error| wrong(&error.to_string()))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Err(wrong("without encryption only this machine is spoken to")),
        _ => return Err(wrong("it begins with https:// or http://")),
    }
    url.join("/v1/upi/confirmation").map_err(|error| wrong(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let text = |centre| address(centre).map(|url| url.to_string());
        assert_eq!(
            text("http://127.0.0.1:8080").as_deref(),
            Ok("http://127.0.0.1:8080/v1/upi/confirmation")
        );
        assert!(text("http://[::1]:8080/").is_ok());
        assert!(text("https://centre.example").is_ok());
        assert!(text("http://centre.example").unwrap_err().contains("without encryption"));
        assert!(text("ftp://127.0.0.1").unwrap_err().contains("begins with"));
    }
}
