//! Cheques and demand drafts: money that is a promise of a bank until the bank has honoured it.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::entry::{StaffId, Writer};
use crate::receipt::TYPED_CHARACTERS_MAX;

/// The longest number of an instrument: Indian cheques have six digits, drafts up to nine.
const NUMBER_CHARACTERS_MAX: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum InstrumentKind {
    #[n(0)]
    Cheque,
    #[n(1)]
    DemandDraft,
}

/// One cheque or draft, as a receipt names it (Kerala Panchayat Raj (Accounts) Rules 2011, rule
/// 21(2)(a): the nature of the instrument stands on the receipt).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Instrument {
    #[n(0)]
    pub kind: InstrumentKind,
    /// Digits only.
    #[n(1)]
    pub number: String,
    #[n(2)]
    pub bank: String,
    /// The day that stands on it, days since 1970-01-01.
    #[n(3)]
    pub dated: i64,
}

/// Office book: what the bank said of an instrument.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct InstrumentSettled {
    #[n(0)]
    pub writer: Writer,
    /// The sequence of the receipt.
    #[n(1)]
    pub receipt: u64,
    #[n(2)]
    pub state: InstrumentState,
    /// The bank's reason where it was dishonoured, its reference where it was realised.
    #[n(3)]
    pub said: String,
    /// By the bank's date, days since 1970-01-01.
    #[n(4)]
    pub on: i64,
    /// Who saw the bank's memo with whoever wrote this, where it was dishonoured.
    #[n(5)]
    pub second: Option<StaffId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum InstrumentState {
    #[n(0)]
    Realised,
    /// The receipt does not stand any more; what it paid is owed again.
    #[n(1)]
    Dishonoured,
}

/// Why an instrument cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InstrumentFault {
    #[error("the number of a cheque or draft has digits only, {NUMBER_CHARACTERS_MAX} at most")]
    Number,
    #[error("a cheque or draft without its bank, or with a bank's name that is too long")]
    Bank,
    #[error("a cheque or draft that is dated after the day of the receipt")]
    Postdated,
    #[error("a cheque or draft that is too old")]
    Stale,
}

impl InstrumentKind {
    pub const ALL: [Self; 2] = [Self::Cheque, Self::DemandDraft];

    /// As packs and interfaces write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cheque => "cheque",
            Self::DemandDraft => "demand_draft",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Instrument {
    /// What every instrument must be on the day of its receipt. How old it may be is a figure of
    /// the pack: see [`Instrument::check_age`].
    pub fn check(&self, today: i64) -> Result<(), InstrumentFault> {
        let digits = !self.number.is_empty()
            && self.number.len() <= NUMBER_CHARACTERS_MAX
            && self.number.bytes().all(|sign| sign.is_ascii_digit());
        if !digits {
            return Err(InstrumentFault::Number);
        }
        let bank = self.bank.trim();
        if bank.is_empty() || bank.chars().count() > TYPED_CHARACTERS_MAX {
            return Err(InstrumentFault::Bank);
        }
        match self.dated > today {
            true => Err(InstrumentFault::Postdated),
            false => Ok(()),
        }
    }

    /// A bank pays an instrument for so many days from its date only.
    pub fn check_age(&self, today: i64, valid_days: u16) -> Result<(), InstrumentFault> {
        match today.saturating_sub(self.dated) > i64::from(valid_days) {
            true => Err(InstrumentFault::Stale),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheque() -> Instrument {
        let (number, bank) = ("004217".to_owned(), "State Bank of India, Kollam".to_owned());
        Instrument { kind: InstrumentKind::Cheque, number, bank, dated: 20_000 }
    }

    #[test]
    fn an_instrument_names_its_number_its_bank_and_a_day_that_has_come() {
        assert_eq!(cheque().check(20_000), Ok(()));
        let numbered = |number: &str| Instrument { number: number.to_owned(), ..cheque() };
        for number in ["", "12a", "1234567890123", "൧൨൩"] {
            assert_eq!(numbered(number).check(20_000), Err(InstrumentFault::Number), "{number}");
        }
        let of_bank = |bank: &str| Instrument { bank: bank.to_owned(), ..cheque() };
        assert_eq!(of_bank("  ").check(20_000), Err(InstrumentFault::Bank));
        assert_eq!(of_bank(&"x".repeat(81)).check(20_000), Err(InstrumentFault::Bank));
        assert_eq!(cheque().check(19_999), Err(InstrumentFault::Postdated));
    }

    #[test]
    fn an_old_instrument_is_not_taken() {
        assert_eq!(cheque().check_age(20_090, 90), Ok(()));
        assert_eq!(cheque().check_age(20_091, 90), Err(InstrumentFault::Stale));
        assert_eq!(cheque().check_age(i64::MAX, 90), Err(InstrumentFault::Stale));
    }

    #[test]
    fn each_kind_has_its_code() {
        for kind in InstrumentKind::ALL {
            assert_eq!(InstrumentKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(InstrumentKind::from_code("gold"), None);
    }
}
