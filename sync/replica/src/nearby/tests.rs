use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;

struct Key(Ed25519KeyPair);

impl Key {
    fn new() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key that was just made"))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

fn address(last: u8) -> SocketAddr {
    format!("192.168.4.{last}:40123").parse().expect("an address")
}

fn offer(by: &Key) -> SignedOffer {
    let addresses = [address(1), "[fd00::1]:40123".parse().expect("an address")];
    Offer::new(Writer(3), "KL01".to_owned(), &addresses, [7; 32]).signed(by)
}

fn met() -> (Sealing, Sealing) {
    let (carrier, caller) = (Key::new(), Key::new());
    let offer = offer(&carrier);
    let greeting = Greeting::new(Writer(5), &offer, [9; 32]).signed(&caller);
    let secret = [1; 32];
    (
        Sealing::of_caller(&secret, &offer, &greeting),
        Sealing::of_carrier(&secret, &offer, &greeting),
    )
}

#[test]
fn an_offer_comes_back_from_its_square_and_only_from_a_known_device() {
    let (key, other) = (Key::new(), Key::new());
    let square = offer(&key).square();
    assert!(square.len() < 400, "{} signs make a small square", square.len());
    let careless = format!(" {} \r\n", square.to_lowercase());
    let read = SignedOffer::read(&careless).expect("as it was shown");
    let known = |writer| (writer == Writer(3)).then(|| key.public_key());
    let checked = read.checked("KL01", known).expect("a device of the body");
    assert_eq!(checked.addresses, offer(&key).offer.addresses);
    assert_eq!(checked.key(), &[7; 32]);
    assert_eq!(read.checked("KL02", known), Err(MeetingError::OtherBody));
    assert_eq!(read.checked("KL01", |_| None), Err(MeetingError::Stranger));
    let forged = read.checked("KL01", |_| Some(other.public_key()));
    assert!(matches!(forged, Err(MeetingError::Signature(_))));
}

#[test]
fn no_altered_offer_is_believed() {
    let key = Key::new();
    let square = offer(&key).square();
    for place in PREFIX.len()..square.len() {
        let sign = if square.as_bytes()[place] == b'A' { "B" } else { "A" };
        let altered = [&square[..place], sign, &square[place + 1..]].concat();
        let Ok(read) = SignedOffer::read(&altered) else { continue };
        assert!(read.checked("KL01", |_| Some(key.public_key())).is_err(), "sign {place}");
    }
    for text in ["", "PADI1-NEAR:", "PADI1-NEAR:ÄÖ", "PADI1:AAAA", &square[..square.len() - 9]] {
        assert_eq!(SignedOffer::read(text), Err(MeetingError::Shape), "{text}");
    }
}

#[test]
fn more_addresses_than_an_offer_has_are_not_read() {
    let key = Key::new();
    let many: Vec<SocketAddr> = (1..9).map(address).collect();
    let said = Offer::new(Writer(3), "KL01".to_owned(), &many, [7; 32]);
    assert_eq!(said.addresses.len(), ADDRESSES_MAX);
    let said = Offer { addresses: many[..5].to_vec(), ..said };
    assert_eq!(SignedOffer::read(&said.signed(&key).square()), Err(MeetingError::Shape));
}

#[test]
fn a_greeting_answers_one_offer() {
    let (carrier, caller) = (Key::new(), Key::new());
    let (first, second) = (offer(&carrier), offer(&Key::new()));
    let second = SignedOffer { offer: Offer { key: [8; 32].into(), ..second.offer }, ..second };
    let greeting = Greeting::new(Writer(5), &first, [9; 32]).signed(&caller);
    let read = SignedGreeting::read(&greeting.written()).expect("as it was written");
    let known = |writer| (writer == Writer(5)).then(|| caller.public_key());
    assert_eq!(read.checked(&first, known).map(|greeting| greeting.writer), Ok(Writer(5)));
    let other = Offer { key: [8; 32].into(), ..second.offer }.signed(&carrier);
    assert_eq!(read.checked(&other, known), Err(MeetingError::OtherOffer));
    assert_eq!(read.checked(&first, |_| None), Err(MeetingError::Stranger));
    let forged = read.checked(&first, |_| Some(carrier.public_key()));
    assert!(matches!(forged, Err(MeetingError::Signature(_))));
    assert!(SignedGreeting::read(&[0; GREETING_BYTES_MAX + 1]).is_err());
}

#[test]
fn what_is_sealed_is_read_once_in_order_and_by_the_other_side() {
    let (mut caller, mut carrier) = met();
    let parcel = Passed::Parcel(vec![1, 2, 3].into());
    let first = caller.seal(&Passed::AskReply);
    let second = caller.seal(&parcel);
    assert_eq!(caller.open(first.clone()), Err(MeetingError::Seal), "its own");
    assert_eq!(carrier.open(second.clone()), Err(MeetingError::Seal), "too early");
    assert_eq!(carrier.open(first.clone()), Ok(Passed::AskReply));
    assert_eq!(carrier.open(first), Err(MeetingError::Seal), "again");
    for bit in 0..second.len() * 8 {
        let mut altered = second.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(carrier.open(altered), Err(MeetingError::Seal), "bit {bit}");
    }
    assert_eq!(carrier.open(second), Ok(parcel));
    let answer = carrier.seal(&Passed::Refused(NotTaken::NoRoom));
    assert_eq!(caller.open(answer), Ok(Passed::Refused(NotTaken::NoRoom)));
    let (mut stranger, _) = met();
    assert_eq!(carrier.open(stranger.seal(&Passed::AskReply)), Err(MeetingError::Seal));
}

#[test]
fn the_largest_message_fits_its_limit() {
    let (mut caller, _) = met();
    let sealed = caller.seal(&Passed::Parcel(vec![0; POSTED_BYTES_MAX].into()));
    assert!(sealed.len() <= SEALED_BYTES_MAX);
}
