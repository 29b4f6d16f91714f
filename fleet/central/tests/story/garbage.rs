//! Bytes that no device ever sent: the centre answers each with a sentence, and stays.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use replica::SignedRequest;
use tokio::runtime::Runtime;

use crate::device::send;
use crate::office::Office;

/// How many odd messages are tried; each is a whole request.
const CASES: u32 = 300;

/// What is done to a sound message.
#[derive(Clone, Debug)]
enum Mischief {
    Replaced(Vec<u8>),
    Cut(prop::sample::Index),
    Flipped(prop::sample::Index, u8),
    /// Packed rightly, but of other bytes.
    Packed(Vec<u8>),
    /// The signed message with one byte changed, packed rightly.
    FlippedInside(prop::sample::Index, u8),
}

fn mischief() -> impl Strategy<Value = Mischief> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..600);
    prop_oneof![
        bytes().prop_map(Mischief::Replaced),
        any::<prop::sample::Index>().prop_map(Mischief::Cut),
        (any::<prop::sample::Index>(), 1..=255_u8).prop_map(|(at, by)| Mischief::Flipped(at, by)),
        bytes().prop_map(Mischief::Packed),
        (any::<prop::sample::Index>(), 1..=255_u8)
            .prop_map(|(at, by)| Mischief::FlippedInside(at, by)),
    ]
}

fn spoil(sound: &[u8], mischief: &Mischief) -> Vec<u8> {
    let flip = |bytes: &[u8], at: &prop::sample::Index, by: u8| {
        let mut bytes = bytes.to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        bytes
    };
    match mischief {
        Mischief::Replaced(bytes) => bytes.clone(),
        Mischief::Cut(at) => sound[..at.index(sound.len())].to_vec(),
        Mischief::Flipped(at, by) => flip(sound, at, *by),
        Mischief::Packed(bytes) => replica::pack(bytes),
        Mischief::FlippedInside(at, by) => {
            let inside = replica::unpack(sound, replica::MESSAGE_BYTES_MAX).expect("sound");
            replica::pack(&flip(&inside, at, *by))
        }
    }
}

#[test]
fn no_bytes_are_taken_that_the_device_did_not_sign() {
    let runtime = Runtime::new().expect("a runtime");
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    let sound = kiosk.request(Some(kiosk.batch(0, 2))).sealed(&kiosk.key);
    let mut runner = TestRunner::new(Config { cases: CASES, ..Config::default() });
    let meant = SignedRequest::read(&sound).expect("sound");
    let tried = runner.run(&mischief(), |mischief| {
        let spoilt = spoil(&sound, &mischief);
        // A packing has bits that mean nothing.
        let same = SignedRequest::read(&spoilt).is_ok_and(|read| read == meant);
        let response = runtime.block_on(send(&office, spoilt));
        prop_assert!(
            same || matches!(response.status().as_u16(), 400 | 401),
            "{mischief:?}: {}",
            response.status()
        );
        Ok(())
    });
    tried.expect("every case is turned away");
    let answer = runtime.block_on(kiosk.push_all(&office));
    assert_eq!((answer.acknowledged, answer.rejection), (2, None), "nothing had been taken");
}

#[tokio::test]
async fn a_message_that_is_too_large_is_turned_away_packed_or_not() {
    let office = Office::open(1);
    assert_eq!(send(&office, vec![7; 200_000]).await.status(), 413);
    // A megabyte and a half of zeros packs to nearly nothing.
    let bomb = replica::pack(&vec![0; 3 * replica::MESSAGE_BYTES_MAX / 2]);
    assert_eq!(send(&office, bomb).await.status(), 400);
    assert_eq!(send(&office, Vec::new()).await.status(), 400);
}
