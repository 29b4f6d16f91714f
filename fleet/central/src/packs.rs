//! The rule packs of one body: copied in by version, older ones kept, the one in force chosen by
//! day.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use chrono::NaiveDate;
use ledger::{Hash, PACK_FILE_BYTES_MAX, Pack, PackFile, PublicKey, Receipt, sha256};
use replica::{PackFileError, PackHere, PackManifest, SignedPack};
use serde::Serialize;
use thiserror::Error;

use crate::folder::synced;

/// For how many days before its last the office is told that a pack ends: two weeks are enough to
/// sign a newer one and to carry it to whoever has no line.
const WARNED_DAYS: i64 = 14;

/// The folder of a pack in which its forms lie.
const FORMS: &str = "forms";

/// Every version of the body's pack. Those of the data folder are read when a program starts; those
/// that the office signed and put into service lie in the books, and are taken up while it runs.
pub struct Packs {
    body: String,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    /// Oldest first; at least one.
    versions: Vec<Arc<Pack>>,
    /// Those that devices are offered, oldest first.
    in_service: Vec<InService>,
}

/// A pack that devices are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InService {
    pub manifest: PackManifest,
    /// The SHA-256 of its file.
    pub digest: Hash,
    /// The length of its file.
    pub bytes: u32,
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

/// How near the last day of a pack is, from which on no device takes it and somebody should have
/// signed a newer one. Those that have it go on by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Later,
    Soon,
    Past,
}

impl Ends {
    /// Both days are counted from 1970-01-01.
    pub fn of(expires: i64, today: i64) -> Self {
        match expires.saturating_sub(today) {
            left if left < 0 => Self::Past,
            left if left <= WARNED_DAYS => Self::Soon,
            _ => Self::Later,
        }
    }
}

/// A device refused a pack, and has none as new.
#[derive(Clone, Debug, Serialize)]
pub struct PackTrouble {
    pub device: String,
    pub version: u32,
    /// As `ledger::PackRefusal` names it.
    pub reason: String,
    pub said_ms: i64,
}

impl Packs {
    /// Reads what lies in `folder`, as body / version / files.
    pub fn read(folder: &Path) -> Result<Self, PackError> {
        let mut versions = Vec::new();
        for body in folders_in(folder)? {
            for version in folders_in(&body)? {
                versions.push(Arc::new(read_pack(&version)?));
            }
        }
        versions.sort_by_key(|pack| pack.body.version);
        let Some(first) = versions.first() else {
            return Err(PackError::None(folder.to_owned()));
        };
        let body = first.body.code.clone();
        let known = Known { versions, in_service: Vec::new() };
        Ok(Self { body, known: RwLock::new(known) })
    }

    /// The newest version that is in force on a day; before the first, the first. That a pack has
    /// expired takes no force from it: what is owed is owed, and the page says that the office must
    /// sign a newer one.
    pub fn on(&self, day: NaiveDate) -> Arc<Pack> {
        let known = self.known();
        let in_force = known.versions.iter().rev().find(|pack| pack.body.effective <= day);
        Arc::clone(in_force.unwrap_or(&known.versions[0]))
    }

    /// The version by which a receipt was computed: the one that it names, where that is here; else
    /// the one in force on its day.
    pub fn of(&self, receipt: &Receipt, day: NaiveDate) -> Arc<Pack> {
        self.version(receipt.pack).unwrap_or_else(|| self.on(day))
    }

    /// A version by its number, where it was ever here.
    pub fn version(&self, version: u32) -> Option<Arc<Pack>> {
        let known = self.known();
        known.versions.iter().find(|pack| pack.body.version == version).map(Arc::clone)
    }

    /// The local body's code.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// What devices are offered on a day, oldest first: the version in force, and those that will
    /// be. What a newer one has replaced already is of no use to anybody.
    pub fn in_service(&self, day: NaiveDate) -> Vec<InService> {
        let in_force = self.on(day).body.version;
        let known = self.known();
        let useful = known.in_service.iter().filter(|it| it.manifest.version >= in_force);
        useful.cloned().collect()
    }

    /// The last day on which the office lets a version be taken, days since 1970-01-01; none of one
    /// that the office never signed.
    pub fn expires(&self, version: u32) -> Option<i64> {
        let known = self.known();
        let it = known.in_service.iter().find(|it| it.manifest.version == version);
        it.map(|it| it.manifest.expires)
    }

    /// The file of this version was taken up already.
    pub fn has_file(&self, digest: Hash) -> bool {
        self.known().in_service.iter().any(|it| it.digest == digest)
    }

