//! `kiosk carry`: the books reach the office without a line, on a stick in somebody's pocket.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ledger::{Moment, Writer};
use node::{Brought, PARCEL_BYTES_MAX, ParcelError, SignedReplies, Store, StoreError};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum CarryError {
    #[error("no stick is in {0}: put it in, or name the folder where it is mounted")]
    NoStick(PathBuf),
    #[error("{0} cannot be read: put the stick in again")]
    Read(PathBuf, #[source] io::Error),
    #[error("{0} cannot be written: see whether the stick is in, full or locked")]
    Write(PathBuf, #[source] io::Error),
    #[error("{0} is no reply: delete it, and carry the parcel to the office again")]
    Reply(PathBuf, #[source] ParcelError),
    #[error("{0} is no reply to this device: delete it, and carry the parcel to the office again")]
    NotTaken(PathBuf, #[source] StoreError),
    /// The reply is good, and the books are not: another walk would change nothing.
    #[error("the books cannot take it now: keep the stick as it is, and call the office")]
    Store(#[source] StoreError),
    #[error("the books are not there any more: begin anew")]
    Ended,
}

impl CarryError {
    /// Why the reply in a file was not taken.
    fn of(reply: &Path, error: StoreError) -> Self {
        match error.is_of_the_reply() {
            true => Self::NotTaken(reply.to_owned(), error),
            false => Self::Store(error),
        }
    }
}

/// What was done on a stick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnStick {
    /// What this device's reply brought, where one lay there.
    pub brought: Option<Brought>,
    /// The parcel that was written: where, its bytes, and the entries that the office lacks.
    pub written: Option<(PathBuf, usize, u64)>,
    /// Replies that were taken for other devices, and parcels of theirs that were written.
    pub others_taken: u32,
    pub others_written: u32,
    /// Other devices whose files could not be read or written; the log says why.
    pub others_failed: u32,
}

/// The books, for whoever writes a stick: a stick may be slow, and the books wait for none.
pub trait Books {
    /// Does something with the books, at the present time.
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store, Moment) -> T + Send + 'static,
    ) -> Result<T, CarryError>;

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store, Moment) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, CarryError> {
        self.with(work)?.map_err(CarryError::Store)
    }
}

/// Books that nobody else uses meanwhile.
pub struct Own<'a>(pub RefCell<&'a mut Store>, pub Moment);

impl Books for Own<'_> {
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store, Moment) -> T + Send + 'static,
    ) -> Result<T, CarryError> {
        Ok(work(&mut self.0.borrow_mut(), self.1))
    }
}

/// A device and the code of its local body, by which its files are named.
pub type Whose = (Writer, String);

/// The same as [`carry`] on a stick that is mounted in the folder, and on nothing else: the books
/// must not lie in an empty mount point, where nobody carries them.
pub fn carry_to_mounted(
    books: &impl Books,
    whose: &Whose,
    folder: &Path,
) -> Result<OnStick, CarryError> {
    let away = |_| CarryError::NoStick(folder.to_owned());
    let stick = stick_in(folder).map_err(away)?;
    let on = carry(books, whose, folder)?;
    // Whoever pulled it out in between has nothing on it, and the folder may have.
    match stick_in(folder).map_err(away)? == stick {
        true => Ok(on),
        false => Err(CarryError::NoStick(folder.to_owned())),
    }
}

/// By which number the file system of the stick is known. A folder that is of one file system with
/// the folder around it is no stick.
fn stick_in(folder: &Path) -> io::Result<u64> {
    let folder = folder.canonicalize()?;
    let stick = folder.metadata()?.dev();
    match folder.parent() {
        Some(around) if around.metadata()?.dev() == stick => Err(io::ErrorKind::NotFound.into()),
        _ => Ok(stick),
    }
}

/// Takes the office's replies in the folder, where they lie there, and writes what the office still
/// lacks: of this device, and of those that it carries for.
pub fn carry(books: &impl Books, whose: &Whose, folder: &Path) -> Result<OnStick, CarryError> {
    let (own, body) = whose;
    if !folder.is_dir() {
        return Err(CarryError::NoStick(folder.to_owned()));
    }
    let files = |of: Writer| {
        let stem = folder.join(format!("padi-{body}-{}", of.0));
        (stem.with_extension("parcel"), stem.with_extension("reply"))
    };
    let (parcel, reply) = files(*own);
    let mut on = carry_own(books, (parcel, &reply))?;
    // Its own books are on the stick: nothing of others' keeps them off.
    for errand in books.ask(|store, _| store.errands())? {
        let (parcel, reply) = files(errand.of);
        if let Err(error) = carry_for(books, errand.of, (&parcel, &reply), &mut on) {
            tracing::warn!(error = &error as &dyn std::error::Error, "another's is not carried");
            on.others_failed += 1;
        }
    }
    Ok(on)
}

