//! What the terminal remembers over a power cut.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::SimError;

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

/// The journal, and the file it is kept in.
pub struct Journal {
    entries: Vec<Entry>,
    file: Option<PathBuf>,
}

impl Journal {
    pub fn open(folder: Option<&Path>) -> Result<Journal, SimError> {
        let Some(folder) = folder else {
            return Ok(Journal { entries: Vec::new(), file: None });
        };
        let file = folder.join("terminal.json");
        let read = || -> io::Result<Vec<Entry>> {
            std::fs::create_dir_all(folder)?;
            match std::fs::read(&file) {
                Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        let entries = read()
            .map_err(|error| SimError::new(format!("cannot read {}", file.display()), error))?;
        Ok(Journal { entries, file: Some(file) })
    }

    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn next_receipt(&self) -> u16 {
        self.last().map_or(1, |last| last.receipt % RECEIPT_MAX + 1)
    }

    pub fn next_trace(&self) -> u32 {
        self.last().map_or(1, |last| last.trace % TRACE_MAX + 1)
    }

    /// On disk when this returns.
    pub fn append(&mut self, entry: Entry) -> io::Result<()> {
        self.entries.push(entry);
        self.write()
    }

    /// Changes what is allowed to change: a reversal, the end of the day.
    pub fn amend(&mut self, change: impl Fn(&mut Entry)) -> io::Result<()> {
        self.entries.iter_mut().for_each(change);
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let beside = file.with_extension("part");
        std::fs::write(&beside, serde_json::to_vec_pretty(&self.entries)?)?;
        std::fs::File::open(&beside)?.sync_all()?;
        std::fs::rename(beside, file)
    }
}
