//! The secure square of an Aadhaar letter or card, read with no network: a long decimal number is
//! bytes, those are packed, and what is in them is signed by the issuer (RSA 2048, SHA-256). It is
//! believed only where a certificate that the office gave says so; none is built in.
//!
//! The square does not hold the Aadhaar number, only its last four digits at the head of a
//! reference. No type here has room for more of it, and photo and hashes are passed over: what is
//! kept is what a form asks for. (UIDAI to those who verify offline: the number is neither
//! collected, used nor stored.)
//!
//! Layout, from two independent readers of it (pyaadhaar, anon-aadhaar): fields end with the byte
//! 255; V1 begins with the indicator of hashes, V2 with the two letters themselves and has the
//! last four digits of the mobile number as well; a photo follows, then a hash of 32 bytes for
//! each of e-mail and mobile number that is held, then the signature. The two readers name the
//! hash that is there alone differently (indicator 1 and 2); nothing here asks which it is.

mod certificate;

use std::fmt;
use std::io::Read;

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use thiserror::Error;

pub use certificate::{CERTIFICATE_BYTES_MAX, CertificateError, SignerCertificate};

use crate::scanner::CODE_BYTES_MAX;

/// The fewest digits of a square: those of its signature alone.
const DIGITS_MIN: usize = 600;

/// What is unpacked at most: a square of 3,400 bytes holds a photo of some 2,000.
pub const UNPACKED_BYTES_MAX: usize = 16 * 1_024;

const SIGNATURE_BYTES: usize = 256;
const FIELD_END: u8 = 255;

/// The longest field: an address line of a letter has under 100 letters.
const FIELD_BYTES_MAX: usize = 255;

/// What a form needs of whoever holds the card.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    pub last_four: LastFourDigits,
    /// When the square was made: year, month, day.
    pub made_on: (u16, u8, u8),
    pub name: String,
    /// "01-01-1984", "01/01/1984" or the year alone, as it is written.
    pub born: String,
    pub gender: Gender,
    pub address: Address,
}

/// The last four digits of an Aadhaar number; the others are nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LastFourDigits([u8; 4]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    Female,
    Male,
    Transgender,
}

