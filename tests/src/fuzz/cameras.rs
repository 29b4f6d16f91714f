//! What a camera shows: its stream, the codes on a frame, and the square of an Aadhaar with the
//! certificate that it is checked by.

use devices::aadhaar::{CERTIFICATE_BYTES_MAX, SignerCertificate, holder, is_aadhaar};
use devices::camera::y4m::Frames;
use devices::code::CODES_MAX;
use devices::scanner::CODE_BYTES_MAX;
use devices::{Frame, codes};

/// However a stream is cut, the same pictures come of it, and what is wrong with it is wrong.
pub fn video(bytes: &[u8]) -> bool {
    let whole = Frames::default().push(bytes);
    let (mut frames, mut newest) = (Frames::default(), Ok(None));
    for piece in bytes.chunks(7) {
        newest = match (frames.push(piece), newest) {
            (Ok(frame), Ok(before)) => Ok(frame.or(before)),
            (Err(error), _) => Err(error),
            (_, Err(error)) => Err(error),
        };
        if newest.is_err() {
            break;
        }
    }
    assert_eq!(whole, newest);
    whole.is_ok_and(|frame| frame.is_some())
}

pub fn videos() -> Vec<Vec<u8>> {
    let mono = b"YUV4MPEG2 W4 H2 F10:1 Ip A1:1 Cmono\nFRAME\n12345678FRAME\nabcdefgh";
    let colours = b"YUV4MPEG2 W2 H2\nFRAME Ip\n1234uvFRAME\n5678uv";
    vec![mono.to_vec(), colours.to_vec()]
}

/// The side of a frame here: enough for a small square, two pixels a module.
const SIDE: u32 = 66;

/// Any frame has few codes, and each of them is what a scanner may send.
pub fn frame(bytes: &[u8]) -> bool {
    let pixels = (SIDE * SIDE) as usize;
    let luma: Vec<u8> = bytes.iter().copied().chain([200]).cycle().take(pixels).collect();
    let frame = Frame::new(SIDE, SIDE, luma).expect("as many bytes as pixels");
    let found = codes(&frame);
    assert!(found.len() <= CODES_MAX, "{} codes", found.len());
    for code in &found {
        assert!((1..=CODE_BYTES_MAX).contains(&code.text.len()));
        assert!(!code.text.contains(|sign: char| sign.is_control() && sign != '\u{1d}'));
    }
    !found.is_empty()
}

pub fn frames() -> Vec<Vec<u8>> {
    let square = crate::frames::Drawn::square("PADI:H:G0802:345:K");
    let pixel = |place: usize| {
        let (x, y) = (place % SIDE as usize / 2, place / SIDE as usize / 2);
        let inside = |at: usize| (4..4 + square.across).contains(&at);
        let dark = inside(x) && inside(y) && square.dark[(y - 4) * square.across + x - 4];
        if dark { 20 } else { 230 }
    };
    vec![(0..(SIDE * SIDE) as usize).map(pixel).collect()]
}

const CERTIFICATE: &[u8] =
    include_bytes!("../../../drivers/devices/src/aadhaar/samples/certificate.pem");
const SQUARES: [&str; 2] = [
    include_str!("../../../drivers/devices/src/aadhaar/samples/v1.txt"),
    include_str!("../../../drivers/devices/src/aadhaar/samples/v2.txt"),
];

/// A moment at which the samples' certificate is valid: 15 January 2027.
const NOW_S: i64 = 1_800_000_000;

/// Nothing that was altered is believed: whoever is read is one of those who were signed.
pub fn aadhaar(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let certificate = SignerCertificate::parse(CERTIFICATE).expect("the samples' own");
    let Ok(read) = holder(text, &[certificate.clone()], NOW_S) else { return false };
    assert!(is_aadhaar(text.trim()));
    let mut signed = SQUARES.iter().map(|square| holder(square, &[certificate.clone()], NOW_S));
    assert!(signed.any(|signed| signed.as_ref() == Ok(&read)), "somebody else is believed");
    true
}

pub fn squares() -> Vec<Vec<u8>> {
    SQUARES.iter().map(|square| square.trim().as_bytes().to_vec()).collect()
}

/// A certificate is never larger than its limit.
pub fn certificate(bytes: &[u8]) -> bool {
    let Ok(certificate) = SignerCertificate::parse(bytes) else { return false };
    assert!(bytes.len() <= CERTIFICATE_BYTES_MAX);
    // Whatever its key is, it signed neither sample, or it is the samples' own.
    let _ = holder(SQUARES[1], &[certificate], NOW_S);
    true
}

pub fn certificates() -> Vec<Vec<u8>> {
    vec![CERTIFICATE.to_vec()]
}
