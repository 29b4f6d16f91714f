//! Where the money is between whoever took it and the bank, as the office's page shows it, and by
//! when the rules want it in the bank.

use chrono::NaiveDate;
use ledger::{Paise, date_of, each_by};
use serde::Serialize;

use crate::time::day_of;

/// All that the page says of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Way {
    /// Overdue sums first, then those that are due first.
    pub on_the_way: Vec<Carried>,
    pub overdue: Overdue,
    pub instruments: Vec<KeptInstrument>,
    pub deposits: Vec<KeptDeposit>,
    pub remittance_cases: Vec<Case>,
    pub restored: Vec<RestoredRow>,
}

/// Payers' cash that the bank's statement does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    pub device: String,
    /// Its close there, where the day was closed.
    pub close: Option<u64>,
    /// Who has it: whoever took it, then the officer who received it or paid it in.
    pub staff: u32,
    pub person: String,
    /// The day on which the first of it was taken, days since 1970-01-01.
    pub day: i64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    /// Cheques and drafts that go with it.
    pub instruments: u32,
    #[serde(rename = "instruments_paise")]
    pub instruments_sum: Paise,
    /// All that was taken in it and is still in the same hand: the rules go by it.
    #[serde(skip)]
    pub taken: Paise,
    pub state: CarriedState,
    /// The last day on which the bank may get it, where the pack has a rule.
    pub by: Option<i64>,
    pub overdue: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CarriedState {
    /// In the bag of whoever takes it.
    Open,
    /// Counted, and not received.
    Closed,
    /// With an officer.
    Received,
    /// Paid in, and not on the bank's statement yet.
    Deposited,
}

/// What should be in the bank and is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overdue {
    pub count: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
}

#[derive(Clone, Debug, Serialize)]
pub struct KeptInstrument {
    /// "cheque", "demand_draft".
    pub kind: String,
    pub number: String,
    pub bank: String,
    /// Days since 1970-01-01.
    pub dated: i64,
    pub receipt: String,
    pub device: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    /// in_hand, received, realised, dishonoured; cancelled, restored as its receipt.
    pub state: String,
    /// By the bank's date, and its words, once it has spoken.
    pub settled_day: Option<i64>,
    pub said: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct KeptDeposit {
    pub challan: String,
    /// Days since 1970-01-01.
    pub on: i64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub officer: u32,
    /// How many closes it is of.
    pub closes: u64,
    pub realised_on: Option<i64>,
    pub bank_reference: Option<String>,
    /// Days from the first rupee taken to the bank's date.
    pub lag_days: Option<i64>,
}

/// What does not fit together and needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// receiving_waits, receiving_differs, receiving_twice, receiving_short, hand_in_waits,
    /// hand_in_differs, statement_differs, statement_twice, statement_unmatched, nothing_counted.
    pub kind: &'static str,
    /// "collector-1:42", "challan 7731".
    pub of: String,
    pub says: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub at_ms: i64,
}

/// A receipt that was restored from its payer's slip.
#[derive(Clone, Debug, Serialize)]
pub struct RestoredRow {
    pub number: String,
    pub device: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub at_ms: i64,
    pub reason: String,
    pub by: Option<u32>,
    pub device_says: DeviceSays,
}

/// What the device of a restored receipt has sent in its place since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceSays {
    Nothing,
    /// The very receipt: the restored one gave way to it.
    TheSame,
    /// Another entry: the restored one stays, and the device tells two histories.
    SomethingElse,
    /// The very receipt, which broke a rule: the restored one stays.
    Quarantined,
}

/// Holds every sum against the clock. The rule is on the whole of what somebody has in hand, be it
/// theirs or received from others: small sums of several days go together once they are no small
/// sum, and what waits with an officer is in no bank yet. `by` says when so much of a day must be
/// there.
pub fn judged(
    mut carried: Vec<Carried>,
    by: impl Fn(NaiveDate, Paise) -> Option<NaiveDate>,
    today: i64,
) -> Vec<Carried> {
    carried.sort_by_key(|carried| (carried.staff, carried.in_bank(), carried.day));
    for held in carried.chunk_by_mut(|one, next| one.holder() == next.holder()) {
        let sums: Vec<(NaiveDate, Paise)> =
            held.iter().map(|carried| (date_of(carried.day), carried.taken)).collect();
        for (carried, by) in held.iter_mut().zip(each_by(&sums, &by)) {
            carried.by = by.map(day_of);
            carried.overdue = !carried.in_bank() && carried.by.is_some_and(|by| today > by);
        }
    }
    carried
}

impl Carried {
    fn in_bank(&self) -> bool {
        self.state == CarriedState::Deposited
    }

    /// Whose it is until the bank has it.
    fn holder(&self) -> (u32, bool) {
        (self.staff, self.in_bank())
    }
}

impl Overdue {
    pub fn of(carried: &[Carried]) -> Self {
        let overdue = carried.iter().filter(|carried| carried.overdue);
        overdue.fold(Self::default(), |sum, carried| Self {
            count: sum.count + 1,
            // Beyond every figure of a local body only where the books are so already.
            amount: sum.amount.checked_add(carried.amount).unwrap_or(sum.amount),
        })
    }
}

/// Overdue sums first, then those that are due first.
pub fn in_order(carried: &mut [Carried]) {
    carried.sort_by_key(|carried| {
        (!carried.overdue, carried.by.unwrap_or(i64::MAX), carried.day, carried.device.clone())
    });
}

#[cfg(test)]
mod tests;
