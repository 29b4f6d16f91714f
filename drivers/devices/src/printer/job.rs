//! One slip on its way to the paper: bands out, reports in, a wait where a person has to act, and
//! at the end the barrier. From the first band on, nothing here may call the job "not started".

use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::port::{self, Port};
use crate::printer::bands::{self, Step};
use crate::printer::profile::{Barrier, PrinterProfile};
use crate::printer::status::{Replies, Reply, from_automatic};
use crate::printer::{
    ConfirmedBy, Paper, PrintJob, PrintOutcome, PrintProgress, PrinterStatus, bytes,
};

/// How long one read or write may keep the job from looking after the other direction.
const SLICE: Duration = Duration::from_millis(200);
/// A printer that takes nothing for so long, and reports no fault, is stuck.
const STALL_LIMIT: Duration = Duration::from_secs(10);
/// From the last byte to the answer: the motor's start, the cut, the way back.
const BARRIER_LIMIT: Duration = Duration::from_secs(15);
/// The slowest printers print 50 mm, which is 400 rows, in a second.
const ROWS_PER_SECOND_MIN: u32 = 400;

pub struct Job<'a> {
    port: Box<dyn Port>,
    profile: &'a PrinterProfile,
    job: &'a PrintJob,
    mark: [u8; 4],
    progress: &'a mut dyn FnMut(PrintProgress),
    replies: Replies,
    status: PrinterStatus,
    waiting_since: Option<Instant>,
    asked: bool,
    answered: Option<ConfirmedBy>,
    started: Instant,
    rows_sent: u32,
}

impl<'a> Job<'a> {
    pub fn new(
        port: Box<dyn Port>,
        profile: &'a PrinterProfile,
        job: &'a PrintJob,
        mark: [u8; 4],
        progress: &'a mut dyn FnMut(PrintProgress),
    ) -> Job<'a> {
        Job {
            port,
            profile,
            job,
            mark,
            progress,
            replies: Replies::default(),
            status: PrinterStatus::fine(false),
            waiting_since: None,
            asked: false,
            answered: None,
            started: Instant::now(),
            rows_sent: 0,
        }
    }

    pub fn run(mut self) -> PrintOutcome {
        let steps = bands::steps(&self.job.raster, self.profile.band_rows);
        for (band, step) in steps.iter().enumerate() {
            (self.progress)(PrintProgress::Sending { band, of: steps.len() });
            if let Err(fault) = self.band(step) {
                return PrintOutcome::Uncertain { band, fault };
            }
        }
        match self.finish() {
            Ok(by) => PrintOutcome::Confirmed(by),
            Err(fault) => PrintOutcome::Uncertain { band: steps.len(), fault },
        }
    }

    fn band(&mut self, step: &Step) -> Result<(), Fault> {
        self.send(&step.bytes)?;
        self.rows_sent = self.rows_sent.saturating_add(step.rows as u32);
        self.pace()?;
        self.listen(Duration::from_millis(1))?;
        self.wait_for_a_person()
    }

    fn finish(&mut self) -> Result<ConfirmedBy, Fault> {
        self.asked = true;
        self.send(&bytes::closing(self.profile, self.job.cut, self.mark))?;
        if self.profile.barrier == Barrier::None {
            // Nothing comes back, and at the close some ports throw away what is on its way.
            let limit = self.stall_limit();
            port::settle(&mut *self.port, limit)?;
            return Err(Fault::NoBackChannel);
        }
        (self.progress)(PrintProgress::Finishing);
        let printing = Duration::from_secs(u64::from(self.rows_sent / ROWS_PER_SECOND_MIN));
        let mut left = BARRIER_LIMIT + printing;
        loop {
            if let Some(by) = self.answered {
                return Ok(by);
            }
            let before = Instant::now();
            self.listen(SLICE.min(left))?;
            left = left.saturating_sub(before.elapsed());
            // The time that a person needs to change the roll is not the printer's.
            if self.waiting_since.is_some() {
                self.wait_for_a_person()?;
            } else if left.is_zero() && self.answered.is_none() {
                return Err(Fault::Timeout);
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let mut rest = bytes;
        let mut moved = Instant::now();
        while !rest.is_empty() {
            match port::send_some(&mut *self.port, rest, SLICE) {
                Ok(count) => {
                    rest = &rest[count..];
                    moved = Instant::now();
                }
                Err(Fault::Timeout) if moved.elapsed() > self.stall_limit() => {
                    return Err(Fault::Timeout);
                }
                Err(Fault::Timeout) => {
                    self.listen(Duration::from_millis(1))?;
                    if self.waiting_since.is_some() {
                        self.wait_for_a_person()?;
                        moved = Instant::now();
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// A printer without a back channel shows an empty roll by taking nothing more.
    fn stall_limit(&self) -> Duration {
        match self.profile.barrier {
            Barrier::None => STALL_LIMIT.max(self.job.paper_wait),
            Barrier::ProcessId | Barrier::Status => STALL_LIMIT,
        }
    }

    /// Small printers drop what overruns their buffer; they are given time to print it.
    fn pace(&mut self) -> Result<(), Fault> {
        if self.profile.pace_rows_per_second == 0 {
            return Ok(());
        }
        let rows = u64::from(self.rows_sent) * 1_000;
        let due = Duration::from_millis(rows / u64::from(self.profile.pace_rows_per_second));
        std::thread::sleep(due.saturating_sub(self.started.elapsed()));
        Ok(())
    }

    /// Stays here while the printer reports something that a person can put right.
    fn wait_for_a_person(&mut self) -> Result<(), Fault> {
        while let Some(since) = self.waiting_since {
            if since.elapsed() > self.job.paper_wait {
                return Err(self.status.fault().unwrap_or(Fault::Timeout));
            }
            self.listen(SLICE)?;
        }
        Ok(())
    }

    fn listen(&mut self, limit: Duration) -> Result<(), Fault> {
        if self.profile.barrier == Barrier::None {
            return Ok(());
        }
        let mut buffer = [0; 64];
        let count = match port::receive(&mut *self.port, &mut buffer, limit) {
            Ok(count) => count,
            Err(Fault::Timeout) => return Ok(()),
            Err(fault) => return Err(fault),
        };
        for byte in &buffer[..count] {
            match self.replies.push(*byte) {
                Some(Reply::Automatic(report)) => self.heed(from_automatic(report))?,
                Some(Reply::Paper(_)) if self.asked && self.profile.barrier == Barrier::Status => {
                    self.answered = Some(ConfirmedBy::PaperStatus);
                }
                Some(Reply::ProcessId(mark)) if self.asked && mark == self.mark => {
                    self.answered = Some(ConfirmedBy::ProcessId);
                }
                Some(Reply::RealTime(_) | Reply::Paper(_) | Reply::ProcessId(_)) | None => {}
            }
        }
        Ok(())
    }

    fn heed(&mut self, status: PrinterStatus) -> Result<(), Fault> {
        let known_near_end = self.status.paper == Paper::NearEnd;
        self.status = status;
        match status.fault() {
            Some(fault @ (Fault::Cutter | Fault::Broken)) => return Err(fault),
            Some(fault) if self.waiting_since.is_none() => {
                self.waiting_since = Some(Instant::now());
                (self.progress)(PrintProgress::Waiting(fault));
            }
            Some(_) => {}
            None if self.waiting_since.take().is_some() => {
                (self.progress)(PrintProgress::Resumed);
            }
            None => {}
        }
        if status.paper == Paper::NearEnd && !known_near_end {
            (self.progress)(PrintProgress::NearEnd);
        }
        Ok(())
    }
}
