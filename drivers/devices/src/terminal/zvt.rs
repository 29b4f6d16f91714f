//! ZVT, the wired protocol whose specification is open. The till commands, the terminal answers
//! with 80 00, then talks by itself until a completion or an abort ends the dialogue; each of its
//! messages is acknowledged. References: the ECR interface's chapters on registration (06 00),
//! authorisation (06 01), reversal (06 30), repeat receipt (06 20), end of day (06 50), status
//! enquiry (05 01) and the messages 04 0F, 04 FF, 06 0F, 06 1E and 06 D1.

pub mod apdu;
pub mod codes;
pub mod commands;
mod dialogue;
pub mod fields;
pub mod framing;
mod link;
pub mod messages;

use std::time::Duration;

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port;
use crate::terminal::{
    AbortHandle, Approval, Lookup, SaleIntent, SaleOutcome, SaleProgress, Settlement, Terminal,
};
use apdu::Apdu;
use dialogue::{Dialogue, Ending, Failure, Record};
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
}

impl ZvtTerminal {
    pub fn new(address: PortAddress, settings: ZvtSettings) -> ZvtTerminal {
        ZvtTerminal::opened_by(Box::new(port::open), address, settings)
    }

    /// The same over ports of the caller's own making.
    pub fn opened_by(open: Opener, address: PortAddress, settings: ZvtSettings) -> ZvtTerminal {
        ZvtTerminal { address, settings, abort: AbortHandle::default(), open }
    }

    /// Connects and registers, which changes nothing about money.
    fn registered(&self) -> Result<Dialogue, Fault> {
        let link = Link::over((self.open)(&self.address)?, &self.address);
        let mut dialogue = Dialogue::over(link, &self.settings);
        let command = commands::registration(self.settings.password, self.settings.currency);
        dialogue.run(&command, None, &mut |_| {}).map_err(Failure::fault)?.completed()?;
        Ok(dialogue)
    }

    fn money(
        &self,
        command: &Apdu,
        amount_paise: Option<u64>,
        progress: &mut dyn FnMut(SaleProgress),
    ) -> SaleOutcome {
        let mut dialogue = match self.registered() {
            Ok(dialogue) => dialogue,
            Err(fault) => return SaleOutcome::NotStarted(fault),
        };
        match dialogue.run(command, Some(&self.abort), progress) {
            Err(Failure::Before(fault)) => SaleOutcome::NotStarted(fault),
            Err(Failure::After(fault)) => SaleOutcome::Unknown(fault),
            Ok(ended) => outcome(ended.ending, ended.record, amount_paise),
        }
    }

    fn last_record(&self) -> Result<Found, Fault> {
        let mut dialogue = self.registered()?;
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
        if intent.amount_paise == 0 || intent.amount_paise > AMOUNT_PAISE_MAX {
            let problem = format!("{} paise cannot be paid by card", intent.amount_paise);
            return SaleOutcome::NotStarted(Fault::Protocol(problem));
        }
        if !commands::is_reference(&intent.reference) {
            let problem = format!("\"{}\" is no reference for a terminal", intent.reference);
            return SaleOutcome::NotStarted(Fault::Protocol(problem));
        }
        // An abort that came too late for the last sale is not meant for this one.
        self.abort.take();
        let command =
            commands::authorisation(intent.amount_paise, self.settings.currency, &intent.reference);
        self.money(&command, Some(intent.amount_paise), progress)
    }

    fn lookup(&mut self, intent: &SaleIntent) -> Lookup {
        match self.last_record() {
            Ok(Found::Running) => Lookup::StillRunning,
            Ok(Found::Nothing) => Lookup::NeverSeen,
            Ok(Found::Record(record)) => judge(intent, record),
            Err(fault) => Lookup::CannotTell(fault),
        }
    }

    fn reverse(&mut self, receipt_number: u16) -> SaleOutcome {
        if receipt_number == 0 || receipt_number > RECEIPT_NUMBER_MAX {
            let problem = format!("{receipt_number} is no receipt number of a terminal");
            return SaleOutcome::NotStarted(Fault::Protocol(problem));
        }
        let command = commands::reversal(self.settings.password, receipt_number);
        self.money(&command, None, &mut |_| {})
    }

    fn last(&mut self) -> Result<Option<Approval>, Fault> {
        match self.last_record()? {
            Found::Record(record) if record.approved() => Ok(record.approval()),
            Found::Record(_) | Found::Nothing => Ok(None),
            Found::Running => Err(Fault::Busy),
        }
    }

    fn end_of_day(&mut self) -> Result<Settlement, Fault> {
        let mut dialogue = self.registered()?;
        let command = commands::end_of_day(self.settings.password);
        let ended = dialogue.run(&command, None, &mut |_| {}).map_err(Failure::fault)?;
        match (ended.ending, ended.record) {
            (Ending::Completed, Some(record)) => Ok(record.settlement()),
            (Ending::Completed, None) => {
                Err(Fault::Protocol("the day was closed without its totals".to_owned()))
            }
            (Ending::Aborted(code), _) => Err(Fault::Protocol(codes::text(code).to_owned())),
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        self.abort.clone()
    }
}

fn outcome(ending: Ending, record: Option<Record>, asked_paise: Option<u64>) -> SaleOutcome {
    let unknown = |problem: &str| SaleOutcome::Unknown(Fault::Protocol(problem.to_owned()));
    match ending {
        Ending::Aborted(code) => {
            // An approval followed by an abort contradicts itself.
            if record.is_some_and(|record| record.approved()) {
                return unknown("the payment was approved and then aborted");
            }
            SaleOutcome::Declined { code, text: codes::text(code).to_owned() }
        }
        Ending::Completed => match record {
            None => unknown("the payment was completed without its figures"),
            Some(record) if !record.approved() => {
                let code = record.result_code();
                SaleOutcome::Declined { code, text: codes::text(code).to_owned() }
            }
            Some(record) => match record.approval() {
                None => unknown("the payment was completed without its receipt number"),
                Some(approval)
                    if asked_paise.is_some_and(|asked| asked != approval.amount_paise) =>
                {
                    unknown("the terminal approved another amount than was asked for")
                }
                Some(approval) => SaleOutcome::Approved(approval),
            },
        },
    }
}

/// Whether the terminal's last record is the sale that is looked for. The device is the only till
/// of its terminal and looks up every lost sale before the next, so a last record that is surely
/// another's proves that ours never came.
fn judge(intent: &SaleIntent, record: Record) -> Lookup {
    let approved = record.approved();
    let Some(approval) = record.approval() else {
        return Lookup::CannotTell(Fault::Protocol("the last receipt has no number".to_owned()));
    };
    let ours = match (&approval.reference, intent.receipt_before) {
        (Some(reference), _) => *reference == intent.reference,
        (None, Some(before)) if approval.receipt_number == before => false,
        (None, Some(_)) if approval.amount_paise == intent.amount_paise => true,
        (None, _) => {
            let problem = "the last receipt does not say whose it is";
            return Lookup::CannotTell(Fault::Protocol(problem.to_owned()));
        }
    };
    match (ours, approved) {
        (false, _) => Lookup::NeverSeen,
        (true, false) => Lookup::Declined,
        (true, true) if approval.amount_paise == intent.amount_paise => Lookup::Approved(approval),
        (true, true) => {
            let problem = "the last receipt has our reference and another amount";
            Lookup::CannotTell(Fault::Protocol(problem.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests;