fn carry_own(books: &impl Books, (parcel, reply): (PathBuf, &Path)) -> Result<OnStick, CarryError> {
    let mut on = OnStick::default();
    // A reply that cannot be taken must not keep the books off the stick.
    let (taken, held_back) = match take(books, reply) {
        Err(error @ (CarryError::Reply(..) | CarryError::NotTaken(..))) => (None, Some(error)),
        taken => (taken?, None),
    };
    if let Some(brought) = taken {
        remove(reply)?;
        let to_send = books.with(|store, _| store.to_send())?;
        let nothing_left = brought.answered > 0 && to_send == 0 && !brought.more;
        on.brought = Some(brought);
        if nothing_left {
            remove(&parcel)?;
            return Ok(on);
        }
    }
    let (to_send, written) = books.ask(|store, now| {
        let to_send = store.to_send();
        Ok((to_send, store.parcel(now)?.written()))
    })?;
    write_whole(&parcel, &written).map_err(|error| CarryError::Write(parcel.clone(), error))?;
    on.written = Some((parcel, written.len(), to_send));
    held_back.map_or(Ok(on), Err)
}

/// The same for another device: the reply is kept until it is fetched.
fn carry_for(
    books: &impl Books,
    of: Writer,
    (parcel, reply): (&Path, &Path),
    on: &mut OnStick,
) -> Result<(), CarryError> {
    let Some(own) = books.ask(move |store, _| store.errand(of))? else {
        return leave_reply(books, of, reply, on);
    };
    let digest = ledger::sha256(&own);
    if let Some(there) = read(parcel)? {
        if ledger::sha256(&there) != digest {
            // A newer one of that device stays, and is carried from here too.
            let taken = books.ask(move |store, now| store.take_errand(&there, now))?;
            if taken == Ok(of) {
                on.others_written += 1;
                return Ok(());
            }
        } else if let Some(bytes) = read(reply)? {
            let take =
                move |store: &mut Store, now| store.take_errand_reply((of, digest), &bytes, now);
            books.with(take)?.map_err(|error| CarryError::of(reply, error))?;
            remove(reply)?;
            remove(parcel)?;
            on.others_taken += 1;
            return Ok(());
        }
    }
    write_whole(parcel, &own).map_err(|error| CarryError::Write(parcel.to_owned(), error))?;
    on.others_written += 1;
    Ok(())
}

/// The office's reply for another device goes on the stick, where that device may take it; a newer
/// one that lies there already stays.
fn leave_reply(
    books: &impl Books,
    of: Writer,
    reply: &Path,
    on: &mut OnStick,
) -> Result<(), CarryError> {
    let Some(bytes) = books.ask(move |store, _| store.reply_for(of))? else { return Ok(()) };
    if read(reply)?.is_none() {
        write_whole(reply, &bytes).map_err(|error| CarryError::Write(reply.to_owned(), error))?;
    }
    on.others_written += 1;
    Ok(())
}

/// What was done, a sentence each.
pub fn sentences(on: &OnStick, device: &str) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(brought) = &on.brought {
        said.push(sentence(brought, device));
        if brought.more {
            said.push("More is waiting at the office: it comes with the next reply.".to_owned());
        }
    }
    if on.others_taken > 0 {
        let taken = on.others_taken;
        said.push(format!("Replies for {taken} other devices were taken: they fetch them here."));
    }
    if on.others_written > 0 {
        let written = on.others_written;
        said.push(format!("Parcels of, and replies for, {written} other devices lie there."));
    }
    if on.others_failed > 0 {
        let failed = on.others_failed;
        said.push(format!("Those of {failed} other devices could not be read or written."));
    }
    let Some((parcel, bytes, to_send)) = &on.written else {
        said.push("Nothing is left to carry.".to_owned());
        return said;
    };
    said.push(match to_send {
        0 => format!("{} asks the office for news ({bytes} bytes).", parcel.display()),
        _ => format!("{} has what the office lacks ({bytes} bytes).", parcel.display()),
    });
    said.push("Carry it to the office, and its reply back here.".to_owned());
    said
}

fn take(books: &impl Books, reply: &Path) -> Result<Option<Brought>, CarryError> {
    let Some(bytes) = read(reply)? else { return Ok(None) };
    let signed =
        SignedReplies::read(&bytes).map_err(|error| CarryError::Reply(reply.to_owned(), error))?;
    drop(bytes);
    let taken = books.with(move |store, now| store.take_replies(&signed, now))?;
    taken.map(Some).map_err(|error| CarryError::of(reply, error))
}

/// The bytes of a file; none where nothing lies there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, CarryError> {
    let unreadable = |error| CarryError::Read(path.to_owned(), error);
    // No link, pipe or folder of that name.
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(found) if !found.is_file() => {
            return Err(unreadable(io::Error::other("it is no file")));
        }
        Ok(_) => {}
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than is ever taken, so that a longer file is known as such.
    file.take(PARCEL_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

fn sentence(brought: &Brought, device: &str) -> String {
    let Brought { answered, acknowledged, buildings, quarantined, rejection, .. } = brought;
    match (answered, rejection) {
        (0, _) => "The reply is to an older parcel: it brings nothing.".to_owned(),
        (_, Some(why)) => format!("The office has not taken all that {device} sent: {why}."),
        (_, None) => format!(
            "The office has {acknowledged} entries more; {buildings} buildings came, and \
             {quarantined} entries are kept apart there."
        ),
    }
}

fn remove(path: &Path) -> Result<(), CarryError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(CarryError::Write(path.to_owned(), error))
        }
        _ => Ok(()),
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
    std::fs::File::open(folder)?.sync_all()
}
