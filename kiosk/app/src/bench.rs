//! One blocking thread for each thing that is attached. A bench takes one job at a time from its
//! queue and reports to the desk's inbox; it owns no state about money.

mod around;
mod card_reader;
mod cloud;
mod printer;
mod scanner;
mod still;
mod terminal;
mod viewfinder;

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

pub use around::{start_gnss, start_power, start_scale};
pub use card_reader::start_card_reader;
pub use cloud::{CloudTerminalError, cloud_terminal, try_cloud_terminal};
pub use printer::{PrinterBench, PrinterJob, PrinterWord, not_started};
pub use scanner::start_scanner;
pub use still::StillCamera;
pub use terminal::{TerminalBench, TerminalJob, sale};
pub use viewfinder::{CameraBench, Looked};

/// Jobs that may wait at one bench: a desk gives one at a time, and a second after a fault.
const JOBS_MAX: usize = 8;

/// How long one wait for a code or a card lasts, so that the thread notices when the desk is gone.
const READER_WAIT: Duration = Duration::from_secs(2);

/// How long a reader that was pulled is left alone before it is tried again. One that takes itself
/// for a keyboard types onto the screen until it is grabbed again, so that it is not left for long.
const READER_PAUSE: Duration = Duration::from_millis(250);

/// The queue of one bench.
pub struct Bench<J> {
    jobs: SyncSender<J>,
}

impl<J: Send + 'static> Bench<J> {
    /// Starts the thread; it ends when the bench is dropped and its last job is done.
    fn start(name: &str, work: impl FnOnce(Receiver<J>) + Send + 'static) -> Self {
        let (jobs, queue) = sync_channel(JOBS_MAX);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || work(queue))
            .expect("a thread can be started while the desk opens");
        Self { jobs }
    }

    /// Gives a job; returns it where the queue is full or the bench has ended.
    fn give(&self, job: J) -> Result<(), J> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(job) | TrySendError::Disconnected(job) => job,
        })
    }
}
