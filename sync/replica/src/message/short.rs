//! The form of an answer to a request in the short form: the office's one signature, over its word
//! on the request and the head that it has, and of all that it covers only what the device does not
//! know. Where nothing is new and the device said that this will do, there is no byte at all.

use ledger::{Hash, Head, Signature, Writer};

use super::{Answer, MESSAGE_BYTES_MAX, MessageError};
use crate::attestation::{Attestation, Lock, SignedAttestation};
use crate::message::encoded;
use crate::packing::{pack, unpack};
use crate::record::RecordsAnswer;
use crate::varint::{Reader, put};

/// The first byte: this, and what follows. A packed answer begins as every zstd frame, with 0x28.
const FORM: u8 = 0x80;
/// The head is the one that the device asked with.
const OWN_HEAD: u8 = 1;
const OTHER_HEAD: u8 = 2;
const LOCKED: u8 = 4;
const OFFICE_BOOK: u8 = 8;
const REGISTER: u8 = 32;
const RECORDS: u8 = 64;
/// All the rest of the answer is packed behind the signature.
const MORE: u8 = 16;

/// How much of the request's digest is said: it tells a late answer from a forged one.
const DIGEST_BYTES: usize = 4;

const SIGNATURE_BYTES: usize = 64;

/// What whoever asked knows, and a short answer leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub writer: Writer,
    /// The SHA-256 of the body of the request.
    pub request: Hash,
    /// The device's head after the request's batch, if it had one.
    pub head: Option<Head>,
    pub office_after: u64,
    pub register_after: u64,
    /// How far the device has read the feed of records, and the last of its own edits that the
    /// office has; none where it knows of no records.
    pub records: Option<(u64, u64)>,
    /// An empty answer will do where nothing is new.
    pub brief: bool,
}

impl Answer {
    /// The bytes that go back to whoever asked in the short form. The office's word on the request
    /// must be in the answer; a countersignature beside it is left out, as the word is one.
    pub fn sealed_short(&self, question: &Question) -> Vec<u8> {
        let Some(signed) = self.attestation else { return self.sealed() };
        let is_brief = self.says_nothing_beside_the_word(question);
        let word = signed.attestation;
        let moved = (self.office_to, self.register_to)
            != (question.office_after, question.register_after)
            || self.records_on(question) > 0;
        let nothing = is_brief && word.lock.is_none() && !moved;
        if nothing && question.brief && question.head.is_none() {
            return Vec::new();
        }
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(&question.request[..DIGEST_BYTES]);
        put(&mut bytes, word.at_ms.cast_unsigned());
        match word.head {
            None => {}
            head if head == question.head => bytes[0] |= OWN_HEAD,
            Some(head) => {
                bytes[0] |= OTHER_HEAD;
                put(&mut bytes, head.seq);
                bytes.extend_from_slice(&head.hash[..]);
            }
        }
        if let Some(lock) = &word.lock {
            bytes[0] |= LOCKED;
            let lock = encoded(lock);
            put(&mut bytes, lock.len() as u64);
            bytes.extend_from_slice(&lock);
        }
        if is_brief && self.office_to > question.office_after {
            bytes[0] |= OFFICE_BOOK;
            put(&mut bytes, self.office_to - question.office_after);
        }
        if is_brief && self.register_to > question.register_after {
            bytes[0] |= REGISTER;
            put(&mut bytes, self.register_to - question.register_after);
        }
        if is_brief && self.records_on(question) > 0 {
            bytes[0] |= RECORDS;
            put(&mut bytes, self.records_on(question));
        }
        bytes.extend_from_slice(signed.signature.bytes());
        if !is_brief {
            bytes[0] |= MORE;
            bytes.extend(pack(&encoded(&Self {
                checkpoint: None,
                attestation: None,
                ..self.clone()
            })));
        }
        bytes
    }

    fn says_nothing_beside_the_word(&self, question: &Question) -> bool {
        let head = self.attestation.and_then(|signed| signed.attestation.head);
        self.notices.is_empty()
            && self.buildings.is_empty()
            && self.quarantined.is_empty()
            && self.gone.is_none()
            && self.pack.is_none()
            && self.rejection.is_none()
            && !self.more
            && self.acknowledged == head.map_or(0, |head| head.seq)
            && self.office_to >= question.office_after
            && self.register_to >= question.register_after
            && self.records_are_quiet(question)
    }

    /// Whether all that the office says of records is how far it has looked.
    fn records_are_quiet(&self, question: &Question) -> bool {
        match (&self.records, question.records) {
            (None, None) => true,
            (Some(said), Some((after, acknowledged))) => {
                said.is_quiet() && said.to >= after && said.edits_to == acknowledged
            }
            _ => false,
        }
    }

