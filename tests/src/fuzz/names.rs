//! The two messages by which a device asks the office after a name.

use std::sync::LazyLock;

use ledger::{Hash, Signer, StaffId, Writer, sha256};
use replica::{
    NAME_ANSWER_BYTES_MAX, NAME_CHARACTERS_MAX, NAME_QUESTION_BYTES_MAX, NameAnswer, NameQuestion,
    SignedNameQuestion,
};

use super::samples::BOOKS;
use super::signed::is_read_again;
use crate::books::DEVICE;

static QUESTIONS: LazyLock<Vec<NameQuestion>> = LazyLock::new(|| {
    let of = |typed: &str, most| NameQuestion {
        writer: DEVICE,
        staff: StaffId(101),
        typed: typed.to_owned(),
        most,
    };
    vec![of("Laxmi R", 9), of("ലക്ഷ്മി", 0), of(&"ക".repeat(NAME_CHARACTERS_MAX), 50)]
});

/// A question: what was altered was not signed by the device.
pub fn question(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedNameQuestion::read(bytes) else { return false };
    assert!(bytes.len() <= NAME_QUESTION_BYTES_MAX);
    is_read_again(&signed);
    if let Ok((question, digest)) = signed.opened(&BOOKS.device.public_key()) {
        assert_eq!(digest, sha256(&signed.body));
        assert!(QUESTIONS.contains(&question), "never signed: {question:?}");
    }
    true
}

pub fn questions() -> Vec<Vec<u8>> {
    QUESTIONS.iter().map(|question| question.sealed(&BOOKS.device).0).collect()
}

/// To whom, and to what, each answer is.
fn asked() -> (Writer, Hash) {
    (DEVICE, QUESTIONS[0].sealed(&BOOKS.device).1)
}

static ANSWERS: LazyLock<Vec<NameAnswer>> = LazyLock::new(|| {
    let of = |houses: &[u32], more| {
        let (to, question) = asked();
        NameAnswer { to, question, houses: houses.to_vec(), more }
    };
    vec![of(&[], false), of(&[345, 1, u32::MAX], true), of(&[7; 50], false)]
});

/// The office's word: what was altered is not signed by it.
pub fn answer(bytes: &[u8]) -> bool {
    let read = NameAnswer::read(bytes, &BOOKS.office.public_key(), asked());
    let Ok(answer) = read else { return false };
    assert!(bytes.len() <= NAME_ANSWER_BYTES_MAX);
    assert!(ANSWERS.contains(&answer), "never signed: {answer:?}");
    true
}

pub fn answers() -> Vec<Vec<u8>> {
    ANSWERS.iter().map(|answer| answer.sealed(&BOOKS.office)).collect()
}
