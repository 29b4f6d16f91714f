//! What was paid for a building before: a device asks under its signature, and the office lists the
//! latest receipts that it knows, under its own. No name is in either.

use ledger::{Hash, Paise, PublicKey, Purpose, Signature, Signer, Writer, WrongSignature, sha256};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode, decode};
use thiserror::Error;

use crate::message::encoded;

/// The largest question: three numbers and a signature.
pub const EARLIER_ASKED_BYTES_MAX: usize = 256;

/// The most receipts of one answer.
pub const EARLIER_MAX: usize = 20;

/// The largest answer: twenty receipts with their numbers and words.
pub const EARLIER_ANSWER_BYTES_MAX: usize = 8 * 1_024;

/// Which building's receipts are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EarlierAsked {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub building: u32,
    /// By the device's clock, milliseconds since 1970: two questions are never the same.
    #[n(2)]
    pub sent_ms: i64,
}

/// What the office answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EarlierAnswer {
    #[n(0)]
    pub to: Writer,
    #[n(1)]
    pub building: u32,
    /// The hash of the question.
    #[n(2)]
    pub asked: Hash,
    /// Newest first.
    #[n(3)]
    pub receipts: Vec<EarlierReceipt>,
}

/// One receipt, or one payment that came through another channel.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EarlierReceipt {
    #[n(0)]
    pub number: String,
    /// By whoever wrote it, milliseconds since 1970.
    #[n(1)]
    pub at_ms: i64,
    #[n(2)]
    pub amount: Paise,
    /// cash, card, upi, cheque, demand_draft, elsewhere.
    #[n(3)]
    pub mode: String,
    /// As the rule pack names it.
    #[n(4)]
    pub service: String,
    /// Not where it was cancelled, or its cheque dishonoured.
    #[n(5)]
    pub stands: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Signed {
    #[n(0)]
    writer: Writer,
    #[n(1)]
    body: ByteVec,
    #[n(2)]
    signature: Signature,
}

/// A question as it came; nothing of it is believed before [`SignedEarlier::opened`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedEarlier(Signed);

