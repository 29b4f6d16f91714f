//! Several demands that are paid by one payment: each has a receipt of its own, and all of them are
//! written together.

use minicbor::{Decode, Encode};

use crate::entry::Intent;
use crate::money::Paise;
use crate::receipt::{Receipt, Tender};

/// The most demands of one payment: each is a receipt to be printed while somebody waits.
pub const GROUP_MAX: usize = 10;

/// Which of the receipts of one payment a receipt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct GroupPlace {
    /// From 1.
    #[n(0)]
    pub nth: u8,
    #[n(1)]
    pub of: u8,
}

/// What a terminal or a bank is asked for, by its demand: each becomes a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct IntentPart {
    #[n(0)]
    pub building: u32,
    /// The service, as the rule pack names it.
    #[n(1)]
    pub service: String,
    #[n(2)]
    pub amount: Paise,
}

impl GroupPlace {
    /// The places of so many receipts, in their order.
    pub fn each(of: usize) -> impl Iterator<Item = Self> {
        let of = u8::try_from(of).unwrap_or(u8::MAX);
        (1..=of).map(move |nth| Self { nth, of })
    }

    pub const fn is_first(self) -> bool {
        self.nth == 1
    }

    pub const fn is_last(self) -> bool {
        self.nth == self.of
    }

    /// One receipt alone is no group.
    pub(crate) const fn is_sound(self) -> bool {
        self.of >= 2 && self.of as usize <= GROUP_MAX && self.nth >= 1 && self.nth <= self.of
    }
}

impl Intent {
    /// Whether money is asked for that a building owes.
    pub fn is_for(&self, building: u32) -> bool {
        self.building == Some(building) || self.parts.iter().any(|part| part.building == building)
    }
}

impl IntentPart {
    pub(crate) fn is_of(&self, receipt: &Receipt) -> bool {
        receipt.payer.building() == Some(self.building)
            && receipt.service == self.service
            && receipt.total == self.amount
    }
}

impl Tender {
    /// Whether two receipts were paid by the same piece of plastic, message or paper; of cash that
    /// cannot be told.
    pub fn is_of_one_payment(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cash(_), Self::Cash(_)) => true,
            (one, other) => one == other,
        }
    }
}
