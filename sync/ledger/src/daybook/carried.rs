//! Money of closed days that no officer has received yet, and how it gets out of the bag.

use minicbor::{Decode, Encode};

use super::DayBook;
use super::breach::Breach;
use super::tills::added;
use crate::chain::{Hash, sha256};
use crate::entry::{DayClose, Entry, StaffId};
use crate::money::Paise;
use crate::receipt::TYPED_CHARACTERS_MAX;
use crate::remittance::{HandIn, Receiving, ReceivingOf};

/// How many closes are remembered as received here, so that none is received twice: a month of a
/// large office. The centre knows all of them.
const RECEIVED_MAX: usize = 1_000;

/// A day's close whose money is still with the one who took it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Carried {
    #[n(0)]
    pub staff: StaffId,
    /// Days since 1970-01-01.
    #[n(1)]
    pub day: i64,
    /// Cash as it was counted, the change money included.
    #[n(2)]
    pub counted: Paise,
    #[n(3)]
    pub float: Paise,
    #[n(4)]
    pub instruments: u32,
    /// SHA-256 of the close's canonical bytes.
    #[n(5)]
    pub hash: Hash,
}

impl DayBook {
    /// Closes whose money nobody has received yet, by their sequence, oldest first.
    pub fn carried(&self) -> impl Iterator<Item = (u64, &Carried)> {
        self.carried.iter().map(|(seq, carried)| (*seq, carried))
    }

    /// Whether an officer received the money of a close at this device, as far as is remembered.
    pub fn has_received(&self, of: ReceivingOf) -> bool {
        self.received.values().any(|received| *received == of)
    }

    pub(super) fn carry(&mut self, staff: StaffId, close: &DayClose, seq: u64, canonical: &[u8]) {
        if close.is_empty() {
            return;
        }
        let carried = Carried {
            staff,
            day: close.day,
            counted: close.counted,
            float: close.float,
            instruments: close.instruments,
            hash: sha256(canonical),
        };
        self.carried.insert(seq, carried);
    }

    /// An officer's word: another person than the one who hands in, on any close of the body. Of a
    /// close of this very device the book knows more, and all of it must agree.
    pub(super) fn check_receiving(&self, word: &Receiving, entry: &Entry) -> Result<(), Breach> {
        let officer = entry.staff.ok_or(Breach::CashWithoutCashier)?;
        if officer == word.collector {
            return Err(Breach::SecondPerson);
        }
        let reason = word.reason.trim();
        if reason.chars().count() > TYPED_CHARACTERS_MAX {
            return Err(Breach::TooLong);
        }
        let unexplained = word.counted != word.claimed && reason.is_empty();
        if word.counted < Paise::ZERO || unexplained || !word.missing_is_sound() {
            return Err(Breach::Count);
        }
        if self.has_received(word.of) {
            return Err(Breach::ReceivedBefore(word.of.close));
        }
        if word.of.writer != self.writer {
            return Ok(());
        }
        let carried = self.carried.get(&word.of.close);
        let carried = carried.ok_or(Breach::NoSuchClose(word.of.close))?;
        let missing = u32::try_from(word.missing().len()).expect("checked to be few");
        let same = carried.hash == word.close_hash
            && (carried.staff, carried.day) == (word.collector, word.day)
            && (carried.counted, Some(carried.instruments))
                == (word.claimed, word.instruments.checked_add(missing));
        match same {
            true => Ok(()),
            false => Err(Breach::NoSuchClose(word.of.close)),
        }
    }

    pub(super) fn take_receiving(&mut self, word: &Receiving, seq: u64) {
        self.received.insert(seq, word.of);
        if self.received.len() > RECEIVED_MAX {
            self.received.pop_first();
        }
        if word.of.writer == self.writer {
            self.carried.remove(&word.of.close);
        }
    }

    /// Where the officer's own device is this one, its entry is word enough.
    pub(super) fn check_hand_in(&self, hand_in: &HandIn) -> Result<(), Breach> {
        let carried = self.carried.get(&hand_in.close);
        let carried = carried.ok_or(Breach::NoSuchClose(hand_in.close))?;
        if hand_in.by == self.writer || hand_in.officer == carried.staff {
            return Err(Breach::SecondPerson);
        }
        match hand_in.counted < Paise::ZERO {
            true => Err(Breach::Count),
            false => Ok(()),
        }
    }

    pub(super) fn take_hand_in(&mut self, hand_in: &HandIn) {
        self.carried.remove(&hand_in.close);
    }

    /// Payers' cash that is counted and not yet received: the change money is the office's own.
    pub(super) fn carried_cash(&self) -> Paise {
        self.carried.values().fold(Paise::ZERO, |sum, carried| {
            let cash = carried.counted.checked_sub(carried.float).unwrap_or_default();
            added(sum, cash.at_least_zero())
        })
    }
}
