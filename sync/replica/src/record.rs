//! The automerge document of one shared record: flat, one field a change, many writers. Two people
//! who edit different fields lose nothing; where they edit the same one apart from each other, both
//! values stay, each with who said it and when, until somebody says which it is: that is an edit
//! like any other.

mod change;
#[cfg(test)]
mod tests;
mod turn;

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ROOT, ReadDoc};
use ledger::{FieldValue, RECORD_NAME_BYTES_MAX, RecordId, StaffId, Writer};
use thiserror::Error;

pub use change::{CHANGE_BYTES_MAX, Says, Told};
pub use turn::{
    EDITS_BYTES_MAX, EDITS_MAX, EditsError, RecordsAnswer, RecordsAsked, RefusedEdit, WhyRefused,
};

/// The largest saved record that is read, in bytes: some thousands of edits.
const RECORD_BYTES_MAX: usize = 1_024 * 1_024;

/// The most edits of one record. A house that is corrected every month for forty years has 500.
pub const RECORD_EDITS_MAX: usize = 4_096;

/// One shared record as one copy has it.
pub struct Record {
    document: AutoCommit,
}

/// Who edits, and when: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Editor {
    pub writer: Writer,
    pub staff: Option<StaffId>,
    pub at_ms: i64,
}

/// A field as it stands: one value, or several that people said apart from each other. The first is
/// the one that every copy shows until it is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub said: Vec<Said>,
}

/// One value of a field, and whose word it is. The time is in whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub value: FieldValue,
    pub by: Editor,
}

/// What became of a change that came from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    New,
    /// It was here already.
    Known,
}

