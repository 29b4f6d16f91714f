//! What the office notes about a receipt after it was given, and its payer is told; and about a
//! device that tells two histories.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::claim::SignedClaim;
use crate::entry::{StaffId, Writer};
use crate::money::Paise;

/// Office book: what a receipt took beyond what was owed, mostly since another device had taken it
/// while the two were apart. Both receipts stand, and the sum is an advance of the building (Kerala
/// Panchayat Raj (Accounts) Rules 2011, rule 25).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExcessHeld {
    /// Whose receipt it is, and which.
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub receipt: u64,
    #[n(2)]
    pub building: u32,
    #[n(3)]
    pub amount: Paise,
}

/// The paper that tells a payer what the office noted about a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PayerNotice {
    /// The sequence in the office book of what was noted.
    #[n(0)]
    pub notice: u64,
    /// The sequence of this device's receipt that it is about.
    #[n(1)]
    pub receipt: u64,
}

/// Office book: a receipt of a device that is lost, from the slip that its payer holds. It counts
/// until its device sends it after all.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Restored {
    #[n(0)]
    pub slip: SignedClaim,
    /// The number on the slip.
    #[n(1)]
    pub number: String,
    /// Why the office believes that the device will not send it.
    #[n(2)]
    pub reason: String,
    /// The hash of the receipt's entry, by which it is known if it comes.
    #[n(3)]
    pub entry_hash: ByteVec,
}

/// Office book: two persons looked at the two histories of a device and closed the case. The device
/// stays locked.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ForkSettled {
    #[n(0)]
    pub writer: Writer,
    /// The first entry by which the histories differ.
    #[n(1)]
    pub parts_at: u64,
    /// How many entries of the device the office kept beside its chain.
    #[n(2)]
    pub held: u64,
    /// What came of it.
    #[n(3)]
    pub reason: String,
    /// The second person, who looked at it too.
    #[n(4)]
    pub second: StaffId,
}
