//! What leaves the device. The outbox is a cursor: the entries after the last one that the centre
//! acknowledged.

use ledger::{Entry, Moment};
use replica::{Answer, BATCH_ENTRIES_MAX, Batch, DayDocument, DocumentHead, Rejection, Request};
use rusqlite::{Connection, OptionalExtension, params};

use super::database::{begin, sequence, stored};
use super::error::{Damage, StoreError};
use super::lock::Asked;
use super::{Store, read_entry};

/// A day's document while entries are added to it.
struct OpenDay {
    day: i64,
    document: DayDocument,
    last_seq: u64,
}

impl Store {
    /// How many entries the centre has not acknowledged, or, of a device that is locked, does not
    /// hold.
    pub fn to_send(&self) -> u64 {
        self.day_book.head().seq.saturating_sub(self.sent_to())
    }

    /// The bytes of the next request: the oldest entries that the centre does not have, as many as
    /// a batch takes, or none where it has all. Every entry in it was synced to the disk before.
    /// They travel as columns, but for those whose columns the centre could not read.
    pub fn next_request(&mut self, now: Moment) -> Result<Vec<u8>, StoreError> {
        if self.spoiled {
            return Err(StoreError::Spoiled);
        }
        let request = Request {
            writer: self.day_book.writer(),
            batch: self.next_batch()?,
            office_after: self.cursors.office_to,
            register_after: self.cursors.register_to,
            sent_ms: now.wall_ms,
        };
        // Of a locked device the office keeps all beside its chain, and says nothing of columns.
        let as_they_are = self.locked.is_some() || self.sent_to() < self.as_they_are_to;
        let sealed = match as_they_are {
            true => request.sealed_whole(&self.key),
            false => request.sealed_in_columns(&self.key),
        };
        self.asked = Some(Asked {
            request: sealed.digest,
            at: now,
            batch: request.batch.is_some(),
            columns_to: request.batch.filter(|_| sealed.in_columns).map(|batch| batch.after.seq),
        });
        Ok(sealed.bytes)
    }

    /// Whether the centre could not read the columns that were sent last. The same entries then go
    /// as they are: whoever forges such an answer makes them longer, and nothing else.
    pub(super) fn note_refused_columns(&mut self, answer: &Answer) -> bool {
        let Some(Rejection::Damaged(why)) = &answer.rejection else { return false };
        let columns_to = self.asked.and_then(|asked| asked.columns_to);
        let Some(to) = columns_to.filter(|to| *to > self.as_they_are_to) else { return false };
        tracing::warn!(to, why, "the centre cannot read columns: the entries go as they are");
        self.as_they_are_to = to;
        true
    }

    fn next_batch(&mut self) -> Result<Option<Batch>, StoreError> {
        if self.locked.is_some_and(|locked| locked.full) {
            return Ok(None);
        }
        let sent_to = self.sent_to();
        let bodies = self.bodies_after(sent_to, BATCH_ENTRIES_MAX)?;
        if bodies.is_empty() {
            return Ok(None);
        }
        let missing = StoreError::Damaged { seq: sent_to, source: Damage::Missing };
        let before = self.head_at(sent_to)?.ok_or(missing)?;
        let mut batch = Batch::of(before, bodies);
        batch.documents = match self.documents_of(&batch) {
            Ok(documents) => documents,
            Err(full @ StoreError::Full(_)) => return Err(full),
            Err(error) => {
                // The documents are derived: whatever is wrong with them, the entries make them
                // anew.
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a day's document is damaged: it is made anew");
                self.forget_documents()?;
                self.documents_of(&batch)?
            }
        };
        Ok(Some(batch))
    }

    /// Brings the documents to the batch's end, and answers their heads.
    fn documents_of(&mut self, batch: &Batch) -> Result<Vec<DocumentHead>, StoreError> {
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
        let mut open: Option<OpenDay> = None;
        while from < upto {
            let left = usize::try_from(upto - from).unwrap_or(BATCH_ENTRIES_MAX);
            let entries = self.entries_after(from, left.min(BATCH_ENTRIES_MAX))?;
            let Some(last) = entries.last() else {
                return Err(StoreError::Damaged { seq: from + 1, source: Damage::Missing });
            };
            from = last.seq;
            self.add_to_documents(&mut open, &entries)?;
        }
        Ok(())
    }

    /// Adds entries in their order and saves the documents that they touch.
    fn add_to_documents(
        &mut self,
        open: &mut Option<OpenDay>,
        entries: &[Entry],
    ) -> Result<(), StoreError> {
        let writer = self.day_book.writer();
        let transaction = begin(&mut self.connection)?;
        for entry in entries {
            let day = entry.at.day();
            if open.as_ref().is_some_and(|open| open.day != day) {
                save(&transaction, open.as_mut())?;
                *open = None;
            }
            if open.is_none() {
                let document = match saved(&transaction, day)? {
                    Some(saved) => DayDocument::load(writer, day, &saved)
                        .map_err(|why| StoreError::Document(Box::new(why)))?,
                    None => DayDocument::new(writer, day),
                };
                *open = Some(OpenDay { day, document, last_seq: 0 });
            }
            if let Some(open) = open.as_mut() {
                open.document.add(entry).map_err(|why| StoreError::Document(Box::new(why)))?;
                open.last_seq = entry.seq;
            }
        }
        save(&transaction, open.as_mut())?;
        transaction.commit().map_err(StoreError::of("writing a day's document"))
    }

    /// The heads of the documents of every day that the batch touches, by day.
    fn heads_of_days(&self, batch: &Batch) -> Result<Vec<DocumentHead>, StoreError> {
        let failed = StoreError::of("reading a day's document");
        let mut days = Vec::new();
        for (seq, body) in (batch.before.seq + 1..).zip(&batch.entries) {
            days.push(read_entry(seq, body)?.at.day());
        }
        days.sort_unstable();
        days.dedup();
        let mut heads = Vec::with_capacity(days.len());
        for day in days {
            let head: [u8; 32] = self
                .connection
                .query_row("SELECT head FROM documents WHERE day = ?1", [day], |row| row.get(0))
                .map_err(&failed)?;
            heads.push(DocumentHead { day, head: head.to_vec().into() });
        }
        Ok(heads)
    }

    fn derived_to(&self) -> Result<u64, StoreError> {
        let last: Option<i64> = self
            .connection
            .query_row("SELECT max(last_seq) FROM documents", [], |row| row.get(0))
            .map_err(StoreError::of("reading the days' documents"))?;
        Ok(last.map_or(0, sequence))
    }

    fn forget_documents(&mut self) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM documents", [])
            .map(|_| ())
            .map_err(StoreError::of("clearing the days' documents"))
    }
}

fn saved(connection: &Connection, day: i64) -> Result<Option<Vec<u8>>, StoreError> {
    connection
        .query_row("SELECT saved FROM documents WHERE day = ?1", [day], |row| row.get(0))
        .optional()
        .map_err(StoreError::of("reading a day's document"))
}

fn save(connection: &Connection, open: Option<&mut OpenDay>) -> Result<(), StoreError> {
    let Some(open) = open else { return Ok(()) };
    let bytes = open.document.save();
    let head = open.document.head().expect("an entry was added, so there is a head");
    let sql = "INSERT OR REPLACE INTO documents (day, saved, head, last_seq)
        VALUES (?1, ?2, ?3, ?4)";
    connection
        .execute(sql, params![open.day, bytes, &head[..], stored(open.last_seq)])
        .map(|_| ())
        .map_err(StoreError::of("writing a day's document"))
}
