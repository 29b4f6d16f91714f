//! Card terminals. A sale is asked for once. When its answer is lost nobody knows what happened,
//! and the only way on is to look it up: a driver never asks a second time by itself.
//!
//! Of a card number only the last four digits exist here. What a terminal sends beyond them is
//! dropped where the message is taken apart.

pub mod zvt;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::Fault;

pub trait Terminal: Send {
    /// Whether it would take a payment now; asked before a journey offers the card.
    fn ready(&mut self) -> Result<(), Fault>;

    /// Asks for one payment. The caller has written the intent down before.
    fn sale(&mut self, intent: &SaleIntent, progress: &mut dyn FnMut(SaleProgress)) -> SaleOutcome;

    /// What became of a sale whose answer was lost. Has to be asked before any further sale.
    fn lookup(&mut self, intent: &SaleIntent) -> Lookup;

    /// Takes back an approved payment of this business day, by its receipt number.
    fn reverse(&mut self, receipt_number: u16) -> SaleOutcome;

    /// The last payment that the terminal knows of.
    fn last(&mut self) -> Result<Option<Approval>, Fault>;

    /// Closes the terminal's day and hands over its totals.
    fn end_of_day(&mut self) -> Result<Settlement, Fault>;

    /// Can be kept by another thread, to stop a sale that runs.
    fn abort_handle(&self) -> AbortHandle;
}

/// A payment about to be asked for, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleIntent {
    /// Ours, and different for every intent; terminals that can do so hand it back.
    pub reference: String,
    pub amount_paise: u64,
    /// The receipt number that `last` gave before this sale, if it was asked. With it a lookup
    /// can tell this sale from an earlier one even where references are not handed back.
    pub receipt_before: Option<u16>,
}

#[derive(Debug, Clone)]
pub enum SaleOutcome {
    Approved(Approval),
    /// Nothing was paid. The text is the terminal's own.
    Declined {
        code: u8,
        text: String,
    },
    /// The request never reached the terminal, or it refused to take it. Nothing was paid.
    NotStarted(Fault),
    /// The answer was lost. Money may have moved: look it up.
    Unknown(Fault),
}

#[derive(Debug, Clone)]
pub enum Lookup {
    Approved(Approval),
    Declined,
    /// The terminal has no trace of it, so it may be asked for again.
    NeverSeen,
    /// Still waiting for the card, or for the bank: ask again later.
    StillRunning,
    /// Nobody can say; the fault is why. Nothing may be repeated.
    CannotTell(Fault),
}

/// What a payment slip has to show of a card payment, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub amount_paise: u64,
    pub last_four: Option<LastFour>,
    pub authorisation_code: String,
    /// The terminal's own running number, by which the bank finds the payment again.
    pub trace_number: u32,
    pub terminal_id: String,
    pub receipt_number: u16,
    pub card_name: String,
    /// The intent's reference, where the terminal hands it back.
    pub reference: Option<String>,
}

/// The last four digits of a card number. There is no type for the whole one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LastFour([u8; 4]);

impl LastFour {
    /// Four decimal digits, or nothing.
    pub fn new(digits: [u8; 4]) -> Option<LastFour> {
        digits.iter().all(u8::is_ascii_digit).then_some(LastFour(digits))
    }
}

impl fmt::Display for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LastFour({self})")
    }
}

/// What a screen can say while a sale runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaleProgress {
    /// The terminal has the amount.
    Started,
    /// A numbered step of the terminal's; `step_text` has words for the common ones.
    Step(u8),
    /// A line for the paper, with any card number masked.
    PrintLine(String),
}

/// A day's totals as the terminal counts them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    pub total_paise: u64,
    pub count: u32,
    pub receipt_first: Option<u16>,
    pub receipt_last: Option<u16>,
}

/// Stops a running sale from another thread. It stays a request: the card may win the race, and
/// the outcome of the sale says which it was.
#[derive(Debug, Clone, Default)]
pub struct AbortHandle(Arc<AtomicBool>);

impl AbortHandle {
    pub fn abort(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}
