//! The automerge document of one writer's day: one scalar per entry under its sequence, one commit
//! per entry. Device and centre derive it from the same entries and must reach the same heads.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ROOT, ScalarValue};
use ledger::{Entry, Writer};
use minicbor::bytes::ByteArray;
use thiserror::Error;

/// One writer's day as a document.
pub struct DayDocument {
    document: AutoCommit,
}

#[derive(Debug, Error)]
pub enum DocumentError {
    #[error("the day's document cannot be read")]
    Load(#[source] automerge::AutomergeError),
    #[error("the day's document refused an entry")]
    Put(#[source] automerge::AutomergeError),
}

impl DayDocument {
    /// An empty document for `writer` and `day`.
    pub fn new(writer: Writer, day: i64) -> Self {
        Self { document: AutoCommit::new().with_actor(actor(writer, day)) }
    }

    /// Reads a saved document, to go on with it.
    pub fn load(writer: Writer, day: i64, saved: &[u8]) -> Result<Self, DocumentError> {
        let document = AutoCommit::load(saved).map_err(DocumentError::Load)?;
        Ok(Self { document: document.with_actor(actor(writer, day)) })
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

fn actor(writer: Writer, day: i64) -> ActorId {
    let bytes: Vec<u8> = [&writer.0.to_be_bytes()[..], &day.to_be_bytes()[..]].concat();
    ActorId::from(bytes)
}
