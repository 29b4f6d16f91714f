//! What is behind the wire: the requests that were put up, the person or habit that decides them,
//! and the journal. One request is decided once.

use std::io;

use serde_json::{Value, json};

use super::Options;
use super::journal::{Entry, Fate, Journal};
use super::messages::{self, Credentials, Question, Wish};
use crate::events::Events;
use crate::now_ms;
use crate::terminal::Mode;

const UPLOADED: i64 = 1_001;
const LAST_FOUR: &str = "4321";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approve { then_drop: bool },
    Decline,
}

/// What goes wrong on command.
#[derive(Debug, Default)]
pub struct Faults {
    pub silent: bool,
    pub slow_ms: u64,
    pub noise_bytes: usize,
    pub twice: bool,
    pub whole_number: bool,
    pub drop_upload: bool,
    /// The next till that asks about anything is hung up on.
    pub drop_status: bool,
}

pub struct Service {
    pub mode: Mode,
    pub delay_ms: u64,
    pub faults: Faults,
    pub journal: Journal,
    /// Counts up at each reboot; a connection of an earlier life hangs up.
    pub life: u64,
    credentials: Credentials,
    events: Events,
}

impl Service {
    pub fn new(options: Options, journal: Journal, events: Events) -> Service {
        Service {
            mode: options.mode,
            delay_ms: options.delay_ms,
            faults: Faults::default(),
            journal,
            life: 0,
            credentials: Credentials {
                merchant: options.merchant,
                store: options.store,
                client: options.client,
                token: options.token,
            },
            events,
        }
    }

    /// The answer to a question; nothing where the till is hung up on instead.
    pub fn hear(&mut self, question: Question) -> Option<String> {
        if question.by != self.credentials {
            return Some(messages::plain(1, "INVALID SECURITY TOKEN", 0));
        }
        self.decide_by_habit();
        match question.wish {
            Wish::Malformed => Some(messages::plain(1, "INVALID INPUT", 0)),
            Wish::Upload { number, sequence, amount_paise, minutes, takes_back } => {
                let put_up = self.put_up(number, sequence, amount_paise, minutes, takes_back);
                let dropped = std::mem::take(&mut self.faults.drop_upload);
                let text = put_up.unwrap_or_else(|error| {
                    tracing::error!(%error, "the journal could not be written");
                    messages::plain(96, "SYSTEM MALFUNCTION", 0)
                });
                (!dropped).then_some(text)
            }
            Wish::Status { id } => {
                if std::mem::take(&mut self.faults.drop_status) {
                    return None;
                }
                Some(self.status(id))
            }
            Wish::Cancel { id } => Some(self.cancel(id)),
        }
    }

    /// A number that was put up before and can still be paid, or was, is the same request.
    fn put_up(
        &mut self,
        number: String,
        sequence: u64,
        amount_paise: u64,
        minutes: u64,
        takes_back: Option<u64>,
    ) -> io::Result<String> {
        let same = |entry: &&Entry| entry.number == number && entry.sequence == sequence;
        let before = self.journal.entries().iter().rev().find(same);
        if let Some(Entry { id, fate: Fate::Waiting | Fate::Approved, .. }) = before {
            return Ok(messages::plain(0, "APPROVED", *id));
        }
        if self.waiting().is_some() {
            return Ok(messages::plain(5, "TERMINAL BUSY", 0));
        }
        if let Some(id) = takes_back
            && !self.journal.by_id(id).is_some_and(|paid| {
                paid.fate == Fate::Approved && !paid.taken_back && paid.amount_paise == amount_paise
            })
        {
            return Ok(messages::plain(2, "ORIGINAL TRANSACTION CANNOT BE VOIDED", 0));
        }
        let (id, at_ms) = (self.journal.next_id(), now_ms());
        let slip = u32::try_from(self.journal.entries().len() + 1).unwrap_or(u32::MAX);
        let entry = Entry {
            id,
            number,
            sequence,
            amount_paise,
            takes_back,
            fate: Fate::Waiting,
            taken_back: false,
            slip,
            bank_reference: format!("{:012}", 4_269_135_000 + u64::from(slip)),
            approval: format!("S{slip:05}"),
            last_four: LAST_FOUR.to_owned(),
            at_ms,
            ends_ms: at_ms.saturating_add(minutes.saturating_mul(60_000)),
        };
        self.journal.append(entry.clone())?;
        self.events.record(json!({ "event": "uploaded", "entry": entry }));
        Ok(messages::plain(0, "APPROVED", id))
    }

