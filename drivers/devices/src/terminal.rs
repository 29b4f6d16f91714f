//! Card terminals. A sale is asked for once. When its answer is lost nobody knows what happened,
//! and the only way on is to look it up: a driver never asks a second time by itself.
//!
//! Of a card number only the last four digits exist here. What a terminal sends beyond them is
//! dropped where the message is taken apart.

mod card_number;
pub mod pinelabs;
pub mod zvt;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::Fault;

pub use card_number::{LastFour, mask_card_numbers};

/// What every terminal can do. What only some can do is a trait of its own, which the others do not
/// hand out: nobody learns at the counter that a terminal has no such thing.
pub trait Terminal: Send {
    /// Whether it would take a payment now; asked before a journey offers the card.
    fn ready(&mut self) -> Result<(), Fault>;

    /// Asks for one payment. The caller has written the intent down before. A reference charges
    /// once: one that is known to have come to an end already is told again, not asked again.
    fn sale(&mut self, intent: &SaleIntent, progress: &mut dyn FnMut(SaleProgress)) -> SaleOutcome;

    /// What became of a sale whose answer was lost. Has to be asked before any further sale.
    fn lookup(&mut self, intent: &SaleIntent) -> Lookup;

    /// The last payment that the terminal knows of.
    fn last(&mut self) -> Result<Option<Approval>, Fault>;

    /// Can be kept by another thread, to stop a sale that runs.
    fn abort_handle(&self) -> AbortHandle;

    /// None where an approved payment cannot be taken back from here.
    fn voids(&mut self) -> Option<&mut dyn Voids>;

    /// None where no money can be given to a card from here.
    fn refunds(&mut self) -> Option<&mut dyn Refunds>;

    /// None where the terminal closes its days by itself, and tells nobody here.
    fn settles(&mut self) -> Option<&mut dyn Settles>;

    /// What it can do beside sales, for whoever lists what is attached.
    fn caps(&mut self) -> TerminalCaps {
        TerminalCaps {
            voids: self.voids().is_some(),
            refunds: self.refunds().is_some(),
            settles: self.settles().is_some(),
        }
    }
}

/// A terminal that can take back what it approved on its open day.
pub trait Voids {
    /// Takes one approved payment back as a whole. One that was taken back before is done.
    fn void(&mut self, payment: &Approval) -> Reversal;

    /// Takes a sale back, whatever became of it; where nothing was paid there is nothing to do.
    fn reverse(&mut self, intent: &SaleIntent) -> Reversal;
}

/// A terminal that can give money to a card which is put in for it.
pub trait Refunds {
    /// The reference is a new one, never that of the payment.
    fn refund(
        &mut self,
        intent: &SaleIntent,
        progress: &mut dyn FnMut(SaleProgress),
    ) -> SaleOutcome;
}

/// A terminal whose day is closed from here.
pub trait Settles {
    /// The totals of the open day; nothing is changed.
    fn totals(&mut self) -> Result<Settlement, Fault>;

    /// Closes the terminal's day and hands over its totals.
    fn settle(&mut self) -> Result<Settlement, Fault>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalCaps {
    pub voids: bool,
    pub refunds: bool,
    pub settles: bool,
}

/// A payment about to be asked for, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleIntent {
    /// Ours, and different for every intent; terminals that can do so hand it back.
    pub reference: String,
    pub amount_paise: u64,
}

#[derive(Debug, Clone)]
pub enum SaleOutcome {
    Approved(Approval),
    /// Nothing was paid. The text is the terminal's own.
    Declined {
        code: i64,
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

/// What came of taking a payment back.
#[derive(Debug, Clone)]
pub enum Reversal {
    /// The payer has the money back, or never lost it.
    Done,
    /// The money stays taken. The text is the terminal's own.
    Refused { code: i64, text: String },
    /// It was not asked for; the money stays as it was.
    NotStarted(Fault),
    /// The answer was lost: nobody knows whether the money is back. Asking again does no harm.
    Unknown(Fault),
}

/// What a payment slip has to show of a card payment, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub amount_paise: u64,
    pub last_four: Option<LastFour>,
    pub authorisation_code: String,
    /// By which the bank finds the payment again: the terminal's own running number, or the
    /// bank's retrieval reference (twelve digits).
    pub bank_reference: String,
    pub terminal_id: String,
    /// The number of the terminal's own receipt.
    pub receipt_number: String,
    pub card_name: String,
    /// The intent's reference, where the terminal hands it back.
    pub reference: Option<String>,
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
