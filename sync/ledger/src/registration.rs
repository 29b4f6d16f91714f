//! Births, deaths and still births that are reported: what an application of that kind says in the
//! open, and what the Registrar decides of it. Registration numbers are the Registrar's alone.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::application::{ERASED_REASON_CHARACTERS_MAX, NAME_BYTES_MAX};
use crate::chain::Hash;
use crate::entry::{StaffId, Writer};
use crate::money::Paise;
use crate::number::ReceiptNumber;

/// A keyed digest by which two reports of one event meet (see [`crate::LikenessKey`]).
pub type Mark = ByteArray<8>;

/// The most marks of a report: four ways to be alike, each with two days and two readings.
pub const MARKS_MAX: usize = 16;

/// The most children of one birth.
pub const ORDER_MAX: u8 = 9;

/// The most reports that one can be said to be none of.
pub const DISTINCT_MAX: usize = 8;

/// The most reports that the Registrar says to have looked at in one decision: the office compares
/// those of all devices, and names of one word meet often.
pub const LOOKED_AT_MAX: usize = 128;

/// What an application says that reports a birth or a death.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Reported {
    /// How late it is, as the rule pack names it; it decides on the fee and on some papers.
    #[n(0)]
    pub delay: String,
    /// What the Registrar asks for by that.
    #[n(1)]
    pub fee: Paise,
    /// In order, so that their places say nothing.
    #[n(2)]
    pub marks: Vec<Mark>,
    /// Which child of a birth of several.
    #[n(3)]
    pub order: Option<u8>,
    /// A parent or relative looked it over in the language of the acknowledgement, at a machine
    /// where staff had answered.
    #[n(4)]
    pub looked_over: bool,
    /// Reports that look the same, and are of another event.
    #[n(5)]
    pub distinct: Vec<Distinct>,
}

/// What was said when a report looked like an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Distinct {
    /// The acknowledgement of the earlier one.
    #[n(0)]
    pub number: ReceiptNumber,
    #[n(1)]
    pub how: HowDistinct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum HowDistinct {
    /// Another child of the same birth: their orders differ.
    #[n(0)]
    AnotherChild,
    /// Somebody else, with a name like it.
    #[n(1)]
    AnotherPerson,
}

/// Office book: what the Registrar decided of a report.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Decided {
    #[n(0)]
    pub writer: Writer,
    /// The sequence of the application in its device's chain.
    #[n(1)]
    pub application: u64,
    #[n(2)]
    pub number: ReceiptNumber,
    #[n(3)]
    pub decision: Decision,
    #[n(4)]
    pub by: StaffId,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Decision {
    #[n(0)]
    Registered {
        /// "B-2026-00017".
        #[n(0)]
        register: String,
        /// Reports that look the same; the Registrar looked at each, and it is of another event.
        #[n(1)]
        distinct: Vec<ReceiptNumber>,
    },
    /// The same event was reported before.
    #[n(1)]
    DuplicateOf(#[n(0)] ReceiptNumber),
    /// Something is missing; the reason names nobody.
    #[n(2)]
    Returned(#[n(0)] String),
}

/// Office book: an extract of the register was given out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExtractIssued {
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub application: u64,
    #[n(2)]
    pub register: String,
    /// 1 for the first one of this registration.
    #[n(3)]
    pub nth: u32,
    /// Of what the office signed: whoever has the paper can show that it is this one, and nobody
    /// learns a name from the book.
    #[n(4)]
    pub hash: Hash,
    #[n(5)]
    pub by: StaffId,
}

impl Reported {
    pub(crate) fn is_sound(&self) -> bool {
        let named = !self.delay.is_empty() && self.delay.len() <= NAME_BYTES_MAX;
        let marks = self.marks.len() <= MARKS_MAX && rises(&self.marks);
        let order = self.order.is_none_or(|order| (1..=ORDER_MAX).contains(&order));
        // A child of the same birth is told apart by the order, so that there must be one.
        let told =
            |distinct: &Distinct| distinct.how != HowDistinct::AnotherChild || self.order.is_some();
        let distinct = self.distinct.len() <= DISTINCT_MAX && self.distinct.iter().all(told);
        named && marks && order && distinct && self.fee >= Paise::ZERO
    }
}

fn rises(marks: &[Mark]) -> bool {
    marks.windows(2).all(|pair| pair[0][..] < pair[1][..])
}

impl Decision {
    /// What the Registrar's own reasons and numbers may look like.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Registered { register, distinct } => {
                (1..=NAME_BYTES_MAX).contains(&register.len()) && distinct.len() <= LOOKED_AT_MAX
            }
            Self::DuplicateOf(_) => true,
            Self::Returned(reason) => {
                let long = reason.chars().count() > ERASED_REASON_CHARACTERS_MAX;
                !reason.trim().is_empty() && !long
            }
        }
    }
}
