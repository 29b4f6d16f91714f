//! What this process has done since its start, for a monitoring system.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Counts {
    pub batches: Count,
    pub entries: Count,
    pub bytes_in: Count,
    pub bytes_out: Count,
    pub gaps: Count,
    pub forks: Count,
    pub damaged: Count,
    pub frozen: Count,
    /// Short requests that did not follow the chain here, and were asked for at length.
    pub unplaced: Count,
    /// Requests that were turned away before the books were asked: forged, torn, too large, slow.
    pub turned_away: Count,
    pub busy: Count,
    pub bank_words: Count,
}

#[derive(Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
