//! What is behind the wire: the payment that waits, the person or habit that decides it, and the
//! journal. One payment is decided once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::events::Events;
use crate::now_ms;
use crate::terminal::Options;
use crate::terminal::journal::{Entry, Fate, Journal, Kind};

/// The code for "stopped by a key or because nobody acted".
pub const ABORTED: u8 = 0x6c;
/// The code for a payment that was taken back already, and for one that cannot be.
const REVERSED_ALREADY: u8 = 0xb4;
const NOT_REVERSIBLE: u8 = 0xb5;
/// A terminal gives up waiting for a card after this.
const CARD_LIMIT: Duration = Duration::from_secs(90);
/// The digits that the one synthetic card ends with.
const LAST_FOUR: &str = "4321";
const CARD_NAME: &str = "RuPay (simulated)";

/// What happens to payments by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Auto,
    Manual,
    Decline,
    Drop,
}

impl Mode {
    pub fn named(word: &str) -> Option<Mode> {
        match word {
            "auto" => Some(Mode::Auto),
            "manual" => Some(Mode::Manual),
            "decline" => Some(Mode::Decline),
            "drop" => Some(Mode::Drop),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approve { then_drop: bool },
    Decline(u8),
}

/// The payment that waits for a card. It lives on when the till hangs up.
struct Waiting {
    kind: Kind,
    amount_paise: u64,
    text: String,
    since: Instant,
}

/// How the payment that a till waited for has ended.
#[derive(Debug, Clone)]
pub struct Decided {
    pub entry: Entry,
    pub then_drop: bool,
}

pub struct Bank {
    pub mode: Mode,
    pub delay_ms: u64,
    pub silent: bool,
    pub noise_bytes: usize,
    pub journal: Journal,
    pub terminal_id: u32,
    pub keeps_text: bool,
    /// Counts up at each reboot; a connection of an earlier life hangs up.
    pub life: u64,
    waiting: Option<Waiting>,
    decided: Option<Decided>,
    events: Events,
}

impl Bank {
    pub fn new(options: Options, journal: Journal, events: Events) -> Bank {
        Bank {
            mode: options.mode,
            delay_ms: options.delay_ms,
            silent: false,
            noise_bytes: 0,
            journal,
            terminal_id: options.terminal_id,
            keeps_text: options.keeps_text,
            life: 0,
            waiting: None,
            decided: None,
            events,
        }
    }

    /// Takes a payment, unless one waits already.
    pub fn begin(&mut self, kind: Kind, amount_paise: u64, text: String) -> bool {
        if self.is_running() {
            return false;
        }
        let amount = format!("{}.{:02}", amount_paise / 100, amount_paise % 100);
        self.events.record(json!({
            "event": match kind { Kind::Sale => "authorisation", Kind::Refund => "refund" },
            "amount_paise": amount_paise, "amount": amount, "text": text,
        }));
        self.decided = None;
        self.waiting = Some(Waiting { kind, amount_paise, text, since: Instant::now() });
        true
    }

    pub fn is_running(&mut self) -> bool {
        self.decide_by_habit();
        self.waiting.is_some()
    }

    /// The decision that the till which asked has not been told yet.
    pub fn take_decided(&mut self) -> Option<Decided> {
        self.decide_by_habit();
        self.decided.take()
    }

    pub fn decide(&mut self, verdict: Verdict) -> Result<String, String> {
        self.decide_by_habit();
        self.settle(verdict)
    }

    fn settle(&mut self, verdict: Verdict) -> Result<String, String> {
        let waiting = self.waiting.take().ok_or("no payment is waiting")?;
        let (fate, code) = match verdict {
            Verdict::Approve { .. } => (Fate::Approved, 0),
            Verdict::Decline(code) => (Fate::Declined, code),
        };
        let trace = self.journal.next_trace();
        let entry = Entry {
            receipt: self.journal.next_receipt(),
            trace,
            amount_paise: waiting.amount_paise,
            kind: waiting.kind,
            fate,
            code,
            text: waiting.text,
            last_four: LAST_FOUR.to_owned(),
            card_name: CARD_NAME.to_owned(),
            authorisation: format!("S{trace:05}"),
            at_ms: now_ms(),
            closed: false,
        };
        if let Err(error) = self.journal.append(entry.clone()) {
            tracing::error!(%error, "the journal could not be written");
            return Err(format!("the journal could not be written: {error}"));
        }
        self.events.record(json!({ "event": "decided", "entry": entry }));
        let then_drop = verdict == Verdict::Approve { then_drop: true };
        let receipt = entry.receipt;
        self.decided = Some(Decided { entry, then_drop });
        Ok(format!("receipt {receipt}"))
    }

    pub fn reboot(&mut self) {
        self.waiting = None;
        self.decided = None;
        self.life += 1;
    }

    /// Takes an approved payment of this day back.
    pub fn reverse(&mut self, receipt: u16) -> Result<Entry, u8> {
        let found = self.journal.entries().iter().rev().find(|entry| entry.receipt == receipt);
        match found {
            Some(Entry { fate: Fate::Reversed, .. }) => Err(REVERSED_ALREADY),
            Some(entry)
                if entry.fate == Fate::Approved && entry.kind == Kind::Sale && !entry.closed =>
            {
                let reversed = Entry { fate: Fate::Reversed, ..entry.clone() };
                let trace = reversed.trace;
                let amended = self.journal.amend(|entry| {
                    if entry.trace == trace && entry.fate == Fate::Approved {
                        entry.fate = Fate::Reversed;
                    }
                });
                amended.map_err(|_| NOT_REVERSIBLE)?;
                self.events.record(json!({ "event": "reversed", "entry": reversed }));
                Ok(reversed)
            }
            Some(_) | None => Err(NOT_REVERSIBLE),
        }
    }

    /// The payments of the day that is open.
    pub fn open_day(&self) -> Vec<Entry> {
        let open = |entry: &&Entry| {
            entry.fate == Fate::Approved && entry.kind == Kind::Sale && !entry.closed
        };
        self.journal.entries().iter().filter(open).cloned().collect()
    }

    /// The payments of the day that ends with this call.
    pub fn close_day(&mut self) -> Result<Vec<Entry>, u8> {
        let day = self.open_day();
        self.journal.amend(|entry| entry.closed = true).map_err(|_| 0x77)?;
        self.events.record(json!({ "event": "day_closed", "payments": day.len() }));
        Ok(day)
    }

    pub fn describe(&mut self) -> Value {
        let running = self.is_running();
        let count = |fate| self.journal.entries().iter().filter(|entry| entry.fate == fate).count();
        json!({
            "waiting": running.then(|| self.waiting.as_ref().map(|waiting| waiting.amount_paise)),
            "mode": format!("{:?}", self.mode).to_lowercase(),
            "delay_ms": self.delay_ms,
            "silent": self.silent,
            "approved": count(Fate::Approved),
            "declined": count(Fate::Declined),
            "reversed": count(Fate::Reversed),
        })
    }

    fn decide_by_habit(&mut self) {
        let Some(waiting) = &self.waiting else { return };
        let took = waiting.since.elapsed();
        let due = took >= Duration::from_millis(self.delay_ms);
        let verdict = match self.mode {
            Mode::Manual if took > CARD_LIMIT => Verdict::Decline(ABORTED),
            Mode::Auto if due => Verdict::Approve { then_drop: false },
            Mode::Drop if due => Verdict::Approve { then_drop: true },
            Mode::Decline if due => Verdict::Decline(super::DECLINED),
            Mode::Manual | Mode::Auto | Mode::Drop | Mode::Decline => return,
        };
        // The only way to fail is the journal, and that has been logged.
        let _ = self.settle(verdict);
    }
}
