//! What was paid for a building before: by this device's own books, and what the office is asked.

use ledger::{Entry, Hash, Moment};
use replica::{EarlierAnswer, EarlierAsked, EarlierReceipt};

use super::Store;
use super::error::StoreError;

/// A question that was made, by which its answer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierQuestion {
    pub building: u32,
    pub digest: Hash,
}

impl Store {
    /// The newest receipts of this device for a building, newest first, those that were cancelled
    /// among them. Only they are read, whatever else the books have.
    pub fn latest_receipts_of(
        &self,
        building: u32,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let seqs = self.receipts_of(building)?;
        let mut found = Vec::new();
        for seq in seqs.into_iter().rev().take(limit) {
            found.extend(self.entry(seq)?);
        }
        Ok(found)
    }

    /// What the office is to be asked, under this device's signature.
    pub fn ask_earlier(&self, building: u32, now: Moment) -> (Vec<u8>, EarlierQuestion) {
        let writer = self.day_book.writer();
        let asked = EarlierAsked { writer, building, sent_ms: now.wall_ms };
        let (message, digest) = asked.sealed(&self.key);
        (message, EarlierQuestion { building, digest })
    }

    /// What the office answered to a question.
    pub fn earlier_answered(
        &self,
        message: &[u8],
        question: &EarlierQuestion,
    ) -> Result<Vec<EarlierReceipt>, StoreError> {
        let answer = EarlierAnswer::read(message, &self.office, &question.digest);
        answer.map(|answer| answer.receipts).map_err(StoreError::EarlierAnswer)
    }
}
