//! What a terminal's records say of one payment: whether it is ours, and what became of it.

use crate::fault::Fault;
use crate::terminal::zvt::codes;
use crate::terminal::zvt::dialogue::{Ending, Record};
use crate::terminal::{Lookup, Reversal, SaleIntent, SaleOutcome};

/// What the end of a sale's dialogue says.
pub fn outcome(ending: Ending, record: Option<Record>, asked_paise: u64) -> SaleOutcome {
    let unknown = |problem: &str| SaleOutcome::Unknown(Fault::Protocol(problem.to_owned()));
    match ending {
        Ending::Aborted(code) => {
            // An approval followed by an abort contradicts itself.
            if record.is_some_and(|record| record.approved()) {
                return unknown("the payment was approved and then aborted");
            }
            declined(code)
        }
        Ending::Completed => match record {
            None => unknown("the payment was completed without its figures"),
            Some(record) if !record.approved() => declined(record.result_code()),
            Some(record) => match record.approval() {
                None => unknown("the payment was completed without its receipt number"),
                Some(approval) if approval.amount_paise != asked_paise => {
                    unknown("the terminal approved another amount than was asked for")
                }
                Some(approval) => SaleOutcome::Approved(approval),
            },
        },
    }
}

fn declined(code: u8) -> SaleOutcome {
    SaleOutcome::Declined { code: code.into(), text: codes::text(code).to_owned() }
}

/// What the end of a reversal's dialogue says.
pub fn taken_back(ending: Ending, record: Option<Record>) -> Reversal {
    let code = match (ending, record) {
        // Asked for a second time, or by hand at the terminal itself.
        (Ending::Aborted(codes::REVERSED_ALREADY), _) => return Reversal::Done,
        (Ending::Aborted(code), _) => code,
        (Ending::Completed, Some(record)) if !record.approved() => record.result_code(),
        (Ending::Completed, Some(_)) => return Reversal::Done,
        (Ending::Completed, None) => {
            let problem = "the reversal was completed without its figures";
            return Reversal::Unknown(Fault::Protocol(problem.to_owned()));
        }
    };
    Reversal::Refused { code: code.into(), text: codes::text(code).to_owned() }
}

/// A sale that the terminal's last record says has come to its end before, by its reference.
pub fn decided_before(intent: &SaleIntent, record: &Record) -> Option<SaleOutcome> {
    let approval = record.approval()?;
    if approval.reference.as_ref() != Some(&intent.reference) {
        return None;
    }
    Some(match (record.approved(), approval.amount_paise == intent.amount_paise) {
        (false, _) => declined(record.result_code()),
        (true, true) => SaleOutcome::Approved(approval),
        (true, false) => {
            let problem = "this reference was paid before, and another amount";
            SaleOutcome::Unknown(Fault::Protocol(problem.to_owned()))
        }
    })
}

/// Whether the terminal's last record is the sale that is looked for. The device is the only till
/// of its terminal and looks up every lost sale before the next, so a last record that is surely
/// another's proves that ours never came. `before` is the last receipt just before the sale, where
/// that is known.
pub fn found(intent: &SaleIntent, record: Record, before: Option<Option<u16>>) -> Lookup {
    let cannot_tell = |problem: &str| Lookup::CannotTell(Fault::Protocol(problem.to_owned()));
    let approved = record.approved();
    let number = record.receipt_number();
    let Some(approval) = record.approval() else {
        return cannot_tell("the last receipt has no number");
    };
    let ours = match (&approval.reference, before) {
        (Some(reference), _) => *reference == intent.reference,
        (None, Some(before)) if number == before => false,
        (None, Some(_)) if approval.amount_paise == intent.amount_paise => true,
        (None, _) => return cannot_tell("the last receipt does not say whose it is"),
    };
    match (ours, approved) {
        (false, _) => Lookup::NeverSeen,
        (true, false) => Lookup::Declined,
        (true, true) if approval.amount_paise == intent.amount_paise => Lookup::Approved(approval),
        (true, true) => cannot_tell("the last receipt has our reference and another amount"),
    }
}
