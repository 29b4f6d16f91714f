//! A statement that the office signs and takes away as a file: one line of JSON, and a line with
//! the office's key and its signature over the bytes of the first.

use data_encoding::HEXLOWER;
use ledger::{PublicKey, Purpose, Signature, Signer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// By what the first line calls itself.
pub const STATEMENT_FORM: &str = "padi statement of receipts";

/// The largest file, in bytes: a year of days, and every device and person of a large body.
pub const STATEMENT_BYTES_MAX: usize = 16 * 1_024 * 1_024;

#[derive(Serialize, Deserialize)]
struct Seal {
    office: String,
    signature: String,
}

/// What a file is, once its signature was found to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementRead<'a> {
    /// The statement as JSON.
    pub line: &'a str,
    /// The key by which it was checked.
    pub office: PublicKey,
    /// The key was given, and not only claimed by the file.
    pub trusted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StatementFault {
    #[error("it is longer than {STATEMENT_BYTES_MAX} bytes")]
    TooLong,
    #[error("it does not have its two lines: the end may be missing")]
    Torn,
    #[error("the signature's line cannot be read")]
    Seal,
    #[error("it names another office's key than the one given")]
    OtherOffice,
    #[error("the office did not sign this: something in it was changed")]
    Altered,
    #[error("give the office's key with --office, as it hangs in the office")]
    NoKey,
}

/// Whether a file begins as a statement does.
pub fn is_statement(begins: &[u8]) -> bool {
    begins.starts_with(format!("{{\"form\":\"{STATEMENT_FORM}\",").as_bytes())
}

/// The file of a statement; `line` has no line break.
pub fn sign_statement(line: &str, office: &dyn Signer) -> String {
    let signature = office.sign(Purpose::Statement, line.as_bytes());
    let seal = Seal {
        office: HEXLOWER.encode(office.public_key().bytes()),
        signature: HEXLOWER.encode(signature.bytes()),
    };
    let seal = serde_json::to_string(&seal).expect("figures can be written");
    format!("{line}\n{seal}\n")
}

/// Checks a file against the office's key, or against the one that it claims where that is allowed.
///
/// # Errors
///
/// Where it is not whole, or not as the office signed it.
pub fn check_statement(
    text: &str,
    office: Option<PublicKey>,
    trust_file: bool,
) -> Result<StatementRead<'_>, StatementFault> {
    if text.len() > STATEMENT_BYTES_MAX {
        return Err(StatementFault::TooLong);
    }
    let mut lines = text.strip_suffix('\n').ok_or(StatementFault::Torn)?.split('\n');
    let (Some(line), Some(seal), None) = (lines.next(), lines.next(), lines.next()) else {
        return Err(StatementFault::Torn);
    };
    let seal: Seal = serde_json::from_str(seal).map_err(|_| StatementFault::Seal)?;
    let claimed = bytes(&seal.office).map(PublicKey::new).ok_or(StatementFault::Seal)?;
    let signature = bytes(&seal.signature).map(Signature::new).ok_or(StatementFault::Seal)?;
    let key = match office {
        Some(key) if key != claimed => return Err(StatementFault::OtherOffice),
        Some(key) => key,
        None if trust_file => claimed,
        None => return Err(StatementFault::NoKey),
    };
    key.verify(Purpose::Statement, line.as_bytes(), &signature)
        .map_err(|_| StatementFault::Altered)?;
    Ok(StatementRead { line, office: key, trusted: office.is_some() })
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    struct Office(Ed25519KeyPair);

    impl Signer for Office {
        fn public_key(&self) -> PublicKey {
            PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
        }

        fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
            let signature = self.0.sign(&purpose.signed(message));
            Signature::new(signature.as_ref().try_into().expect("64 bytes"))
        }
    }

    fn office(seed: u8) -> Office {
        Office(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"))
    }

    fn line() -> String {
        format!("{{\"form\":\"{STATEMENT_FORM}\",\"amount_paise\":118400}}")
    }

    #[test]
    fn what_the_office_signed_is_found_to_be_so() {
        let (office, line) = (office(1), line());
        let file = sign_statement(&line, &office);
        assert!(is_statement(file.as_bytes()) && !is_statement(b"{\"form\":\"padi books\"}"));
        let read = check_statement(&file, Some(office.public_key()), false).expect("it is so");
        assert_eq!((read.line, read.trusted), (line.as_str(), true));
        assert!(!check_statement(&file, None, true).expect("by its own word").trusted);
        assert_eq!(check_statement(&file, None, false), Err(StatementFault::NoKey));
    }

    #[test]
    fn every_change_of_a_byte_is_found() {
        let office = office(1);
        let file = sign_statement(&line(), &office);
        for place in 0..file.len() {
            let mut bytes = file.clone().into_bytes();
            bytes[place] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(check_statement(&text, Some(office.public_key()), false).is_err(), "{place}");
        }
        for end in 0..file.len() {
            assert!(check_statement(&file[..end], Some(office.public_key()), false).is_err());
        }
    }

    #[test]
    fn another_office_is_named_as_that() {
        let file = sign_statement(&line(), &office(1));
        let found = check_statement(&file, Some(office(2).public_key()), true);
        assert_eq!(found, Err(StatementFault::OtherOffice));
    }
}
