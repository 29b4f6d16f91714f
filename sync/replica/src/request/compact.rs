//! The body of a request whose entries travel as columns. What follows from the rest is left out:
//! the writer stands before the body and under the signature, and the last sequence is the first
//! one and the count.
//!
//! Both hashes of the chain stay. With the head in it, the signature is checked before a single
//! column is read; and where the rebuilt entries lead to another head, the device hears of it.

use ledger::{Hash, Head, Writer, sha256};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode, decode};

use super::Request;
use crate::batch::{Batch, DocumentHead};
use crate::columns::{self, ColumnsError};
use crate::head::Statement;
use crate::message::encoded;
use crate::record::RecordsAsked;

/// The first byte of such a body. One with its entries as they are begins as a list, with 0x85.
const FORM: u8 = 1;

/// How much of a document's head is sent. The documents are derived from the entries, which have
/// hashes of their own: this only finds two libraries that derive differently.
const DOCUMENT_HEAD_BYTES: usize = 8;

#[derive(Encode, Decode)]
pub(super) struct Compact {
    #[n(0)]
    batch: Option<CompactBatch>,
    #[n(1)]
    office_after: u64,
    #[n(2)]
    register_after: u64,
    #[n(3)]
    sent_ms: i64,
    #[n(4)]
    records: Option<RecordsAsked>,
}

#[derive(Encode, Decode)]
struct CompactBatch {
    #[n(0)]
    before: Head,
    #[n(1)]
    after: Hash,
    #[n(2)]
    count: u32,
    #[n(3)]
    documents: Vec<CompactDocument>,
    #[n(4)]
    columns: ByteVec,
}

#[derive(Encode, Decode)]
struct CompactDocument {
    #[n(0)]
    day: i64,
    #[n(1)]
    head: ByteArray<DOCUMENT_HEAD_BYTES>,
}

impl Compact {
    /// None where the entries do not come back from columns as they are, or the batch itself is
    /// none whose head follows from its count.
    pub fn of(request: &Request) -> Option<Self> {
        let batch = match &request.batch {
            None => None,
            Some(batch) => Some(CompactBatch::of(batch)?),
        };
        let Request { office_after, register_after, sent_ms, .. } = *request;
        let records = request.records.clone();
        Some(Self { batch, office_after, register_after, sent_ms, records })
    }

    pub fn body(&self) -> Vec<u8> {
        [&[FORM][..], &encoded(self)].concat()
    }

    /// None where the body is of the other form.
    pub fn read(body: &[u8]) -> Option<Result<Self, decode::Error>> {
        let (first, rest) = body.split_first()?;
        (*first == FORM).then(|| minicbor::decode(rest))
    }

    /// What the signature is given over: the same as of a request in the other form.
    pub fn statement(&self, writer: Writer, body: &[u8]) -> Statement {
        let head = self.batch.as_ref().map(CompactBatch::head);
        Statement { writer, head, at_ms: self.sent_ms, covers: sha256(body) }
    }

    /// The request with its entries, or without its batch and why.
    pub fn opened(&self, writer: Writer) -> (Request, Option<ColumnsError>) {
        let (batch, damaged) = match self.batch.as_ref().map(CompactBatch::opened) {
            None => (None, None),
            Some(Ok(batch)) => (Some(batch), None),
            Some(Err(damaged)) => (None, Some(damaged)),
        };
        let Self { office_after, register_after, sent_ms, .. } = *self;
        let records = self.records.clone();
        (Request { writer, batch, office_after, register_after, sent_ms, records }, damaged)
    }
}

impl CompactBatch {
    fn of(batch: &Batch) -> Option<Self> {
        let before = batch.before;
        let columns = columns::write(before.seq, &batch.entries)?.into();
        let count = u32::try_from(batch.entries.len()).ok()?;
        let documents = batch.documents.iter().map(CompactDocument::of).collect::<Option<_>>()?;
        let compact = Self { before, after: batch.after.hash, count, documents, columns };
        (compact.head() == batch.after).then_some(compact)
    }

    fn head(&self) -> Head {
        let seq = self.before.seq.saturating_add(u64::from(self.count));
        Head { seq, hash: self.after }
    }

    fn opened(&self) -> Result<Batch, ColumnsError> {
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        let entries = columns::read(self.before.seq, count, &self.columns)?;
        Ok(Batch {
            before: self.before,
            entries: entries.into_iter().map(ByteVec::from).collect(),
            after: self.head(),
            documents: self.documents.iter().map(CompactDocument::opened).collect(),
        })
    }
}

impl CompactDocument {
    fn of(document: &DocumentHead) -> Option<Self> {
        let head = document.head.first_chunk::<DOCUMENT_HEAD_BYTES>()?;
        Some(Self { day: document.day, head: (*head).into() })
    }

    fn opened(&self) -> DocumentHead {
        DocumentHead { day: self.day, head: self.head.to_vec().into() }
    }
}
