//! `central collect`: what devices without a line sent on a stick.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use ledger::sha256;
use replica::{Answer, PARCEL_BYTES_MAX, Parcel, ParcelError, Replies, Reply, SignedRequest};
use thiserror::Error;

use super::{CommandError, Place};
use crate::api::{Centre, Denied};
use crate::time::now_ms;

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
    #[error("its request {0} is of another device than it says")]
    OtherDevice(usize),
    #[error("its request {0} is damaged: carry it anew")]
    Damaged(usize),
    #[error("its request {0} was turned away: {1}")]
    Denied(usize, String),
    #[error("the reply cannot be written beside it: {0}")]
    Write(io::Error),
}

pub async fn collect(arguments: CollectArguments) -> Result<(), CommandError> {
    let unreadable = |error| CommandError::Read(arguments.folder.clone(), error);
    let mut parcels = Vec::new();
    for item in std::fs::read_dir(&arguments.folder).map_err(unreadable)? {
        let path = item.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "parcel") {
            parcels.push(path);
        }
    }
    if parcels.is_empty() {
        return Err(CommandError::NoParcels(arguments.folder));
    }
    parcels.sort();
    let opened = arguments.place.open()?;
    let secret = opened.folder.upi_secret()?;
    let centre = Centre::new(opened.store, opened.trusted, &secret);
    let mut refused = 0;
    for path in &parcels {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
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

/// Takes a parcel's requests in their order, up to the first that is turned away: what follows it
/// would only lack what came before. Whatever was taken is answered.
async fn taken(centre: &Centre, path: &Path) -> (Option<String>, Option<Refused>) {
    let parcel = match read(path) {
        Ok(parcel) => parcel,
        Err(why) => return (None, Some(why)),
    };
    let mut replies = Replies { to: parcel.writer, replies: Vec::new() };
    let mut why = None;
    for (number, request) in (1..).zip(&parcel.requests) {
        match answered(centre, &parcel, number, request).await {
            Ok(reply) => replies.replies.push(reply),
            Err(refused) => {
                why = Some(refused);
                break;
            }
        }
    }
    let Some(last) = replies.replies.last() else { return (None, why) };
    let said = sentence(replies.replies.len(), Answer::read(&last.answer).ok());
    let signed = replies.signed(centre.office());
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

async fn answered(
    centre: &Centre,
    parcel: &Parcel,
    number: usize,
    request: &[u8],
) -> Result<Reply, Refused> {
    let signed = SignedRequest::read(request).map_err(|_| Refused::Damaged(number))?;
    if signed.writer != parcel.writer {
        return Err(Refused::OtherDevice(number));
    }
    let denied = |denied: Denied| Refused::Denied(number, denied.sentence().to_owned());
    let answer = centre.exchange(request, now_ms()).await.map_err(denied)?;
    Ok(Reply { request: sha256(&signed.body), answer: answer.into() })
}

fn sentence(requests: usize, last: Option<Answer>) -> String {
    let Some(last) = last else { return format!("{requests} requests answered.") };
    match last.rejection {
        Some(why) => format!("{requests} requests answered, the last with a refusal: {why}."),
        None => format!(
            "{requests} requests answered; its books are here to entry {}. The reply lies \
             beside it.",
            last.acknowledged
        ),
    }
}

/// All of a file or nothing, and on the stick before anybody pulls it out.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    crate::folder::synced(folder)
}
