//! The files of photos, each under its hash in a folder beside the books: whole or not there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ledger::PhotoHash;

/// The folder beside the books.
const FOLDER: &str = "photos";

/// What is being written; one that is left over from a power cut is thrown away.
const UNFINISHED: &str = "unfinished";

/// Where the bytes of photos are.
pub enum Files {
    /// Books in memory, of a lesson or a test, have their photos there too: they end together.
    Memory(BTreeMap<PhotoHash, Vec<u8>>),
    Folder(PathBuf),
}

impl Default for Files {
    fn default() -> Self {
        Self::Memory(BTreeMap::new())
    }
}

impl Files {
    /// The files beside the books in a folder; it is made with the first of them.
    pub fn beside(books: &Path) -> Self {
        Self::Folder(books.join(FOLDER))
    }

    /// Writes a file: on the disk under its name when this returns.
    pub fn put(&mut self, hash: PhotoHash, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Memory(files) => {
                files.insert(hash, bytes.to_vec());
                Ok(())
            }
            Self::Folder(folder) => write(folder, hash, bytes),
        }
    }

    /// The bytes of a file, as it is on the disk: whoever needs it whole asks its hash.
    pub fn get(&self, hash: PhotoHash) -> io::Result<Vec<u8>> {
        match self {
            Self::Memory(files) => files.get(&hash).cloned().ok_or(io::ErrorKind::NotFound.into()),
            Self::Folder(folder) => fs::read(folder.join(hash.to_string())),
        }
    }

    /// Takes a file away; one that is gone already is no trouble.
    pub fn remove(&mut self, hash: PhotoHash) -> io::Result<()> {
        match self {
            Self::Memory(files) => {
                files.remove(&hash);
                Ok(())
            }
            Self::Folder(folder) => gone(fs::remove_file(folder.join(hash.to_string()))),
        }
    }

    /// Takes away whatever the books do not know: what a power cut left between the two.
    pub fn keep_only(&mut self, known: impl Fn(PhotoHash) -> bool) -> io::Result<()> {
        let Self::Folder(folder) = self else { return Ok(()) };
        let listed = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            listed => listed?,
        };
        for file in listed {
            let file = file?;
            let hash = file.file_name().to_str().and_then(|name| name.parse().ok());
            if !hash.is_some_and(&known) && file.file_type()?.is_file() {
                gone(fs::remove_file(file.path()))?;
            }
        }
        Ok(())
    }
}

fn write(folder: &Path, hash: PhotoHash, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let (unfinished, finished) = (folder.join(UNFINISHED), folder.join(hash.to_string()));
    let written = fill(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, &finished));
    if written.is_err() {
        // Half a picture must not hold the room that the next receipt needs.
        gone(fs::remove_file(&unfinished))?;
    }
    written?;
    // The folder may be new, so that its own name is to be synced as well.
    File::open(folder)?.sync_all()?;
    folder.parent().map_or(Ok(()), |books| File::open(books)?.sync_all())
}

fn fill(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
