//! What the service remembers over a power cut: every request, and what came of it.

use std::io;

use serde::{Deserialize, Serialize};

use crate::kept::Kept;

/// Where the service's numbers begin.
const FIRST_ID: u64 = 700_001;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Waiting,
    Approved,
    Declined,
    Cancelled,
}

/// One request. There is no whole card number to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: u64,
    /// The till's own number for it, and which part of it.
    pub number: String,
    pub sequence: u64,
    pub amount_paise: u64,
    /// The payment that it takes back.
    pub takes_back: Option<u64>,
    pub fate: Fate,
    /// Of a payment: whether it was taken back.
    pub taken_back: bool,
    pub slip: u32,
    pub bank_reference: String,
    pub approval: String,
    pub last_four: String,
    pub at_ms: u64,
    /// When the service takes it back by itself.
    pub ends_ms: u64,
}

pub type Journal = Kept<Entry>;

/// Its file.
pub const FILE: &str = "cloud.json";

impl Journal {
    pub fn next_id(&self) -> u64 {
        self.last().map_or(FIRST_ID, |last| last.id + 1)
    }

    pub fn by_id(&self, id: u64) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.id == id)
    }

    /// What comes of a request.
    pub fn amend_by_id(&mut self, id: u64, change: impl Fn(&mut Entry)) -> io::Result<()> {
        self.amend(|entry| {
            if entry.id == id {
                change(entry);
            }
        })
    }
}
