//! The printer's bench: shapes a slip, prints it, and says what became of the paper. While nothing
//! is to be printed it looks how the printer is, so that people know before they begin to pay.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use devices::{
    Barrier, Fault, Paper as Roll, PrintJob, PrintOutcome, PrintProgress, Printer, PrinterStatus,
    Raster,
};
use flow::{PaperCause, PaperEnding, PrinterState, RatesSlip, TestSlip, Ticket, World};
use ledger::Slip;

use super::Bench;
use crate::print::{Paper, Rasteriser};

/// How long a print waits for a new roll before it is given up as uncertain.
const PAPER_WAIT: Duration = Duration::from_secs(180);

/// The width of the paper on the glass. On an 80 mm printer the slip is set a second time for it:
/// wider paper would leave no room for what the page says.
const PREVIEW_DOTS: u16 = 384;

/// How many steps of a print the glass shows: more would be repainted faster than they are seen.
const PROGRESS_STEPS: usize = 10;

/// How often an idle printer is looked at: often enough that a roll is seen before the next payer
/// comes.
const LOOK: Duration = Duration::from_secs(5);
/// The same while something is wrong: whoever has just mended it looks at the glass.
const LOOK_STOPPED: Duration = Duration::from_secs(3);
/// The same for one that says nothing. It is only found to be there, and many of these hang on a
/// radio that costs a battery.
const LOOK_MUTE: Duration = Duration::from_secs(60);

pub enum PrinterJob {
    Slip {
        ticket: Ticket,
        slip: Slip,
        /// Open the cash drawer with it.
        drawer: bool,
    },
    Test(TestSlip),
    Rates(RatesSlip),
}

/// What the bench says: the world's events, and the raster for the glass.
pub enum PrinterWord {
    World(World),
    Preview(Paper),
}

pub struct PrinterBench(Bench<PrinterJob>);

impl PrinterBench {
    pub fn start(
        printer: Box<dyn Printer>,
        rasteriser: Rasteriser,
        say: impl Fn(PrinterWord) + Send + 'static,
    ) -> Self {
        Self(Bench::start("printer", move |jobs: Receiver<PrinterJob>| {
            // A printer of which nothing is known yet is taken to be well.
            let known = PrinterState::Ready;
            Attendant { printer, rasteriser, say, known }.attend(&jobs);
        }))
    }

    /// Gives a job, or says at once that it cannot be started.
    pub fn give(&self, job: PrinterJob) -> Result<(), World> {
        self.0.give(job).map_err(|job| not_started(&job))
    }
}

/// What is said of a job that no printer takes.
pub fn not_started(job: &PrinterJob) -> World {
    let ending = PaperEnding::NotStarted(PaperCause::Away);
    match job {
        PrinterJob::Slip { ticket, .. } => World::PaperEnded { ticket: *ticket, ending },
        PrinterJob::Test(_) | PrinterJob::Rates(_) => World::TestPrinted(ending),
    }
}

/// Whoever stands at the printer.
struct Attendant<S> {
    printer: Box<dyn Printer>,
    rasteriser: Rasteriser,
    say: S,
    /// How the printer was when it was last said.
    known: PrinterState,
}

