//! Where cash, cheques and drafts were at each day's end, from sums by the days on which something
//! happened to them.

use ledger::Paise;
use serde::Serialize;

use super::total;

/// Cash of one day. Opening, taken and the counts' difference, less what was deposited, is what is
/// left unremitted; that is read from receipts and closes, what was deposited from the deposits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CashDay {
    /// Days since 1970-01-01.
    pub day: i64,
    #[serde(rename = "opening_paise")]
    pub opening: Paise,
    #[serde(rename = "taken_paise")]
    pub taken: Paise,
    /// What officers counted beyond what the receipts say; below zero where it was less.
    #[serde(rename = "difference_paise")]
    pub difference: Paise,
    #[serde(rename = "deposited_paise")]
    pub deposited: Paise,
    /// Unremitted at the day's end: in the devices' tills and bags, or received by an officer.
    #[serde(rename = "closing_paise")]
    pub closing: Paise,
    #[serde(rename = "with_devices_paise")]
    pub with_devices: Paise,
    #[serde(rename = "received_paise")]
    pub received: Paise,
    /// Deposited and not on the bank's statement at the day's end.
    #[serde(rename = "at_bank_paise")]
    pub at_bank: Paise,
    /// What the bank's statement of this day has.
    #[serde(rename = "realised_paise")]
    pub realised: Paise,
}

/// Cheques and drafts of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InstrumentDay {
    pub day: i64,
    #[serde(rename = "opening_paise")]
    pub opening: Paise,
    #[serde(rename = "taken_paise")]
    pub taken: Paise,
    #[serde(rename = "honoured_paise")]
    pub honoured: Paise,
    #[serde(rename = "dishonoured_paise")]
    pub dishonoured: Paise,
    /// Those of which the bank has said nothing at the day's end.
    #[serde(rename = "closing_paise")]
    pub closing: Paise,
    #[serde(rename = "with_devices_paise")]
    pub with_devices: Paise,
    #[serde(rename = "received_paise")]
    pub received: Paise,
}

/// Receipts in cash that stand, or what was received of closes, by what became of them and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    /// On which receipts were given; that of their receiving for closes.
    pub day: i64,
    pub received: Option<i64>,
    pub deposited: Option<i64>,
    pub amount: Paise,
}

/// Deposits of one day and of one day of the bank's statement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deposited {
    pub day: i64,
    pub realised: Option<i64>,
    pub amount: Paise,
}

/// Cheques and drafts by what became of them and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Instruments {
    pub day: i64,
    pub received: Option<i64>,
    pub settled: Option<i64>,
    pub dishonoured: bool,
    pub amount: Paise,
}

impl CashDay {
    /// What should be left of it.
    pub fn expected(&self) -> Paise {
        total([self.opening, self.taken, self.difference, negative(self.deposited)])
    }
}

impl InstrumentDay {
    pub fn expected(&self) -> Paise {
        let gone = [negative(self.honoured), negative(self.dishonoured)];
        total([self.opening, self.taken].into_iter().chain(gone))
    }
}

impl Sum {
    /// Nobody deposits what nobody received: where the days say otherwise, the earlier one counts.
    fn received_on(&self) -> Option<i64> {
        earlier(self.received, self.deposited)
    }

    /// Nobody receives what nobody took: a receipt of a wrong clock may be dated later.
    fn taken_on(&self) -> i64 {
        self.received_on().map_or(self.day, |received| received.min(self.day))
    }
}

impl Instruments {
    fn received_on(&self) -> Option<i64> {
        earlier(self.received, self.settled)
    }

    fn taken_on(&self) -> i64 {
        self.received_on().map_or(self.day, |received| received.min(self.day))
    }
}

/// The days of a statement: receipts, what was received of closes, and deposits, each up to `to`.
pub fn cash_days(
    (from, to): (i64, i64),
    receipts: &[Sum],
    closes: &[Sum],
    deposits: &[Deposited],
) -> Vec<CashDay> {
    let closing = |day| {
        let with_devices = sum(receipts, |it| it.taken_on() <= day && after(it.received_on(), day));
        let received = sum(closes, |it| {
            it.received_on().is_some_and(|on| on <= day) && after(it.deposited, day)
        });
        (with_devices, received)
    };
    let paid_in = |fits: &dyn Fn(&Deposited) -> bool| {
        total(deposits.iter().filter(|it| fits(it)).map(|it| it.amount))
    };
    let mut days = Vec::new();
    let before = closing(from - 1);
    let mut opening = total([before.0, before.1]);
    for day in from..=to {
        let (with_devices, received) = closing(day);
        let counted = sum(closes, |it| it.received_on() == Some(day));
        let said = sum(receipts, |it| it.received_on() == Some(day));
        let row = CashDay {
            day,
            opening,
            taken: sum(receipts, |it| it.taken_on() == day),
            difference: total([counted, negative(said)]),
            deposited: paid_in(&|it| it.day == day),
            closing: total([with_devices, received]),
            with_devices,
            received,
            at_bank: paid_in(&|it| it.day <= day && after(it.realised, day)),
            realised: paid_in(&|it| it.realised == Some(day)),
        };
        opening = row.closing;
        days.push(row);
    }
    days
}

pub fn instrument_days((from, to): (i64, i64), all: &[Instruments]) -> Vec<InstrumentDay> {
    let of = |fits: &dyn Fn(&Instruments) -> bool| {
        total(all.iter().filter(|it| fits(it)).map(|it| it.amount))
    };
    let left = |day| of(&|it| it.taken_on() <= day && after(it.settled, day));
    let mut opening = left(from - 1);
    let mut days = Vec::new();
    for day in from..=to {
        let received =
            of(&|it| it.received_on().is_some_and(|on| on <= day) && after(it.settled, day));
        let closing = left(day);
        let settled = |word| of(&|it| it.settled == Some(day) && it.dishonoured == word);
        let with_devices = total([closing, negative(received)]);
        let taken = of(&|it| it.taken_on() == day);
        let (honoured, dishonoured) = (settled(false), settled(true));
        let row = InstrumentDay {
            day,
            opening,
            taken,
            honoured,
            dishonoured,
            closing,
            with_devices,
            received,
        };
        opening = row.closing;
        days.push(row);
    }
    days
}

fn sum(all: &[Sum], fits: impl Fn(&Sum) -> bool) -> Paise {
    total(all.iter().filter(|it| fits(it)).map(|it| it.amount))
}

/// Whether something had not happened at a day's end.
fn after(on: Option<i64>, day: i64) -> bool {
    on.is_none_or(|on| on > day)
}

fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn negative(sum: Paise) -> Paise {
    Paise::ZERO.checked_sub(sum).unwrap_or(Paise::ZERO)
}
