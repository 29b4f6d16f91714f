//! A batch: what a device sends of its chain, and how the reader knows that it is whole.

use ledger::{ENTRY_BYTES_MAX, Entry, EntryError, Hash, Head};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use thiserror::Error;

/// The most entries of one batch.
pub const BATCH_ENTRIES_MAX: usize = 1_024;

/// The most bytes of canonical entries in one batch: progress is kept after each, so a batch is
/// what a slow line carries in a few seconds once it is packed. Five hundred printed payments fit.
pub const BATCH_BYTES_MAX: usize = 96 * 1_024;

/// Entries of one writer, in order and without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Batch {
    /// The writer's head before the first entry of the batch.
    #[n(0)]
    pub before: Head,
    /// The entries' canonical bytes.
    #[n(1)]
    pub entries: Vec<ByteVec>,
    /// The writer's head after the last entry.
    #[n(2)]
    pub after: Head,
    /// The heads of the day documents that the batch touches, by day.
    #[n(3)]
    pub documents: Vec<DocumentHead>,
}

/// The head of the automerge document of one day, after the batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DocumentHead {
    #[n(0)]
    pub day: i64,
    /// All 32 bytes of it, or the first of them.
    #[n(1)]
    pub head: ByteVec,
}

/// With fewer bytes of a head, documents that differ would agree by chance.
pub(crate) const DOCUMENT_HEAD_BYTES_MIN: usize = 4;

#[derive(Debug, Error)]
pub enum BatchError {
    #[error("a batch of {0} entries: the most is {BATCH_ENTRIES_MAX}")]
    TooMany(usize),
    #[error("an empty batch")]
    Empty,
    #[error("entry {seq} cannot be read")]
    Entry {
        seq: u64,
        #[source]
        source: EntryError,
    },
    #[error("entry {found} stands where entry {expected} should")]
    Sequence { expected: u64, found: u64 },
    #[error("the entries do not lead to the head that the batch names")]
    Head,
}

impl DocumentHead {
    /// Whether the document has this head, as far as it was sent.
    pub fn agrees(&self, head: &Hash) -> bool {
        self.head.len() >= DOCUMENT_HEAD_BYTES_MIN && head.starts_with(&self.head)
    }
}

impl Batch {
    /// Packs entries that follow `before`, as many as the limits take.
    pub fn of(before: Head, entries: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut batch = Self { before, entries: Vec::new(), after: before, documents: Vec::new() };
        let mut bytes = 0;
        for canonical in entries {
            bytes += canonical.len();
            let full = bytes > BATCH_BYTES_MAX || batch.entries.len() == BATCH_ENTRIES_MAX;
            if full && !batch.entries.is_empty() {
                break;
            }
            batch.after = batch.after.after(&canonical);
            batch.entries.push(canonical.into());
        }
        batch
    }

    /// The entries, once each was read, numbered and hashed, and the hashes lead to the head. The
    /// head is what the request's signature covers, so it must be checked before this is believed.
    pub fn verified(&self) -> Result<Vec<Entry>, BatchError> {
        if self.entries.is_empty() {
            return Err(BatchError::Empty);
        }
        if self.entries.len() > BATCH_ENTRIES_MAX {
            return Err(BatchError::TooMany(self.entries.len()));
        }
        let mut head = self.before;
        let mut entries = Vec::with_capacity(self.entries.len());
        for canonical in &self.entries {
            let expected = head.seq.saturating_add(1);
            let entry = Entry::read(canonical)
                .map_err(|source| BatchError::Entry { seq: expected, source })?;
            if entry.seq != expected {
                return Err(BatchError::Sequence { expected, found: entry.seq });
            }
            head = head.after(canonical);
            entries.push(entry);
        }
        match head == self.after {
            true => Ok(entries),
            false => Err(BatchError::Head),
        }
    }

    /// The hash of the chain after the entry `seq`, if the batch reaches it.
    pub fn hash_at(&self, seq: u64) -> Option<Hash> {
        if seq == self.before.seq {
            return Some(self.before.hash);
        }
        let count = usize::try_from(seq.checked_sub(self.before.seq)?).ok()?;
        let upto = self.entries.get(..count)?;
        Some(upto.iter().fold(self.before, |head, canonical| head.after(canonical)).hash)
    }
}

const _: () = assert!(ENTRY_BYTES_MAX < BATCH_BYTES_MAX, "every entry fits a batch");
