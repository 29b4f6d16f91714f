//! What all devices share: chance, the network, the bank, the account, and the count of what
//! happened.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Display};

use super::account::Account;
use super::bag::Move;
use super::bank::Bank;
use super::history::{Paid, Written};
use super::network::{Network, Weather};
use super::odds::Chance;
use super::sabotage::Sabotage;

/// The last steps that are shown where one fails.
const TRACE_MAX: usize = 40;

pub struct Street {
    pub chance: Chance,
    pub step: u64,
    trace: VecDeque<(u64, usize, &'static str)>,
    pub network: Network,
    pub weather: Weather,
    pub bank: Bank,
    pub account: Account,
    pub counts: Counts,
    pub sabotage: Sabotage,
}

/// What happened in a season.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub seasons: u64,
    pub steps: u64,
    pub receipts: u64,
    pub cash: u64,
    pub card: u64,
    pub upi: u64,
    pub cheques: u64,
    pub cancelled: u64,
    /// Receipts by the second of those who share a device.
    pub by_colleagues: u64,
    /// Cheques and drafts that the bank honoured, and did not.
    pub realised: u64,
    pub dishonoured: u64,
    pub entries: u64,
    /// What people said of houses, and how often two said different things apart from each other.
    pub details: u64,
    pub undecided: u64,
    pub closes: u64,
    /// Closes whose cash an officer received.
    pub handed_in: u64,
    pub boots: u64,
    pub cuts: u64,
    /// Whole slips whose entry went with the power, before it was synced.
    pub prints_forgotten: u64,
    pub full: u64,
    pub clocks: u64,
    pub requests: u64,
    pub delivered: u64,
    /// Parcels that came to the office, and replies that a device took.
    pub carried: u64,
    pub replies_taken: u64,
    pub centre_restarts: u64,
    pub restored: u64,
    pub clones: u64,
    pub forks: u64,
    pub held: u64,
    pub histories: u64,
    pub misdated: u64,
    pub stranded: u64,
    pub disagreements: u64,
    pub reused: u64,
    pub lost_with_a_disk: u64,
    pub proved_by_slip: u64,
    pub late_words: u64,
    pub back_dated: u64,
    pub unsettled_sales: u64,
    pub double_payments: u64,
    pub people: u64,
    /// Why people went away without what they came for.
    pub refused: BTreeMap<String, u64>,
}

impl Street {
    pub fn new(seed: u64, sabotage: Sabotage) -> Self {
        Self {
            chance: Chance(seed),
            step: 0,
            trace: VecDeque::new(),
            network: Network::default(),
            weather: Weather::ROUGH,
            bank: Bank::default(),
            account: Account::default(),
            counts: Counts { seasons: 1, ..Counts::default() },
            sabotage,
        }
    }

    pub fn note(&mut self, device: usize, what: &'static str) {
        if self.trace.len() == TRACE_MAX {
            self.trace.pop_front();
        }
        self.trace.push_back((self.step, device, what));
    }

    /// The last steps, one a line.
    pub fn trace(&self) -> String {
        let lines = self.trace.iter();
        lines
            .map(|(step, device, what)| format!("  step {step}, device {device}: {what}\n"))
            .collect()
    }
}

impl Counts {
    pub fn took(&mut self, receipt: &Written) {
        self.receipts += 1;
        match receipt.paid {
            Paid::Cash => self.cash += 1,
            Paid::Instrument(_) => self.cheques += 1,
            Paid::Card { .. } => self.card += 1,
            Paid::Upi { .. } => self.upi += 1,
        }
    }

    /// Cash moved otherwise than by a payer.
    pub fn moved(&mut self, what: Move) {
        match what {
            Move::Taken(..) | Move::GivenBack(..) => {}
            Move::Counted(_) => self.closes += 1,
            Move::Received(_) => self.handed_in += 1,
        }
    }

    fn each(&mut self) -> [(&'static str, &mut u64); 42] {
        [
            ("seasons", &mut self.seasons),
            ("steps", &mut self.steps),
            ("people", &mut self.people),
            ("receipts", &mut self.receipts),
            ("cash", &mut self.cash),
            ("card", &mut self.card),
            ("UPI", &mut self.upi),
            ("cheques and drafts", &mut self.cheques),
            ("of them realised", &mut self.realised),
            ("dishonoured", &mut self.dishonoured),
            ("receipts cancelled", &mut self.cancelled),
            ("receipts by a colleague", &mut self.by_colleagues),
            ("entries", &mut self.entries),
            ("words on houses", &mut self.details),
            ("fields of which people said different things", &mut self.undecided),
            ("day closes", &mut self.closes),
            ("closes received", &mut self.handed_in),
            ("boots", &mut self.boots),
            ("power cuts", &mut self.cuts),
            ("prints forgotten by them", &mut self.prints_forgotten),
            ("writes on a full disk", &mut self.full),
            ("clock jumps", &mut self.clocks),
            ("requests", &mut self.requests),
            ("requests that arrived", &mut self.delivered),
            ("parcels carried to it", &mut self.carried),
            ("of their replies taken", &mut self.replies_taken),
            ("restarts of the centre", &mut self.centre_restarts),
            ("disks put back", &mut self.restored),
            ("clones", &mut self.clones),
            ("forks found", &mut self.forks),
            ("entries held apart", &mut self.held),
            ("histories of forks that are whole at the centre", &mut self.histories),
            ("entries dated outside what is possible", &mut self.misdated),
            ("receipts that only a frozen device has", &mut self.stranded),
            ("answers of another history", &mut self.disagreements),
            ("numbers used again by them", &mut self.reused),
            ("receipts lost with a disk", &mut self.lost_with_a_disk),
            ("of them proved by their slip", &mut self.proved_by_slip),
            ("words of the bank after the end", &mut self.late_words),
            ("entries found back-dated", &mut self.back_dated),
            ("sales that nobody can tell of", &mut self.unsettled_sales),
            ("demands paid twice", &mut self.double_payments),
        ]
    }

    pub fn add(&mut self, mut other: Self) {
        for ((_, sum), (_, more)) in self.each().into_iter().zip(other.each()) {
            *sum += *more;
        }
        for (why, more) in other.refused {
            *self.refused.entry(why).or_default() += more;
        }
    }
}

impl Display for Counts {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = self.clone();
        let parts: Vec<String> =
            counts.each().into_iter().map(|(what, count)| format!("{what} {count}")).collect();
        write!(to, "{}; refused {:?}", parts.join(", "), self.refused)
    }
}
