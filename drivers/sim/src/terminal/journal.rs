//! What the terminal remembers over a power cut.

use serde::{Deserialize, Serialize};

use crate::kept::Kept;

/// Receipt and trace numbers have this many digits on the wire and then begin again.
const RECEIPT_MAX: u16 = 9_999;
const TRACE_MAX: u32 = 999_999;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Approved,
    Declined,
    Reversed,
}

/// Which way the money goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Sale,
    Refund,
}

/// One payment that came to an end. There is no whole card number to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub receipt: u16,
    pub trace: u32,
    pub amount_paise: u64,
    #[serde(default)]
    pub kind: Kind,
    pub fate: Fate,
    pub code: u8,
    pub text: String,
    pub last_four: String,
    pub card_name: String,
    pub authorisation: String,
    pub at_ms: u64,
    /// Whether its day has been closed.
    pub closed: bool,
}

/// What is allowed to change is a reversal, and the end of the day.
pub type Journal = Kept<Entry>;

/// Its file.
pub const FILE: &str = "terminal.json";

impl Journal {
    pub fn next_receipt(&self) -> u16 {
        self.last().map_or(1, |last| last.receipt % RECEIPT_MAX + 1)
    }

    pub fn next_trace(&self) -> u32 {
        self.last().map_or(1, |last| last.trace % TRACE_MAX + 1)
    }
}
