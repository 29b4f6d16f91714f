//! The terminal's bench: asks for money once, and looks up what nobody knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use devices::{
    AbortHandle, Approval, Fault, Lookup, SaleIntent, SaleOutcome, SaleProgress, Terminal,
};
use flow::{CardAsked, TerminalDay, TerminalEnding, World};
use ledger::Paise;

use super::Bench;

/// How long a terminal that is still busy with the sale is asked again, and how long between two
/// questions; after that the office settles it.
const LOOKUP_LIMIT: Duration = Duration::from_secs(120);
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
    /// Each job with the number of stops before it was given.
    bench: Bench<(u64, TerminalJob)>,
    stop: Stop,
}

/// Stops the sale that runs, and those that wait in the queue: a payer who has gone must not find
/// the amount on the terminal.
#[derive(Clone)]
struct Stop {
    abort: AbortHandle,
    stops: Arc<AtomicU64>,
}

impl Stop {
    fn count(&self) -> u64 {
        self.stops.load(Ordering::SeqCst)
    }

    fn abort(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
        self.abort.abort();
    }
}

impl TerminalBench {
    pub fn start(mut terminal: Box<dyn Terminal>, say: impl Fn(World) + Send + 'static) -> Self {
        let stop = Stop { abort: terminal.abort_handle(), stops: Arc::default() };
        let stopped = stop.clone();
        let bench = Bench::start("terminal", move |jobs: Receiver<(u64, TerminalJob)>| {
            for (stamp, job) in jobs {
                let terminal = terminal.as_mut();
                say(match job {
                    // It was stopped while it waited, and never left this machine.
                    TerminalJob::Charge { intent, .. } if stopped.count() != stamp => {
                        World::TerminalEnded { intent, ending: TerminalEnding::NeverSeen }
                    }
                    TerminalJob::Charge { intent, sale } => {
                        let ending = charge(terminal, intent, &sale, (&stopped, stamp), &say);
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
        Self { bench, stop }
    }

    /// Gives a job, or says at once that the terminal was not reached.
    pub fn give(&self, job: TerminalJob) -> Result<(), World> {
        self.bench.give((self.stop.count(), job)).map_err(|(_, job)| match job {
            TerminalJob::Charge { intent, .. } => {
                World::TerminalEnded { intent, ending: TerminalEnding::NotReached }
            }
            // Nobody was asked: the sale stays open, and is looked up again.
            TerminalJob::LookUp { intent, .. } => {
                World::TerminalEnded { intent, ending: TerminalEnding::NotReached }
            }
            TerminalJob::Settle { .. } => World::TerminalSettled(TerminalDay::NotReached),
        })
    }

    pub fn abort(&self) {
        self.stop.abort();
    }
}

fn charge(
    terminal: &mut dyn Terminal,
    intent: u64,
    sale: &SaleIntent,
    (stop, stamp): (&Stop, u64),
    say: &impl Fn(World),
) -> TerminalEnding {
    let mut begun = false;
    let outcome = terminal.sale(sale, &mut |progress| {
        // A stop in the moment of the beginning is taken for one of the sale before.
        if !std::mem::replace(&mut begun, true) && stop.count() != stamp {
            stop.abort.abort();
        }
        match progress {
            SaleProgress::Started | SaleProgress::Step(_) => say(World::TerminalBusy),
            SaleProgress::PrintLine(_) => {}
        }
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
    let (mut unclear, until) = (0, Instant::now() + LOOKUP_LIMIT);
    while Instant::now() < until {
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
        let ending = match ending(&sale, terminal.lookup(&sale)) {
            // What still runs, runs on, and one lost question ends nothing: it is looked up again.
            None | Some(TerminalEnding::CannotTell) => TerminalEnding::NotReached,
            Some(ending) => ending,
        };
        (asked.intent, ending)
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use devices::{Refunds, Settles, Voids};

    use super::*;

    /// Declines every sale; a look-up lasts until the test says what was found.
    struct Declining {
        found: Receiver<Lookup>,
        sales: Arc<AtomicU64>,
    }

    impl Terminal for Declining {
        fn ready(&mut self) -> Result<(), Fault> {
            Ok(())
        }

        fn sale(&mut self, _: &SaleIntent, _: &mut dyn FnMut(SaleProgress)) -> SaleOutcome {
            self.sales.fetch_add(1, Ordering::SeqCst);
            SaleOutcome::Declined { code: 1, text: String::new() }
        }

        fn lookup(&mut self, _: &SaleIntent) -> Lookup {
            self.found.recv().expect("one look-up more than the test has answers")
        }

        fn last(&mut self) -> Result<Option<Approval>, Fault> {
            Ok(None)
        }

        fn abort_handle(&self) -> AbortHandle {
            AbortHandle::default()
        }

        fn voids(&mut self) -> Option<&mut dyn Voids> {
            None
        }

        fn refunds(&mut self) -> Option<&mut dyn Refunds> {
            None
        }

        fn settles(&mut self) -> Option<&mut dyn Settles> {
            None
        }
    }

    #[test]
    fn a_sale_that_is_stopped_in_the_queue_never_begins_and_a_lost_question_ends_nothing() {
        let ((find, found), (say, said)) = (channel(), channel());
        let sales = Arc::<AtomicU64>::default();
        let terminal = Box::new(Declining { found, sales: sales.clone() });
        let bench = TerminalBench::start(terminal, move |world| say.send(world).expect("heard"));
        let (amount, reference) = (Paise::new(100), "A1".to_owned());
        let sale = || sale(amount, reference.clone());
        let asked = vec![CardAsked { intent: 4, amount, reference: reference.clone() }];
        let give = |job| bench.give(job).expect("there is room");
        give(TerminalJob::LookUp { intent: 1, sale: sale() });
        give(TerminalJob::Charge { intent: 2, sale: sale() });
        bench.abort();
        give(TerminalJob::Charge { intent: 3, sale: sale() });
        give(TerminalJob::Settle { asked });
        for word in [Lookup::NeverSeen, Lookup::CannotTell(Fault::Timeout)] {
            find.send(word).expect("the bench is there");
        }
        let ended = |intent, ending| World::TerminalEnded { intent, ending };
        for expected in [
            ended(1, TerminalEnding::NeverSeen),
            ended(2, TerminalEnding::NeverSeen),
            ended(3, TerminalEnding::Declined),
            World::TerminalSettled(TerminalDay::Each(vec![(4, TerminalEnding::NotReached)])),
        ] {
            assert_eq!(said.recv().expect("a word"), expected);
        }
        assert_eq!(sales.load(Ordering::SeqCst), 1, "only the third was for somebody there");
    }
}
