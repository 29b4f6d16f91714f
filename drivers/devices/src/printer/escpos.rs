//! A receipt printer that speaks ESC/POS. It is connected to anew for every job, so that a
//! printer that was switched off, or a cable that was pulled, is found out before a job starts.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::{self, Port, open};
use crate::printer::job::Job;
use crate::printer::profile::{Barrier, PrinterProfile};
use crate::printer::status::{Replies, Reply, from_automatic, from_real_time};
use crate::printer::{Paper, PrintJob, PrintOutcome, PrintProgress, Printer, PrinterStatus, bytes};

/// A printer answers DLE EOT within milliseconds; slow serial lines are allowed for.
const ANSWER_LIMIT: Duration = Duration::from_millis(1_500);
/// A few dozen bytes of commands, on a line that may be as slow as 1200 baud.
const COMMAND_LIMIT: Duration = Duration::from_secs(2);
/// Old answers that may still wait on a serial line.
const STALE_READS_MAX: usize = 64;

pub struct EscPosPrinter {
    address: PortAddress,
    profile: PrinterProfile,
    jobs: u32,
}

impl EscPosPrinter {
    pub fn new(address: PortAddress, profile: PrinterProfile) -> EscPosPrinter {
        // The mark of a job has to differ from those that the printer saw before a restart.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        EscPosPrinter { address, profile, jobs: since.as_millis() as u32 }
    }

    fn next_mark(&mut self) -> [u8; 4] {
        self.jobs = self.jobs.wrapping_add(1);
        mark(self.jobs)
    }

    /// Everything that can still be undone: connect, ask, reset. Not a dot is sent here.
    fn begin(
        &self,
        job: &PrintJob,
        progress: &mut dyn FnMut(PrintProgress),
    ) -> Result<Box<dyn Port>, Fault> {
        if job.raster.width_dots() != self.profile.dots {
            let (given, wanted) = (job.raster.width_dots(), self.profile.dots);
            let problem = format!("a slip of {given} dots for a printer of {wanted}");
            return Err(Fault::Protocol(problem));
        }
        let mut port = open(&self.address)?;
        if self.profile.barrier != Barrier::None {
            let status = ask(&mut *port)?;
            if let Some(fault) = status.fault() {
                return Err(fault);
            }
            if status.paper == Paper::NearEnd {
                progress(PrintProgress::NearEnd);
            }
        }
        let opening = bytes::opening(&self.profile, job.open_drawer);
        port::send(&mut *port, &opening, COMMAND_LIMIT)?;
        Ok(port)
    }
}

impl Printer for EscPosPrinter {
    fn profile(&self) -> &PrinterProfile {
        &self.profile
    }

    fn status(&mut self) -> Result<PrinterStatus, Fault> {
        let mut port = open(&self.address)?;
        if self.profile.barrier == Barrier::None {
            return Ok(PrinterStatus::fine(false));
        }
        ask(&mut *port)
    }

    fn print(&mut self, job: &PrintJob, progress: &mut dyn FnMut(PrintProgress)) -> PrintOutcome {
        let port = match self.begin(job, progress) {
            Ok(port) => port,
            Err(fault) => return PrintOutcome::NotStarted(fault),
        };
        let mark = self.next_mark();
        let outcome = Job::new(port, &self.profile, job, mark, progress).run();
        tracing::debug!(printer = %self.address, ?outcome, "print job ended");
        outcome
    }

    fn open_drawer(&mut self) -> Result<(), Fault> {
        let mut port = open(&self.address)?;
        port::send(&mut *port, &bytes::drawer(), COMMAND_LIMIT)?;
        port::settle(&mut *port, COMMAND_LIMIT)
    }
}

/// How the printer is, by DLE EOT, which is answered even by one that is held up; by its own report
/// where it knows no DLE EOT.
fn ask(port: &mut dyn Port) -> Result<PrinterStatus, Fault> {
    drop_stale_answers(port)?;
    let mut replies = Replies::default();
    let mut answers = [0; 4];
    for (which, answer) in (1..).zip(&mut answers) {
        port::send(port, &bytes::status_question(which), COMMAND_LIMIT)?;
        let said = answer_within(port, &mut replies, |reply| match reply {
            Reply::RealTime(answer) => Some(answer),
            _ => None,
        });
        *answer = match said {
            Err(Fault::Timeout) if which == 1 => return reported(port, &mut replies),
            said => said?,
        };
    }
    Ok(from_real_time(answers))
}

/// Asks for reports (GS a), of which the first comes at once. The printer goes on reporting until
/// the next job resets it; what it says until then is thrown away as stale.
fn reported(port: &mut dyn Port, replies: &mut Replies) -> Result<PrinterStatus, Fault> {
    port::send(port, &bytes::REPORTS_ON, COMMAND_LIMIT)?;
    answer_within(port, replies, |reply| match reply {
        Reply::Automatic(report) => Some(from_automatic(report)),
        _ => None,
    })
}

fn drop_stale_answers(port: &mut dyn Port) -> Result<(), Fault> {
    let mut buffer = [0; 64];
    for _ in 0..STALE_READS_MAX {
        match port::receive(port, &mut buffer, Duration::from_millis(1)) {
            Ok(_) => {}
            Err(Fault::Timeout) => return Ok(()),
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::Protocol("the printer talks without being asked".to_owned()))
}

/// The first answer of the kind that is waited for.
fn answer_within<T>(
    port: &mut dyn Port,
    replies: &mut Replies,
    wanted: impl Fn(Reply) -> Option<T>,
) -> Result<T, Fault> {
    let until = Instant::now() + ANSWER_LIMIT;
    let mut byte = [0];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::Timeout);
        }
        port::receive(port, &mut byte, left)?;
        if let Some(answer) = replies.push(byte[0]).and_then(&wanted) {
            return Ok(answer);
        }
    }
}

/// Four printable characters; the manual allows 20h to 7Eh.
fn mark(number: u32) -> [u8; 4] {
    let mut mark = [0; 4];
    let mut left = number;
    for character in &mut mark {
        *character = 0x21 + (left % 94) as u8;
        left /= 94;
    }
    mark
}

#[cfg(test)]
mod tests;
