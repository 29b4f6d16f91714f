//! The rule packs of one body: copied in by version, older ones kept, the one in force chosen by
//! day.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use ledger::Pack;
use thiserror::Error;

use crate::folder::synced;

/// The largest file of a pack that is read, in bytes: texts of one language have about 30 kB.
const PACK_FILE_BYTES_MAX: u64 = 1_000_000;

/// Every version of the body's pack, oldest first; at least one.
pub struct Packs {
    versions: Vec<Pack>,
}

#[derive(Debug, Error)]
pub enum PackError {
    #[error("the pack folder {0} cannot be read")]
    Folder(PathBuf, #[source] io::Error),
    #[error("the pack file {0} cannot be read")]
    File(PathBuf, #[source] io::Error),
    #[error("the pack file {0} is larger than {PACK_FILE_BYTES_MAX} bytes")]
    TooLarge(PathBuf),
    #[error("the pack in {0} has faults; correct them:\n{1}")]
    Faults(PathBuf, String),
    #[error("this folder is of the body {ours}, the pack is of {theirs}: give each body a folder")]
    OtherBody { ours: String, theirs: String },
    #[error("version {0} of the pack is here already: raise the version of a changed pack")]
    Here(u32),
    #[error("the pack cannot be copied to {0}")]
    Copy(PathBuf, #[source] io::Error),
    #[error("no pack in {0}: add one with `central init --data DIR --pack PACKDIR`")]
    None(PathBuf),
}

impl Packs {
    /// Reads what lies in `folder`, as body / version / files.
    pub fn read(folder: &Path) -> Result<Self, PackError> {
        let mut versions = Vec::new();
        for body in folders_in(folder)? {
            for version in folders_in(&body)? {
                versions.push(read_pack(&version)?);
            }
        }
        versions.sort_by_key(|pack| pack.body.version);
        match versions.is_empty() {
            true => Err(PackError::None(folder.to_owned())),
            false => Ok(Self { versions }),
        }
    }

    /// The newest version that is in force on a day; before the first, the first.
    pub fn on(&self, day: NaiveDate) -> &Pack {
        let in_force = self.versions.iter().rev().find(|pack| pack.body.effective <= day);
        in_force.unwrap_or(&self.versions[0])
    }

    /// A version by its number, where it was ever here.
    pub fn version(&self, version: u32) -> Option<&Pack> {
        self.versions.iter().find(|pack| pack.body.version == version)
    }

    /// The local body's code.
    pub fn body(&self) -> &str {
        &self.versions[0].body.code
    }

    /// Copies a pack in, and says which it is. `here` is what `folder` holds already.
    pub fn add(folder: &Path, source: &Path, here: Option<&Self>) -> Result<Pack, PackError> {
        let pack = read_pack(source)?;
        if let Some(here) = here {
            here.may_add(&pack)?;
        }
        let to = folder.join(&pack.body.id).join(pack.body.version.to_string());
        copy_files(source, folder, &to)?;
        Ok(pack)
    }

    fn may_add(&self, pack: &Pack) -> Result<(), PackError> {
        if pack.body.code != self.body() {
            let (ours, theirs) = (self.body().to_owned(), pack.body.code.clone());
            return Err(PackError::OtherBody { ours, theirs });
        }
        match self.versions.iter().any(|here| here.body.version == pack.body.version) {
            true => Err(PackError::Here(pack.body.version)),
            false => Ok(()),
        }
    }
}

/// Reads the TOML files of one pack.
pub(crate) fn read_pack(folder: &Path) -> Result<Pack, PackError> {
    let mut files = Vec::new();
    for path in files_in(folder)? {
        let size = fs::metadata(&path).map_err(|e| PackError::File(path.clone(), e))?.len();
        if size > PACK_FILE_BYTES_MAX {
            return Err(PackError::TooLarge(path));
        }
        let content = fs::read_to_string(&path).map_err(|e| PackError::File(path.clone(), e))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        files.push((name.unwrap_or_default(), content));
    }
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    Pack::parse(&borrowed).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        PackError::Faults(folder.to_owned(), lines.join("\n"))
    })
}

/// The whole pack or nothing, whenever the program or the power ends: it is written beside the
/// packs, synced, and then takes its place.
fn copy_files(source: &Path, packs: &Path, to: &Path) -> Result<(), PackError> {
    let failed = |error| PackError::Copy(to.to_owned(), error);
    let part = packs.with_extension("part");
    match fs::remove_dir_all(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    fs::create_dir_all(&part).map_err(failed)?;
    for path in files_in(source)? {
        let copy = part.join(path.file_name().expect("a listed file has a name"));
        fs::copy(&path, &copy).and_then(|_| synced(&copy)).map_err(failed)?;
    }
    synced(&part).map_err(failed)?;
    let body = to.parent().expect("a version lies in the folder of its body");
    fs::create_dir_all(body).and_then(|()| fs::rename(&part, to)).map_err(failed)?;
    [body, packs].into_iter().try_for_each(synced).map_err(failed)
}

fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, PackError> {
    Ok(listed(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// The TOML files of a pack; what else lies there (a licence, a note) is not read.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, PackError> {
    let toml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    Ok(listed(folder)?.into_iter().filter(|path| path.is_file() && toml(path)).collect())
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, PackError> {
    let failed = |error| PackError::Folder(folder.to_owned(), error);
    let mut paths = Vec::new();
    for file in fs::read_dir(folder).map_err(failed)? {
        paths.push(file.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}
