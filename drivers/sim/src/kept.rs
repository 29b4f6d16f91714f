//! A list that outlives a power cut, as one file of JSON; without a folder it lies in memory.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::SimError;

/// The entries, oldest first, and the file that they are kept in.
pub struct Kept<E> {
    entries: Vec<E>,
    file: Option<PathBuf>,
}

impl<E: Serialize + DeserializeOwned> Kept<E> {
    /// What the file of this name holds; nothing where there is none.
    pub fn open(folder: Option<&Path>, name: &str) -> Result<Kept<E>, SimError> {
        let Some(folder) = folder else {
            return Ok(Kept { entries: Vec::new(), file: None });
        };
        let file = folder.join(name);
        let read = || -> io::Result<Vec<E>> {
            std::fs::create_dir_all(folder)?;
            match std::fs::read(&file) {
                Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        let entries = read()
            .map_err(|error| SimError::new(format!("cannot read {}", file.display()), error))?;
        Ok(Kept { entries, file: Some(file) })
    }

    pub fn last(&self) -> Option<&E> {
        self.entries.last()
    }

    pub fn entries(&self) -> &[E] {
        &self.entries
    }

    /// On disk when this returns.
    pub fn append(&mut self, entry: E) -> io::Result<()> {
        self.entries.push(entry);
        self.write()
    }

    /// Changes entries in their places; on disk when this returns.
    pub fn amend(&mut self, change: impl Fn(&mut E)) -> io::Result<()> {
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