    /// How far the feed of records was looked through beyond what the device has read.
    fn records_on(&self, question: &Question) -> u64 {
        let (said, asked) = (self.records.as_ref(), question.records);
        said.zip(asked).map_or(0, |(said, (after, _))| said.to.saturating_sub(after))
    }

    /// Reads an answer in whichever form it came; none where it is late: the answer to another
    /// request. Nothing of it is believed yet.
    pub fn read_for(
        bytes: &[u8],
        question: Option<&Question>,
    ) -> Result<Option<Self>, MessageError> {
        match (bytes.first(), question) {
            (None, Some(question)) if question.brief && question.head.is_none() => {
                Ok(Some(Self::of_nothing(question)))
            }
            (Some(first), _) if first & FORM != 0 => {
                let torn = MessageError::Shape(minicbor::decode::Error::end_of_input());
                let Some(said) = bytes.get(1..=DIGEST_BYTES) else { return Err(torn) };
                match question.filter(|question| question.request.starts_with(said)) {
                    None => Ok(None),
                    Some(question) => Self::read_short(bytes, question).map(Some),
                }
            }
            _ => Self::read(bytes).map(Some),
        }
    }

    fn read_short(bytes: &[u8], question: &Question) -> Result<Self, MessageError> {
        let torn = || MessageError::Shape(minicbor::decode::Error::end_of_input());
        let mut from = Reader(bytes);
        let has = from.byte().ok_or_else(torn)?;
        if has & !(FORM | OWN_HEAD | OTHER_HEAD | LOCKED | OFFICE_BOOK | REGISTER | RECORDS | MORE)
            != 0
        {
            return Err(torn());
        }
        from.bytes(DIGEST_BYTES).ok_or_else(torn)?;
        let at_ms = from.number().ok_or_else(torn)?.cast_signed();
        let head = match has & (OWN_HEAD | OTHER_HEAD) {
            0 => None,
            OWN_HEAD => Some(question.head.ok_or_else(torn)?),
            OTHER_HEAD => {
                let seq = from.number().ok_or_else(torn)?;
                Some(Head { seq, hash: from.hash().ok_or_else(torn)? })
            }
            _ => return Err(torn()),
        };
        let lock = match has & LOCKED {
            0 => None,
            _ => Some(read_lock(&mut from)?),
        };
        let office_on = match has & OFFICE_BOOK {
            0 => 0,
            _ => from.number().ok_or_else(torn)?,
        };
        let register_on = match has & REGISTER {
            0 => 0,
            _ => from.number().ok_or_else(torn)?,
        };
        let records_on = match has & RECORDS {
            0 => 0,
            _ => from.number().ok_or_else(torn)?,
        };
        let signature = from.bytes(SIGNATURE_BYTES).and_then(|bytes| bytes.try_into().ok());
        let signature = Signature::new(signature.ok_or_else(torn)?);
        let (writer, request) = (question.writer, question.request);
        let attestation = Attestation { writer, request, at_ms, lock, head };
        let signed = SignedAttestation { attestation, signature };
        let rest = match has & MORE {
            0 if from.rest().is_empty() => Self {
                acknowledged: head.map_or(0, |head| head.seq),
                office_to: question.office_after.saturating_add(office_on),
                register_to: question.register_after.saturating_add(register_on),
                records: quiet_records(question, records_on),
                ..Self::of_nothing(question)
            },
            0 => return Err(torn()),
            _ => {
                let rest = unpack(from.rest(), MESSAGE_BYTES_MAX).map_err(MessageError::Packing)?;
                minicbor::decode(&rest).map_err(MessageError::Shape)?
            }
        };
        Ok(Self { checkpoint: signed.checkpoint(), attestation: Some(signed), at_ms, ..rest })
    }

    fn of_nothing(question: &Question) -> Self {
        let (office_to, register_to) = (question.office_after, question.register_after);
        let records = quiet_records(question, 0);
        Self { office_to, register_to, records, ..Self::empty(0) }
    }
}

/// What the office says of records where it says nothing but how far it has looked.
fn quiet_records(question: &Question, on: u64) -> Option<RecordsAnswer> {
    let (after, acknowledged) = question.records?;
    Some(RecordsAnswer::new(acknowledged, Vec::new(), after.saturating_add(on), &[]))
}

fn read_lock(from: &mut Reader<'_>) -> Result<Lock, MessageError> {
    let torn = || MessageError::Shape(minicbor::decode::Error::end_of_input());
    let length = from.number().and_then(|length| usize::try_from(length).ok());
    let lock = length.and_then(|length| from.bytes(length)).ok_or_else(torn)?;
    minicbor::decode(lock).map_err(MessageError::Shape)
}
