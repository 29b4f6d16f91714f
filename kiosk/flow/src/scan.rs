//! What a scanned code is of, by its text alone. The kinds tell themselves apart, so that a person
//! who shows the wrong one hears which it was.

use ledger::{HouseCode, HouseCodeError};

use crate::find::is_slip;
use crate::refusal::{Refusal, RefusalCode};
use crate::touch::{TEXT_CHARACTERS_MAX, Touch};

/// How a square begins by which somebody is paid.
const PAYMENT: &str = "upi://";

/// The secure square of an Aadhaar is a number, and no other code has so many digits.
const AADHAAR_DIGITS_MIN: usize = 600;

/// Why a code that no building has opens none.
pub(crate) fn no_house(text: &str) -> Refusal {
    Refusal::new(match (foreign(text), HouseCode::parse(text)) {
        (Some(foreign), _) => foreign,
        (None, Ok(_)) => RefusalCode::UnknownBuilding,
        (None, Err(HouseCodeError::Check)) => RefusalCode::UnreadableCode,
        // The house's own words, torn in the middle.
        (None, Err(HouseCodeError::Shape)) if text.trim().starts_with("PADI:") => {
            RefusalCode::UnreadableCode
        }
        (None, Err(HouseCodeError::Shape)) => RefusalCode::UnknownCode,
    })
}

/// Why a code is no receipt's.
pub(crate) fn no_receipt(text: &str) -> Refusal {
    Refusal::new(foreign(text).unwrap_or(RefusalCode::UnknownCode))
}

/// What is refused in place of a code's length, where the code says what it is.
pub(crate) fn instead(touch: &Touch, refusal: Refusal) -> Refusal {
    match touch {
        Touch::Scan(text) => foreign(text).map_or(refusal, Refusal::new),
        Touch::Type { .. }
        | Touch::Choose(_)
        | Touch::Language(_)
        | Touch::Press(_)
        | Touch::Present(_) => refusal,
    }
}

/// Codes of others that people have at hand.
fn foreign(text: &str) -> Option<RefusalCode> {
    let text = text.trim();
    let begins = text.get(..PAYMENT.len());
    if begins.is_some_and(|begins| begins.eq_ignore_ascii_case(PAYMENT)) && !is_slip(text) {
        return Some(RefusalCode::PaymentSquare);
    }
    let is_number = text.bytes().all(|sign| sign.is_ascii_digit());
    (is_number && text.len() >= AADHAAR_DIGITS_MIN).then_some(RefusalCode::AadhaarNotAsked)
}

const _: () = assert!(AADHAAR_DIGITS_MIN < TEXT_CHARACTERS_MAX, "short ones are told apart too");
