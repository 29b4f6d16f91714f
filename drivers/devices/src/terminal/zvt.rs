//! ZVT, the wired protocol whose specification is open. The till commands, the terminal answers
//! with 80 00, then talks by itself until a completion or an abort ends the dialogue; each of its
//! messages is acknowledged. References: the ECR interface's chapters on registration (06 00),
//! authorisation (06 01), turnover totals (06 10), repeat receipt (06 20), reversal (06 30), refund
//! (06 31), end of day (06 50), status enquiry (05 01) and the messages 04 0F, 04 FF, 06 0F, 06 1E
//! and 06 D1.

pub mod apdu;
pub mod codes;
pub mod commands;
mod dialogue;
pub mod fields;
pub mod framing;
mod judge;
mod link;
pub mod messages;

use std::time::Duration;

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port;
use crate::terminal::{
    AbortHandle, Approval, Lookup, Refunds, Reversal, SaleIntent, SaleOutcome, SaleProgress,
    Settlement, Settles, Terminal, Voids,
};
use apdu::Apdu;
use dialogue::{Dialogue, Ending, Failure, Record};
use judge::{decided_before, found, outcome};
use link::Link;

/// Twelve decimal digits are all that the amount has room for.
pub const AMOUNT_PAISE_MAX: u64 = 999_999_999_999;
/// Receipt numbers have four decimal digits.
pub const RECEIPT_NUMBER_MAX: u16 = 9_999;

/// What differs between two terminals of the same protocol.
#[derive(Debug, Clone)]
pub struct ZvtSettings {
    /// Six digits; the maker's own is 000000.
    pub password: u32,
    /// Numeric code; 356 is the rupee.
    pub currency: u16,
    /// A terminal acknowledges a command within seconds, even a busy one.
    pub answer_limit: Duration,
    /// The longest silence while a card, a PIN or the bank is waited for.
    pub silence_limit: Duration,
}

impl Default for ZvtSettings {
    fn default() -> ZvtSettings {
        ZvtSettings {
            password: 0,
            currency: 356,
            answer_limit: Duration::from_secs(5),
            silence_limit: Duration::from_secs(120),
        }
    }
}

pub use crate::port::Opener;

pub struct ZvtTerminal {
    address: PortAddress,
    settings: ZvtSettings,
    abort: AbortHandle,
    open: Opener,
    before: Option<Before>,
}

/// What the terminal's last receipt was just before the latest sale. With it a lookup can tell that
/// sale from an earlier one even where references are not handed back.
struct Before {
    /// Of the sale.
    reference: String,
    receipt: Option<u16>,
}

impl ZvtTerminal {
    pub fn new(address: PortAddress, settings: ZvtSettings) -> ZvtTerminal {
        ZvtTerminal::opened_by(Box::new(port::open), address, settings)
    }

    /// The same over ports of the caller's own making.
    pub fn opened_by(open: Opener, address: PortAddress, settings: ZvtSettings) -> ZvtTerminal {
        ZvtTerminal { address, settings, abort: AbortHandle::default(), open, before: None }
    }

    /// Connects and registers, which changes nothing about money.
    fn registered(&self) -> Result<Dialogue, Fault> {
        let link = Link::over((self.open)(&self.address)?, &self.address);
        let mut dialogue = Dialogue::over(link, &self.settings);
        let command = commands::registration(self.settings.password, self.settings.currency);
        dialogue.run(&command, None, &mut |_| {}).map_err(Failure::fault)?.completed()?;
        Ok(dialogue)
    }

    fn last_record(&self, dialogue: &mut Dialogue) -> Result<Found, Fault> {
        let command = commands::repeat_receipt(self.settings.password);
        let ended = match dialogue.run(&command, None, &mut |_| {}) {
            Ok(ended) => ended,
            Err(Failure::Before(Fault::Busy)) => return Ok(Found::Running),
            Err(failure) => return Err(failure.fault()),
        };
        match (ended.ending, ended.record) {
            (Ending::Completed, Some(record)) => Ok(Found::Record(record)),
            (Ending::Completed, None) => {
                Err(Fault::Protocol("the receipt came without its figures".to_owned()))
            }
            (Ending::Aborted(codes::PLEASE_WAIT), _) => Ok(Found::Running),
            // What a terminal with an empty memory answers.
            (Ending::Aborted(codes::FUNCTION_NOT_POSSIBLE), _) => Ok(Found::Nothing),
            (Ending::Aborted(code), _) => Err(Fault::Protocol(codes::text(code).to_owned())),
        }
    }

    /// A sale or a refund: asked for once, and only where the terminal does not know of it yet.
    fn charge(
        &mut self,
        command: &Apdu,
        intent: &SaleIntent,
        progress: &mut dyn FnMut(SaleProgress),
    ) -> SaleOutcome {
        // An abort that came too late for the last sale is not meant for this one.
        self.abort.take();
        let begun = self.registered().and_then(|mut dialogue| {
            let last = self.last_record(&mut dialogue)?;
            Ok((dialogue, last))
        });
        let (mut dialogue, last) = match begun {
            Ok(begun) => begun,
            Err(fault) => return SaleOutcome::NotStarted(fault),
        };
        let receipt = match last {
            Found::Running => return SaleOutcome::NotStarted(Fault::Busy),
            Found::Nothing => None,
            Found::Record(record) => match decided_before(intent, &record) {
                Some(outcome) => return outcome,
                None => record.receipt_number(),
            },
        };
        self.before = Some(Before { reference: intent.reference.clone(), receipt });
        match dialogue.run(command, Some(&self.abort), progress) {
            Err(Failure::Before(fault)) => SaleOutcome::NotStarted(fault),
            Err(Failure::After(fault)) => SaleOutcome::Unknown(fault),
            Ok(ended) => outcome(ended.ending, ended.record, intent.amount_paise),
        }
    }

