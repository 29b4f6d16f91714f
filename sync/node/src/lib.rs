//! What one device needs of its machine: the books on its disk, its private key, the link to the
//! centre, and the line to a card terminal's service where there is one. The rules of the books are
//! the ledger's and the messages are the replica's; this crate makes them durable and carries them.
//! It must never know a page, a printer or the centre's code, and it never reads the clock of the
//! day: the time of a fact comes in with it.

// The stories' fixtures are shared with the tests outside, which know this crate by its name.
#[cfg(test)]
extern crate self as node;

mod backoff;
mod exchange;
mod key;
mod link;
mod nearby;
mod practice;
mod store;
mod terminal;

pub use backoff::Backoff;
pub use exchange::{ExchangeError, Exchanged, exchange_until_quiet};
pub use key::{DeviceKey, KeyError};
pub use link::{Link, LinkBusy, LinkError, LinkEvent, LinkFault, LinkOptions, Patience};
pub use nearby::{Call, Called, Carrier, Guest, Host, NearbyError};
pub use practice::{PRACTICE_WRITER, practice};
pub use replica::{
    AnswerPicture, ComplaintTold, EarlierReceipt, Editor, Field, FrameError, FrameReader, Frames,
    FramesRead, MeetingError, Member, NotTaken, Offer, PARCEL_BYTES_MAX, POSTED_BYTES_MAX, Parcel,
    ParcelError, Provision, ProvisionError, Quarantined, Rejection, Said as SaidOfField,
    SignedOffer, SignedReplies, card_mark, is_frame, is_offer,
};
pub use store::{
    AppendError, BOOKS_FILE, BUILDINGS_FOUND_MAX, Brought, Confirmed, Damage, ERRANDS_MAX,
    EarlierQuestion, EditError, Errand, ErrandState, HouseToday, KeptPack, Locked, OfficeSaid,
    PackPiece, PackTaken, PhotoLimits, PhotoRefused, PhotoState, PhotoTaken, RefusedHere, Said,
    Search, Store, StoreError, Taken, Verified,
};
pub use terminal::{
    Kept, TerminalLine, TerminalLineError, TerminalLineFault, TerminalLineOptions, TerminalNumbers,
    TerminalNumbersError,
};