    fn status(&self, id: u64) -> String {
        let Some(entry) = self.journal.by_id(id) else {
            return messages::plain(1, "INVALID PLUTUS TXN REF ID", 0);
        };
        match entry.fate {
            Fate::Waiting => messages::plain(UPLOADED, "TXN UPLOADED", id),
            Fate::Approved => messages::approved(entry, self.faults.whole_number),
            Fate::Declined => messages::plain(1, "TXN DECLINED", id),
            Fate::Cancelled => messages::plain(1, "TXN CANCELLED", id),
        }
    }

    fn cancel(&mut self, id: u64) -> String {
        match self.journal.by_id(id).map(|entry| entry.fate) {
            Some(Fate::Waiting) => match self.end(id, Fate::Cancelled) {
                Ok(()) => messages::plain(0, "APPROVED", id),
                Err(_) => messages::plain(96, "SYSTEM MALFUNCTION", id),
            },
            Some(Fate::Cancelled) => messages::plain(0, "APPROVED", id),
            Some(Fate::Approved | Fate::Declined) => {
                messages::plain(1, "TRANSACTION ALREADY PROCESSED", id)
            }
            None => messages::plain(1, "INVALID PLUTUS TXN REF ID", 0),
        }
    }

    fn waiting(&self) -> Option<&Entry> {
        self.journal.entries().iter().find(|entry| entry.fate == Fate::Waiting)
    }

    pub fn decide(&mut self, verdict: Verdict) -> Result<String, String> {
        self.decide_by_habit();
        let id = self.waiting().map(|entry| entry.id).ok_or("no request is waiting")?;
        self.settle(id, verdict)
            .map_err(|error| format!("the journal could not be written: {error}"))?;
        Ok(format!("request {id}"))
    }

    fn settle(&mut self, id: u64, verdict: Verdict) -> io::Result<()> {
        match verdict {
            Verdict::Decline => self.end(id, Fate::Declined),
            Verdict::Approve { then_drop } => {
                self.faults.drop_status |= then_drop;
                if let Some(paid) = self.journal.by_id(id).and_then(|entry| entry.takes_back) {
                    self.journal.amend_by_id(paid, |entry| entry.taken_back = true)?;
                }
                self.end(id, Fate::Approved)
            }
        }
    }

    fn end(&mut self, id: u64, fate: Fate) -> io::Result<()> {
        self.journal.amend_by_id(id, |entry| entry.fate = fate)?;
        self.events.record(json!({ "event": "decided", "entry": self.journal.by_id(id) }));
        Ok(())
    }

    pub fn decide_by_habit(&mut self) {
        let now = now_ms();
        let Some(waiting) = self.waiting() else { return };
        let (id, due) = (waiting.id, now >= waiting.at_ms.saturating_add(self.delay_ms));
        let over = now >= waiting.ends_ms;
        let ended = match self.mode {
            _ if over => self.end(id, Fate::Cancelled),
            Mode::Auto if due => self.settle(id, Verdict::Approve { then_drop: false }),
            Mode::Drop if due => self.settle(id, Verdict::Approve { then_drop: true }),
            Mode::Decline if due => self.settle(id, Verdict::Decline),
            Mode::Manual | Mode::Auto | Mode::Drop | Mode::Decline => return,
        };
        if let Err(error) = ended {
            tracing::error!(%error, "the journal could not be written");
        }
    }

    pub fn describe(&mut self) -> Value {
        self.decide_by_habit();
        let count = |fate| self.journal.entries().iter().filter(|entry| entry.fate == fate).count();
        json!({
            "waiting": self.waiting().map(|entry| entry.amount_paise),
            "mode": format!("{:?}", self.mode).to_lowercase(),
            "delay_ms": self.delay_ms,
            "silent": self.faults.silent,
            "approved": count(Fate::Approved),
            "declined": count(Fate::Declined),
            "cancelled": count(Fate::Cancelled),
            "taken_back": self.journal.entries().iter().filter(|entry| entry.taken_back).count(),
        })
    }
}
