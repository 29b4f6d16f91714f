//! The terminal's bench: asks for money once, and looks up what nobody knows.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use devices::{
    AbortHandle, Approval, Fault, Lookup, SaleIntent, SaleOutcome, SaleProgress, Terminal,
};
use flow::{CardAsked, TerminalDay, TerminalEnding, World};
use ledger::Paise;

use super::Bench;

/// How often a terminal that is still busy with the sale is asked again, and how long between:
/// two minutes, after which the office settles it.
const LOOKUPS_MAX: u32 = 24;
const LOOKUP_PAUSE: Duration = Duration::from_secs(5);
/// A terminal that answers, and whose answer does not help, says the same the next time: more than
/// a slip on the line could spoil are not asked for.
const UNCLEAR_MAX: u32 = 3;

pub enum TerminalJob {
    Charge {
        intent: u64,
        sale: SaleIntent,
    },
    LookUp {
        intent: u64,
        sale: SaleIntent,
    },
    /// The day's end; what is asked about where the terminal does not close its day from here.
    Settle {
        asked: Vec<CardAsked>,
    },
}

pub struct TerminalBench {
    bench: Bench<TerminalJob>,
    abort: AbortHandle,
}

impl TerminalBench {
    pub fn start(mut terminal: Box<dyn Terminal>, say: impl Fn(World) + Send + 'static) -> Self {
        let abort = terminal.abort_handle();
        let bench = Bench::start("terminal", move |jobs: Receiver<TerminalJob>| {
            for job in jobs {
                let terminal = terminal.as_mut();
                say(match job {
                    TerminalJob::Charge { intent, sale } => {
                        let ending = charge(terminal, intent, &sale, &say);
                        World::TerminalEnded { intent, ending }
                    }
                    TerminalJob::LookUp { intent, sale } => {
                        World::TerminalEnded { intent, ending: look_up(terminal, &sale) }
                    }
                    TerminalJob::Settle { asked } => {
                        World::TerminalSettled(settle(terminal, &asked))
                    }
                });
            }
        });
        Self { bench, abort }
    }

    /// Gives a job, or says at once that the terminal was not reached.
    pub fn give(&self, job: TerminalJob) -> Result<(), World> {
        self.bench.give(job).map_err(|job| match job {
            TerminalJob::Charge { intent, .. } => {
                World::TerminalEnded { intent, ending: TerminalEnding::NotReached }
            }
            TerminalJob::LookUp { intent, .. } => {
                World::TerminalEnded { intent, ending: TerminalEnding::CannotTell }
            }
            TerminalJob::Settle { .. } => World::TerminalSettled(TerminalDay::NotReached),
        })
    }

    pub fn abort(&self) {
        self.abort.abort();
    }
}

fn charge(
    terminal: &mut dyn Terminal,
    intent: u64,
    sale: &SaleIntent,
    say: &impl Fn(World),
) -> TerminalEnding {
    let outcome = terminal.sale(sale, &mut |progress| match progress {
        SaleProgress::Started | SaleProgress::Step(_) => say(World::TerminalBusy),
        SaleProgress::PrintLine(_) => {}
    });
    match outcome {
        SaleOutcome::Approved(approval) => approved(sale, approval),
        SaleOutcome::Declined { code, text } => {
            tracing::info!(code, text, "the card was declined");
            TerminalEnding::Declined
        }
        SaleOutcome::NotStarted(fault) => {
            tracing::warn!(%fault, "the sale was not started");
            TerminalEnding::NotReached
        }
        SaleOutcome::Unknown(fault) => {
            tracing::warn!(%fault, "the answer to the sale was lost");
            say(World::TerminalAnswerLost { intent });
            look_up(terminal, sale)
        }
    }
}

fn look_up(terminal: &mut dyn Terminal, sale: &SaleIntent) -> TerminalEnding {
    let mut unclear = 0;
    for _ in 0..LOOKUPS_MAX {
        match terminal.lookup(sale) {
            Lookup::CannotTell(Fault::Protocol(why)) => {
                tracing::warn!(why, "the terminal cannot tell what became of the sale");
                unclear += 1;
                if unclear == UNCLEAR_MAX {
                    break;
                }
            }
            found => match ending(sale, found) {
                Some(TerminalEnding::CannotTell) | None => {}
                Some(ending) => return ending,
            },
        }
        std::thread::sleep(LOOKUP_PAUSE);
    }
    TerminalEnding::CannotTell
}

/// What a look-up says; nothing where the sale still runs.
fn ending(sale: &SaleIntent, found: Lookup) -> Option<TerminalEnding> {
    match found {
        Lookup::Approved(approval) => Some(approved(sale, approval)),
        Lookup::Declined => Some(TerminalEnding::Declined),
        Lookup::NeverSeen => Some(TerminalEnding::NeverSeen),
        Lookup::StillRunning => None,
        Lookup::CannotTell(fault) => {
            tracing::warn!(%fault, "the terminal cannot tell what became of the sale");
            Some(TerminalEnding::CannotTell)
        }
    }
}

/// The day's end. A terminal that closes its days by itself is asked about each payment instead.
fn settle(terminal: &mut dyn Terminal, asked: &[CardAsked]) -> TerminalDay {
    if let Some(settles) = terminal.settles() {
        return match settles.settle() {
            Ok(day) => {
                tracing::info!(?day, "the terminal's day is closed");
                TerminalDay::Totals {
                    total: Paise::new(i64::try_from(day.total_paise).unwrap_or(i64::MAX)),
                    count: day.count,
                    first: day.receipt_first.map(u32::from),
                    last: day.receipt_last.map(u32::from),
                }
            }
            Err(fault) => {
                tracing::warn!(%fault, "the terminal's day could not be closed");
                TerminalDay::NotReached
            }
        };
    }
    if let Err(fault) = terminal.ready() {
        tracing::warn!(%fault, "the terminal's service does not answer");
        return TerminalDay::NotReached;
    }
    let found = |asked: &CardAsked| {
        let sale = sale(asked.amount, asked.reference.clone());
        // What still runs, runs on: its end is looked for later.
        (asked.intent, ending(&sale, terminal.lookup(&sale)).unwrap_or(TerminalEnding::NotReached))
    };
    TerminalDay::Each(asked.iter().map(found).collect())
}

/// What the terminal is asked for.
pub fn sale(amount: Paise, reference: String) -> SaleIntent {
    let amount_paise = u64::try_from(amount.get()).expect("intents are above zero");
    SaleIntent { reference, amount_paise }
}

/// An approval of another sum is not this sale's.
fn approved(sale: &SaleIntent, approval: Approval) -> TerminalEnding {
    if approval.amount_paise != sale.amount_paise {
        tracing::error!(
            asked = sale.amount_paise,
            approved = approval.amount_paise,
            "the terminal approved another sum"
        );
        return TerminalEnding::CannotTell;
    }
    TerminalEnding::Approved(flow::Approval {
        last_four: approval.last_four.map(|digits| digits.to_string()).unwrap_or_default(),
        authorisation: approval.authorisation_code,
        terminal: approval.terminal_id,
        terminal_receipt: approval.receipt_number,
    })
}
