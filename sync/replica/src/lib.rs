//! How two copies of the books come to agree: batches of entries, the answers to them, the
//! automerge document of a day that both sides derive, the parcels that somebody carries where
//! there is no line, how two devices hand them over, and the file by which an auditor checks one
//! copy alone. It must never know a socket, a database, a file or the clock: bytes in, bytes out.

mod application;
mod attestation;
pub mod audit;
mod batch;
mod card;
pub mod columns;
mod complaint;
mod document;
mod earlier;
mod frames;
mod head;
mod message;
mod name_question;
mod nearby;
mod pack_file;
mod packing;
mod parcel;
mod photo;
mod provision;
mod record;
mod request;
mod seal;
mod statement;
mod varint;

pub use application::{AnswerPicture, ApplicationFile, ApplicationFileError};
pub use attestation::{Attestation, Lock, SignedAttestation};
pub use batch::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, Batch, BatchError, DocumentHead};
pub use card::{card_mark, card_number};
pub use complaint::{COMPLAINTS_BYTES_MAX, COMPLAINTS_MAX, ComplaintTold};
pub use document::{DayDocument, DocumentError};
pub use earlier::{
    EARLIER_ANSWER_BYTES_MAX, EARLIER_ASKED_BYTES_MAX, EARLIER_MAX, EarlierAnswer, EarlierAsked,
    EarlierError, EarlierReceipt, SignedEarlier,
};
pub use frames::{FRAMES_BYTES_MAX, FrameError, FrameReader, Frames, FramesRead, is_frame};
pub use head::{SignedHead, Statement};
pub use message::{
    Answer, Checkpoint, MESSAGE_BYTES_MAX, MessageError, Notice, Quarantined, Question, Rejection,
    SignedCheckpoint, SignedNotice,
};
pub use name_question::{
    NAME_ANSWER_BYTES_MAX, NAME_CHARACTERS_MAX, NAME_QUESTION_BYTES_MAX, NAMES_FOUND_MAX,
    NameAnswer, NameError, NameQuestion, SignedNameAnswer, SignedNameQuestion,
};
pub use nearby::{
    ADDRESSES_MAX, GREETING_BYTES_MAX, Greeting, MeetingError, MeetingKey, NotTaken, Offer, Passed,
    SEALED_BYTES_MAX, Sealing, SignedGreeting, SignedOffer, is_offer,
};
pub use pack_file::{
    CARRIED_PACK_BYTES_MAX, PACK_FILE_PIECE_BYTES, PACKED_BYTES_MAX, PackArchive, PackFileError,
    PackHere, PackManifest, PackOffer, SignedPack, pack_file_name, pack_file_named,
};
pub use packing::{PackingError, pack, unpack};
pub use parcel::{
    PARCEL_BYTES_MAX, POSTED_BYTES_MAX, Parcel, ParcelError, REQUESTS_MAX, Replies, Reply,
    SealedReplies, SignedReplies,
};
pub use photo::{
    PHOTO_ANSWER_BYTES_MAX, PIECE_BYTES_MAX, PIECE_BYTES_MIN, PIECE_MESSAGE_BYTES_MAX, PhotoAnswer,
    PhotoError, PhotoRefusal, PhotoSays, Piece, SignedPhotoAnswer, SignedPiece,
};
pub use provision::{Member, Provision, ProvisionError};
pub use record::{
    Applied, CHANGE_BYTES_MAX, EDITS_BYTES_MAX, EDITS_MAX, Edit, Editor, EditsError, Field,
    RECORD_EDITS_MAX, Record, RecordError, RecordsAnswer, RecordsAsked, RefusedEdit, Said, Says,
    Told, WhyRefused, told,
};
pub use request::{Opened, Request, Sealed, SignedRequest};
pub use seal::{OpeningKey, SealError, SealedFor};
pub use statement::{
    STATEMENT_BYTES_MAX, STATEMENT_FORM, StatementFault, StatementRead, check_statement,
    is_statement, sign_statement,
};
