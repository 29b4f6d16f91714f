//! `central collect`: what devices without a line sent on a stick.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use replica::{Answer, MESSAGE_BYTES_MAX, PARCEL_BYTES_MAX, Parcel, ParcelError};
use thiserror::Error;

use super::{CommandError, Place};
use crate::api::Centre;
use crate::parcel::{Answered, Answering, NotWhole, answered};

/// One more answer always fits. While the running centre is busy, somebody waits with the stick.
const ANSWERING: Answering =
    Answering { bytes_enough: PARCEL_BYTES_MAX - 2 * MESSAGE_BYTES_MAX, tries_again: 10 };

#[derive(Args)]
pub struct CollectArguments {
    #[command(flatten)]
    place: Place,
    /// The folder with the parcels, as a stick is mounted.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Why a parcel was not taken as a whole.
#[derive(Debug, Error)]
enum Refused {
    #[error("it cannot be read: {0}")]
    Read(io::Error),
    #[error("{0}")]
    Parcel(ParcelError),
    #[error("{0}")]
    NotWhole(NotWhole),
    #[error("the reply cannot be written beside it: {0}")]
    Write(io::Error),
}

pub async fn collect(arguments: CollectArguments) -> Result<(), CommandError> {
    let unreadable = |error| CommandError::Read(arguments.folder.clone(), error);
    let mut parcels = Vec::new();
    for item in std::fs::read_dir(&arguments.folder).map_err(unreadable)? {
        let item = item.map_err(unreadable)?;
        // No link, pipe or folder of that name.
        let is_file = item.file_type().is_ok_and(|kind| kind.is_file());
        let path = item.path();
        if is_file && path.extension().is_some_and(|extension| extension == "parcel") {
            parcels.push(path);
        }
    }
    if parcels.is_empty() {
        return Err(CommandError::NoParcels(arguments.folder));
    }
    parcels.sort();
    let opened = arguments.place.open().await?;
    let secret = opened.folder.upi_secret()?;
    let centre = Centre::new(opened.store, opened.trusted, &secret);
    let mut refused = 0;
    for path in &parcels {
        // A name may hold whatever drives a terminal.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.escape_debug();
        let (said, why) = taken(&centre, path).await;
        if let Some(said) = said {
            println!("{name}: {said}");
        }
        if let Some(why) = why {
            println!("{name}: {why}");
            refused += 1;
        }
    }
    match refused {
        0 => Ok(()),
        _ => Err(CommandError::Parcels { refused }),
    }
}

async fn taken(centre: &Centre, path: &Path) -> (Option<String>, Option<Refused>) {
    let parcel = match read(path) {
        Ok(parcel) => parcel,
        Err(why) => return (None, Some(why)),
    };
    let Answered { replies, not_whole } = answered(centre, &parcel, ANSWERING).await;
    let why = not_whole.map(Refused::NotWhole);
    let Some((signed, last)) = replies else { return (None, why) };
    let said = sentence(&last);
    if let Err(error) = write_whole(&path.with_extension("reply"), &signed.written()) {
        return (Some(said), Some(Refused::Write(error)));
    }
    (Some(said), why)
}

fn read(path: &Path) -> Result<Parcel, Refused> {
    let file = File::open(path).map_err(Refused::Read)?;
    let mut bytes = Vec::new();
    // One byte more than is ever taken, so that a longer file is known as such.
    let limit = PARCEL_BYTES_MAX as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(Refused::Read)?;
    Parcel::read(&bytes).map_err(Refused::Parcel)
}

fn sentence(last: &Answer) -> String {
    match &last.rejection {
        Some(why) => format!("it was answered, at last with a refusal: {why}."),
        None => {
            format!("its books are here to entry {}. The reply lies beside it.", last.acknowledged)
        }
    }
}

/// All of a file or nothing, and on the stick before anybody pulls it out.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Whoever carries it may be another user than who reads it.
    let everybody = std::fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().permissions(everybody).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    crate::folder::synced(folder)
}
