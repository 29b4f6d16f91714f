//! By what a bill is known when it is paid through another channel: letters and digits alone, since
//! it stands in the square of a UPI payment as its reference.

use std::fmt;

use thiserror::Error;

/// Which building's bill it is, and of which day: "PBG0802H345D2078541".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillReference {
    pub body: String,
    pub building: u32,
    /// The day for which the bill was computed, days since 1970-01-01.
    pub day: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BillReferenceError {
    #[error("not the reference of a bill")]
    Shape,
    #[error("the reference of a bill, but one of its characters is wrong")]
    Check,
}

/// The longest that UPI takes as a reference.
const BYTES_MAX: usize = 35;

/// The check's digits: the rest of a division by the largest prime below a hundred, so that one
/// wrong digit, or two that changed places, are found.
const CHECK: u32 = 97;

impl BillReference {
    pub fn parse(text: &str) -> Result<Self, BillReferenceError> {
        let text = text.trim();
        if text.len() > BYTES_MAX {
            return Err(BillReferenceError::Shape);
        }
        let shape = || BillReferenceError::Shape;
        let rest = text.strip_prefix("PB").ok_or_else(shape)?;
        let (rest, day) = rest.rsplit_once('D').ok_or_else(shape)?;
        let (body, building) = rest.rsplit_once('H').ok_or_else(shape)?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let named = !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !named || !digits(building) || !digits(day) || day.len() < 3 {
            return Err(shape());
        }
        let number = |text: &str| text.parse().map_err(|_| shape());
        let (day, _) = day.split_at(day.len() - 2);
        let (building, day) = (number(building)?, number(day)?);
        let read = Self { body: body.to_owned(), building, day };
        if read.to_string() == text { Ok(read) } else { Err(BillReferenceError::Check) }
    }
}

impl fmt::Display for BillReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { body, building, day } = self;
        let text = format!("{body}H{building}D{day}");
        let check = text.bytes().fold(0, |sum, byte| (sum * 31 + u32::from(byte)) % CHECK);
        write!(f, "PB{text}{check:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_again_and_a_torn_one_is_not() {
        for body in ["G0802", "PMC", "HD1", "D2H9"] {
            let bill = BillReference { body: body.to_owned(), building: 345, day: 20_785 };
            let text = bill.to_string();
            assert!(text.len() <= BYTES_MAX && text.bytes().all(|b| b.is_ascii_alphanumeric()));
            assert_eq!(BillReference::parse(&format!(" {text}\n")), Ok(bill));
            let wrong = text.replace("345", "346");
            assert_eq!(BillReference::parse(&wrong), Err(BillReferenceError::Check));
            let swapped = text.replace("345", "354");
            assert_eq!(BillReference::parse(&swapped), Err(BillReferenceError::Check));
            assert!(BillReference::parse(&text[..text.len() - 1]).is_err());
        }
        for other in ["", "PB", "PADI:H:G0802:345:K", "PBG0802H345", "PBH1D123", &"9".repeat(40)] {
            assert_eq!(BillReference::parse(other), Err(BillReferenceError::Shape), "{other}");
        }
    }
}
