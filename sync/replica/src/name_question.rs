//! How a device whose register has no names asks the office which houses belong to one: staff type
//! it, the office answers with the houses' numbers alone, and no name comes back.

use ledger::{
    Hash, PublicKey, Purpose, Signature, Signer, StaffId, Writer, WrongSignature, sha256,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode, decode};
use thiserror::Error;

use crate::message::encoded;

/// The longest that is asked for, in characters.
pub const NAME_CHARACTERS_MAX: usize = 80;

/// The most houses of one answer.
pub const NAMES_FOUND_MAX: usize = 50;

/// The largest question: a character has four bytes at most, and a signature 64.
pub const NAME_QUESTION_BYTES_MAX: usize = 4 * NAME_CHARACTERS_MAX + 256;

/// The largest answer: a house's number has five bytes at most.
pub const NAME_ANSWER_BYTES_MAX: usize = 5 * NAMES_FOUND_MAX + 256;

/// What somebody typed who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NameQuestion {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub staff: StaffId,
    #[n(2)]
    pub typed: String,
    /// The most houses that are wanted.
    #[n(3)]
    pub most: u16,
}

/// A question as it goes out; the signature is given over the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedNameQuestion {
    /// By whose key it is to be opened.
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub body: ByteVec,
    #[n(2)]
    pub signature: Signature,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct NameAnswer {
    /// The device that it is for.
    #[n(0)]
    pub to: Writer,
    /// The hash of the question that it answers.
    #[n(1)]
    pub question: Hash,
    /// Houses of the device's wards, those that agree best first.
    #[n(2)]
    pub houses: Vec<u32>,
    /// There are more of them.
    #[n(3)]
    pub more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedNameAnswer {
    #[n(0)]
    pub body: ByteVec,
    #[n(1)]
    pub signature: Signature,
}

#[derive(Debug, Error)]
pub enum NameError {
    #[error("the message has {0} bytes and is too large")]
    TooLarge(usize),
    #[error("the message cannot be read")]
    Shape(#[source] decode::Error),
    #[error(
        "a question has 1 to {NAME_CHARACTERS_MAX} characters and asks for no more than \
         {NAMES_FOUND_MAX} houses"
    )]
    Question,
    #[error("the message names another device than the one that signed it")]
    WrongWriter,
    #[error("the message is not signed by whom it must be")]
    Signature(#[source] WrongSignature),
    #[error("the answer is to another question")]
    OtherQuestion,
}

impl NameQuestion {
    /// The bytes that go out, and by what their answer is known.
    pub fn sealed(&self, device: &dyn Signer) -> (Vec<u8>, Hash) {
        let body = encoded(self);
        let digest = sha256(&body);
        let signature = device.sign(Purpose::NameQuestion, &digest[..]);
        (encoded(&SignedNameQuestion { writer: self.writer, body: body.into(), signature }), digest)
    }

    fn check(&self) -> Result<(), NameError> {
        let characters = self.typed.chars().count();
        let is_sound = (1..=NAME_CHARACTERS_MAX).contains(&characters)
            && usize::from(self.most) <= NAMES_FOUND_MAX;
        if is_sound { Ok(()) } else { Err(NameError::Question) }
    }
}

impl SignedNameQuestion {
    /// Reads a message; nothing of it is believed before [`SignedNameQuestion::opened`].
    pub fn read(message: &[u8]) -> Result<Self, NameError> {
        if message.len() > NAME_QUESTION_BYTES_MAX {
            return Err(NameError::TooLarge(message.len()));
        }
        minicbor::decode(message).map_err(NameError::Shape)
    }

    /// The question and its hash, once the signature was found to be the device's.
    pub fn opened(&self, device: &PublicKey) -> Result<(NameQuestion, Hash), NameError> {
        let digest = sha256(&self.body);
        device
            .verify(Purpose::NameQuestion, &digest[..], &self.signature)
            .map_err(NameError::Signature)?;
        let question: NameQuestion = minicbor::decode(&self.body).map_err(NameError::Shape)?;
        if question.writer != self.writer {
            return Err(NameError::WrongWriter);
        }
        question.check()?;
        Ok((question, digest))
    }
}

impl NameAnswer {
    /// The bytes that go back.
    pub fn sealed(&self, office: &dyn Signer) -> Vec<u8> {
        let body = encoded(self);
        let signature = office.sign(Purpose::NameAnswer, &sha256(&body)[..]);
        encoded(&SignedNameAnswer { body: body.into(), signature })
    }

    /// Reads the office's answer to a question of this device.
    pub fn read(
        message: &[u8],
        office: &PublicKey,
        (to, question): (Writer, Hash),
    ) -> Result<Self, NameError> {
        if message.len() > NAME_ANSWER_BYTES_MAX {
            return Err(NameError::TooLarge(message.len()));
        }
        let signed: SignedNameAnswer = minicbor::decode(message).map_err(NameError::Shape)?;
        office
            .verify(Purpose::NameAnswer, &sha256(&signed.body)[..], &signed.signature)
            .map_err(NameError::Signature)?;
        let answer: Self = minicbor::decode(&signed.body).map_err(NameError::Shape)?;
        match (answer.to, answer.question) == (to, question) {
            true => Ok(answer),
            false => Err(NameError::OtherQuestion),
        }
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    struct Key(Ed25519KeyPair);

    impl Signer for Key {
        fn public_key(&self) -> PublicKey {
            let key: [u8; 32] = self.0.public_key().as_ref().try_into().expect("32 bytes");
            PublicKey::new(key)
        }

        fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
            let signature = self.0.sign(&purpose.signed(message));
            Signature::new(signature.as_ref().try_into().expect("64 bytes"))
        }
    }

    fn key(seed: u8) -> Key {
        Key(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"))
    }

    fn asked(typed: &str) -> NameQuestion {
        NameQuestion { writer: Writer(3), staff: StaffId(101), typed: typed.into(), most: 8 }
    }

    #[test]
    fn a_question_is_opened_by_its_devices_key_alone() {
        let (message, digest) = asked("ലക്ഷ്മി ആർ.").sealed(&key(1));
        let signed = SignedNameQuestion::read(&message).expect("a message");
        let opened = signed.opened(&key(1).public_key()).expect("signed by the device");
        assert_eq!(opened, (asked("ലക്ഷ്മി ആർ."), digest));
        let stranger = signed.opened(&key(2).public_key());
        assert!(matches!(stranger, Err(NameError::Signature(_))));
        let other = SignedNameQuestion { writer: Writer(4), ..signed };
        let opened = other.opened(&key(1).public_key());
        assert!(matches!(opened, Err(NameError::WrongWriter)));
    }

    #[test]
    fn what_asks_for_nothing_or_too_much_is_no_question() {
        let opened = |question: NameQuestion| {
            let message = question.sealed(&key(1)).0;
            SignedNameQuestion::read(&message)?.opened(&key(1).public_key())
        };
        let longest = asked(&"ക".repeat(NAME_CHARACTERS_MAX));
        assert!(opened(longest).is_ok());
        assert!(matches!(opened(asked("")), Err(NameError::Question)));
        let long = asked(&"x".repeat(NAME_CHARACTERS_MAX + 1));
        assert!(matches!(opened(long), Err(NameError::Question)));
        let many = NameQuestion { most: 51, ..asked("Laxmi") };
        assert!(matches!(opened(many), Err(NameError::Question)));
        let beyond = asked(&"x".repeat(NAME_QUESTION_BYTES_MAX));
        assert!(matches!(opened(beyond), Err(NameError::TooLarge(_))));
    }

    #[test]
    fn an_answer_is_the_offices_and_to_this_question() {
        let (_, question) = asked("Laxmi").sealed(&key(1));
        let houses = (0..50).map(|house| u32::MAX - house).collect();
        let answer = NameAnswer { to: Writer(3), question, houses, more: true };
        let sealed = answer.sealed(&key(2));
        assert!(sealed.len() <= NAME_ANSWER_BYTES_MAX, "{}", sealed.len());
        let office = key(2).public_key();
        let read = |to, question| NameAnswer::read(&sealed, &office, (to, question));
        assert_eq!(read(Writer(3), question).expect("the office's"), answer);
        assert!(matches!(read(Writer(4), question), Err(NameError::OtherQuestion)));
        let other = sha256(b"another");
        assert!(matches!(read(Writer(3), other), Err(NameError::OtherQuestion)));
        let forged = NameAnswer::read(&sealed, &key(1).public_key(), (Writer(3), question));
        assert!(matches!(forged, Err(NameError::Signature(_))));
    }
}
