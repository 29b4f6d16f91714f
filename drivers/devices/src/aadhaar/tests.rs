//! The samples were made with openssl (a key of its own for these tests, and the signatures) and
//! Python (the packing and the number); `tests/tests/judges/aadhaar.rs` makes such anew.

use super::*;

const V1: &str = include_str!("samples/v1.txt");
const V2: &str = include_str!("samples/v2.txt");
/// Unpacks to 600,000 bytes.
const BOMB: &str = include_str!("samples/bomb.txt");
const CERTIFICATE: &[u8] = include_bytes!("samples/certificate.pem");

/// 15 January 2027; the certificate is valid from 27 November 2026 for 3,650 days.
const NOW_S: i64 = 1_800_000_000;

fn certificate() -> SignerCertificate {
    SignerCertificate::parse(CERTIFICATE).expect("a certificate")
}

fn read(text: &str) -> Result<Holder, AadhaarError> {
    holder(text, &[certificate()], NOW_S)
}

#[test]
fn both_layouts_are_read_and_four_digits_are_kept() {
    let second = read(V2).expect("signed");
    assert_eq!(second.last_four.to_string(), "4321");
    assert_eq!(second.made_on, (2026, 3, 8));
    assert_eq!((second.name.as_str(), second.born.as_str()), ("Lakshmi R", "01-01-1984"));
    assert_eq!(second.gender, Gender::Female);
    let address = &second.address;
    assert_eq!((address.house.as_str(), address.pin.as_str()), ("12/345", "678001"));
    assert_eq!((address.town.as_str(), address.state.as_str()), ("Padippuram", "Kerala"));
    let first = read(V1).expect("signed");
    assert_eq!((first.name.as_str(), first.born.as_str()), ("José K", "1971"));
    assert_eq!((first.last_four.to_string(), first.gender), ("9876".to_owned(), Gender::Male));
    assert_eq!(format!("{first:?} {:?}", first.address), "Holder(…) Address(…)");
}

#[test]
fn a_square_is_believed_only_under_a_given_certificate_that_is_valid() {
    let certificate = certificate();
    assert_eq!(certificate.valid_from_s(), 1_795_807_661);
    assert_eq!(certificate.valid_to_s(), 1_795_807_661 + 3_650 * 86_400);
    let at = |certificates: &[SignerCertificate], now_s| {
        holder(V2, certificates, now_s).expect_err("not believed")
    };
    assert_eq!(at(&[], NOW_S), AadhaarError::NoCertificate);
    let known = [certificate.clone()];
    assert_eq!(at(&known, certificate.valid_from_s() - 1), AadhaarError::NotYetValid);
    assert_eq!(at(&known, certificate.valid_to_s() + 1), AadhaarError::Expired);
    assert!(holder(V2, &known, certificate.valid_to_s()).is_ok());
    let mut other = CERTIFICATE.to_vec();
    // A letter of the key.
    let place = other.len() - 700;
    other[place] = if other[place] == b'A' { b'B' } else { b'A' };
    let other = SignerCertificate::parse(&other).expect("still a certificate");
    assert_eq!(at(&[other.clone()], NOW_S), AadhaarError::NotSigned);
    assert!(holder(V2, &[other, certificate], NOW_S).is_ok(), "one of several is enough");
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    let mut unpacked = unpacked(&bytes_of(V2.trim()).expect("digits")).expect("packed");
    let place = unpacked.windows(7).position(|seven| seven == b"Lakshmi").expect("the name");
    unpacked[place] = b'B';
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &unpacked).expect("into memory");
    let text = digits(&packer.finish().expect("into memory"));
    assert_eq!(read(&text).expect_err("changed"), AadhaarError::NotSigned);
}

/// The bytes as a decimal number.
fn digits(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            let grown = u32::from(*digit) * 256 + carry;
            *digit = (grown % 10) as u8;
            carry = grown / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[test]
fn a_number_becomes_its_bytes() {
    let bytes: Vec<u8> = (1..=255).chain([0, 0, 7]).collect();
    assert_eq!(bytes_of(&digits(&bytes)), Ok(bytes));
}

#[test]
fn bombs_and_other_numbers_are_refused() {
    let check = |text: &str, expected| assert_eq!(read(text).expect_err("none"), expected);
    check(BOMB, AadhaarError::TooLarge);
    check("", AadhaarError::NotAadhaar);
    check("PADI:H:G0802:345:K", AadhaarError::NotAadhaar);
    check(&"7".repeat(DIGITS_MIN), AadhaarError::NotAadhaar);
    check(&"7".repeat(CODE_BYTES_MAX + 1), AadhaarError::NotAadhaar);
    let torn = digits(&bytes_of(V2.trim()).expect("digits")[..400]);
    check(&torn, AadhaarError::Packing);
    assert!(is_aadhaar(V2.trim()) && !is_aadhaar("4321") && !is_aadhaar(&"x".repeat(2_000)));
}

#[test]
fn each_field_must_be_as_it_is_written() {
    let sound = ["2", "432120260308114407437", "A B", "1984", "T"];
    let signed = |changed: &[&str]| {
        let mut bytes = Vec::new();
        for field in changed.iter().copied().chain(["x"; 11]) {
            bytes.extend_from_slice(field.as_bytes());
            bytes.push(FIELD_END);
        }
        fields(&bytes)
    };
    assert_eq!(signed(&sound).expect("sound").gender, Gender::Transgender);
    let check = |place: usize, field: &str, expected: AadhaarError| {
        let mut changed = sound;
        changed[place] = field;
        assert_eq!(signed(&changed).expect_err(field), expected);
    };
    check(0, "V9", AadhaarError::Layout);
    check(1, "123456789012", AadhaarError::Field("reference"));
    check(1, "432120261308114407437", AadhaarError::Field("reference"));
    check(2, " ", AadhaarError::Field("name"));
    check(2, "A\u{7}B", AadhaarError::Field("name"));
    check(3, "soon", AadhaarError::Field("date of birth"));
    check(4, "", AadhaarError::Field("gender"));
    assert_eq!(fields(b"").expect_err("empty"), AadhaarError::Field("version"));
    let long = [&[b'x'; FIELD_BYTES_MAX + 1][..], &[FIELD_END]].concat();
    assert_eq!(fields(&long).expect_err("long"), AadhaarError::Field("version"));
}
