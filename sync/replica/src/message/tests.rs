//! A short answer says the same as the whole one, to the one request that it answers.

use ledger::{Purpose, Writer};
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;
use crate::attestation::Lock;

const DEVICE: Writer = Writer(7);

struct Office(Ed25519KeyPair);

impl Office {
    fn new() -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[4; 32]).expect("any 32 bytes are a seed"))
    }
}

impl Signer for Office {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

fn question(head: Option<Head>) -> Question {
    let request = [3; 32].into();
    let (office_after, register_after) = (12, 4_096);
    let records = None;
    Question { writer: DEVICE, request, head, office_after, register_after, records, brief: true }
}

fn own_head() -> Head {
    Head { seq: 40, hash: [6; 32].into() }
}

/// What the office says to a question, having the chain up to `head`.
fn answer(question: &Question, head: Option<Head>, lock: Option<Lock>) -> Answer {
    let (writer, request, at_ms) = (question.writer, question.request, 1_785_727_800_000);
    let signed = Attestation { writer, request, at_ms, lock, head }.signed(&Office::new());
    Answer {
        acknowledged: head.map_or(0, |head| head.seq),
        checkpoint: signed.checkpoint(),
        office_to: question.office_after,
        register_to: question.register_after,
        attestation: Some(signed),
        ..Answer::empty(at_ms)
    }
}

fn check(answer: &Answer, question: &Question) -> usize {
    let bytes = answer.sealed_short(question);
    let read = Answer::read_for(&bytes, Some(question)).expect("an answer").expect("to this");
    assert_eq!(&read, answer);
    let word = read.attestation.expect("the office's word");
    assert!(word.verify(&Office::new().public_key()).is_ok());
    bytes.len()
}

#[test]
fn what_the_device_knows_is_left_out_and_the_rest_comes_back() {
    let asked = question(Some(own_head()));
    let quiet = answer(&asked, Some(own_head()), None);
    assert!(check(&quiet, &asked) <= 75);
    let elsewhere = Answer { office_to: 300, register_to: 4_100, ..quiet.clone() };
    assert!(check(&elsewhere, &asked) <= 78);
    let further = Head { seq: 41, hash: [8; 32].into() };
    check(&answer(&asked, Some(further), None), &asked);
    check(&answer(&asked, None, None), &asked);
    let quarantined = vec![Quarantined { seq: 40, reason: "a rule".to_owned(), cause: None }];
    check(&Answer { quarantined, ..quiet.clone() }, &asked);
    check(&Answer { more: true, register_to: 4_100, ..quiet.clone() }, &asked);
    // A centre that was put back to an older disk.
    check(&Answer { register_to: 9, ..quiet }, &asked);
    let lock = Lock { since_ms: 5, parts_at: Some(9), held: Some(own_head()), full: true };
    let locked = answer(&asked, None, Some(lock));
    check(&Answer { rejection: Some(Rejection::Frozen), ..locked }, &asked);
}

#[test]
fn nothing_new_is_no_byte_where_this_will_do_and_only_there() {
    let asked = question(None);
    let quiet = answer(&asked, Some(own_head()), None);
    assert_eq!(quiet.sealed_short(&asked), Vec::<u8>::new());
    let read = Answer::read_for(&[], Some(&asked)).expect("an answer").expect("to this");
    assert_eq!((read.acknowledged, read.checkpoint, read.attestation), (0, None, None));
    assert_eq!((read.office_to, read.register_to), (12, 4_096));
    let wanted = Question { brief: false, ..asked };
    check(&answer(&wanted, Some(own_head()), None), &wanted);
    let with_entries = question(Some(own_head()));
    let empty = |question: Option<&Question>| Answer::read_for(&[], question).is_err();
    assert!(empty(None) && empty(Some(&wanted)) && empty(Some(&with_entries)));
    let lock = Lock { since_ms: 5, parts_at: None, held: None, full: false };
    check(
        &Answer { rejection: Some(Rejection::Frozen), ..answer(&asked, None, Some(lock)) },
        &asked,
    );
}

#[test]
fn a_late_answer_is_known_and_an_altered_one_is_not_believed() {
    let asked = question(Some(own_head()));
    let other = Question { request: [9; 32].into(), ..asked };
    let sound = answer(&asked, Some(own_head()), None);
    let bytes = sound.sealed_short(&asked);
    assert!(matches!(Answer::read_for(&bytes, Some(&other)), Ok(None)));
    assert!(matches!(Answer::read_for(&bytes, None), Ok(None)));
    let office = Office::new().public_key();
    for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut altered = bytes.clone();
        altered[at] ^= 1 << bit;
        if let Ok(Some(read)) = Answer::read_for(&altered, Some(&asked)) {
            let word = read.attestation.filter(|word| word.verify(&office).is_ok());
            assert_eq!(word, None, "byte {at}, bit {bit}");
        }
    }
    for end in 0..bytes.len() {
        assert!(Answer::read_for(&bytes[..end], Some(&asked)).is_err(), "{end} bytes");
    }
}
