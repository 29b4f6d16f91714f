//! What the sticker at a door says: "PADI:H:G0802:345:K".

use std::fmt;

use thiserror::Error;

use crate::number::check_character;

/// The body and the building that a sticker names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseCode {
    pub body: String,
    pub building: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HouseCodeError {
    #[error("not the code of a house")]
    Shape,
    #[error("the code of a house, but one of its characters is wrong")]
    Check,
}

/// Prefix, body 8, building 10, check 1 and colons.
const BYTES_MAX: usize = 40;

impl HouseCode {
    pub fn parse(text: &str) -> Result<Self, HouseCodeError> {
        let text = text.trim();
        if text.len() > BYTES_MAX {
            return Err(HouseCodeError::Shape);
        }
        let rest = text.strip_prefix("PADI:H:").ok_or(HouseCodeError::Shape)?;
        let parts: Vec<&str> = rest.split(':').collect();
        let [body, building, check] = parts[..] else {
            return Err(HouseCodeError::Shape);
        };
        let named = !body.is_empty() && body.bytes().all(|b| b.is_ascii_alphanumeric());
        let digits = building.bytes().all(|b| b.is_ascii_digit());
        if !named || !digits || check.len() > 1 {
            return Err(HouseCodeError::Shape);
        }
        let building = building.parse().map_err(|_| HouseCodeError::Shape)?;
        let code = Self { body: body.to_owned(), building };
        if code.to_string() == text { Ok(code) } else { Err(HouseCodeError::Check) }
    }
}

impl fmt::Display for HouseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { body, building } = self;
        let check = check_character(&format!("{body}{building}"));
        write!(f, "PADI:H:{body}:{building}:{check}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_or_foreign_square_is_told_apart() {
        let code = HouseCode { body: "G0802".into(), building: 345 };
        let text = code.to_string();
        assert_eq!(HouseCode::parse(&text), Ok(code));
        assert_eq!(HouseCode::parse("upi://pay?pa=x"), Err(HouseCodeError::Shape));
        assert_eq!(HouseCode::parse(&text[..text.len() - 1]), Err(HouseCodeError::Check));
        assert_eq!(HouseCode::parse("PADI:H:G0802:99999999999:A"), Err(HouseCodeError::Shape));
        assert_eq!(HouseCode::parse(&"P".repeat(100)), Err(HouseCodeError::Shape));
        let wrong = text.replace("345", "346");
        assert_eq!(HouseCode::parse(&wrong), Err(HouseCodeError::Check));
    }
}
