//! A platform that speaks as UPYOG does takes what was collected for it, one receipt after the
//! other. The receipt's number is the payment's transaction number: before a payment is created,
//! and after any answer that was lost, it is looked for by that, so that it is there once.
//!
//! The line is plain HTTP and leads to this machine alone: encryption and the platform's own way of
//! knowing its clients are the business of a proxy on this machine.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;

use crate::bills::{Item, ItemKind, payment};

/// A platform that takes longer has not answered.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// No answer about one receipt comes near this.
const ANSWER_BYTES_MAX: u64 = 1_024 * 1_024;

/// A payment that is there and was cancelled.
const CANCELLED: &str = "CANCELLED";

#[derive(Debug, Error)]
pub enum UpyogError {
    #[error(
        "{0} is no address of this machine: write http://127.0.0.1:PORT, and have a proxy there"
    )]
    Address(String),
    #[error("the platform cannot be reached")]
    Away(#[source] std::io::Error),
    #[error("the platform's answer is none: {0}")]
    Answer(&'static str),
    #[error("the platform refuses {receipt}: {why}")]
    Refused { receipt: String, why: String },
}

pub struct Platform {
    authority: String,
    tenant: String,
    service: String,
    token: Option<String>,
}

impl Platform {
    pub fn at(
        url: &str,
        tenant: String,
        service: String,
        token: Option<String>,
    ) -> Result<Self, UpyogError> {
        let wrong = || UpyogError::Address(url.to_owned());
        let authority = url.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
        let host = authority.rsplit_once(':').ok_or_else(wrong)?.0.trim_matches(['[', ']']);
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
        match here && !authority.contains('/') {
            true => Ok(Self { authority: authority.to_owned(), tenant, service, token }),
            false => Err(wrong()),
        }
    }

    /// Hands one receipt over, or takes it back; nothing where that was done before.
    pub fn deliver(&self, item: &Item) -> Result<(), UpyogError> {
        let there = self.search(item)?;
        match (item.kind, there) {
            (ItemKind::Payment, Some(_)) | (ItemKind::Reversal, None) => Ok(()),
            (ItemKind::Payment, None) => self.create(item),
            (ItemKind::Reversal, Some(it)) if it["paymentStatus"] == CANCELLED => Ok(()),
            (ItemKind::Reversal, Some(payment)) => {
                let workflow = json!({
                    "paymentId": payment["id"],
                    "action": "CANCEL",
                    "tenantId": self.tenant,
                    "reason": "The receipt does not stand",
                });
                let body = json!({ "PaymentWorkflows": [workflow] });
                self.post("/collection-services/payments/_workflow", body, item).map(|_| ())
            }
        }
    }

    fn search(&self, item: &Item) -> Result<Option<Value>, UpyogError> {
        let path = format!(
            "/collection-services/payments/_search?tenantId={}&transactionNumber={}",
            self.tenant, item.receipt
        );
        let answer = self.post(&path, json!({}), item)?;
        let list = answer["Payments"].as_array();
        Ok(list.ok_or(UpyogError::Answer("it lists no Payments"))?.first().cloned())
    }

    fn create(&self, item: &Item) -> Result<(), UpyogError> {
        let path = format!(
            "/billing-service/bill/v2/_fetchbill?tenantId={}&consumerCode={}&businessService={}",
            self.tenant,
            item.account.replace('/', "%2F"),
            self.service
        );
        let answer = self.post(&path, json!({}), item)?;
        let bill = answer["Bill"][0]["id"].as_str();
        let Some(bill) = bill else {
            let why = format!("it has no open bill of {}", item.account);
            return Err(UpyogError::Refused { receipt: item.receipt.clone(), why });
        };
        let mut payment = payment(&self.service, &self.tenant, item);
        payment["paymentDetails"][0]["billId"] = json!(bill);
        let body = json!({ "Payment": payment });
        let answer = self.post("/collection-services/payments/_create", body, item)?;
        match answer["Payments"][0]["transactionNumber"] == item.receipt {
            true => Ok(()),
            false => Err(UpyogError::Answer("it names another payment")),
        }
    }

    fn post(&self, path: &str, mut body: Value, item: &Item) -> Result<Value, UpyogError> {
        body["RequestInfo"] = json!({ "apiId": "padi", "authToken": self.token });
        let (status, text) = self.send(path, &body.to_string()).map_err(UpyogError::Away)?;
        let answer: Value =
            serde_json::from_str(&text).map_err(|_| UpyogError::Answer("it is no JSON"))?;
        if status == 200 {
            return Ok(answer);
        }
        let fault = &answer["Errors"][0];
        let why = format!(
            "{} {}",
            fault["code"].as_str().unwrap_or("no code"),
            fault["message"].as_str().unwrap_or("and no words")
        );
        Err(UpyogError::Refused { receipt: item.receipt.clone(), why })
    }

    fn send(&self, path: &str, body: &str) -> std::io::Result<(u16, String)> {
        let nowhere = || std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
        let address = self.authority.to_socket_addrs()?.next().ok_or_else(nowhere)?;
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        stream.set_write_timeout(Some(ANSWER_LIMIT))?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            self.authority,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut bytes = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes)?;
        parsed(&bytes).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

/// Status and body of an answer with a length; none where it was cut.
fn parsed(bytes: &[u8]) -> Option<(u16, String)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.lines().next()?.split_whitespace().nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    Some((status, body.get(..length)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to() {
        let at = |url: &str| Platform::at(url, "t".into(), "s".into(), None).is_ok();
        assert!(at("http://127.0.0.1:8080") && at("http://[::1]:80/") && at("http://localhost:1"));
        for other in ["http://10.0.0.1:80", "https://127.0.0.1:443", "127.0.0.1:80", "http://x"] {
            assert!(!at(other), "{other}");
        }
    }

    #[test]
    fn an_answer_that_was_cut_is_none() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(parsed(whole), Some((200, "{}".to_owned())));
        for cut in 0..whole.len() {
            assert_eq!(parsed(&whole[..cut]), None, "{cut}");
        }
    }
}
