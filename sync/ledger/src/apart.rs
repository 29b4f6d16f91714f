//! Entries of a device that the office keeps apart: why, and how two persons settle one.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::entry::{StaffId, Writer};

/// The most entries that one settlement frees besides its own: an entry of the office book is
/// bounded, and what is left over is settled by itself.
pub const FREED_MAX: usize = 500;

/// Office book: two persons settled an entry that was kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ApartSettled {
    /// Whose entry it is, and which.
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub entry: u64,
    #[n(2)]
    pub way: WayOut,
    #[n(3)]
    pub reason: String,
    /// The second person, who looked at it too.
    #[n(4)]
    pub second: StaffId,
    /// The device's last entry that was here then: what came after it was judged by this.
    #[n(5)]
    pub as_of: u64,
    /// Later entries that broke a rule only because this one was missing: they count since.
    #[n(6)]
    pub freed: Vec<u64>,
}

/// Office book: an officer gave a device other wards. It has these and no others.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct WardsAssigned {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub wards: Vec<u16>,
}

/// How an entry came out of quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum WayOut {
    /// The rule was broken by no fault: it counts as if the rule had been kept.
    #[n(0)]
    Accepted,
    /// It counts for this building and not for the one that it names.
    #[n(1)]
    Fixed(#[n(0)] u32),
    /// It does not count, and no money is in it.
    #[n(2)]
    Rejected,
    /// A receipt that cannot stand: its payer got the money back by this voucher of the office.
    #[n(3)]
    MoneyReturned(#[n(0)] String),
}

/// What kind of rule an entry broke, so that the person at the device can be told in their own
/// language. The office's own words say the rest.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ApartCause {
    /// Another one than those below.
    #[n(0)]
    Other,
    /// A receipt book, or a number in it.
    #[n(1)]
    Book,
    /// A sum, or the lines that make it.
    #[n(2)]
    Sum,
    /// Cash or a signature without the person that it needs, or after their day's end.
    #[n(3)]
    Person,
    /// The bank or the terminal never confirmed the money.
    #[n(4)]
    Bank,
    /// The count of a day, its change money or its handing in.
    #[n(5)]
    Count,
    /// The device's clock ran back.
    #[n(6)]
    Clock,
    /// A building outside the device's wards.
    #[n(7)]
    Ward,
}

/// One entry of a device that the office keeps apart, or kept, as the device knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptApart {
    pub seq: u64,
    /// The office's own words.
    pub reason: String,
    pub cause: ApartCause,
    /// None while nobody has settled it.
    pub settled: Option<ApartWord>,
}

/// What two persons at the office wrote of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApartWord {
    /// How it came out; none where it counts since another entry does.
    pub way: Option<WayOut>,
    pub reason: String,
}

impl WayOut {
    /// As interfaces write it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Fixed(_) => "fixed",
            Self::Rejected => "rejected",
            Self::MoneyReturned(_) => "returned",
        }
    }

    /// Whether the entry has its effect since.
    pub const fn counts(&self) -> bool {
        matches!(self, Self::Accepted | Self::Fixed(_))
    }
}

impl ApartCause {
    const ALL: [Self; 8] = [
        Self::Other,
        Self::Book,
        Self::Sum,
        Self::Person,
        Self::Bank,
        Self::Count,
        Self::Clock,
        Self::Ward,
    ];

    /// As databases write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Book => "book",
            Self::Sum => "sum",
            Self::Person => "person",
            Self::Bank => "bank",
            Self::Count => "count",
            Self::Clock => "clock",
            Self::Ward => "ward",
        }
    }

    /// One that is not known here is some other one.
    pub fn from_code(code: &str) -> Self {
        let known = Self::ALL.into_iter().find(|cause| cause.code() == code);
        known.unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_code() {
        for cause in ApartCause::ALL {
            assert_eq!(ApartCause::from_code(cause.code()), cause);
        }
        assert_eq!(ApartCause::from_code("the moon"), ApartCause::Other);
    }
}
