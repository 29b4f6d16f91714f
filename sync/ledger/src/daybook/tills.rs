//! The cash of each member of staff since their last day's end, and the receipts that can still be
//! cancelled.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use super::breach::Breach;
use super::shared::Shared;
use super::{DayBook, VOID_REASON_CHARACTERS_MAX};
use crate::entry::{DayClose, Entry, HeadSum, Notes, StaffId, Void};
use crate::group::GroupPlace;
use crate::money::Paise;
use crate::receipt::{Receipt, TYPED_CHARACTERS_MAX, Tender};

/// How many receipts of one day are remembered for cancelling: a busy counter writes 400.
const STANDING_MAX: usize = 2_000;

/// What one member of staff took since their last day's end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Till {
    /// Cash taken and not yet counted.
    #[n(0)]
    pub cash: Paise,
    /// Receipts, the cancelled ones among them.
    #[n(1)]
    pub receipts: u32,
    #[n(2)]
    pub voided: u32,
    /// What stands of them by head of account, whatever they were paid by.
    #[n(3)]
    pub heads: BTreeMap<String, Paise>,
    /// The last day that was closed, days since 1970-01-01.
    #[n(4)]
    pub closed_day: Option<i64>,
    /// The change money that the day began with; it is not payers' money.
    #[n(5)]
    pub float: Paise,
    /// Cheques and drafts.
    #[n(6)]
    pub instruments: u32,
    #[n(7)]
    pub instruments_sum: Paise,
}

/// A receipt of today that stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct Standing {
    #[n(0)]
    day: i64,
    #[n(1)]
    staff: Option<StaffId>,
    #[n(2)]
    building: Option<u32>,
    #[n(3)]
    book: String,
    #[n(4)]
    cash: Option<Paise>,
    #[n(5)]
    heads: Vec<HeadSum>,
    #[n(6)]
    instrument: Option<Paise>,
}

impl Standing {
    pub(super) fn day(&self) -> i64 {
        self.day
    }
}

impl Till {
    /// The statement of receipts, in the order of the codes.
    pub fn statement(&self) -> Vec<HeadSum> {
        let sums = self.heads.iter().filter(|(_, amount)| !amount.is_zero());
        sums.map(|(head, amount)| HeadSum { head: head.clone(), amount: *amount }).collect()
    }

    /// The cash that must be in the bag: payers' and the change money.
    pub fn expected(&self) -> Paise {
        added(self.cash, self.float)
    }

    fn add(&mut self, sums: &[HeadSum]) {
        for sum in sums {
            let held = self.heads.entry(sum.head.clone()).or_default();
            *held = added(*held, sum.amount);
        }
    }
}

impl DayBook {
    /// What this member of staff has taken since their last day's end.
    pub fn till(&self, staff: StaffId) -> Till {
        self.tills.get(&staff).cloned().unwrap_or_default()
    }

    /// Everybody with a till here.
    pub fn tills(&self) -> impl Iterator<Item = (StaffId, &Till)> {
        self.tills.iter().map(|(staff, till)| (*staff, till))
    }

    /// Payers' cash that is on the way: in all tills of the device, and counted but not handed in.
    pub fn cash(&self) -> Paise {
        self.tills.values().fold(self.carried_cash(), |sum, till| added(sum, till.cash))
    }

    /// The receipts of a day that stand and that somebody may cancel on it, newest last.
    pub fn voidable(&self, staff: StaffId, day: i64) -> impl Iterator<Item = u64> {
        let of_day = self.standing.iter().filter(move |(_, standing)| standing.day == day);
        let may = move |seq: &u64| self.check_standing(*seq, Some(staff)).is_ok();
        of_day.map(|(seq, _)| *seq).filter(may)
    }

    /// Whether a receipt is of today, stands, and was not counted yet.
    pub fn is_standing(&self, receipt: u64) -> bool {
        self.standing.contains_key(&receipt)
    }

    pub(super) fn check_till_open(&self, entry: &Entry) -> Result<StaffId, Breach> {
        let staff = entry.staff.ok_or(Breach::CashWithoutCashier)?;
        match self.is_closed(staff, entry.at.day(), entry.unsure_since_ms.is_some()) {
            true => Err(Breach::DayClosed(entry.at.day())),
            false => Ok(staff),
        }
    }

