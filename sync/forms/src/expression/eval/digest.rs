//! digest(): the hash of a text.

use data_encoding::{BASE64, HEXLOWER};
use ring::digest;

/// Why there is none, as a sentence.
pub fn digest(text: &str, kind: &str, hex: bool) -> Result<String, String> {
    let algorithm = match kind {
        "SHA-1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "SHA-256" => &digest::SHA256,
        "SHA-384" => &digest::SHA384,
        "SHA-512" => &digest::SHA512,
        _ => return Err(format!("{kind} is no digest that is made: write SHA-256")),
    };
    let hash = digest::digest(algorithm, text.as_bytes());
    Ok(if hex { HEXLOWER.encode(hash.as_ref()) } else { BASE64.encode(hash.as_ref()) })
}
