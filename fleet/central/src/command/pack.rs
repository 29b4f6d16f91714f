//! `central pack`: a rule pack on its way from a folder into service.

mod check;
mod complaints;
mod diff;
mod fees;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use ledger::{PackFile, Signer, day_text, sha256};
use replica::{PACKED_BYTES_MAX, PackArchive, SignedPack};

use super::{CommandError, Place};
use crate::folder::{Folder, synced};
use crate::packs::{InService, read_files};
use crate::time::{day_of, moment, now_ms};
use check::{Checked, checked};

/// The longest time for which a pack is signed, in days: whoever loses the office's key loses the
/// devices for no longer, and a device that was away is not led by rules of years ago.
const SIGNED_DAYS_MAX: i64 = 800;

#[derive(Args)]
pub struct PackArguments {
    #[command(subcommand)]
    deed: PackDeed,
}

#[derive(Subcommand)]
enum PackDeed {
    /// Says everything that is wrong with a pack: of its TOML files with file and line, of its
    /// forms with file, sheet and cell.
    ///
    /// Texts of forms that are missing in a language are listed too, and are no fault: the form's
    /// default language stands in. With any fault the exit code is 1.
    Check {
        /// The pack: its folder, or a file of `build` or `sign`.
        #[arg(value_name = "PACK")]
        pack: PathBuf,
    },
    /// Makes one file of the pack in DIR, if it has no fault. The same pack makes the same file.
    Build {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Signs a file of `build` with the office's key, under the version that its pack.toml says.
    ///
    /// After its last day no device takes it into its books any more; those that have it go on by
    /// it, and warn. To lengthen it, sign the same file again for longer and add that.
    Sign {
        /// The data folder, with the office's key.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The last day on which it may be taken, 2027-03-31; at most 800 days from today.
        #[arg(long, value_name = "DAY")]
        expires: NaiveDate,
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Says in words what differs between two packs: figures with their days and sources, texts by
    /// language, services, wards, and forms by question.
    Diff {
        #[arg(value_name = "OLDER")]
        older: PathBuf,
        #[arg(value_name = "NEWER")]
        newer: PathBuf,
    },
    /// Puts a signed file into service: devices get it with their next contact, and use it from its
    /// first day on. The centre may be running.
    Add {
        #[command(flatten)]
        place: Place,
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub async fn pack(arguments: PackArguments) -> Result<(), CommandError> {
    match arguments.deed {
        PackDeed::Check { pack } => said(&checked(&files_of(&pack)?)),
        PackDeed::Build { folder, out } => build(&folder, &out),
        PackDeed::Sign { data, expires, file, out } => sign(&data, expires, &file, &out),
        PackDeed::Diff { older, newer } => {
            for line in diff::diff(&files_of(&older)?, &files_of(&newer)?) {
                println!("{line}");
            }
            Ok(())
        }
        PackDeed::Add { place, file } => add(&place, &file).await,
    }
}

/// The files of a pack by their names.
type Files = Vec<(String, Vec<u8>)>;

fn said(checked: &Checked) -> Result<(), CommandError> {
    for gap in &checked.gaps {
        println!("{gap}");
    }
    for fault in &checked.faults {
        eprintln!("{fault}");
    }
    match checked.faults.len() {
        0 => {
            println!("The pack has no fault; it has {} forms.", checked.forms);
            Ok(())
        }
        faults => Err(CommandError::PackFaults(faults)),
    }
}

/// Faults of a pack in a folder are said, one a line.
pub(super) fn check_folder(folder: &Path) -> Result<(), CommandError> {
    let checked = checked(&read_files(folder).map_err(CommandError::Pack)?);
    for fault in &checked.faults {
        eprintln!("{fault}");
    }
    match checked.faults.len() {
        0 => Ok(()),
        faults => Err(CommandError::PackFaults(faults)),
    }
}

fn build(folder: &Path, out: &Path) -> Result<(), CommandError> {
    let files = read_files(folder).map_err(CommandError::Pack)?;
    said(&checked(&files))?;
    let borrowed: Vec<PackFile<'_>> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let file = PackArchive::of(&borrowed).written();
    write(out, &file)?;
    println!("{} has {} bytes: sign it with `central pack sign`.", out.display(), file.len());
    Ok(())
}

fn sign(data: &Path, expires: NaiveDate, file: &Path, out: &Path) -> Result<(), CommandError> {
    let today = moment(now_ms()).day();
    let days = day_of(expires) - today;
    if !(0..=SIGNED_DAYS_MAX).contains(&days) {
        let says = format!("the last day is from today on, and at most {SIGNED_DAYS_MAX} days off");
        return Err(CommandError::Unusable(says));
    }
    let office = Folder::at(data).office()?;
    let failed = |error| CommandError::PackFile(file.to_owned(), error);
    let archive = PackArchive::read(&read(file)?).map_err(failed)?;
    said(&checked(&archive.files().map_err(failed)?))?;
    let signed = archive.signed(day_of(expires), &office).map_err(failed)?;
    write(out, &signed.written())?;
    let said = &signed.manifest;
    println!(
        "{} is version {} of {}, from {} on; it may be taken until {}. Put it into service with \
         `central pack add`.",
        out.display(),
        said.version,
        said.body,
        day_text(said.effective),
        day_text(said.expires)
    );
    Ok(())
}

/// What a device would refuse is refused here first.
async fn add(place: &Place, path: &Path) -> Result<(), CommandError> {
    let opened = place.open().await?;
    let packs = &opened.trusted.packs;
    let failed = |error| CommandError::PackFile(path.to_owned(), error);
    let file = read(path)?;
    let signed = SignedPack::read(&file, &opened.trusted.office.public_key()).map_err(failed)?;
    let now_ms = now_ms();
    let may_come = signed.manifest.may_come(packs.body(), moment(now_ms).day(), &packs.here());
    may_come.map_err(CommandError::PackRefused)?;
    said(&checked(&signed.archive().files().map_err(failed)?))?;
    let pack = signed.pack().map_err(failed)?;
    let bytes = u32::try_from(file.len()).expect("a file of a pack has few megabytes");
    let it = InService { manifest: signed.manifest, digest: sha256(&file), bytes };
    let (from, until) = (day_text(it.manifest.effective), day_text(it.manifest.expires));
    opened.store.add_pack(it, file, now_ms).await?;
    println!(
        "{} is in service: devices get it with their next contact and use it from {from} on; it \
         may be taken until {until}.",
        pack.name()
    );
    Ok(())
}

/// The files of a pack, whether it lies in a folder or in a file.
fn files_of(pack: &Path) -> Result<Files, CommandError> {
    if pack.is_dir() {
        return read_files(pack).map_err(CommandError::Pack);
    }
    let failed = |error| CommandError::PackFile(pack.to_owned(), error);
    PackArchive::read(&read(pack)?).and_then(|archive| archive.files()).map_err(failed)
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let failed = |error| CommandError::Read(path.to_owned(), error);
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > PACKED_BYTES_MAX as u64 {
        return Err(CommandError::TooLarge(path.to_owned(), PACKED_BYTES_MAX as u64));
    }
    fs::read(path).map_err(failed)
}

/// All of a file or nothing.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let failed = |error| CommandError::Write(path.to_owned(), error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    std::io::Write::write_all(&mut file, bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    synced(folder).map_err(failed)
}