#[derive(Debug, Error)]
pub enum RecordError {
    #[error("a record of {0} bytes is larger than {RECORD_BYTES_MAX}")]
    TooLarge(usize),
    #[error("a change of {0} bytes is larger than {CHANGE_BYTES_MAX}")]
    TooLong(usize),
    #[error("the record has {RECORD_EDITS_MAX} edits already")]
    Full,
    #[error("the record cannot be read")]
    Load(#[source] automerge::AutomergeError),
    #[error("the change cannot be read")]
    Change(#[source] automerge::LoadChangeError),
    /// Its checksum is right, and the library panicked over it.
    #[error("the record or the change is damaged in a way that nothing foresaw")]
    Damaged,
    #[error("the change is no edit of one field of a record: {0}")]
    NoEdit(&'static str),
    #[error("what came before the change is not here")]
    Missing,
    #[error("the record refuses the change")]
    Refused(#[source] automerge::AutomergeError),
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}

impl Record {
    /// A record of which nothing is said yet.
    pub fn new() -> Self {
        Self { document: AutoCommit::new() }
    }

    /// Reads a saved record: every change in it must be an edit of one field.
    pub fn load(saved: &[u8]) -> Result<Self, RecordError> {
        if saved.len() > RECORD_BYTES_MAX {
            return Err(RecordError::TooLarge(saved.len()));
        }
        guarded(|| {
            let mut document = AutoCommit::load(saved).map_err(RecordError::Load)?;
            let changes = document.get_changes(&[]);
            if changes.len() > RECORD_EDITS_MAX {
                return Err(RecordError::Full);
            }
            changes.iter().try_for_each(|change| change::told(change).map(|_| ()))?;
            Ok(Self { document })
        })
    }

    pub fn save(&mut self) -> Vec<u8> {
        self.document.save()
    }

    /// Says that a field holds a value, over whatever it held here. Gives the change; none where
    /// that is what the field holds already, and nothing else.
    pub fn set(
        &mut self,
        field: &str,
        value: &FieldValue,
        by: Editor,
    ) -> Result<Option<Vec<u8>>, RecordError> {
        if field.is_empty() || field.len() > RECORD_NAME_BYTES_MAX {
            return Err(RecordError::NoEdit("its field has no name of a field"));
        }
        if self.edits() >= RECORD_EDITS_MAX {
            return Err(RecordError::Full);
        }
        self.document.set_actor(actor(by.writer));
        let scalar = change::scalar(value)?;
        self.document.put(ROOT, field, scalar).map_err(RecordError::Refused)?;
        let mut options = CommitOptions::default().with_time(by.at_ms.div_euclid(1_000));
        if let Some(staff) = by.staff {
            options = options.with_message(staff.0.to_string());
        }
        let Some(hash) = self.document.commit_with(options) else { return Ok(None) };
        let change = self.document.get_change_by_hash(&hash).expect("it was just committed");
        Ok(Some(change.raw_bytes().to_vec()))
    }

    /// Takes a change from elsewhere, after what it was made upon.
    pub fn apply(&mut self, change: &[u8]) -> Result<Applied, RecordError> {
        let change = change::read(change)?;
        guarded(|| {
            let told = change::told(&change)?;
            if self.document.get_change_meta_by_hash(&change.hash()).is_some() {
                return Ok(Applied::Known);
            }
            if self.edits() >= RECORD_EDITS_MAX {
                return Err(RecordError::Full);
            }
            for hash in change.deps() {
                if self.document.get_change_meta_by_hash(hash).is_none() {
                    return Err(RecordError::Missing);
                }
            }
            let mut after = self.document.clone();
            after.apply_changes([change]).map_err(RecordError::Refused)?;
            let left = after.get(ROOT, &told.field).map_err(RecordError::Refused)?;
            if left.is_none() {
                return Err(RecordError::NoEdit("it leaves nothing of its field"));
            }
            // The library takes changes that it would write otherwise, and then cannot read what
            // it wrote.
            after.save_and_verify().map_err(RecordError::Refused)?;
            self.document = after;
            Ok(Applied::New)
        })
    }

    /// Every field of which something is said, by name.
    pub fn fields(&mut self) -> Result<Vec<Field>, RecordError> {
        let names: Vec<String> = self.document.keys(ROOT).collect();
        names.into_iter().map(|name| self.field(name)).collect()
    }

    /// Those of which more than one thing is said.
    pub fn conflicts(&mut self) -> Result<Vec<Field>, RecordError> {
        let mut fields = self.fields()?;
        fields.retain(|field| field.said.len() > 1);
        Ok(fields)
    }

    /// All changes, each after those that it was made upon.
    pub fn changes(&mut self) -> Vec<Vec<u8>> {
        let changes = self.document.get_changes(&[]);
        changes.iter().map(|change| change.raw_bytes().to_vec()).collect()
    }

    fn edits(&mut self) -> usize {
        self.document.get_changes_meta(&[]).len()
    }

    fn field(&mut self, name: String) -> Result<Field, RecordError> {
        let values = self.document.get_all(ROOT, &name).map_err(RecordError::Load)?;
        // The library gives the value that it shows last.
        let mut said: Vec<Said> = Vec::with_capacity(values.len());
        let owned: Vec<_> =
            values.iter().rev().map(|(value, id)| (change::value(value), id.clone())).collect();
        for (value, id) in owned {
            let value = value?;
            let hash = self.document.hash_for_opid(&id).ok_or(RecordError::Damaged)?;
            let meta = self.document.get_change_meta_by_hash(&hash).ok_or(RecordError::Damaged)?;
            let by = change::editor(&meta.actor, meta.message.as_deref(), meta.timestamp)?;
            // Two who said the same do not disagree.
            if said.iter().all(|other| other.value != value) {
                said.push(Said { value, by });
            }
        }
        Ok(Field { name, said })
    }
}

impl Field {
    /// What is shown: the first value.
    pub fn shown(&self) -> &Said {
        self.said.first().expect("a field is there because something was said of it")
    }
}

/// What a change says, and whose word it is, before any record takes it.
pub fn told(change: &[u8]) -> Result<Told, RecordError> {
    let change = change::read(change)?;
    guarded(|| change::told(&change))
}

/// One change of one record, as it travels.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Edit {
    #[n(0)]
    pub record: RecordId,
    #[n(1)]
    pub change: minicbor::bytes::ByteVec,
}

fn actor(writer: Writer) -> ActorId {
    ActorId::from(writer.0.to_be_bytes().to_vec())
}

/// The library panics on bytes that were damaged before they were summed up.
fn guarded<T>(work: impl FnOnce() -> Result<T, RecordError>) -> Result<T, RecordError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(RecordError::Damaged))
}
