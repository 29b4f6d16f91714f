//! How the books can fail.

use std::io;
use std::path::PathBuf;

use ledger::{Breach, EntryError, RegisterFault, Writer, WrongSignature};
use replica::audit::Finding;
use replica::{
    ApplicationFileError, DocumentError, EarlierError, MessageError, ParcelError, PhotoError,
    RecordError,
};
use thiserror::Error;

use crate::key::KeyError;

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the folder of the books cannot be made: {}", path.display())]
    Folder {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("another Padi program is using these books")]
    InUse,
    #[error("these books belong to device {found} of {found_body}, not to {wanted} of {body}",
        found = found.0, wanted = wanted.0)]
    Foreign { found_body: String, found: Writer, body: String, wanted: Writer },
    #[error("these books were written by a newer Padi (version {0}): install that or a newer one")]
    Newer(i64),
    #[error("entry {seq} of the books is damaged")]
    Damaged {
        seq: u64,
        #[source]
        source: Damage,
    },
    #[error("the {what} in the books is damaged")]
    DamagedRow {
        what: &'static str,
        #[source]
        source: minicbor::decode::Error,
    },
    #[error("the disk is full")]
    Full(#[source] rusqlite::Error),
    #[error("the database of the books failed: {doing}")]
    Database {
        doing: &'static str,
        #[source]
        source: rusqlite::Error,
    },
    /// A write ended so that nobody can tell what is on the disk; only reading it again can.
    #[error("the books must be opened again after a failed write")]
    Spoiled,
    #[error("the books cannot be signed")]
    Key(#[source] KeyError),
    #[error("what was answered cannot be sealed for the office")]
    Application(#[source] ApplicationFileError),
    #[error("the document of a day cannot be derived")]
    Document(#[source] Box<DocumentError>),
    #[error("a shared record cannot be used")]
    Record(#[source] Box<RecordError>),
    #[error("the centre's answer cannot be read")]
    Answer(#[source] MessageError),
    #[error("the office's reply cannot be read")]
    Reply(#[source] ParcelError),
    #[error("the centre's answer is not signed by the office: {what}")]
    NotTheOffice {
        what: &'static str,
        #[source]
        source: WrongSignature,
    },
    #[error("the centre's answer is for another device")]
    OtherDevice,
    #[error("the centre acknowledges entry {0} without countersigning it")]
    NotCountersigned(u64),
    /// The office has another history of this device: it was copied, restored or altered.
    #[error("the office has another history of this device at entry {0}")]
    OfficeDisagrees(u64),
    #[error("the register has a row that cannot be used")]
    Register(#[source] RegisterFault),
    #[error("the books would not pass an audit: {0}")]
    Audit(Finding),
    #[error("the office's list of earlier payments is not believed")]
    EarlierAnswer(#[source] EarlierError),
    #[error("the office's word on a photo is not believed")]
    PhotoAnswer(#[source] PhotoError),
    #[error("the files of photos cannot be used: {doing}")]
    Photo {
        doing: &'static str,
        #[source]
        source: io::Error,
    },
    #[error("the export cannot be written")]
    Export(#[source] io::Error),
}

/// What is wrong with an entry in the books.
#[derive(Debug, Error)]
pub enum Damage {
    #[error("it is not there")]
    Missing,
    #[error("its bytes are no entry")]
    Unreadable(#[source] EntryError),
    #[error("its bytes are those of entry {0}")]
    OutOfPlace(u64),
    #[error("its bytes do not lead to its hash: it, or one before it, was altered")]
    Hash,
    #[error("it breaks a rule")]
    Rule(#[source] Breach),
    #[error("the office countersigned another entry in its place")]
    NotAsCountersigned,
    #[error("what is kept of the books there is not what its entries say")]
    Kept,
}

/// Why an entry was not added. In each case the books are as they were.
#[derive(Debug, Error)]
pub enum AppendError {
    #[error("the rules refuse it")]
    Breach(#[source] Breach),
    #[error("the disk is full")]
    Full,
    #[error("the books could not be written")]
    Store(#[source] StoreError),
}

impl StoreError {
    /// It is the reply that is no good, and not the books.
    pub fn is_of_the_reply(&self) -> bool {
        matches!(self, Self::NotTheOffice { .. } | Self::OtherDevice | Self::Reply(_))
    }

    /// What SQLite's error means; `doing` says what was tried.
    pub(super) fn of(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full(source),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::InUse
            }
            _ => Self::Database { doing, source },
        }
    }
}
