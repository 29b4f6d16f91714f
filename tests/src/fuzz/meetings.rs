//! What two devices show and say to each other with no centre between them.

use std::sync::LazyLock;

use ledger::{Signer, Writer};
use replica::{
    FRAMES_BYTES_MAX, FrameReader, Frames, FramesRead, GREETING_BYTES_MAX, Greeting, Offer, Passed,
    Sealing, SignedGreeting, SignedOffer,
};

use super::parcels;
use super::samples::BOOKS;
use super::signed::is_read_again;
use crate::books::{BODY, DEVICE};

/// The text of a square of a stream, or of several with a line between: what comes whole is what
/// was shown.
pub fn frames(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut reader = FrameReader::default();
    let mut took = false;
    for line in text.lines() {
        match reader.take(line) {
            Ok(FramesRead::Whole(whole)) => {
                assert!(!whole.is_empty() && whole.len() <= FRAMES_BYTES_MAX);
                assert!(Frames::of(&whole).is_ok());
                took = true;
            }
            Ok(FramesRead::Part { read, of }) => {
                assert!(read > 0 && of > 0);
                took = true;
            }
            Ok(FramesRead::Again) | Err(_) => {}
        }
    }
    took
}

pub fn streams() -> Vec<Vec<u8>> {
    let stream = |file: &Vec<u8>| {
        let frames = Frames::of(file).expect("a parcel is no larger than a stream");
        let squares: Vec<&str> = (0..frames.len()).map(|place| frames.square(place)).collect();
        [squares[0].to_owned(), squares.join("\n")]
    };
    let files: Vec<Vec<u8>> = parcels::parcels();
    let texts = files.iter().flat_map(stream);
    texts.map(String::into_bytes).collect()
}

/// The square of a device that carries for others: what was altered is nobody's.
pub fn offer(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(signed) = SignedOffer::read(text) else { return false };
    is_read_again(&signed.offer);
    if signed.checked(BODY, |_| Some(BOOKS.device.public_key())).is_ok() {
        assert_eq!(signed, *OFFER, "never signed");
    }
    true
}

pub fn offers() -> Vec<Vec<u8>> {
    vec![OFFER.square().into_bytes()]
}

/// The first word of whoever comes: what was altered is nobody's.
pub fn greeting(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedGreeting::read(bytes) else { return false };
    assert!(bytes.len() <= GREETING_BYTES_MAX);
    is_read_again(&signed.greeting);
    if signed.checked(&OFFER, |_| Some(BOOKS.device.public_key())).is_ok() {
        assert_eq!(signed, *GREETING, "never signed");
    }
    true
}

pub fn greetings() -> Vec<Vec<u8>> {
    vec![GREETING.written()]
}

/// A sealed message: what was altered is not opened.
pub fn sealed(bytes: &[u8]) -> bool {
    let mut carrier = Sealing::of_carrier(SECRET, &OFFER, &GREETING);
    let Ok(passed) = carrier.open(bytes.to_vec()) else { return false };
    is_read_again(&passed);
    assert!(sealed_samples().iter().any(|sample| sample == bytes), "never sealed");
    true
}

pub fn sealed_samples() -> Vec<Vec<u8>> {
    let parcel = parcels::parcels().remove(1);
    let each = [Passed::AskReply, Passed::Parcel(parcel.into())];
    each.iter().map(|passed| Sealing::of_caller(SECRET, &OFFER, &GREETING).seal(passed)).collect()
}

const SECRET: &[u8] = &[3; 32];

static OFFER: LazyLock<SignedOffer> = LazyLock::new(|| {
    let address = "192.168.4.1:40123".parse().expect("an address");
    Offer::new(DEVICE, BODY.to_owned(), &[address], [7; 32]).signed(&BOOKS.device)
});

static GREETING: LazyLock<SignedGreeting> =
    LazyLock::new(|| Greeting::new(Writer(DEVICE.0 + 1), &OFFER, [9; 32]).signed(&BOOKS.device));
