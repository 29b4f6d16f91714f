//! The settlement of a channel that takes money for the body: the payment page of a city, an app, a
//! bank. As CSV (RFC 4180) with a header, or as JSON.
//!
//! Columns, in any order and with others between them: `reference` (the channel's own name of the
//! payment), `amount` (rupees, what the payer gave), `fee` (rupees, what the channel keeps), `time`
//! (2026-08-17 14:05, in India's time), `channel`, `account` (the reference of a bill, the code of
//! a house, or a building's number). Besides, where they are there: `net` (amount less fee) and
//! `service` (as the rule pack names it; property tax by itself). JSON has the same names:
//! `{"settlement": [{"reference": "…", "amount": "1184.00", …}]}`.

mod read;

use ledger::{Paise, StaffId};

pub use read::{SettlementError, read};

/// The largest file, in bytes: some tens of thousands of payments.
pub const FILE_BYTES_MAX: u64 = 8 * 1_024 * 1_024;

/// One payment of a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementRow {
    /// Its line in the file; its place in JSON, from 1.
    pub line: usize,
    pub channel: String,
    pub reference: String,
    pub account: String,
    /// None where the file names none.
    pub service: Option<String>,
    pub amount: Paise,
    pub fee: Paise,
    /// What the channel says that it passes on; none where it says nothing.
    pub net: Option<Paise>,
    /// Milliseconds since 1970.
    pub paid_ms: i64,
}

/// A settlement, every row of it readable.
pub struct ToTakeUp {
    pub rows: Vec<SettlementRow>,
    pub by: StaffId,
    pub now_ms: i64,
}

/// What a settlement came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenUp {
    /// Payments that are in the office book since, their sum, and what the channel keeps of it.
    pub booked: usize,
    pub amount: Paise,
    pub fees: Paise,
    /// What of it nobody owed, and is held for its buildings.
    pub held: Paise,
    /// Rows that did their work before.
    pub known: usize,
    /// What a person must look at, in the order of the lines.
    pub open: Vec<(SettlementRow, Open)>,
}

/// Why a row is in no book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The account is of no building of the register.
    NoAccount,
    /// More than one building has this number.
    SeveralBuildings,
    /// Amount, fee and net do not fit together.
    WrongSum,
    /// The same payment came before over another sum.
    Differs(Paise),
    /// The rule pack has no such service that is owed for a building.
    NoService,
    /// What was owed cannot be computed.
    NotComputed(String),
}

impl Open {
    /// As the database has it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAccount => "no_account",
            Self::SeveralBuildings => "several_buildings",
            Self::WrongSum => "wrong_sum",
            Self::Differs(_) => "differs",
            Self::NoService => "no_service",
            Self::NotComputed(_) => "not_computed",
        }
    }

    /// For the office's page, from the code.
    pub fn says(code: &str) -> &'static str {
        match code {
            "no_account" => "the account is of no building of the register",
            "several_buildings" => "several buildings have this number: name the house's code",
            "wrong_sum" => "amount, fee and net do not fit together",
            "differs" => "the same payment came before over another sum",
            "no_service" => "nothing of this service is owed for a building",
            _ => "what was owed cannot be computed",
        }
    }
}
