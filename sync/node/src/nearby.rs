//! Two devices on one network: one listens while somebody looks at its square, the other comes with
//! its parcel and goes with the office's reply. Each side does its work on a thread of its own and
//! asks the desk for whatever is in the books.

mod caller;
mod carrier;
mod line;

use ledger::{PublicKey, Writer};
use replica::{MeetingError, NotTaken, Offer, SignedOffer};
use thiserror::Error;

pub use caller::{Call, Called};
pub use carrier::Carrier;

/// What a carrier's threads ask of its desk. None everywhere: the desk has ended.
pub trait Host: Send + Sync + 'static {
    /// Signs the offer and shows its square in the place of the one before.
    fn sign(&self, offer: Offer) -> Option<SignedOffer>;
    fn known(&self, writer: Writer) -> Option<PublicKey>;
    /// The office's reply for a device, as its file is written.
    fn reply_for(&self, writer: Writer) -> Option<Vec<u8>>;
    /// Keeps a parcel, which says itself whose it is: whoever came may carry it for another.
    fn take(&self, parcel: Vec<u8>) -> Option<Result<(), NotTaken>>;
}

/// What a caller's thread asks of its desk. False and none: the books failed, or the desk has
/// ended.
pub trait Guest {
    /// Takes the office's reply.
    fn take_reply(&self, reply: Vec<u8>) -> bool;
    /// All that the office lacks, as a parcel's file.
    fn parcel(&self) -> Option<Vec<u8>>;
    /// The parcel is with the carrier; the office's reply is waited for while this says so.
    fn handed_over(&self) -> bool;
}

#[derive(Debug, Error)]
pub enum NearbyError {
    #[error("the other device cannot be reached: both must be on one network")]
    NotReached(#[source] std::io::Error),
    #[error("the other device has gone away")]
    Broken(#[source] std::io::Error),
    #[error("the other device is not whom it says")]
    Meeting(#[source] MeetingError),
    #[error("the other device does not take the parcel")]
    NotTaken(#[source] NotTaken),
    #[error("the other device says what it was not asked")]
    Manners,
    #[error("the books of this device cannot be read or written")]
    Books,
    #[error("no key can be made for the meeting")]
    Key,
    #[error("no address to listen at")]
    Listen(#[source] std::io::Error),
}