#[derive(Debug, Error)]
pub enum EarlierError {
    #[error("the message has {0} bytes and is too large")]
    TooLarge(usize),
    #[error("the message cannot be read")]
    Shape(#[source] decode::Error),
    #[error("the message names another device than the one that signed it")]
    WrongWriter,
    #[error("the message is not signed by whom it must be")]
    Signature(#[source] WrongSignature),
    #[error("the office answers another question than the one that was asked")]
    OtherQuestion,
    #[error("more receipts than {EARLIER_MAX}")]
    TooMany,
}

impl EarlierAsked {
    /// The bytes that go out, and by what their answer is known.
    pub fn sealed(&self, device: &dyn Signer) -> (Vec<u8>, Hash) {
        let body = encoded(self);
        let signature = device.sign(Purpose::Earlier, &body);
        let digest = sha256(&body);
        (encoded(&Signed { writer: self.writer, body: body.into(), signature }), digest)
    }
}

impl SignedEarlier {
    pub fn read(message: &[u8]) -> Result<Self, EarlierError> {
        if message.len() > EARLIER_ASKED_BYTES_MAX {
            return Err(EarlierError::TooLarge(message.len()));
        }
        minicbor::decode(message).map(Self).map_err(EarlierError::Shape)
    }

    /// By whose key it is to be opened.
    pub fn writer(&self) -> Writer {
        self.0.writer
    }

    /// The question and its hash, once the signature was found to be the device's.
    pub fn opened(&self, device: &PublicKey) -> Result<(EarlierAsked, Hash), EarlierError> {
        let Signed { writer, body, signature } = &self.0;
        device.verify(Purpose::Earlier, body, signature).map_err(EarlierError::Signature)?;
        let asked: EarlierAsked = minicbor::decode(body).map_err(EarlierError::Shape)?;
        match asked.writer == *writer {
            true => Ok((asked, sha256(body))),
            false => Err(EarlierError::WrongWriter),
        }
    }
}

impl EarlierAnswer {
    /// The bytes that go back.
    pub fn sealed(&self, office: &dyn Signer) -> Vec<u8> {
        let body = encoded(self);
        let signature = office.sign(Purpose::EarlierAnswer, &body);
        encoded(&Signed { writer: Writer::OFFICE, body: body.into(), signature })
    }

    /// Reads what the office signed as the answer to a question of this hash.
    pub fn read(message: &[u8], office: &PublicKey, asked: &Hash) -> Result<Self, EarlierError> {
        if message.len() > EARLIER_ANSWER_BYTES_MAX {
            return Err(EarlierError::TooLarge(message.len()));
        }
        let signed: Signed = minicbor::decode(message).map_err(EarlierError::Shape)?;
        office
            .verify(Purpose::EarlierAnswer, &signed.body, &signed.signature)
            .map_err(EarlierError::Signature)?;
        let answer: Self = minicbor::decode(&signed.body).map_err(EarlierError::Shape)?;
        match () {
            () if answer.asked != *asked => Err(EarlierError::OtherQuestion),
            () if answer.receipts.len() > EARLIER_MAX => Err(EarlierError::TooMany),
            () => Ok(answer),
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
            PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
        }

        fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
            let signature = self.0.sign(&purpose.signed(message));
            Signature::new(signature.as_ref().try_into().expect("64 bytes"))
        }
    }

    fn key(seed: u8) -> Key {
        Key(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"))
    }

    fn asked() -> EarlierAsked {
        EarlierAsked { writer: Writer(3), building: u32::MAX, sent_ms: i64::MAX }
    }

    fn receipt(place: usize) -> EarlierReceipt {
        EarlierReceipt {
            number: format!("G0802-2026-K12-{place:06}-X"),
            at_ms: i64::MAX,
            amount: Paise::rupees(1_184),
            mode: "demand_draft".to_owned(),
            service: "property_tax_of_a_long_name".to_owned(),
            stands: place > 0,
        }
    }

    #[test]
    fn a_question_is_answered_and_both_are_believed_by_their_keys_alone() {
        let (message, digest) = asked().sealed(&key(1));
        let signed = SignedEarlier::read(&message).expect("a message");
        let opened = signed.opened(&key(1).public_key()).expect("signed by the device");
        assert_eq!((opened, signed.writer()), ((asked(), digest), Writer(3)));
        let stranger = signed.opened(&key(2).public_key());
        assert!(matches!(stranger, Err(EarlierError::Signature(_))));

        let receipts: Vec<_> = (0..EARLIER_MAX).map(receipt).collect();
        let answer = EarlierAnswer { to: Writer(3), building: 7, asked: digest, receipts };
        let sealed = answer.sealed(&key(2));
        assert!(sealed.len() <= EARLIER_ANSWER_BYTES_MAX, "{}", sealed.len());
        let office = key(2).public_key();
        assert_eq!(EarlierAnswer::read(&sealed, &office, &digest).expect("it"), answer);
        let other = EarlierAnswer::read(&sealed, &office, &sha256(b"another"));
        assert!(matches!(other, Err(EarlierError::OtherQuestion)));
        let forged = EarlierAnswer::read(&sealed, &key(1).public_key(), &digest);
        assert!(matches!(forged, Err(EarlierError::Signature(_))));
    }

    #[test]
    fn what_is_too_large_or_too_much_is_not_read() {
        let long = vec![0; EARLIER_ANSWER_BYTES_MAX + 1];
        assert!(matches!(SignedEarlier::read(&long), Err(EarlierError::TooLarge(_))));
        let (office, digest) = (key(2).public_key(), sha256(b"a question"));
        let read = EarlierAnswer::read(&long, &office, &digest);
        assert!(matches!(read, Err(EarlierError::TooLarge(_))));
        let receipts: Vec<_> = (0..=EARLIER_MAX).map(receipt).collect();
        let answer = EarlierAnswer { to: Writer(3), building: 7, asked: digest, receipts };
        let read = EarlierAnswer::read(&answer.sealed(&key(2)), &office, &digest);
        assert!(matches!(read, Err(EarlierError::TooMany)));
    }
}
