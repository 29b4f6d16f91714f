//! A receipt: money taken, for what, and how.

use minicbor::{Decode, Encode};

use crate::apportion::ReceiptLine;
use crate::group::GroupPlace;
use crate::instrument::Instrument;
use crate::language::Language;
use crate::money::Paise;

/// The most lines that one receipt may have: thirty half-years of four heads.
pub const RECEIPT_LINES_MAX: usize = 120;

/// The most answers of a form that one receipt may keep, and the most bytes of all their names and
/// values: a slip's square holds the whole receipt, and must stay one that a phone can read.
pub const RECEIPT_ANSWERS_MAX: usize = 24;
pub const RECEIPT_ANSWERS_BYTES_MAX: usize = 1_024;

/// The longest name or place that is typed on a suspense receipt, in characters.
pub const TYPED_CHARACTERS_MAX: usize = 80;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Receipt {
    /// The book's code and the number within it; body and year stand in the book's lease.
    #[n(0)]
    pub book: String,
    #[n(1)]
    pub number: u32,
    /// The service, as the rule pack names it.
    #[n(2)]
    pub service: String,
    #[n(3)]
    pub payer: Payer,
    #[n(4)]
    pub lines: Vec<ReceiptLine>,
    #[n(5)]
    pub total: Paise,
    #[n(6)]
    pub tender: Tender,
    /// The version of the rule pack that the lines were computed by.
    #[n(7)]
    pub pack: u32,
    /// The language of the slip.
    #[n(8)]
    pub language: Language,
    /// What the form was answered with that the lines were computed from: with the pack's version
    /// they give the lines again. Empty for what is owed for a building.
    #[n(9)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// Where one payment was for several demands: which of its receipts this is.
    #[n(10)]
    #[cbor(skip_if = "Option::is_none")]
    pub group: Option<GroupPlace>,
}

/// One answer of a form that a fee is computed from (or that stands on the slip): its question's
/// name, and the answer as the form keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    #[n(0)]
    pub name: String,
    #[n(1)]
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Payer {
    /// A building of the register.
    #[n(0)]
    Building(#[n(0)] u32),
    /// Nobody can find the building: money in suspense, matched by the office later.
    #[n(1)]
    Suspense(#[n(0)] Suspense),
    /// Somebody who pays for what is no building of the register.
    #[n(2)]
    Named(#[n(0)] Named),
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Suspense {
    #[n(0)]
    pub payer: String,
    #[n(1)]
    pub place: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Named {
    #[n(0)]
    pub name: String,
    /// The number of what it is for: a licence, a consumer, a shop. Empty where there is none.
    #[n(1)]
    pub reference: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Tender {
    #[n(0)]
    Cash(#[n(0)] CashTender),
    #[n(1)]
    Card(#[n(0)] CardTender),
    #[n(2)]
    Upi(#[n(0)] UpiTender),
    /// A cheque or a draft: the receipt stands subject to realisation.
    #[n(3)]
    Instrument(#[n(0)] Instrument),
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct CashTender {
    /// What was put on the table; the change is what it exceeds the total by.
    #[n(0)]
    pub tendered: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct CardTender {
    /// The sequence of the intent.
    #[n(0)]
    pub intent: u64,
    /// The last four digits, and no more, ever.
    #[n(1)]
    pub last_four: String,
    #[n(2)]
    pub authorisation: String,
    #[n(3)]
    pub terminal: String,
    /// The terminal's own receipt number, by which a sale is looked up or reversed.
    #[n(4)]
    pub terminal_receipt: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct UpiTender {
    #[n(0)]
    pub intent: u64,
    /// The bank's own reference, as the office's confirmation names it.
    #[n(1)]
    pub bank_reference: String,
    /// The sequence of the confirmation in the office book.
    #[n(2)]
    pub confirmation: u64,
}

impl Payer {
    /// The building of the register that it is for, where it is for one.
    pub fn building(&self) -> Option<u32> {
        match self {
            Self::Building(id) => Some(*id),
            Self::Suspense(_) | Self::Named(_) => None,
        }
    }

    /// What lists name it by where there is no building: the place of money in suspense, the number
    /// of a licence, consumer or shop, or whoever paid where that has none.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Building(_) => None,
            Self::Suspense(suspense) => Some(&suspense.place),
            Self::Named(named) if named.reference.is_empty() => Some(&named.name),
            Self::Named(named) => Some(&named.reference),
        }
    }

    /// Who paid, as it was typed; none where the register names the owner.
    pub fn typed_name(&self) -> Option<&str> {
        match self {
            Self::Building(_) => None,
            Self::Suspense(suspense) => Some(&suspense.payer),
            Self::Named(named) => Some(&named.name),
        }
    }
}

impl Tender {
    /// The intent that it fulfils; what is handed over has none.
    pub fn intent(&self) -> Option<u64> {
        match self {
            Self::Cash(_) | Self::Instrument(_) => None,
            Self::Card(card) => Some(card.intent),
            Self::Upi(upi) => Some(upi.intent),
        }
    }
}
