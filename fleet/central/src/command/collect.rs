//! `central collect`: what devices without a line sent on a stick.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use ledger::sha256;
use replica::{
    Answer, PARCEL_BYTES_MAX, Parcel, ParcelError, REQUESTS_MAX, Replies, Reply, SignedRequest,
};
use thiserror::Error;

use super::{CommandError, Place};
use crate::api::{Centre, ReadTo};
use crate::time::now_ms;

/// How many bytes of answers are enough for one reply: one more always fits.
const REPLY_BYTES: usize = PARCEL_BYTES_MAX - 2 * replica::MESSAGE_BYTES_MAX;

/// How often a request is tried again while the running centre is busy, and the pause between.
const TRIES_MAX: u32 = 10;
const PAUSE: Duration = Duration::from_secs(1);

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
    let opened = arguments.place.open()?;
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

/// Takes a parcel's requests in their order, up to the first that is turned away: what follows it
/// would only lack what came before. Whatever was taken is answered.
async fn taken(centre: &Centre, path: &Path) -> (Option<String>, Option<Refused>) {
    let parcel = match read(path) {
        Ok(parcel) => parcel,
        Err(why) => return (None, Some(why)),
    };
    let mut replies = Replies { to: parcel.writer, replies: Vec::new() };
    let (why, last) = match answers(centre, &parcel, &mut replies.replies).await {
        Ok(last) => (None, last),
        Err((why, last)) => (Some(why), last),
    };
    let Some(last) = last else { return (None, why) };
    let said = sentence(&last);
    let signed = replies.signed(centre.office());
    if let Err(error) = write_whole(&path.with_extension("reply"), &signed.written()) {
        return (Some(said), Some(Refused::Write(error)));
    }
    (Some(said), why)
}

/// The answers to a parcel, each as if the device had taken those before it: so the houses that it
/// lacks come with one walk. Gives the last of them, also where a request was turned away.
async fn answers(
    centre: &Centre,
    parcel: &Parcel,
    replies: &mut Vec<Reply>,
) -> Result<Option<Answer>, (Refused, Option<Answer>)> {
    let mut last: Option<Answer> = None;
    let mut bytes = 0;
    for (number, request) in (1..).zip(&parcel.requests) {
        loop {
            let read_to = last.as_ref().map(|last| ReadTo {
                office: last.office_to,
                register: last.register_to,
                records: last.records.as_ref().map(|records| records.to),
            });
            match answered(centre, parcel, (number, request), read_to).await {
                Err(refused) => return Err((refused, last)),
                Ok((reply, answer)) => {
                    bytes += reply.answer.len();
                    replies.push(reply);
                    last = Some(answer);
                }
            }
            let is_last = number == parcel.requests.len();
            let more = is_last && last.as_ref().is_some_and(|last| last.more);
            if !more || bytes > REPLY_BYTES || replies.len() == REQUESTS_MAX {
                break;
            }
        }
    }
    Ok(last)
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
    (number, request): (usize, &[u8]),
    read_to: Option<ReadTo>,
) -> Result<(Reply, Answer), Refused> {
    let signed = SignedRequest::read(request).map_err(|_| Refused::Damaged(number))?;
    if signed.writer != parcel.writer {
        return Err(Refused::OtherDevice(number));
    }
    let mut tries = 0;
    let answer = loop {
        match centre.exchange_after(request, read_to, now_ms()).await {
            Ok(answer) => break answer,
            Err(busy) if busy.is_busy() && tries < TRIES_MAX => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(denied) => return Err(Refused::Denied(number, denied.sentence().to_owned())),
        }
    };
    let read = Answer::read(&answer).map_err(|_| Refused::Damaged(number))?;
    Ok((Reply { request: sha256(&signed.body), answer: answer.into() }, read))
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