    fn day(&mut self, command: &Apdu) -> Result<Settlement, Fault> {
        let mut dialogue = self.registered()?;
        let ended = dialogue.run(command, None, &mut |_| {}).map_err(Failure::fault)?;
        match (ended.ending, ended.record) {
            (Ending::Completed, Some(record)) => Ok(record.settlement()),
            (Ending::Completed, None) => {
                Err(Fault::Protocol("the day's totals did not come".to_owned()))
            }
            (Ending::Aborted(code), _) => Err(Fault::Protocol(codes::text(code).to_owned())),
        }
    }
}

/// What a terminal says of its last payment.
enum Found {
    Record(Record),
    Running,
    Nothing,
}

impl Terminal for ZvtTerminal {
    fn ready(&mut self) -> Result<(), Fault> {
        let mut dialogue = self.registered()?;
        let command = commands::status_enquiry(self.settings.password);
        dialogue.run(&command, None, &mut |_| {}).map_err(Failure::fault)?.completed()
    }

    fn sale(&mut self, intent: &SaleIntent, progress: &mut dyn FnMut(SaleProgress)) -> SaleOutcome {
        if let Err(fault) = sendable(intent) {
            return SaleOutcome::NotStarted(fault);
        }
        let SaleIntent { amount_paise, reference } = intent;
        let command = commands::authorisation(*amount_paise, self.settings.currency, reference);
        self.charge(&command, intent, progress)
    }

    fn lookup(&mut self, intent: &SaleIntent) -> Lookup {
        let last = self.registered().and_then(|mut dialogue| self.last_record(&mut dialogue));
        let before = self.before.as_ref().filter(|before| before.reference == intent.reference);
        match last {
            Ok(Found::Running) => Lookup::StillRunning,
            // It had a receipt before the sale: what it forgot may have been the sale's, too.
            Ok(Found::Nothing) if before.is_some_and(|before| before.receipt.is_some()) => {
                Lookup::CannotTell(Fault::Protocol("its memory is empty now".to_owned()))
            }
            Ok(Found::Nothing) => Lookup::NeverSeen,
            Ok(Found::Record(record)) => found(intent, record, before.map(|before| before.receipt)),
            Err(fault) => Lookup::CannotTell(fault),
        }
    }

    fn last(&mut self) -> Result<Option<Approval>, Fault> {
        let mut dialogue = self.registered()?;
        match self.last_record(&mut dialogue)? {
            Found::Record(record) if record.approved() => Ok(record.approval()),
            Found::Record(_) | Found::Nothing => Ok(None),
            Found::Running => Err(Fault::Busy),
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        self.abort.clone()
    }

    fn voids(&mut self) -> Option<&mut dyn Voids> {
        Some(self)
    }

    fn refunds(&mut self) -> Option<&mut dyn Refunds> {
        Some(self)
    }

    fn settles(&mut self) -> Option<&mut dyn Settles> {
        Some(self)
    }
}

impl Voids for ZvtTerminal {
    fn void(&mut self, payment: &Approval) -> Reversal {
        let number = payment.receipt_number.parse::<u16>().unwrap_or_default();
        if number == 0 || number > RECEIPT_NUMBER_MAX {
            let problem =
                format!("{:?} is no receipt number of a terminal", payment.receipt_number);
            return Reversal::NotStarted(Fault::Protocol(problem));
        }
        let mut dialogue = match self.registered() {
            Ok(dialogue) => dialogue,
            Err(fault) => return Reversal::NotStarted(fault),
        };
        let command = commands::reversal(self.settings.password, number);
        match dialogue.run(&command, None, &mut |_| {}) {
            Err(Failure::Before(fault)) => Reversal::NotStarted(fault),
            Err(Failure::After(fault)) => Reversal::Unknown(fault),
            Ok(ended) => judge::taken_back(ended.ending, ended.record),
        }
    }

    fn reverse(&mut self, intent: &SaleIntent) -> Reversal {
        match self.lookup(intent) {
            Lookup::NeverSeen | Lookup::Declined => Reversal::Done,
            Lookup::StillRunning => Reversal::NotStarted(Fault::Busy),
            Lookup::CannotTell(fault) => Reversal::NotStarted(fault),
            Lookup::Approved(approval) => self.void(&approval),
        }
    }
}

impl Refunds for ZvtTerminal {
    fn refund(
        &mut self,
        intent: &SaleIntent,
        progress: &mut dyn FnMut(SaleProgress),
    ) -> SaleOutcome {
        if let Err(fault) = sendable(intent) {
            return SaleOutcome::NotStarted(fault);
        }
        let command = commands::refund(
            self.settings.password,
            intent.amount_paise,
            self.settings.currency,
            &intent.reference,
        );
        self.charge(&command, intent, progress)
    }
}

impl Settles for ZvtTerminal {
    fn totals(&mut self) -> Result<Settlement, Fault> {
        self.day(&commands::turnover_totals(self.settings.password))
    }

    fn settle(&mut self) -> Result<Settlement, Fault> {
        self.day(&commands::end_of_day(self.settings.password))
    }
}

/// Whether a terminal can be given this, and hand it back unharmed.
fn sendable(intent: &SaleIntent) -> Result<(), Fault> {
    let SaleIntent { amount_paise, reference } = intent;
    if *amount_paise == 0 || *amount_paise > AMOUNT_PAISE_MAX {
        return Err(Fault::Protocol(format!("{amount_paise} paise cannot be paid by card")));
    }
    if !commands::is_reference(reference) {
        return Err(Fault::Protocol(format!("\"{reference}\" is no reference for a terminal")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
