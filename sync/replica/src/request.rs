//! What a device asks of the centre, over whichever carrier, in one of three forms: few entries as
//! columns and nothing that the centre has already; entries as columns; or as they are. All stand
//! under the same signature. One that is carried says so: whoever saw it on its way could else
//! bring it over a line, where an answer is not sealed.

mod compact;
mod short;
#[cfg(test)]
mod tests;

use ledger::{Hash, Head, PublicKey, Purpose, Signature, Signer, Writer, sha256};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode, decode};

use crate::batch::Batch;
use crate::columns::ColumnsError;
use crate::head::{SignedHead, Statement};
use crate::message::{MESSAGE_BYTES_MAX, MessageError, Question, encoded};
use crate::packing::{is_packed, pack, unpack};
use crate::record::RecordsAsked;
use compact::Compact;
use short::Short;

/// The first byte of the body of a request that is carried; what follows is one of the two longer
/// forms. The short form begins with 0x40 or more, columns with 1, entries as they are with a list.
const CARRIED: u8 = 2;

/// One device's turn: what it sends, and how far it has read.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Request {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub batch: Option<Batch>,
    /// The last entry of the office book that the device has.
    #[n(2)]
    pub office_after: u64,
    /// The last change of the register that the device has.
    #[n(3)]
    pub register_after: u64,
    /// When it was sent, by the device's clock.
    #[n(4)]
    pub sent_ms: i64,
    /// What the device says of shared records; one of before knew of none.
    #[n(5)]
    pub records: Option<RecordsAsked>,
}

/// A request under the device's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedRequest {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub body: ByteVec,
    #[n(2)]
    pub signature: Signature,
}

/// A request as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub bytes: Vec<u8>,
    /// The SHA-256 of the body: by this the office's answer names it.
    pub digest: Hash,
    /// Its entries travel as columns.
    pub in_columns: bool,
    /// What the answer will leave out, where this asks in the short form.
    pub question: Option<Question>,
}

/// A request that its device signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Without its batch, where that is damaged.
    pub request: Request,
    /// The device's word on its head, as the signature of this request gives it.
    pub signed: SignedHead,
    /// Why there are no entries although the device sent some: its columns cannot be read.
    pub damaged: Option<ColumnsError>,
    /// How to answer, where it asks in the short form.
    pub question: Option<Question>,
}

impl Request {
    /// The bytes that go out, the entries as they are and all of it packed.
    pub fn sealed(&self, device: &dyn Signer) -> Vec<u8> {
        self.sealed_whole(device).bytes
    }

    /// The same with its digest.
    pub fn sealed_whole(&self, device: &dyn Signer) -> Sealed {
        let body = encoded(self);
        let digest = sha256(&body);
        let bytes = pack(&encoded(&self.signed(device, body)));
        Sealed { bytes, digest, in_columns: false, question: None }
    }

    /// The bytes that go out, the entries as columns where they come back from them as they are.
    pub fn sealed_in_columns(&self, device: &dyn Signer) -> Sealed {
        let Some(compact) = Compact::of(self) else { return self.sealed_whole(device) };
        let body = compact.body();
        let digest = sha256(&body);
        // What is in columns packs no further.
        let bytes = encoded(&self.signed(device, body));
        Sealed { bytes, digest, in_columns: true, question: None }
    }

    /// The same for somebody to carry, the entries as columns where they may be.
    pub fn sealed_to_carry(&self, device: &dyn Signer, as_they_are: bool) -> Sealed {
        let compact = if as_they_are { None } else { Compact::of(self) };
        let in_columns = compact.is_some();
        let form = compact.map_or_else(|| encoded(self), |compact| compact.body());
        let body = [&[CARRIED][..], &form].concat();
        let digest = sha256(&body);
        let bytes = encoded(&self.signed(device, body));
        let bytes = if in_columns { bytes } else { pack(&bytes) };
        Sealed { bytes, digest, in_columns, question: None }
    }

    /// The same in the short form where the entries are few: the centre must have all that is
    /// before them. With `brief`, an empty answer will do where nothing is new.
    pub fn sealed_short(&self, device: &dyn Signer, brief: bool) -> Sealed {
        let Some(body) = short::body(self, brief) else { return self.sealed_in_columns(device) };
        let digest = sha256(&body);
        let signature = self.statement(&body).signed(Purpose::Request, device).signature;
        let bytes = [&body[..], signature.bytes()].concat();
        let question = Some(self.question(digest, brief));
        Sealed { bytes, digest, in_columns: self.batch.is_some(), question }
    }

    fn question(&self, request: Hash, brief: bool) -> Question {
        let head = self.batch.as_ref().map(|batch| batch.after);
        let Self { writer, office_after, register_after, .. } = *self;
        let records = self.records.as_ref();
        let records = records.map(|asked| (asked.after, asked.acknowledged));
        Question { writer, request, head, office_after, register_after, records, brief }
    }