impl<S: Fn(PrinterWord)> Attendant<S> {
    fn attend(&mut self, jobs: &Receiver<PrinterJob>) {
        let mut wait = Duration::ZERO;
        loop {
            match jobs.recv_timeout(wait) {
                Ok(PrinterJob::Slip { ticket, slip, drawer }) => {
                    let ending = self.slip(ticket, &slip, drawer);
                    (self.say)(PrinterWord::World(World::PaperEnded { ticket, ending }));
                }
                Ok(PrinterJob::Test(test)) => {
                    let ending = self.test(&test);
                    (self.say)(PrinterWord::World(World::TestPrinted(ending)));
                }
                Ok(PrinterJob::Rates(rates)) => {
                    let paper = self.rasteriser.rates(&rates, self.printer.profile().dots);
                    let ending = self.print(None, paper, false);
                    (self.say)(PrinterWord::World(World::TestPrinted(ending)));
                }
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            wait = self.next_look();
        }
    }

    fn next_look(&self) -> Duration {
        match (self.printer.profile().barrier, self.known) {
            (Barrier::None, _) => LOOK_MUTE,
            (_, PrinterState::Stopped(_)) => LOOK_STOPPED,
            (_, PrinterState::Ready | PrinterState::NearEnd) => LOOK,
        }
    }

    fn look(&mut self) {
        let state = match self.printer.status() {
            Ok(status) => state_of(&status),
            Err(fault) => PrinterState::Stopped(cause(&fault)),
        };
        self.is_now(state);
    }

    /// Each change is said once.
    fn is_now(&mut self, state: PrinterState) {
        if state != self.known {
            tracing::info!(?state, "the printer");
            self.known = state;
            (self.say)(PrinterWord::World(World::Printer(state)));
        }
    }

    fn slip(&mut self, ticket: Ticket, slip: &Slip, drawer: bool) -> PaperEnding {
        let dots = self.printer.profile().dots;
        let paper = self.rasteriser.raster(slip, dots);
        let preview = match dots {
            PREVIEW_DOTS => paper.clone(),
            _ => self.rasteriser.raster(slip, PREVIEW_DOTS),
        };
        (self.say)(PrinterWord::Preview(preview));
        self.print(Some(ticket), paper, drawer)
    }

    fn test(&mut self, test: &TestSlip) -> PaperEnding {
        let profile = self.printer.profile();
        let (dots, model) = (profile.dots, profile.name.clone());
        let paper = self.rasteriser.test_slip(test, &model, dots);
        self.print(None, paper, false)
    }

    /// Prints, and tells how far the paper of a ticket is.
    fn print(&mut self, ticket: Option<Ticket>, paper: Paper, drawer: bool) -> PaperEnding {
        let raster = match Raster::new(paper.dots, paper.bits) {
            Ok(raster) => raster,
            Err(error) => {
                tracing::error!(%error, "the slip does not fit the printer");
                return PaperEnding::NotStarted(PaperCause::Away);
            }
        };
        let job = PrintJob { raster, cut: true, open_drawer: drawer, paper_wait: PAPER_WAIT };
        let (say, mut near_end, mut steps_said) = (&self.say, false, None);
        let outcome = self.printer.print(&job, &mut |progress| {
            near_end |= matches!(progress, PrintProgress::NearEnd);
            if let PrintProgress::Sending { band, of } = progress {
                let steps = band * PROGRESS_STEPS / of.max(1);
                if steps_said.replace(steps) == Some(steps) {
                    return;
                }
            }
            if let Some(world) = ticket.and_then(|ticket| progressed(ticket, &progress)) {
                say(PrinterWord::World(world));
            }
        });
        self.is_now(state_after(&outcome, near_end));
        ended(outcome)
    }
}

fn state_of(status: &PrinterStatus) -> PrinterState {
    match status.fault() {
        Some(fault) => PrinterState::Stopped(cause(&fault)),
        None if status.paper == Roll::NearEnd => PrinterState::NearEnd,
        None => PrinterState::Ready,
    }
}

/// What a job's end says of the printer itself.
fn state_after(outcome: &PrintOutcome, near_end: bool) -> PrinterState {
    match outcome {
        PrintOutcome::NotStarted(fault) => PrinterState::Stopped(cause(fault)),
        PrintOutcome::Uncertain { fault, .. } if !matches!(fault, Fault::NoBackChannel) => {
            PrinterState::Stopped(cause(fault))
        }
        PrintOutcome::Confirmed(_) | PrintOutcome::Uncertain { .. } if near_end => {
            PrinterState::NearEnd
        }
        PrintOutcome::Confirmed(_) | PrintOutcome::Uncertain { .. } => PrinterState::Ready,
    }
}

fn progressed(ticket: Ticket, progress: &PrintProgress) -> Option<World> {
    let count = |bands: usize| u32::try_from(bands).unwrap_or(u32::MAX);
    match progress {
        PrintProgress::Sending { band, of } => {
            Some(World::Printing { ticket, bands_done: count(*band), bands: count(*of) })
        }
        PrintProgress::Waiting(fault) => {
            tracing::warn!(%fault, "the print waits");
            Some(World::PaperWaits { ticket, cause: cause(fault) })
        }
        PrintProgress::Resumed => Some(World::Printing { ticket, bands_done: 0, bands: 1 }),
        PrintProgress::NearEnd => {
            tracing::warn!("the paper is near its end");
            None
        }
        PrintProgress::Finishing => None,
    }
}

fn ended(outcome: PrintOutcome) -> PaperEnding {
    match outcome {
        PrintOutcome::Confirmed(_) => PaperEnding::Whole,
        PrintOutcome::NotStarted(fault) => {
            tracing::warn!(%fault, "the print was not started");
            PaperEnding::NotStarted(cause(&fault))
        }
        PrintOutcome::Uncertain { band, fault } => {
            tracing::warn!(%fault, band, "nobody knows what came of the print");
            PaperEnding::Uncertain(cause(&fault))
        }
    }
}

fn cause(fault: &Fault) -> PaperCause {
    match fault {
        Fault::PaperOut | Fault::NearEnd => PaperCause::PaperOut,
        Fault::CoverOpen => PaperCause::CoverOpen,
        Fault::Cutter => PaperCause::Jam,
        Fault::Overheat => PaperCause::Hot,
        Fault::Broken => PaperCause::Broken,
        _ => PaperCause::Away,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use devices::{ConfirmedBy, PrinterProfile};
    use ledger::{Language, SlipKind, SlipLine};

    use super::*;
    use crate::fonts::FACES;

    /// A printer that is how the test says, and does what it is told to.
    struct Played {
        profile: PrinterProfile,
        looks: Vec<Result<PrinterStatus, Fault>>,
        outcomes: Vec<PrintOutcome>,
        near_end: bool,
        drawers: std::sync::mpsc::Sender<bool>,
    }

    impl Printer for Played {
        fn profile(&self) -> &PrinterProfile {
            &self.profile
        }

        fn status(&mut self) -> Result<PrinterStatus, Fault> {
            self.looks.pop().unwrap_or(Err(Fault::Unplugged))
        }

        fn print(
            &mut self,
            job: &PrintJob,
            progress: &mut dyn FnMut(PrintProgress),
        ) -> PrintOutcome {
            let _ = self.drawers.send(job.open_drawer);
            if self.near_end {
                progress(PrintProgress::NearEnd);
            }
            self.outcomes.pop().expect("an outcome for each job")
        }

        fn open_drawer(&mut self) -> Result<(), Fault> {
            Ok(())
        }
    }

    fn attendant(
        looks: Vec<Result<PrinterStatus, Fault>>,
        outcomes: Vec<PrintOutcome>,
        near_end: bool,
    ) -> (Attendant<impl Fn(PrinterWord)>, Receiver<World>, Receiver<bool>) {
        let (said, heard) = channel();
        let (drawers, opened) = channel();
        let profile = PrinterProfile::named("generic-80").unwrap();
        let printer = Box::new(Played { profile, looks, outcomes, near_end, drawers });
        let say = move |word| {
            if let PrinterWord::World(world) = word {
                let _ = said.send(world);
            }
        };
        let (rasteriser, known) = (Rasteriser::new(FACES), PrinterState::Ready);
        (Attendant { printer, rasteriser, say, known }, heard, opened)
    }

    fn slip() -> Slip {
        Slip { kind: SlipKind::Receipt, lines: vec![SlipLine::Text("₹5".to_owned())] }
    }

    fn status(change: impl FnOnce(&mut PrinterStatus)) -> Result<PrinterStatus, Fault> {
        let mut status = PrinterStatus {
            answers: true,
            paper: Roll::Present,
            offline: false,
            cover_open: false,
            cutter_stuck: false,
            overheated: false,
            broken: false,
        };
        change(&mut status);
        Ok(status)
    }

    #[test]
    fn each_change_of_an_idle_printer_is_said_once() {
        let looks = vec![
            status(|_| {}),
            Err(Fault::Timeout),
            status(|status| status.broken = true),
            status(|status| status.overheated = true),
            status(|status| status.cutter_stuck = true),
            status(|status| status.paper = Roll::Out),
            status(|status| status.paper = Roll::NearEnd),
            status(|status| status.paper = Roll::NearEnd),
            status(|_| {}),
        ];
        let count = looks.len();
        let (mut attendant, heard, _) = attendant(looks, Vec::new(), false);
        (0..count).for_each(|_| attendant.look());
        drop(attendant);
        let heard: Vec<World> = heard.iter().collect();
        use PaperCause::{Away, Broken, Hot, Jam, PaperOut};
        let stopped = |cause| World::Printer(PrinterState::Stopped(cause));
        let mut expected = vec![World::Printer(PrinterState::NearEnd)];
        expected.extend([PaperOut, Jam, Hot, Broken, Away].map(stopped));
        expected.push(World::Printer(PrinterState::Ready));
        assert_eq!(heard, expected);
    }

    #[test]
    fn a_job_says_how_the_printer_is_and_opens_the_drawer_that_it_is_told_to() {
        let outcomes = vec![
            PrintOutcome::Uncertain { band: 1, fault: Fault::Cutter },
            PrintOutcome::Confirmed(ConfirmedBy::PaperStatus),
        ];
        let (mut attendant, heard, opened) = attendant(Vec::new(), outcomes, true);
        let ticket = Ticket { of: 4, attempt: 1 };
        assert_eq!(attendant.slip(ticket, &slip(), true), PaperEnding::Whole);
        assert_eq!(attendant.next_look(), LOOK);
        let test = TestSlip {
            language: Language::Ml,
            device: "kiosk-1".to_owned(),
            at: "14-08-2026 10:42".to_owned(),
        };
        assert_eq!(attendant.test(&test), PaperEnding::Uncertain(PaperCause::Jam));
        assert_eq!(attendant.next_look(), LOOK_STOPPED);
        drop(attendant);
        let heard: Vec<World> = heard.iter().collect();
        let stopped = PrinterState::Stopped(PaperCause::Jam);
        assert_eq!(heard, [World::Printer(PrinterState::NearEnd), World::Printer(stopped)]);
        assert_eq!(opened.iter().collect::<Vec<_>>(), [true, false]);
    }
}
