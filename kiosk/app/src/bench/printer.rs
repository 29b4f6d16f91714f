//! The printer's bench: shapes a slip, prints it, and says what became of the paper.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use devices::{Fault, PrintJob, PrintOutcome, PrintProgress, Printer, Raster};
use flow::{PaperCause, PaperEnding, Ticket, World};
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

pub struct PrinterJob {
    pub ticket: Ticket,
    pub slip: Slip,
}

/// What the bench says: the world's events, and the raster for the glass.
pub enum PrinterWord {
    World(World),
    Preview(Paper),
}

pub struct PrinterBench(Bench<PrinterJob>);

impl PrinterBench {
    pub fn start(
        mut printer: Box<dyn Printer>,
        mut rasteriser: Rasteriser,
        say: impl Fn(PrinterWord) + Send + 'static,
    ) -> Self {
        Self(Bench::start("printer", move |jobs: Receiver<PrinterJob>| {
            for job in jobs {
                let ending = print(printer.as_mut(), &mut rasteriser, &job, &say);
                say(PrinterWord::World(World::PaperEnded { ticket: job.ticket, ending }));
            }
        }))
    }

    /// Gives a job, or says at once that it cannot be started.
    pub fn give(&self, job: PrinterJob) -> Result<(), World> {
        self.0.give(job).map_err(|job| {
            let ending = PaperEnding::NotStarted(PaperCause::Away);
            World::PaperEnded { ticket: job.ticket, ending }
        })
    }
}

fn print(
    printer: &mut dyn Printer,
    rasteriser: &mut Rasteriser,
    job: &PrinterJob,
    say: &impl Fn(PrinterWord),
) -> PaperEnding {
    let dots = printer.profile().dots;
    let paper = rasteriser.raster(&job.slip, dots);
    let preview = match dots {
        PREVIEW_DOTS => paper.clone(),
        _ => rasteriser.raster(&job.slip, PREVIEW_DOTS),
    };
    say(PrinterWord::Preview(preview));
    let raster = Raster::new(dots, paper.bits);
    let raster = match raster {
        Ok(raster) => raster,
        Err(error) => {
            tracing::error!(%error, "the slip does not fit the printer");
            return PaperEnding::NotStarted(PaperCause::Away);
        }
    };
    let job_for_printer =
        PrintJob { raster, cut: true, open_drawer: false, paper_wait: PAPER_WAIT };
    let ticket = job.ticket;
    let mut steps_said = None;
    let outcome = printer.print(&job_for_printer, &mut |progress| {
        if let PrintProgress::Sending { band, of } = progress {
            let steps = band * PROGRESS_STEPS / of.max(1);
            if steps_said.replace(steps) == Some(steps) {
                return;
            }
        }
        if let Some(world) = progressed(ticket, &progress) {
            say(PrinterWord::World(world));
        }
    });
    ended(outcome)
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
        Fault::Cutter | Fault::Broken | Fault::Overheat => PaperCause::Jam,
        _ => PaperCause::Away,
    }
}
