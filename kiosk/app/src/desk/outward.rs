//! What the desk says, as lines of JSON: every screen, entry, slip and refusal.

use flow::{PaperCause, PaperEnding, Refusal, RefusalCode, Screen, Ticket};
use ledger::{Entry, Fact, Language, Paise};
use schemars::JsonSchema;
use serde::Serialize;

use super::Lending;

/// One line of the desk's output.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// What stands on the glass now.
    Screen(Box<Screen>),
    /// An entry that is on disk.
    Entry(EntryLine),
    /// What became of a print.
    Slip(SlipLine),
    /// What the rules said no to.
    Refusal(RefusalLine),
    /// A line on stdin that is no touch.
    Fault(String),
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EntryLine {
    /// It is of a lesson, and in no books.
    pub practice: bool,
    pub seq: u64,
    pub kind: String,
    /// The printed number of a receipt, or of an application's acknowledgement.
    pub number: Option<String>,
    /// The check code that stands on its slip.
    pub check_code: Option<String>,
    pub amount: Option<Paise>,
    /// The reference of an intent, as terminal or bank know it.
    pub reference: Option<String>,
    /// Where the wall clock could not be believed: until when it could, milliseconds since 1970.
    pub unsure_since_ms: Option<i64>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SlipLine {
    /// The entry whose slip it is.
    pub of: u64,
    pub attempt: u32,
    /// whole, not_started, uncertain.
    pub outcome: String,
    pub cause: Option<PaperCause>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RefusalLine {
    pub code: RefusalCode,
    /// One sentence in the language on the glass.
    pub sentence: String,
}

impl Line {
    pub fn slip(ticket: Ticket, ending: PaperEnding) -> Self {
        let (outcome, cause) = match ending {
            PaperEnding::Whole => ("whole", None),
            PaperEnding::NotStarted(cause) => ("not_started", Some(cause)),
            PaperEnding::Uncertain(cause) => ("uncertain", Some(cause)),
        };
        let (of, attempt) = (ticket.of, ticket.attempt);
        Self::Slip(SlipLine { of, attempt, outcome: outcome.to_owned(), cause })
    }
}

impl RefusalLine {
    pub fn of(refusal: &Refusal, language: Language) -> Self {
        Self { code: refusal.code, sentence: crate::says::sentence(refusal, language) }
    }
}

impl EntryLine {
    pub(super) fn of(entry: &Entry, lending: &Lending) -> Self {
        let mut line = Self {
            practice: lending.store.day_book().writer() == node::PRACTICE_WRITER,
            seq: entry.seq,
            kind: entry.fact.kind().to_owned(),
            number: None,
            check_code: None,
            amount: None,
            reference: None,
            unsure_since_ms: entry.unsure_since_ms,
        };
        match &entry.fact {
            Fact::Receipt(receipt) => {
                let lease = flow::lease_of(entry, lending).ok().flatten();
                line.number = lease.map(|lease| lease.number(receipt.number).to_string());
                line.check_code = Some(ledger::check_code(entry));
                line.amount = Some(receipt.total);
            }
            Fact::Applied(applied) => {
                let lease = flow::lease_of(entry, lending).ok().flatten();
                line.number = lease.map(|lease| lease.number(applied.number).to_string());
                line.check_code = Some(ledger::check_code(entry));
            }
            Fact::Intent(intent) => {
                line.amount = Some(intent.amount);
                line.reference = Some(intent.reference.clone());
            }
            Fact::DayClosed(close) => line.amount = Some(close.counted),
            _ => {}
        }
        line
    }
}