    /// What is here, for whoever asks whether another pack may come.
    pub fn here(&self) -> Vec<PackHere> {
        let known = self.known();
        let expires = |version| {
            let it = known.in_service.iter().find(|it| it.manifest.version == version);
            it.map(|it| it.manifest.expires)
        };
        let here = known.versions.iter().map(|pack| PackHere {
            version: pack.body.version,
            content: pack.hash().into(),
            expires: expires(pack.body.version),
        });
        here.collect()
    }

    /// Takes up a pack that the office put into service, from its file as the books have it.
    pub fn take_up(&self, file: &[u8], office: &PublicKey) -> Result<u32, PackFileError> {
        let signed = SignedPack::read(file, office)?;
        let pack = signed.pack()?;
        if pack.body.code != self.body {
            return Err(PackFileError::OtherPack);
        }
        let version = pack.body.version;
        let bytes = u32::try_from(file.len()).map_err(|_| PackFileError::TooLarge)?;
        let it = InService { manifest: signed.manifest, digest: sha256(file), bytes };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match known.versions.iter().find(|here| here.body.version == version) {
            // One version is one text: receipts are computed again by it.
            Some(here) if here.hash() != pack.hash() => return Err(PackFileError::OtherPack),
            Some(_) => {}
            None => {
                known.versions.push(Arc::new(pack));
                known.versions.sort_by_key(|pack| pack.body.version);
            }
        }
        known.in_service.retain(|here| here.manifest.version != version);
        known.in_service.push(it);
        known.in_service.sort_by_key(|it| it.manifest.version);
        Ok(version)
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
        if pack.body.code != self.body {
            let (ours, theirs) = (self.body.clone(), pack.body.code.clone());
            return Err(PackError::OtherBody { ours, theirs });
        }
        match self.version(pack.body.version) {
            Some(_) => Err(PackError::Here(pack.body.version)),
            None => Ok(()),
        }
    }

    /// A list that somebody left half-written is as good as whole: each change is one push.
    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the files of one pack.
pub(crate) fn read_pack(folder: &Path) -> Result<Pack, PackError> {
    let files = read_files(folder)?;
    let borrowed: Vec<PackFile<'_>> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Pack::parse(&borrowed).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        PackError::Faults(folder.to_owned(), lines.join("\n"))
    })
}

/// The files of one pack, in the order of their paths from its folder.
pub(crate) fn read_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, PackError> {
    let mut files = Vec::new();
    for (name, path) in files_in(folder)? {
        let failed = |error| PackError::File(path.clone(), error);
        let size = fs::metadata(&path).map_err(failed)?.len();
        if size > PACK_FILE_BYTES_MAX as u64 {
            return Err(PackError::TooLarge(path));
        }
        // A folder too deep is named as what is no form.
        let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).map_err(failed)? };
        files.push((name, bytes));
    }
    Ok(files)
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
    for (name, path) in files_in(source)? {
        let copy = part.join(name);
        let within = copy.parent().expect("a copy lies in the new folder");
        fs::create_dir_all(within).map_err(failed)?;
        fs::copy(&path, &copy).and_then(|_| synced(&copy)).map_err(failed)?;
        synced(within).map_err(failed)?;
    }
    let forms = part.join(FORMS);
    if forms.is_dir() {
        synced(&forms).map_err(failed)?;
    }
    synced(&part).map_err(failed)?;
    let body = to.parent().expect("a version lies in the folder of its body");
    fs::create_dir_all(body).and_then(|()| fs::rename(&part, to)).map_err(failed)?;
    [body, packs].into_iter().try_for_each(synced).map_err(failed)
}

fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, PackError> {
    Ok(listed(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// The files of a pack by their paths from its folder: the TOML files, and all that lies in the
/// folder of its forms. What else lies there (a licence, a note) is not read.
fn files_in(folder: &Path) -> Result<Vec<(String, PathBuf)>, PackError> {
    let toml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let own = listed(folder)?.into_iter().filter(|path| path.is_file() && toml(path));
    let mut files: Vec<(String, PathBuf)> = own.map(|path| (name_of(&path), path)).collect();
    let forms = folder.join(FORMS);
    for path in if forms.is_dir() { listed(&forms)? } else { Vec::new() } {
        let name = format!("{FORMS}/{}", name_of(&path));
        if !path.is_dir() {
            files.push((name, path));
            continue;
        }
        for sheet in listed(&path)? {
            files.push((format!("{name}/{}", name_of(&sheet)), sheet));
        }
    }
    files.sort();
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
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
