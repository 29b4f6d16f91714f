//! The statement of receipts (KPR (Accounts) Rules 2011, rules 5(3) and 24): what came in from one
//! day to another by head of account, and where the cash was at each day's end. The page, the file
//! for a spreadsheet and the signed file show the same one.

mod csv;
pub(crate) mod money;
mod signed;

use ledger::Paise;
use serde::Serialize;

pub use money::{CashDay, InstrumentDay};
pub use signed::signed;

/// The most days of one statement: a financial year and some more.
pub const DAYS_MAX: i64 = 400;

/// Receipts that do not stand and are listed one by one; more are counted.
pub const CANCELLED_MAX: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collection {
    /// The days, both included: days since 1970-01-01.
    pub from: i64,
    pub to: i64,
    /// Receipts that stand, and their sum.
    pub receipts: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub heads: Vec<HeadTotal>,
    pub modes: Vec<ModeTotal>,
    pub takers: Vec<Taker>,
    /// What came through channels of others, and what they keep of it: the body's cost, in no sum
    /// above.
    pub channels: Vec<ChannelTotal>,
    /// Receipts of these days that do not stand any more, the first of them.
    pub cancelled: Vec<NotStanding>,
    pub cancelled_receipts: u64,
    #[serde(rename = "cancelled_paise")]
    pub cancelled_amount: Paise,
    pub cash: Vec<CashDay>,
    pub instruments: Vec<InstrumentDay>,
    /// Sums that should agree and do not; empty in a sound statement.
    pub differences: Vec<String>,
    /// As far as which entry each chain is in it: what comes later is in no statement of before.
    pub rests_on: Vec<RestsOn>,
}

/// One head of account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeadTotal {
    pub head: String,
    /// The number of the account, and the head's name in English; empty where the rule pack in
    /// force has no such head.
    pub account: String,
    pub label: String,
    pub lines: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModeTotal {
    pub mode: String,
    pub receipts: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelTotal {
    pub channel: String,
    pub payments: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    #[serde(rename = "fees_paise")]
    pub fees: Paise,
}

/// What came in at one device by one person's hand; nobody's where a kiosk took it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taker {
    pub device: String,
    pub staff: Option<u32>,
    pub person: String,
    pub receipts: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    #[serde(rename = "cash_paise")]
    pub cash: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotStanding {
    pub number: String,
    pub day: i64,
    pub device: String,
    pub mode: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    /// cancelled, dishonoured, returned.
    pub state: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestsOn {
    /// "office" for the office book.
    pub chain: String,
    pub seq: u64,
    /// Of the entry, in hexadecimal figures.
    pub hash: String,
    pub last_contact_ms: Option<i64>,
}

impl Collection {
    /// The same with what does not agree in it.
    pub fn checked(self) -> Self {
        let differences = self.differing();
        Self { differences, ..self }
    }

    fn differing(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut agree = |what: &str, sum: Paise, other: &str, amount: Paise| {
            if sum != amount {
                let (sum, amount) = (sum.on_paper(), amount.on_paper());
                found.push(format!("{what} come to ₹{sum}, {other} to ₹{amount}"));
            }
        };
        let all = self.amount;
        agree("the heads of account", total(self.heads.iter().map(|it| it.amount)), "all", all);
        agree("the modes", total(self.modes.iter().map(|it| it.amount)), "all", all);
        agree("devices and persons", total(self.takers.iter().map(|it| it.amount)), "all", all);
        let elsewhere = self.of_modes(&["elsewhere"]);
        let channels = total(self.channels.iter().map(|it| it.amount));
        agree("the channels", channels, "all from elsewhere", elsewhere);
        let cash = self.of_modes(&["cash"]);
        agree("persons' cash", total(self.takers.iter().map(|it| it.cash)), "all cash", cash);
        let taken = total(self.cash.iter().map(|day| day.taken));
        agree("the days' cash", taken, "all cash", cash);
        for day in &self.cash {
            let what = format!("what there was and came on {}", ledger::day_text(day.day));
            agree(&what, day.expected(), "what was left", day.closing);
        }
        for day in &self.instruments {
            let what = format!("cheques there were and came on {}", ledger::day_text(day.day));
            agree(&what, day.expected(), "what was left", day.closing);
        }
        found
    }

    fn of_modes(&self, modes: &[&str]) -> Paise {
        let of = self.modes.iter().filter(|total| modes.contains(&total.mode.as_str()));
        total(of.map(|total| total.amount))
    }

    /// One row a thing, for a spreadsheet.
    pub fn csv(&self) -> String {
        csv::csv(self)
    }
}

/// A sum beyond what is possible is shown as the largest there is: it agrees with nothing.
pub fn total(sums: impl IntoIterator<Item = Paise>) -> Paise {
    Paise::sum(sums).unwrap_or(Paise::new(i64::MAX))
}

/// "Demand draft", as the office's pages have it.
pub fn mode_label(mode: &str) -> &'static str {
    match mode {
        "cash" => "Cash",
        "card" => "Card",
        "cheque" => "Cheque",
        "demand_draft" => "Demand draft",
        "elsewhere" => "Other channels",
        _ => "UPI",
    }
}

#[cfg(test)]
mod tests;
