//! The terminal's bench: asks for money once, and looks up what nobody knows.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use devices::{AbortHandle, Approval, Lookup, SaleIntent, SaleOutcome, SaleProgress, Terminal};
use flow::{TerminalEnding, World};

use super::Bench;

/// How often a terminal that is still busy with the sale is asked again, and how long between:
/// two minutes, after which the office settles it.
const LOOKUPS_MAX: u32 = 24;
const LOOKUP_PAUSE: Duration = Duration::from_secs(5);

pub enum TerminalJob {
    Charge { intent: u64, sale: SaleIntent },
    LookUp { intent: u64, sale: SaleIntent },
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
                let (intent, ending) = match job {
                    TerminalJob::Charge { intent, sale } => {
                        (intent, charge(terminal.as_mut(), sale, &say))
                    }
                    TerminalJob::LookUp { intent, sale } => {
                        (intent, look_up(terminal.as_mut(), &sale))
                    }
                };
                say(World::TerminalEnded { intent, ending });
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
        })
    }

    pub fn abort(&self) {
        self.abort.abort();
    }
}

fn charge(
    terminal: &mut dyn Terminal,
    mut sale: SaleIntent,
    say: &impl Fn(World),
) -> TerminalEnding {
    // The number before the sale tells a lookup this sale from the one before.
    sale.receipt_before = match terminal.last() {
        Ok(last) => last.map(|approval| approval.receipt_number),
        Err(fault) => {
            tracing::warn!(%fault, "the terminal does not answer");
            return TerminalEnding::NotReached;
        }
    };
    let outcome = terminal.sale(&sale, &mut |progress| match progress {
        SaleProgress::Started | SaleProgress::Step(_) => say(World::TerminalBusy),
        SaleProgress::PrintLine(_) => {}
    });
    match outcome {
        SaleOutcome::Approved(approval) => approved(&sale, approval),
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
            look_up(terminal, &sale)
        }
    }
}

fn look_up(terminal: &mut dyn Terminal, sale: &SaleIntent) -> TerminalEnding {
    for _ in 0..LOOKUPS_MAX {
        match terminal.lookup(sale) {
            Lookup::Approved(approval) => return approved(sale, approval),
            Lookup::Declined => return TerminalEnding::Declined,
            Lookup::NeverSeen => return TerminalEnding::NeverSeen,
            Lookup::StillRunning => {}
            Lookup::CannotTell(fault) => {
                tracing::warn!(%fault, "the terminal cannot tell what became of the sale");
            }
        }
        std::thread::sleep(LOOKUP_PAUSE);
    }
    TerminalEnding::CannotTell
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
        terminal_receipt: approval.receipt_number.to_string(),
    })
}
