//! The certificate of whoever signs the squares: its RSA key, and from when to when it is valid.
//! It is trusted because the office gave it, so nothing else of it is looked at.

use data_encoding::BASE64;
use thiserror::Error;

/// The largest file that is read: one with a key of 4,096 bits has 3,000 bytes.
pub const CERTIFICATE_BYTES_MAX: usize = 16 * 1_024;

/// rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017).
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The version, where it is not the first.
const VERSION: u8 = 0xa0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerCertificate {
    /// RSAPublicKey of PKCS #1, in DER.
    key: Vec<u8>,
    from_s: i64,
    to_s: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CertificateError {
    #[error("the certificate has more than {CERTIFICATE_BYTES_MAX} bytes")]
    TooLarge,
    #[error("not a certificate: X.509 as PEM or DER is needed")]
    Shape,
    #[error("the certificate's key is none of RSA")]
    Key,
    #[error("the certificate does not say from when to when it is valid")]
    Validity,
}

impl SignerCertificate {
    /// Reads X.509 (RFC 5280), as DER or as the first certificate of a PEM file.
    pub fn parse(file: &[u8]) -> Result<Self, CertificateError> {
        if file.len() > CERTIFICATE_BYTES_MAX {
            return Err(CertificateError::TooLarge);
        }
        match std::str::from_utf8(file).ok().and_then(armoured) {
            Some(der) => Self::of_der(&der?),
            None => Self::of_der(file),
        }
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    /// Seconds since 1970.
    pub fn valid_from_s(&self) -> i64 {
        self.from_s
    }

    /// The last second of its validity, since 1970.
    pub fn valid_to_s(&self) -> i64 {
        self.to_s
    }

    pub fn is_valid_at(&self, now_s: i64) -> bool {
        (self.from_s..=self.to_s).contains(&now_s)
    }

    fn of_der(der: &[u8]) -> Result<Self, CertificateError> {
        let mut outer = Der(Der(der).take(SEQUENCE)?);
        let mut body = Der(outer.take(SEQUENCE)?);
        if body.0.first() == Some(&VERSION) {
            body.take(VERSION)?;
        }
        body.take(INTEGER)?;
        // How it is signed, and by whom.
        body.take(SEQUENCE)?;
        body.take(SEQUENCE)?;
        let mut validity = Der(body.take(SEQUENCE)?);
        let (from_s, to_s) = (validity.time()?, validity.time()?);
        // Whose it is.
        body.take(SEQUENCE)?;
        let mut public_key = Der(body.take(SEQUENCE)?);
        let mut algorithm = Der(public_key.take(SEQUENCE)?);
        if algorithm.take(OBJECT)? != RSA {
            return Err(CertificateError::Key);
        }
        // The first byte counts bits that are left over at the end.
        match public_key.take(BIT_STRING)? {
            [0, key @ ..] => Ok(Self { key: key.to_vec(), from_s, to_s }),
            _ => Err(CertificateError::Key),
        }
    }
}

/// The bytes between the first pair of lines of a PEM file; none where it is no such file.
fn armoured(text: &str) -> Option<Result<Vec<u8>, CertificateError>> {
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    let body = rest.split_once("-----END CERTIFICATE-----").map(|(body, _)| body);
    let letters: Option<String> = body.map(|body| body.split_ascii_whitespace().collect());
    let bytes = letters.and_then(|letters| BASE64.decode(letters.as_bytes()).ok());
    Some(bytes.ok_or(CertificateError::Shape))
}

/// What is left of an element's content (ITU-T X.690, distinguished encoding).
struct Der<'b>(&'b [u8]);

impl<'b> Der<'b> {
    /// The content of the next element, which must have this tag.
    fn take(&mut self, tag: u8) -> Result<&'b [u8], CertificateError> {
        let (found, content) = self.next()?;
        if found == tag { Ok(content) } else { Err(CertificateError::Shape) }
    }

    fn next(&mut self) -> Result<(u8, &'b [u8]), CertificateError> {
        let shape = CertificateError::Shape;
        let (tag, rest) = self.0.split_first().ok_or(shape)?;
        let (first, rest) = rest.split_first().ok_or(shape)?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            // One or two bytes of length reach beyond the largest file.
            0x81 | 0x82 => {
                let count = usize::from(first & 0x7f);
                let (bytes, rest) = rest.split_at_checked(count).ok_or(shape)?;
                (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
            }
            _ => return Err(shape),
        };
        let (content, rest) = rest.split_at_checked(length).ok_or(shape)?;
        self.0 = rest;
        Ok((*tag, content))
    }

    /// Seconds since 1970, from "230105062300Z" or "20230105062300Z".
    fn time(&mut self) -> Result<i64, CertificateError> {
        let (tag, content) = self.next()?;
        let whole = content.strip_suffix(b"Z").ok_or(CertificateError::Validity)?;
        if !whole.iter().all(u8::is_ascii_digit) {
            return Err(CertificateError::Validity);
        }
        let two: Vec<i64> = whole
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
            .collect();
        let (year, rest) = match (tag, &two[..]) {
            (UTC_TIME, [year, rest @ ..]) if *year < 50 => (2_000 + year, rest),
            (UTC_TIME, [year, rest @ ..]) => (1_900 + year, rest),
            (GENERALIZED_TIME, [century, year, rest @ ..]) => (century * 100 + year, rest),
            _ => return Err(CertificateError::Validity),
        };
        let [month @ 1..=12, day @ 1..=31, hour @ 0..=23, minute @ 0..=59, second @ 0..=60] = rest
        else {
            return Err(CertificateError::Validity);
        };
        Ok(days(year, *month, *day) * 86_400 + hour * 3_600 + minute * 60 + second)
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, counted in years from March on.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        let check = |(year, month, day), expected| assert_eq!(days(year, month, day), expected);
        check((1970, 1, 1), 0);
        check((1969, 12, 31), -1);
        check((2000, 2, 29), 11_016);
        check((2000, 3, 1), 11_017);
        check((2026, 11, 27), 20_784);
        check((2100, 3, 1), 47_541);
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        let check = |file: &[u8], expected| {
            assert_eq!(SignerCertificate::parse(file).expect_err("none"), expected);
        };
        check(b"", CertificateError::Shape);
        check(b"hello", CertificateError::Shape);
        check(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], CertificateError::Shape);
        check(b"-----BEGIN CERTIFICATE-----\n????", CertificateError::Shape);
        check(&vec![b'x'; CERTIFICATE_BYTES_MAX + 1], CertificateError::TooLarge);
    }
}
