//! Entries as columns: the form in which they travel. An entry is taken apart into its numbers and
//! texts, each is expected from those before it, and only what differs costs anything. A batch
//! stands by itself: nothing outside it but two versions is needed to read it.
//!
//! What is read is worth nothing yet: nearly every damaged batch reads as plausible entries. The
//! chain and its signature say whether they are the ones that were written.

mod coder;
mod guess;
mod past;
mod place;
mod priors;
mod slots;
#[cfg(test)]
mod tests;
mod tokens;
mod training;
mod walk;

use std::ops::Deref;

use thiserror::Error;

use crate::batch::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX};
use coder::{Reader, Writer};
use past::Past;
use slots::Slots;
use walk::Walk;

pub use training::trained;

/// Which walk wrote the columns. Any change of what a walk expects is a new one.
const VERSION: u8 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ColumnsError {
    #[error("the columns are of version {0}.{1}, which is not known here")]
    Version(u8, u8),
    #[error("columns of {0} entries: the most is {BATCH_ENTRIES_MAX}")]
    TooMany(usize),
    #[error("the columns end too early")]
    Cut,
    #[error("an entry that is too long")]
    Long,
    #[error("an entry that is nested too deeply")]
    Deep,
    #[error("a text that was never told")]
    NoSuchText,
    #[error("the columns hold more than {BATCH_BYTES_MAX} bytes of entries")]
    TooLarge,
}

/// Writes the entries after `before_seq`, given by their canonical bytes, as columns. None where
/// they would not come back as they are: then they travel as they are.
pub fn write<T: Deref<Target: AsRef<[u8]>>>(before_seq: u64, entries: &[T]) -> Option<Vec<u8>> {
    let entries: Vec<&[u8]> = entries.iter().map(|entry| entry.deref().as_ref()).collect();
    written(before_seq, &entries)
}

fn written(before_seq: u64, entries: &[&[u8]]) -> Option<Vec<u8>> {
    let versions = vec![VERSION, priors::VERSION];
    let slots = priors::slots().clone();
    let mut walk = Walk::new(Writer::new(versions), slots, past(before_seq));
    for entry in entries {
        walk.entry(Some(entry)).ok()?;
    }
    let (columns, mut slots) = (walk.coder.finish(), walk.slots);
    slots.begin_again(priors::slots());
    let again = read_with(slots, before_seq, entries.len(), &columns).ok()?;
    (again == entries).then_some(columns)
}

/// The canonical bytes of so many entries after `before_seq`, as the columns have them; not yet
/// checked against their chain. Of whatever bytes, it reads at most [`BATCH_ENTRIES_MAX`] entries
/// and [`BATCH_BYTES_MAX`] bytes of them, and takes time in proportion to those.
pub fn read(before_seq: u64, count: usize, columns: &[u8]) -> Result<Vec<Vec<u8>>, ColumnsError> {
    read_with(priors::slots().clone(), before_seq, count, columns)
}

/// The slots are as they were shipped; a quarter of a megabyte is not made anew for each use.
fn read_with(
    slots: Slots,
    before_seq: u64,
    count: usize,
    columns: &[u8],
) -> Result<Vec<Vec<u8>>, ColumnsError> {
    let (walked, shipped, coded) = match columns {
        [walked, shipped, coded @ ..] => (*walked, *shipped, coded),
        _ => return Err(ColumnsError::Cut),
    };
    if (walked, shipped) != (VERSION, priors::VERSION) {
        return Err(ColumnsError::Version(walked, shipped));
    }
    if count > BATCH_ENTRIES_MAX {
        return Err(ColumnsError::TooMany(count));
    }
    let mut walk = Walk::new(Reader::new(coded), slots, past(before_seq));
    let mut entries = Vec::with_capacity(count);
    let mut bytes = 0;
    for _ in 0..count {
        let entry = walk.entry(None)?;
        bytes += entry.len();
        if bytes > BATCH_BYTES_MAX {
            return Err(ColumnsError::TooLarge);
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn past(before_seq: u64) -> Past {
    let mut past = Past::before(before_seq);
    priors::texts().for_each(|(place, text)| {
        past.texts(place).keep(text);
    });
    past
}