    /// Whether somebody has closed a day already. A clock that cannot be believed does not know
    /// which day it is, and shuts nobody out.
    pub fn is_closed(&self, staff: StaffId, day: i64, unsure: bool) -> bool {
        let closed = self.tills.get(&staff).and_then(|till| till.closed_day);
        !unsure && closed.is_some_and(|closed| day <= closed)
    }

    /// Change money comes before the first receipt, and once.
    pub(super) fn check_float(&self, amount: Paise, entry: &Entry) -> Result<(), Breach> {
        let staff = self.check_till_open(entry)?;
        let till = self.till(staff);
        if !amount.is_positive() {
            return Err(Breach::Sum(amount));
        }
        match till.float.is_zero() && till.receipts == 0 {
            true => Ok(()),
            false => Err(Breach::Float),
        }
    }

    pub(super) fn take_float(&mut self, staff: StaffId, amount: Paise) {
        self.tills.entry(staff).or_default().float = amount;
    }

    pub(super) fn check_close(&self, close: &DayClose, entry: &Entry) -> Result<(), Breach> {
        let staff = entry.staff.ok_or(Breach::CashWithoutCashier)?;
        let till = self.till(staff);
        if self.is_closed(staff, close.day, entry.unsure_since_ms.is_some()) {
            return Err(Breach::DayClosed(close.day));
        }
        let notes = close.notes.iter().map(|notes| notes.value.times(i64::from(notes.count)));
        let notes: Vec<Paise> = notes.collect::<Result<_, _>>().map_err(|_| Breach::Count)?;
        let counted = Paise::sum(notes).and_then(|notes| notes.checked_add(close.coins));
        let negative = close.coins < Paise::ZERO || close.notes.iter().any(worthless);
        if counted != Ok(close.counted) || negative {
            return Err(Breach::Count);
        }
        let as_written = close.receipts == till.receipts
            && close.voided == till.voided
            && close.float == till.float
            && close.instruments == till.instruments
            && close.instruments_sum == till.instruments_sum;
        let expected = till.expected();
        if close.expected != expected || !as_written || close.heads != till.statement() {
            return Err(Breach::Expected { expected, found: close.expected });
        }
        let text_fits = close.reason.chars().count() <= TYPED_CHARACTERS_MAX;
        if !text_fits || (close.counted != close.expected && close.reason.trim().is_empty()) {
            return Err(Breach::Count);
        }
        Ok(())
    }

    pub(super) fn check_void(&self, void: &Void, entry: &Entry) -> Result<(), Breach> {
        let staff = entry.staff.ok_or(Breach::CashWithoutCashier)?;
        if void.second == staff {
            return Err(Breach::SecondPerson);
        }
        let reason = void.reason.trim();
        if reason.is_empty() || reason.chars().count() > VOID_REASON_CHARACTERS_MAX {
            return Err(Breach::Reason);
        }
        self.check_standing(void.receipt, entry.staff)?;
        let today = self.standing.get(&void.receipt).map(|standing| standing.day);
        match today == Some(entry.at.day()) {
            true => Ok(()),
            false => Err(Breach::CannotVoid(void.receipt)),
        }
    }

    /// What the same person still has in hand uncounted, and no later receipt of the demand.
    fn check_standing(&self, seq: u64, staff: Option<StaffId>) -> Result<(), Breach> {
        let refused = Breach::CannotVoid(seq);
        let standing = self.standing.get(&seq).ok_or(refused.clone())?;
        let later = standing.building.is_some_and(|building| {
            let mut after = self.standing.range(seq + 1..);
            after.any(|(_, other)| other.building == Some(building))
        });
        let in_hand = standing.cash.is_some() || standing.instrument.is_some();
        match in_hand && standing.staff == staff && !later {
            true => Ok(()),
            false => Err(refused),
        }
    }

