//! The form of a request with few entries, or none: what a device sends all day. It has no hash of
//! the chain at all. The signature is given over the head after the batch, as in the other forms;
//! the centre finds that head by its own hash of the entry before and the entries themselves. So
//! the signature proves two things at once: who sent them, and that they follow this very chain.
//!
//! Where it does not fit, nobody can say from this form alone whether the entries are damaged, a
//! gap is before them, or they are another history. The centre then takes nothing, and the device
//! sends the same with both hashes, by which it is told. Entries of this form are read before the
//! signature is checked: this is why there are few.

use ledger::{Entry, Hash, Head, Writer, sha256};
use minicbor::bytes::ByteVec;

use super::Request;
use crate::batch::{Batch, DOCUMENT_HEAD_BYTES_MIN, DocumentHead};
use crate::columns;
use crate::head::Statement;
use crate::record::RecordsAsked;
use crate::varint::{Reader, put};

/// The most entries of this form: to read so many costs no more than to check a signature.
pub(super) const ENTRIES_MAX: usize = 15;

/// The first byte: this, the number of entries, whether an empty answer will do, and whether the
/// device knows of shared records. A message of another form begins with a list (0x83), as a zstd
/// frame (0x28) or with a form's number (1).
const FORM: u8 = 0x40;
const FORM_BITS: u8 = 0xc0;
const BRIEF: u8 = 0x20;
const RECORDS: u8 = 0x10;
const COUNT_BITS: u8 = 0x0f;

/// How much of a document's head is sent. The next batch of the day would find what this one
/// missed by chance.
const DOCUMENT_HEAD_BYTES: usize = DOCUMENT_HEAD_BYTES_MIN;

pub(super) struct Short<'a> {
    pub writer: Writer,
    pub brief: bool,
    office_after: u64,
    register_after: u64,
    sent_ms: i64,
    records: Option<RecordsAsked>,
    batch: Option<ShortBatch<'a>>,
}

struct ShortBatch<'a> {
    before: u64,
    count: usize,
    documents: Vec<&'a [u8]>,
    columns: &'a [u8],
}

/// The body of a request in this form; none where it has too many entries, or they do not come back
/// as they are.
pub(super) fn body(request: &Request, brief: bool) -> Option<Vec<u8>> {
    let count = request.batch.as_ref().map_or(0, |batch| batch.entries.len());
    if count > ENTRIES_MAX || request.records.as_ref().is_some_and(RecordsAsked::pushes) {
        return None;
    }
    let flag = if brief { BRIEF } else { 0 } | if request.records.is_some() { RECORDS } else { 0 };
    let mut body = vec![FORM | flag | u8::try_from(count).ok()?];
    put(&mut body, request.writer.0.into());
    put(&mut body, request.office_after);
    put(&mut body, request.register_after);
    put(&mut body, request.sent_ms.cast_unsigned());
    if let Some(records) = &request.records {
        put(&mut body, records.after);
        put(&mut body, records.acknowledged);
    }
    let Some(batch) = &request.batch else { return Some(body) };
    let columns = columns::write(batch.before.seq, &batch.entries)?;
    let days = days(&batch.entries)?;
    if count == 0 || !days.iter().eq(batch.documents.iter().map(|document| &document.day)) {
        return None;
    }
    put(&mut body, batch.before.seq);
    put(&mut body, u64::try_from(days.len()).ok()?);
    for document in &batch.documents {
        body.extend_from_slice(document.head.get(..DOCUMENT_HEAD_BYTES)?);
    }
    body.extend_from_slice(&columns);
    Some(body)
}

pub(super) fn is_of_this_form(body: &[u8]) -> bool {
    body.first().is_some_and(|first| first & FORM_BITS == FORM)
}

impl<'a> Short<'a> {
    pub fn read(body: &'a [u8]) -> Option<Self> {
        let mut from = Reader(body);
        let first = from.byte().filter(|first| first & FORM_BITS == FORM)?;
        let count = usize::from(first & COUNT_BITS);
        let writer = Writer(u32::try_from(from.number()?).ok()?);
        let (office_after, register_after) = (from.number()?, from.number()?);
        let sent_ms = from.number()?.cast_signed();
        let records = match first & RECORDS {
            0 => None,
            _ => Some(RecordsAsked::new(from.number()?, from.number()?, &[])),
        };
        let batch = match count {
            0 if from.rest().is_empty() => None,
            1..=ENTRIES_MAX => Some(ShortBatch::read(from, count)?),
            _ => return None,
        };
        let brief = first & BRIEF != 0;
        Some(Self { writer, brief, office_after, register_after, sent_ms, records, batch })
    }

    /// The entry before the first one: whose hash is needed to check the signature.
    pub fn follows(&self) -> Option<u64> {
        self.batch.as_ref().map(|batch| batch.before)
    }

    /// The request and what its signature is given over, if its entries follow `before`; none where
    /// they cannot be read.
    pub fn after(&self, before: Option<Hash>, body: &[u8]) -> Option<(Request, Statement)> {
        let batch = match &self.batch {
            None => None,
            Some(short) => Some(short.after(before?)?),
        };
        let head = batch.as_ref().map(|batch| batch.after);
        let covers = sha256(body);
        let Self { writer, office_after, register_after, sent_ms, .. } = *self;
        let statement = Statement { writer, head, at_ms: sent_ms, covers };
        let records = self.records.clone();
        let request = Request { writer, batch, office_after, register_after, sent_ms, records };
        Some((request, statement))
    }
}

impl<'a> ShortBatch<'a> {
    fn read(mut from: Reader<'a>, count: usize) -> Option<Self> {
        let before = from.number()?;
        let days = usize::try_from(from.number()?).ok().filter(|days| *days <= count)?;
        let documents = (0..days).map(|_| from.bytes(DOCUMENT_HEAD_BYTES));
        let documents = documents.collect::<Option<_>>()?;
        Some(Self { before, count, documents, columns: from.rest() })
    }

    fn after(&self, before: Hash) -> Option<Batch> {
        let before = Head { seq: self.before, hash: before };
        let entries = columns::read(self.before, self.count, self.columns).ok()?;
        let mut batch = Batch::of(before, entries);
        let days = days(&batch.entries)?;
        let named = days.into_iter().zip(&self.documents);
        batch.documents =
            named.map(|(day, head)| DocumentHead { day, head: head.to_vec().into() }).collect();
        (batch.entries.len() == self.count).then_some(batch)
    }
}

/// The days of entries, each once; none where one cannot be read.
fn days(entries: &[ByteVec]) -> Option<Vec<i64>> {
    let mut days = Vec::new();
    for canonical in entries {
        days.push(Entry::read(canonical).ok()?.at.day());
    }
    days.sort_unstable();
    days.dedup();
    Some(days)
}
