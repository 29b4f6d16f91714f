//! What the service remembers over a power cut: every request, and what came of it.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::SimError;

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

pub struct Journal {
    entries: Vec<Entry>,
    file: Option<PathBuf>,
}

impl Journal {
    pub fn open(folder: Option<&Path>) -> Result<Journal, SimError> {
        let Some(folder) = folder else {
            return Ok(Journal { entries: Vec::new(), file: None });
        };
        let file = folder.join("cloud.json");
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

    pub fn next_id(&self) -> u64 {
        self.last().map_or(FIRST_ID, |last| last.id + 1)
    }

    pub fn by_id(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// On disk when this returns.
    pub fn append(&mut self, entry: Entry) -> io::Result<()> {
        self.entries.push(entry);
        self.write()
    }

    /// What comes of a request.
    pub fn amend(&mut self, id: u64, change: impl Fn(&mut Entry)) -> io::Result<()> {
        self.entries.iter_mut().filter(|entry| entry.id == id).for_each(change);
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
