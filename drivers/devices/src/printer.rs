//! Receipt printers: what a slip needs from one, and how surely it can say that the slip is out.

pub mod bands;
mod bytes;
pub mod escpos;
mod job;
pub mod profile;
pub mod status;

use std::time::Duration;

use crate::fault::Fault;
use crate::raster::Raster;
use profile::PrinterProfile;

/// A printer prints one job at a time and never prints one again by itself.
pub trait Printer: Send {
    fn profile(&self) -> &PrinterProfile;

    /// Asks the printer how it is, before a journey starts.
    fn status(&mut self) -> Result<PrinterStatus, Fault>;

    /// Prints, and waits until the printer says that the paper is out, as far as it can say so.
    fn print(&mut self, job: &PrintJob, progress: &mut dyn FnMut(PrintProgress)) -> PrintOutcome;

    /// Opens the cash drawer that hangs on the printer.
    fn open_drawer(&mut self) -> Result<(), Fault>;
}

/// One slip to print.
#[derive(Debug, Clone)]
pub struct PrintJob {
    pub raster: Raster,
    pub cut: bool,
    /// Opens the drawer before the first dot, where the printer has one.
    pub open_drawer: bool,
    /// How long to wait for a new roll, a closed cover or a cooler head before giving up.
    pub paper_wait: Duration,
}

/// What became of a job.
#[derive(Debug, Clone)]
pub enum PrintOutcome {
    /// The printer says that everything is on paper.
    Confirmed(ConfirmedBy),
    /// Not a dot was sent; the job can simply be given again.
    NotStarted(Fault),
    /// Something may have been printed, up to this band. Only a person can say.
    Uncertain { band: usize, fault: Fault },
}

/// What the confirmation rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// The printer repeated this job's own mark after printing it.
    ProcessId,
    /// The printer answered, in its turn, a question that stood behind the job.
    PaperStatus,
}

/// What a screen can say while a slip is being printed.
#[derive(Debug, Clone)]
pub enum PrintProgress {
    /// There is paper for this slip, but the roll should be changed soon.
    NearEnd,
    Sending {
        band: usize,
        of: usize,
    },
    /// Held by a fault that a person can clear; printing goes on by itself afterwards.
    Waiting(Fault),
    Resumed,
    /// Everything is sent; the printer has still to say that it is out.
    Finishing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    Present,
    NearEnd,
    Out,
}

/// How a printer is, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrinterStatus {
    /// False where the printer has no way to answer; the rest is then an assumption.
    pub answers: bool,
    pub paper: Paper,
    pub offline: bool,
    pub cover_open: bool,
    pub cutter_stuck: bool,
    pub overheated: bool,
    pub broken: bool,
}

impl PrinterStatus {
    /// A printer of which nothing bad is known.
    pub(crate) fn fine(answers: bool) -> PrinterStatus {
        PrinterStatus {
            answers,
            paper: Paper::Present,
            offline: false,
            cover_open: false,
            cutter_stuck: false,
            overheated: false,
            broken: false,
        }
    }

    /// What keeps the printer from printing, the gravest first.
    pub fn fault(&self) -> Option<Fault> {
        let faults = [
            (self.broken, Fault::Broken),
            (self.cutter_stuck, Fault::Cutter),
            (self.cover_open, Fault::CoverOpen),
            (self.paper == Paper::Out, Fault::PaperOut),
            (self.overheated, Fault::Overheat),
            (self.offline, Fault::Offline),
        ];
        faults.into_iter().find(|(present, _)| *present).map(|(_, fault)| fault)
    }
}