/// Where the holder lives; a line that the letter lacks is empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub care_of: String,
    pub house: String,
    pub street: String,
    pub landmark: String,
    pub location: String,
    /// Village, town or city.
    pub town: String,
    pub subdistrict: String,
    pub district: String,
    pub state: String,
    pub post_office: String,
    pub pin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AadhaarError {
    #[error("not the secure square of an Aadhaar")]
    NotAadhaar,
    #[error("the square is damaged: its bytes cannot be unpacked")]
    Packing,
    #[error("the square unpacks to more than {UNPACKED_BYTES_MAX} bytes")]
    TooLarge,
    #[error("no issuer's certificate was given to check it with")]
    NoCertificate,
    #[error("none of the given certificates signed it: it was changed, or its issuer is unknown")]
    NotSigned,
    #[error("the certificate that signed it has expired: a newer square is needed")]
    Expired,
    #[error("the certificate that signed it is not valid yet: is the clock right?")]
    NotYetValid,
    #[error("its layout is not known here")]
    Layout,
    #[error("the field {0} is not as it must be")]
    Field(&'static str),
}

/// Whether a code can be such a square: none other is so long and has digits alone.
pub fn is_aadhaar(text: &str) -> bool {
    (DIGITS_MIN..=CODE_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Reads a square whose signature one of the certificates proves, at a time in seconds since 1970.
pub fn holder(
    text: &str,
    certificates: &[SignerCertificate],
    now_s: i64,
) -> Result<Holder, AadhaarError> {
    let unpacked = unpacked(&bytes_of(text.trim())?)?;
    let split = unpacked.len().checked_sub(SIGNATURE_BYTES).ok_or(AadhaarError::Layout)?;
    let (signed, signature) = unpacked.split_at(split);
    if certificates.is_empty() {
        return Err(AadhaarError::NoCertificate);
    }
    let is_its = |certificate: &&SignerCertificate| {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, certificate.key());
        key.verify(signed, signature).is_ok()
    };
    // One key may have been certified again: a certificate that is valid comes before others.
    let signers: Vec<&SignerCertificate> = certificates.iter().filter(is_its).collect();
    let signer = signers.iter().find(|signer| signer.is_valid_at(now_s)).or(signers.first());
    match signer {
        None => Err(AadhaarError::NotSigned),
        Some(signer) if now_s < signer.valid_from_s() => Err(AadhaarError::NotYetValid),
        Some(signer) if now_s > signer.valid_to_s() => Err(AadhaarError::Expired),
        Some(_) => fields(signed),
    }
}

/// The number's bytes, the highest first.
fn bytes_of(text: &str) -> Result<Vec<u8>, AadhaarError> {
    if !is_aadhaar(text) {
        return Err(AadhaarError::NotAadhaar);
    }
    // Nine digits at a time, in limbs of 32 bits with the lowest first.
    let mut limbs: Vec<u32> = Vec::new();
    for digits in text.as_bytes().chunks(9) {
        let (mut carry, mut scale) = (0, 1);
        for digit in digits {
            carry = carry * 10 + u64::from(digit - b'0');
            scale *= 10;
        }
        for limb in &mut limbs {
            let grown = u64::from(*limb) * scale + carry;
            *limb = grown as u32;
            carry = grown >> 32;
        }
        if carry > 0 {
            limbs.push(carry as u32);
        }
    }
    let bytes = limbs.iter().rev().flat_map(|limb| limb.to_be_bytes());
    Ok(bytes.skip_while(|byte| *byte == 0).collect())
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, AadhaarError> {
    let most = UNPACKED_BYTES_MAX as u64 + 1;
    let mut unpacked = Vec::new();
    let read = match packed {
        [0x1f, 0x8b, ..] => {
            flate2::read::GzDecoder::new(packed).take(most).read_to_end(&mut unpacked)
        }
        // zlib, with a window of up to 32 KiB.
        [head, ..] if head & 0x0f == 8 => {
            flate2::read::ZlibDecoder::new(packed).take(most).read_to_end(&mut unpacked)
        }
        _ => return Err(AadhaarError::NotAadhaar),
    };
    read.map_err(|_| AadhaarError::Packing)?;
    if unpacked.len() > UNPACKED_BYTES_MAX {
        return Err(AadhaarError::TooLarge);
    }
    Ok(unpacked)
}

/// What stands in the signed bytes. Whoever calls it has checked the signature.
fn fields(signed: &[u8]) -> Result<Holder, AadhaarError> {
    let mut fields = Fields(signed);
    let first = fields.next("version")?;
    let has_mobile = match first.as_str() {
        "V2" => {
            fields.indicator("indicator")?;
            true
        }
        // V1 has no version: its first field is the indicator.
        "0" | "1" | "2" | "3" => false,
        _ => return Err(AadhaarError::Layout),
    };
    let (last_four, made_on) = reference(&fields.next("reference")?)?;
    let (name, born) = (fields.needed("name")?, born(fields.next("date of birth")?)?);
    let gender = match fields.next("gender")?.as_str() {
        "F" => Gender::Female,
        "M" => Gender::Male,
        "T" => Gender::Transgender,
        _ => return Err(AadhaarError::Field("gender")),
    };
    let mut address = Address::default();
    let order = [
        (&mut address.care_of, "care of"),
        (&mut address.district, "district"),
        (&mut address.landmark, "landmark"),
        (&mut address.house, "house"),
        (&mut address.location, "location"),
        (&mut address.pin, "PIN"),
        (&mut address.post_office, "post office"),
        (&mut address.state, "state"),
        (&mut address.street, "street"),
        (&mut address.subdistrict, "subdistrict"),
        (&mut address.town, "town"),
    ];
    for (line, name) in order {
        *line = fields.next(name)?;
    }
    if has_mobile {
        fields.next("mobile")?;
    }
    Ok(Holder { last_four, made_on, name, born, gender, address })
}

/// The bytes that are left, field by field.
struct Fields<'b>(&'b [u8]);

impl Fields<'_> {
    /// The next field, in ISO-8859-1: each byte is the letter of that number.
    fn next(&mut self, name: &'static str) -> Result<String, AadhaarError> {
        let end = self.0.iter().position(|byte| *byte == FIELD_END);
        let end = end.filter(|end| *end <= FIELD_BYTES_MAX).ok_or(AadhaarError::Field(name))?;
        let text: String = self.0[..end].iter().map(|byte| char::from(*byte)).collect();
        self.0 = &self.0[end + 1..];
        if text.contains(char::is_control) {
            return Err(AadhaarError::Field(name));
        }
        Ok(text.trim().to_owned())
    }

    fn needed(&mut self, name: &'static str) -> Result<String, AadhaarError> {
        Some(self.next(name)?).filter(|text| !text.is_empty()).ok_or(AadhaarError::Field(name))
    }

    fn indicator(&mut self, name: &'static str) -> Result<(), AadhaarError> {
        let known = ["0", "1", "2", "3"].contains(&self.next(name)?.as_str());
        if known { Ok(()) } else { Err(AadhaarError::Field(name)) }
    }
}

/// "269720190308114407437": four digits, then the moment to the millisecond.
fn reference(text: &str) -> Result<(LastFourDigits, (u16, u8, u8)), AadhaarError> {
    let fault = AadhaarError::Field("reference");
    let digits = text.as_bytes();
    if digits.len() != 21 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(fault);
    }
    let number = |from: usize, to: usize| {
        digits[from..to].iter().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    };
    let (year, month, day) = (number(4, 8), number(8, 10), number(10, 12));
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(fault);
    }
    let last_four = [digits[0], digits[1], digits[2], digits[3]];
    Ok((LastFourDigits(last_four), (year, month as u8, day as u8)))
}

fn born(text: String) -> Result<String, AadhaarError> {
    let shape: String =
        text.chars().map(|sign| if sign.is_ascii_digit() { '9' } else { sign }).collect();
    match ["9999", "99-99-9999", "99/99/9999", "9999-99-99"].contains(&shape.as_str()) {
        true => Ok(text),
        false => Err(AadhaarError::Field("date of birth")),
    }
}

impl fmt::Display for LastFourDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

/// Nothing of a person belongs into a log.
impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(…)")
    }
}

impl fmt::Debug for LastFourDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastFourDigits(…)")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

#[cfg(test)]
mod tests;