    /// A receipt goes into the till of whoever is signed in; an unattended kiosk has none.
    pub(super) fn take_into_till(&mut self, receipt: &Receipt, entry: &Entry) {
        let cash = matches!(receipt.tender, Tender::Cash(_)).then_some(receipt.total);
        let instrument = matches!(receipt.tender, Tender::Instrument(_)).then_some(receipt.total);
        let heads = sums_by_head(receipt);
        if let Some(staff) = entry.staff {
            let till = self.tills.entry(staff).or_default();
            till.receipts += 1;
            till.cash = added(till.cash, cash.unwrap_or_default());
            // One cheque for several demands is one piece of paper.
            let counts = receipt.group.is_none_or(GroupPlace::is_first);
            till.instruments += u32::from(instrument.is_some() && counts);
            till.instruments_sum = added(till.instruments_sum, instrument.unwrap_or_default());
            till.add(&heads);
        }
        let day = entry.at.day();
        self.standing.retain(|_, standing| standing.day == day);
        if self.standing.len() >= STANDING_MAX {
            self.standing.pop_first();
        }
        let building = receipt.payer.building();
        let (staff, book) = (entry.staff, receipt.book.clone());
        // A cheque that others stand by as well cannot be given back for one of them.
        let instrument = instrument.filter(|_| receipt.group.is_none());
        let standing = Standing { day, staff, building, book, cash, heads, instrument };
        self.standing.insert(entry.seq, Shared::new(standing));
    }

    /// Takes a cancelled receipt out of its till; gives the code of its book.
    pub(super) fn take_out_of_till(&mut self, receipt: u64) -> Option<String> {
        let standing = self.standing.remove(&receipt)?;
        if let Some(till) = standing.staff.and_then(|staff| self.tills.get_mut(&staff)) {
            till.voided += 1;
            till.cash = subtracted(till.cash, standing.cash.unwrap_or_default());
            let instruments = u32::from(standing.instrument.is_some());
            till.instruments = till.instruments.saturating_sub(instruments);
            let instrument = standing.instrument.unwrap_or_default();
            till.instruments_sum = subtracted(till.instruments_sum, instrument);
            let back: Vec<HeadSum> = standing.heads.iter().map(negative).collect();
            till.add(&back);
        }
        Some(standing.book.clone())
    }

    /// The next till is empty. A day that was closed by a clock that cannot be believed is nobody's
    /// day, and the one before stays the last.
    pub(super) fn close_till(&mut self, staff: StaffId, day: i64, unsure: bool) {
        let before = self.till(staff).closed_day;
        let closed_day = if unsure { before } else { Some(day) };
        self.tills.insert(staff, Till { closed_day, ..Till::default() });
        self.standing.retain(|_, standing| standing.staff != Some(staff));
    }

    /// A close that was kept apart: what was taken since stays in the till.
    pub(super) fn close_till_late(&mut self, staff: StaffId, close: &DayClose, unsure: bool) {
        let mut till = self.till(staff);
        till.cash = subtracted(till.cash, subtracted(close.expected, close.float));
        till.float = subtracted(till.float, close.float);
        till.receipts = till.receipts.saturating_sub(close.receipts);
        till.voided = till.voided.saturating_sub(close.voided);
        till.instruments = till.instruments.saturating_sub(close.instruments);
        till.instruments_sum = subtracted(till.instruments_sum, close.instruments_sum);
        till.add(&close.heads.iter().map(negative).collect::<Vec<_>>());
        till.heads.retain(|_, sum| !sum.is_zero());
        if !unsure {
            till.closed_day = till.closed_day.max(Some(close.day));
        }
        self.tills.insert(staff, till);
        self.standing
            .retain(|_, standing| standing.staff != Some(staff) || standing.day > close.day);
    }
}

fn sums_by_head(receipt: &Receipt) -> Vec<HeadSum> {
    let mut sums: BTreeMap<&str, Paise> = BTreeMap::new();
    for line in &receipt.lines {
        let sum = sums.entry(&line.head).or_default();
        *sum = added(*sum, line.amount);
    }
    let sums = sums.into_iter();
    sums.map(|(head, amount)| HeadSum { head: head.to_owned(), amount }).collect()
}

fn worthless(notes: &Notes) -> bool {
    !notes.value.is_positive()
}

fn negative(sum: &HeadSum) -> HeadSum {
    HeadSum { head: sum.head.clone(), amount: subtracted(Paise::ZERO, sum.amount) }
}

/// Bounded: a receipt is at most PAISE_MAX, and a day's end comes long before a million of them.
pub(super) fn added(sum: Paise, more: Paise) -> Paise {
    sum.checked_add(more).unwrap_or(sum)
}

fn subtracted(sum: Paise, less: Paise) -> Paise {
    sum.checked_sub(less).unwrap_or(sum)
}
