//! What leaves the device. The outbox is a cursor: the entries after the last one that the centre
//! acknowledged.

use ledger::Moment;
use replica::{Answer, BATCH_ENTRIES_MAX, Batch, RecordsAsked, Rejection, Request};

use super::Store;
use super::error::{Damage, StoreError};
use super::lock::Asked;

/// How often the office signs what time it is although nothing is new, milliseconds.
const WORD_EVERY_MS: u64 = 60 * 60 * 1_000;

/// How a request travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Line,
    Somebody,
}

impl Store {
    /// How many entries the centre has not acknowledged, or, of a device that is locked, does not
    /// hold.
    pub fn to_send(&self) -> u64 {
        self.day_book.head().seq.saturating_sub(self.sent_to())
    }

    /// The bytes of the next request: the oldest entries that the centre does not have, as many as
    /// a batch takes, or none where it has all. Every entry in it is synced to the disk before: one
    /// that the next power cut could take would come back as another under the same sequence.
    /// They travel as columns, but for those whose columns the centre could not read.
    pub fn next_request(&mut self, now: Moment) -> Result<Vec<u8>, StoreError> {
        if self.spoiled {
            return Err(StoreError::Spoiled);
        }
        self.make_durable()?;
        let batch = self.batch_after(self.sent_to())?;
        let records = self.records_to_ask();
        let (bytes, asked) = self.sealed(batch, records, now, Carrier::Line);
        self.asked = Some(asked);
        self.keep_when_due();
        Ok(bytes)
    }

    /// A request with a batch, and by what its answer will be known.
    pub(super) fn sealed(
        &self,
        batch: Option<Batch>,
        records: Option<RecordsAsked>,
        now: Moment,
        carrier: Carrier,
    ) -> (Vec<u8>, Asked) {
        let after = batch.as_ref().map_or_else(|| self.sent_to(), |batch| batch.before.seq);
        let request = Request {
            writer: self.day_book.writer(),
            batch,
            office_after: self.cursors.office_to,
            register_after: self.cursors.register_to,
            sent_ms: now.wall_ms,
            records,
        };
        // Of a locked device the office keeps all beside its chain, and says nothing of columns.
        let as_they_are = self.locked.is_some() || after < self.as_they_are_to;
        let sealed = match (as_they_are, carrier) {
            // Not short: whoever carries it may be overtaken, and would have gone in vain.
            (_, Carrier::Somebody) => request.sealed_to_carry(&self.key, as_they_are),
            (true, Carrier::Line) => request.sealed_whole(&self.key),
            (false, Carrier::Line) => {
                request.sealed_short(&self.key, !self.wants_the_offices_word(now))
            }
        };
        let asked = Asked {
            request: sealed.digest,
            at: now,
            batch: request.batch.is_some(),
            columns_to: request.batch.filter(|_| sealed.in_columns).map(|batch| batch.after.seq),
            question: sealed.question,
        };
        (sealed.bytes, asked)
    }

    /// Whether it is time for the office's signature on the moment, be there news or not.
    fn wants_the_offices_word(&self, now: Moment) -> bool {
        let heard = self.word_at.filter(|at| at.boot == now.boot);
        let passed_ms = heard.and_then(|at| now.mono_ms.checked_sub(at.mono_ms));
        passed_ms.is_none_or(|passed_ms| passed_ms >= WORD_EVERY_MS)
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

    /// The entries that follow `seq`, as many as a batch takes, and none that the next power cut
    /// could take; none where there are none, or the office keeps no more of them.
    pub(super) fn batch_after(&mut self, seq: u64) -> Result<Option<Batch>, StoreError> {
        if self.locked.is_some_and(|locked| locked.full) {
            return Ok(None);
        }
        let durable = usize::try_from(self.durable_to.saturating_sub(seq)).unwrap_or(usize::MAX);
        let bodies = self.bodies_after(seq, durable.min(BATCH_ENTRIES_MAX))?;
        if bodies.is_empty() {
            return Ok(None);
        }
        let missing = StoreError::Damaged { seq, source: Damage::Missing };
        let before = self.head_at(seq)?.ok_or(missing)?;
        let mut batch = Batch::of(before, bodies);
        // What was damaged on the disk since it was written must not leave under a signature.
        if self.head_at(batch.after.seq)? != Some(batch.after) {
            let seq = batch.after.seq;
            return Err(StoreError::Damaged { seq, source: Damage::Hash });
        }
        batch.documents = self.documents_of(&batch)?;
        Ok(Some(batch))
    }
}
