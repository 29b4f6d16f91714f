//! A payment as a payer's app reads it off a QR, and as the bank confirms it.

use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER;
use ring::hmac;
use serde::Serialize;

/// The body of a confirmation.
#[derive(Debug, Clone, Serialize)]
pub struct Payment {
    pub tr: String,
    pub amount: String,
    pub vpa: &'static str,
    pub rrn: String,
    pub paid_at_ms: u64,
}

/// A confirmation ready to be sent.
#[derive(Debug, Clone)]
pub struct Sealed {
    pub body: String,
    pub timestamp: String,
    pub signature: String,
}

/// Keeps two payments of the same millisecond apart.
static PAYMENTS: AtomicU64 = AtomicU64::new(0);

impl Payment {
    /// Reads `upi://pay?pa=…&am=…&tr=…`.
    pub fn read(uri: &str, now_ms: u64, wrong_amount: bool) -> Result<Payment, String> {
        let query = uri.strip_prefix("upi://pay?").ok_or("a payment begins with upi://pay?")?;
        let (mut tr, mut amount, mut payee) = (None, None, None);
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decoded(value)?;
            match key {
                "tr" => tr = Some(value),
                "am" => amount = Some(paise(&value)?),
                "pa" => payee = Some(value),
                "cu" if value != "INR" => return Err(format!("{value} is not INR")),
                _ => {}
            }
        }
        payee.filter(|payee| payee.contains('@')).ok_or("the payment names no payee (pa)")?;
        let paise = amount.ok_or("the payment names no amount (am)")? - u64::from(wrong_amount);
        let number = now_ms * 100 + PAYMENTS.fetch_add(1, Ordering::SeqCst) % 100;
        Ok(Payment {
            tr: tr.filter(|tr| !tr.is_empty()).ok_or("the payment has no reference (tr)")?,
            amount: format!("{}.{:02}", paise / 100, paise % 100),
            vpa: "payer@example",
            rrn: format!("{:012}", number % 1_000_000_000_000),
            paid_at_ms: now_ms,
        })
    }

    pub fn seal(&self, secret: &[u8], timestamp_ms: u64) -> Sealed {
        let body = serde_json::to_string(self).expect("texts and numbers always serialise");
        let timestamp = timestamp_ms.to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
        Sealed { body, timestamp, signature: HEXLOWER.encode(tag.as_ref()) }
    }
}

fn paise(amount: &str) -> Result<u64, String> {
    let wrong = || format!("\"{amount}\" is no amount of rupees");
    let (rupees, fraction) = amount.split_once('.').unwrap_or((amount, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(rupees) || !digits(fraction) || fraction.len() > 2 || rupees.len() > 10 {
        return Err(wrong());
    }
    let rupees: u64 = rupees.parse().map_err(|_| wrong())?;
    let fraction: u64 = format!("{fraction:0<2}").parse().map_err(|_| wrong())?;
    match rupees * 100 + fraction {
        0 => Err(wrong()),
        paise => Ok(paise),
    }
}

fn percent_decoded(value: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let text = std::str::from_utf8(&digits).map_err(|_| "a broken % in the payment")?;
                let byte = u8::from_str_radix(text, 16).map_err(|_| "a broken % in the payment")?;
                bytes.push(byte);
                rest = after;
            }
            (b'%', _) => return Err("a broken % in the payment".to_owned()),
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| "the payment is not text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_becomes_a_signed_confirmation() {
        let uri = "upi://pay?pa=body%40bank&pn=Body&tr=K7-000123&am=1184.00&cu=INR&tn=tax";
        let payment = Payment::read(uri, 1_700_000_000_000, false).unwrap();
        assert_eq!(
            (&*payment.tr, &*payment.amount, payment.rrn.len()),
            ("K7-000123", "1184.00", 12)
        );
        let sealed = payment.seal(b"secret", 1_700_000_000_001);
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let signed = format!("1700000000001.{}", sealed.body);
        let tag = HEXLOWER.decode(sealed.signature.as_bytes()).unwrap();
        hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
        assert_eq!(Payment::read(uri, 1, true).unwrap().amount, "1183.99");
        assert_ne!(Payment::read(uri, 1, false).unwrap().rrn, payment.rrn);
    }

    #[test]
    fn what_no_app_would_pay_is_refused() {
        for uri in [
            "https://pay?tr=1",
            "upi://pay?pa=a@b&am=10",
            "upi://pay?pa=a@b&tr=1",
            "upi://pay?pa=a@b&tr=1&am=0.00",
            "upi://pay?pa=a@b&tr=1&am=-5",
            "upi://pay?pa=a@b&tr=1&am=1.234",
            "upi://pay?pa=a@b&tr=1&am=10&cu=EUR",
            "upi://pay?pa=a%4&tr=1&am=10",
            "upi://pay?tr=1&am=10",
        ] {
            assert!(Payment::read(uri, 1, false).is_err(), "{uri}");
        }
    }
}