    /// The SHA-256 of the body with the entries as they are.
    pub fn digest(&self) -> Hash {
        sha256(&encoded(self))
    }

    fn signed(&self, device: &dyn Signer, body: Vec<u8>) -> SignedRequest {
        let signature = self.statement(&body).signed(Purpose::Request, device).signature;
        SignedRequest { writer: self.writer, body: body.into(), signature }
    }

    /// What the device's signature is given over: where its chain stands after the batch, and the
    /// hash of all that it sends. So the signature proves the head to whoever has only these.
    fn statement(&self, body: &[u8]) -> Statement {
        let head = self.batch.as_ref().map(|batch| batch.after);
        Statement { writer: self.writer, head, at_ms: self.sent_ms, covers: sha256(body) }
    }
}

impl SignedRequest {
    /// Reads what came in; nothing of it may be believed before [`SignedRequest::opened`].
    pub fn read(bytes: &[u8]) -> Result<Self, MessageError> {
        if short::is_of_this_form(bytes) {
            let torn = || MessageError::Shape(decode::Error::end_of_input());
            let (body, signature) = bytes.split_last_chunk::<64>().ok_or_else(torn)?;
            let writer = Short::read(body).ok_or_else(torn)?.writer;
            let signature = Signature::new(*signature);
            return Ok(Self { writer, body: body.to_vec().into(), signature });
        }
        if !is_packed(bytes) {
            return minicbor::decode(bytes).map_err(MessageError::Shape);
        }
        let message = unpack(bytes, MESSAGE_BYTES_MAX).map_err(MessageError::Packing)?;
        minicbor::decode(&message).map_err(MessageError::Shape)
    }

    /// Whether the device gave it to somebody to carry: its answer is to be sealed.
    pub fn is_carried(&self) -> bool {
        self.body.first() == Some(&CARRIED)
    }

    /// The entry whose hash [`SignedRequest::opened_after`] needs, where the form leaves it out.
    pub fn follows(&self) -> Option<u64> {
        Short::read(&self.body)?.follows()
    }

    /// The same as [`SignedRequest::opened_after`], for whoever knows no chain.
    pub fn opened(&self, device: &PublicKey) -> Result<Opened, MessageError> {
        self.opened_after(device, None)
    }

    /// The request, once its signature was found to be the device's. Columns are read only then,
    /// but for the few entries of the short form: `before` is the reader's own hash of the entry
    /// that they follow.
    pub fn opened_after(
        &self,
        device: &PublicKey,
        before: Option<Hash>,
    ) -> Result<Opened, MessageError> {
        if short::is_of_this_form(&self.body) {
            return self.opened_short(device, before);
        }
        let form = self.body.strip_prefix(&[CARRIED]).unwrap_or(&self.body);
        if let Some(compact) = Compact::read(form) {
            let compact = compact.map_err(MessageError::Shape)?;
            let signed = self.checked(compact.statement(self.writer, &self.body), device)?;
            let (request, damaged) = compact.opened(self.writer);
            return Ok(Opened { request, signed, damaged, question: None });
        }
        let request: Request = minicbor::decode(form).map_err(MessageError::Shape)?;
        let signed = self.checked(request.statement(&self.body), device)?;
        match request.writer == self.writer {
            true => Ok(Opened { request, signed, damaged: None, question: None }),
            false => Err(MessageError::WrongWriter),
        }
    }

    fn opened_short(
        &self,
        device: &PublicKey,
        before: Option<Hash>,
    ) -> Result<Opened, MessageError> {
        let torn = || MessageError::Shape(decode::Error::end_of_input());
        let short = Short::read(&self.body).ok_or_else(torn)?;
        let Some(seq) = short.follows() else {
            let (request, statement) = short.after(None, &self.body).ok_or_else(torn)?;
            let signed = self.checked(statement, device)?;
            return self.of_short(request, signed, short.brief);
        };
        let first = (seq == 0).then(|| Head::before_first(self.writer).hash);
        let after = short.after(before.or(first), &self.body).ok_or(MessageError::Unplaced)?;
        let (request, statement) = after;
        let signed = self.checked(statement, device).map_err(|_| MessageError::Unplaced)?;
        self.of_short(request, signed, short.brief)
    }

    fn of_short(
        &self,
        request: Request,
        signed: SignedHead,
        brief: bool,
    ) -> Result<Opened, MessageError> {
        if request.writer != self.writer {
            return Err(MessageError::WrongWriter);
        }
        let question = Some(request.question(signed.statement.covers, brief));
        Ok(Opened { request, signed, damaged: None, question })
    }

    fn checked(&self, statement: Statement, key: &PublicKey) -> Result<SignedHead, MessageError> {
        let signed = SignedHead { statement, signature: self.signature };
        signed.verify(Purpose::Request, key).map_err(MessageError::Signature)?;
        Ok(signed)
    }
}
