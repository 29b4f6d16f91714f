//! The automerge document of one writer's day: one scalar per entry under its sequence, one commit
//! per entry. Device and centre derive it from the same entries and must reach the same heads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ChangeMetadata, ROOT, ReadDoc, ScalarValue, Value};
use ledger::{ENTRY_BYTES_MAX, Entry, Writer};
use minicbor::bytes::ByteArray;
use thiserror::Error;

/// The largest saved document that is read, in bytes: ten thousand entries, each as large as an
/// entry may be. A day has some hundreds of 300 bytes.
const DOCUMENT_BYTES_MAX: usize = 10_000 * ENTRY_BYTES_MAX;

/// One writer's day as a document.
pub struct DayDocument {
    document: AutoCommit,
}

#[derive(Debug, Error)]
pub enum DocumentError {
    #[error("a day's document of {0} bytes is larger than {DOCUMENT_BYTES_MAX}")]
    TooLarge(usize),
    /// The library reads no bytes as a document without entries; a saved one always has some.
    #[error("the day's document is gone: not a byte is left of it")]
    Gone,
    #[error("the day's document cannot be read")]
    Load(#[source] automerge::AutomergeError),
    /// Its checksum is right, and the library panicked over it.
    #[error("the day's document is damaged in a way that nothing foresaw")]
    Damaged,
    #[error("the day's document holds {0:?}, which is no entry of a day")]
    NoEntry(String),
    #[error("the day's document was not written by this writer, one change for each entry")]
    Foreign,
    #[error("the day's document refused an entry")]
    Put(#[source] automerge::AutomergeError),
}

impl DayDocument {
    /// An empty document for `writer` and `day`.
    pub fn new(writer: Writer, day: i64) -> Self {
        Self { document: AutoCommit::new().with_actor(actor(writer, day)) }
    }

    /// Reads a saved document, to go on with it: every value must be an entry under its own
    /// sequence, and every change one of this writer's, with one value each.
    pub fn load(writer: Writer, day: i64, saved: &[u8]) -> Result<Self, DocumentError> {
        if saved.is_empty() {
            return Err(DocumentError::Gone);
        }
        if saved.len() > DOCUMENT_BYTES_MAX {
            return Err(DocumentError::TooLarge(saved.len()));
        }
        // The library checks its checksum and then believes what it reads: bytes that were damaged
        // before they were summed up make it panic. What it held then is thrown away.
        let own = actor(writer, day);
        let read = catch_unwind(AssertUnwindSafe(|| read(saved, &own)));
        let document = read.map_err(|_| DocumentError::Damaged)??;
        Ok(Self { document: document.with_actor(own) })
    }

    /// Adds the next entry of the day.
    pub fn add(&mut self, entry: &Entry) -> Result<(), DocumentError> {
        let bytes = ScalarValue::Bytes(entry.canonical());
        self.document.put(ROOT, entry.seq.to_string(), bytes).map_err(DocumentError::Put)?;
        let seconds = entry.at.wall_ms.div_euclid(1_000);
        self.document.commit_with(CommitOptions::default().with_time(seconds));
        Ok(())
    }

    pub fn save(&mut self) -> Vec<u8> {
        self.document.save()
    }

    /// The document's head: it has one writer, so there is one head at most.
    pub fn head(&mut self) -> Option<ByteArray<32>> {
        self.document.get_heads().first().map(|head| head.0.into())
    }
}

fn read(saved: &[u8], own: &ActorId) -> Result<AutoCommit, DocumentError> {
    let mut document = AutoCommit::load(saved).map_err(DocumentError::Load)?;
    for key in document.keys(ROOT) {
        if !is_entry(&document, &key).map_err(DocumentError::Load)? {
            return Err(DocumentError::NoEntry(key));
        }
    }
    let changes = document.get_changes_meta(&[]);
    let is_own = |(place, change): (u64, &ChangeMetadata<'_>)| {
        let has_one_value = change.start_op == place && change.max_op == place;
        change.seq == place && has_one_value && *change.actor == *own
    };
    match (1..).zip(&changes).all(is_own) {
        true => Ok(document),
        false => Err(DocumentError::Foreign),
    }
}

fn is_entry(document: &AutoCommit, key: &str) -> Result<bool, automerge::AutomergeError> {
    let Some((Value::Scalar(value), _)) = document.get(ROOT, key)? else { return Ok(false) };
    let entry = value.as_bytes().and_then(|bytes| Entry::read(bytes).ok());
    Ok(entry.is_some_and(|entry| entry.seq.to_string() == key))
}

fn actor(writer: Writer, day: i64) -> ActorId {
    let bytes: Vec<u8> = [&writer.0.to_be_bytes()[..], &day.to_be_bytes()[..]].concat();
    ActorId::from(bytes)
}

#[cfg(test)]
mod tests {
    use ledger::{Fact, Moment, sha256};

    use super::*;

    const DAY: i64 = 20_668;

    fn entry(seq: u64) -> Entry {
        let at = Moment { wall_ms: 1_785_727_800_000, mono_ms: seq, boot: 1 };
        Entry {
            seq,
            at,
            staff: None,
            countersigned: 0,
            fact: Fact::SignedIn,
            unsure_since_ms: None,
        }
    }

    fn saved(entries: u64) -> Vec<u8> {
        let mut document = DayDocument::new(Writer(7), DAY);
        (1..=entries).for_each(|seq| document.add(&entry(seq)).expect("an entry"));
        document.save()
    }

    fn load(saved: &[u8]) -> Result<DayDocument, DocumentError> {
        DayDocument::load(Writer(7), DAY, saved)
    }

    /// With the checksum of its chunk made right: the beginning of a hash over what follows it.
    fn summed_up(saved: &[u8]) -> Vec<u8> {
        let sum = sha256(&saved[8..]);
        [&saved[..4], &sum[..4], &saved[8..]].concat()
    }

    #[test]
    fn a_saved_document_goes_on_to_the_same_head() {
        let mut at_once = DayDocument::new(Writer(7), DAY);
        (1..=9).for_each(|seq| at_once.add(&entry(seq)).expect("an entry"));
        let mut later = load(&saved(8)).expect("as it was saved");
        later.add(&entry(9)).expect("an entry");
        assert_eq!(later.head(), at_once.head());
        assert_eq!(summed_up(&saved(8)), saved(8));
    }

    #[test]
    fn damaged_bytes_are_an_error_whatever_their_checksum_says() {
        let whole = saved(12);
        for (at, bit) in (0..whole.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << bit;
            assert!(load(&damaged).is_err(), "byte {at}, bit {bit}");
            // What a forger sums up may be a document; it never ends the program.
            if let Ok(mut document) = load(&summed_up(&damaged)) {
                document.add(&entry(13)).expect("an entry");
                load(&document.save()).expect("what was loaded is saved");
            }
        }
        (0..whole.len()).for_each(|end| assert!(load(&whole[..end]).is_err(), "{end} bytes"));
    }

    #[test]
    fn a_document_of_another_writer_or_day_or_of_two_entries_in_one_change_is_foreign() {
        let theirs = [
            DayDocument::load(Writer(8), DAY, &saved(3)),
            DayDocument::load(Writer(7), DAY + 1, &saved(3)),
        ];
        let mut at_once = AutoCommit::new().with_actor(actor(Writer(7), DAY));
        for seq in 1..=2 {
            let bytes = ScalarValue::Bytes(entry(seq).canonical());
            at_once.put(ROOT, seq.to_string(), bytes).expect("a document takes everything");
        }
        for loaded in theirs.into_iter().chain([load(&at_once.save())]) {
            assert!(matches!(loaded.err(), Some(DocumentError::Foreign)));
        }
    }

    #[test]
    fn what_is_no_entry_under_its_sequence_is_named() {
        for (key, value) in [
            ("1", ScalarValue::Bytes(entry(2).canonical())),
            ("01", ScalarValue::Bytes(entry(1).canonical())),
            ("1", ScalarValue::Bytes(b"no entry".to_vec())),
            ("1", ScalarValue::Uint(1)),
        ] {
            let mut document = AutoCommit::new();
            document.put(ROOT, key, value).expect("a document takes everything");
            let refused = load(&document.save()).err();
            assert!(matches!(refused, Some(DocumentError::NoEntry(_))), "{key}: {refused:?}");
        }
    }
}
