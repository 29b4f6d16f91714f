//! The text of a UPI square: `upi://pay` with payee, reference, sum, currency and note, as NPCI's
//! linking specification names them.

use crate::language::Language;
use crate::money::Paise;
use crate::pack::{Pack, Text};

/// The longest note of a UPI request, in characters (`tn`, NPCI's linking specification).
const NOTE_CHARACTERS_MAX: usize = 50;

/// Asks for a sum under a reference (`tr`), for the building or matter with this number.
pub fn upi_link(pack: &Pack, reference: &str, amount: Paise, number: &str) -> String {
    let upi = &pack.upi;
    let payee = pack.text(Text::UpiPayee, Language::En);
    let note = pack.fill(Text::UpiNote, Language::En, &[("number", number)]);
    let note: String = note.chars().take(NOTE_CHARACTERS_MAX).collect();
    format!(
        "upi://pay?pa={}&pn={}&mc={}&tr={}&tn={}&am={}&cu=INR",
        escaped(&upi.address),
        escaped(payee),
        escaped(&upi.category),
        escaped(reference),
        escaped(&note),
        amount.plain(),
    )
}

/// Percent-encoding of what RFC 3986 reserves, byte by byte.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
