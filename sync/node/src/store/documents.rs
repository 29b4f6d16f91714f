//! The automerge documents of the days, derived from the entries no later than these leave. The
//! newest one stays open in memory and goes to the disk now and then: written with every request, a
//! day's document would soon wear out the flash that one row of a receipt spares.

use ledger::Entry;
use replica::{BATCH_ENTRIES_MAX, Batch, DayDocument, DocumentError, DocumentHead};
use rusqlite::{OptionalExtension, params};

use super::database::{sequence, stored};
use super::error::{Damage, StoreError};
use super::{Store, read_entry};

/// How many entries of the open document may be missing from its saved form: those that are derived
/// again after a restart, in a few milliseconds.
const UNSAVED_MAX: u64 = 256;

/// The day's document that entries are being added to.
pub(super) struct OpenDay {
    day: i64,
    document: DayDocument,
    last_seq: u64,
    saved_seq: u64,
    /// Up to where saving was tried last: on a full disk not with every entry.
    tried_seq: u64,
}

impl Store {
    /// Brings the documents to the batch's end, and answers their heads, by day. The documents are
    /// derived: whatever is wrong with them, the entries make them anew.
    pub(super) fn documents_of(&mut self, batch: &Batch) -> Result<Vec<DocumentHead>, StoreError> {
        match self.derive_and_name(batch) {
            Err(error @ StoreError::Full(_)) => Err(error),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a day's document is damaged: it is made anew");
                self.forget_documents()?;
                self.derive_and_name(batch)
            }
            Ok(heads) => Ok(heads),
        }
    }

    fn derive_and_name(&mut self, batch: &Batch) -> Result<Vec<DocumentHead>, StoreError> {
        self.derive_documents(batch.after.seq)?;
        self.heads_of_days(batch)
    }

    /// Brings the documents to exactly the entry `upto`. Where they are further already, since the
    /// centre asked for older entries again, they are made anew.
    fn derive_documents(&mut self, upto: u64) -> Result<(), StoreError> {
        if self.derived_to()? > upto {
            self.forget_documents()?;
        }
        let mut from = self.derived_to()?;
        // Put back only where all went well: what was saved is then what is known.
        let mut open = self.open_day.take();
        while from < upto {
            let left = usize::try_from(upto - from).unwrap_or(BATCH_ENTRIES_MAX);
            let entries = self.entries_after(from, left.min(BATCH_ENTRIES_MAX))?;
            let Some(last) = entries.last() else {
                return Err(StoreError::Damaged { seq: from + 1, source: Damage::Missing });
            };
            from = last.seq;
            for entry in &entries {
                open = Some(self.with_entry(open, entry)?);
            }
        }
        self.open_day = open;
        Ok(())
    }

    /// The open document with one entry more, or that of another day where the entry is of one.
    fn with_entry(&self, open: Option<OpenDay>, entry: &Entry) -> Result<OpenDay, StoreError> {
        let day = entry.at.day();
        let mut open = match open {
            Some(open) if open.day == day => open,
            Some(mut other) => {
                self.save(&mut other)?;
                self.open_document(day)?
            }
            None => self.open_document(day)?,
        };
        open.document.add(entry).map_err(unfit)?;
        open.last_seq = entry.seq;
        if open.last_seq - open.tried_seq > UNSAVED_MAX {
            open.tried_seq = open.last_seq;
            match self.save(&mut open) {
                // It stays open, and the rest of the day can wait until there is room.
                Ok(()) | Err(StoreError::Full(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(open)
    }

    fn open_document(&self, day: i64) -> Result<OpenDay, StoreError> {
        let found: Option<(Vec<u8>, i64)> = self
            .connection
            .query_row("SELECT saved, last_seq FROM documents WHERE day = ?1", [day], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(StoreError::of("reading a day's document"))?;
        let writer = self.day_book.writer();
        let (document, saved_seq) = match found {
            Some((saved, seq)) => {
                (DayDocument::load(writer, day, &saved).map_err(unfit)?, sequence(seq))
            }
            // Nothing of it is saved: it counts from the entry that is about to be added.
            None => (DayDocument::new(writer, day), self.derived_to()?),
        };
        Ok(OpenDay { day, document, last_seq: saved_seq, saved_seq, tried_seq: saved_seq })
    }

    fn save(&self, open: &mut OpenDay) -> Result<(), StoreError> {
        if open.saved_seq == open.last_seq {
            return Ok(());
        }
        let bytes = open.document.save();
        let head = open.document.head().expect("an entry was added, so there is a head");
        let sql = "INSERT OR REPLACE INTO documents (day, saved, head, last_seq)
            VALUES (?1, ?2, ?3, ?4)";
        self.connection
            .execute(sql, params![open.day, bytes, &head[..], stored(open.last_seq)])
            .map_err(StoreError::of("writing a day's document"))?;
        open.saved_seq = open.last_seq;
        Ok(())
    }

    /// The heads of the documents of every day that the batch touches, by day.
    fn heads_of_days(&mut self, batch: &Batch) -> Result<Vec<DocumentHead>, StoreError> {
        let mut days = Vec::new();
        for (seq, body) in (batch.before.seq + 1..).zip(&batch.entries) {
            days.push(read_entry(seq, body)?.at.day());
        }
        days.sort_unstable();
        days.dedup();
        let mut heads = Vec::with_capacity(days.len());
        for day in days {
            let opened = self.open_day.as_mut().filter(|open| open.day == day);
            let head = match opened.and_then(|open| open.document.head()) {
                Some(head) => head.to_vec(),
                None => self.saved_head(day)?.to_vec(),
            };
            heads.push(DocumentHead { day, head: head.into() });
        }
        Ok(heads)
    }

    fn saved_head(&self, day: i64) -> Result<[u8; 32], StoreError> {
        self.connection
            .query_row("SELECT head FROM documents WHERE day = ?1", [day], |row| row.get(0))
            .map_err(StoreError::of("reading a day's document"))
    }

    fn derived_to(&self) -> Result<u64, StoreError> {
        if let Some(open) = &self.open_day {
            return Ok(open.last_seq);
        }
        let last: Option<i64> = self
            .connection
            .query_row("SELECT max(last_seq) FROM documents", [], |row| row.get(0))
            .map_err(StoreError::of("reading the days' documents"))?;
        Ok(last.map_or(0, sequence))
    }

    fn forget_documents(&mut self) -> Result<(), StoreError> {
        self.open_day = None;
        self.connection
            .execute("DELETE FROM documents", [])
            .map(|_| ())
            .map_err(StoreError::of("clearing the days' documents"))
    }
}

fn unfit(why: DocumentError) -> StoreError {
    StoreError::Document(Box::new(why))
}
