//! A port that stays open and comes back: for devices that talk by themselves, as scanners and
//! scales do. Pulled, it says so; plugged in again, whichever name the kernel gives it then, it is
//! found by its address. Between two tries are pauses that grow, so that a device that stays away
//! costs nothing.

use std::thread;
use std::time::{Duration, Instant};

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::{self, Opener, Port};

/// The first pause after a try that failed, and the longest: a person who plugs a scanner in again
/// tries it within a few seconds.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(3);

pub struct KeptPort {
    address: PortAddress,
    open: Opener,
    port: Option<Box<dyn Port>>,
    /// Nothing was heard from the port since it was opened.
    is_new: bool,
    pauses: Pauses,
    again: Instant,
    fault: Fault,
}

impl KeptPort {
    pub fn new(address: PortAddress) -> KeptPort {
        KeptPort::opened_by(Box::new(port::open), address)
    }

    /// The same over ports of the caller's own making.
    pub fn opened_by(open: Opener, address: PortAddress) -> KeptPort {
        KeptPort {
            address,
            open,
            port: None,
            is_new: false,
            pauses: Pauses::default(),
            again: Instant::now(),
            fault: Fault::Unplugged,
        }
    }

    pub fn address(&self) -> &PortAddress {
        &self.address
    }

    /// Whether the port is open as far as is known.
    pub fn is_open(&self) -> bool {
        self.port.is_some()
    }

    /// Opens the port where it is not, by the limit. True where it was opened just now: whatever
    /// was begun before belongs to another connection.
    pub fn ensure(&mut self, limit: Duration) -> Result<bool, Fault> {
        if self.port.is_some() {
            return Ok(false);
        }
        let pause = self.again.saturating_duration_since(Instant::now());
        thread::sleep(pause.min(limit));
        if pause > limit {
            return Err(self.fault.clone());
        }
        match (self.open)(&self.address) {
            Ok(port) => {
                self.port = Some(port);
                self.is_new = true;
                Ok(true)
            }
            Err(fault) => Err(self.lost(fault)),
        }
    }

    /// What has come by the limit: at least one byte, or a fault. After any fault but `Timeout` the
    /// port is closed, and opened again when its pause is over.
    pub fn receive(&mut self, buffer: &mut [u8], limit: Duration) -> Result<usize, Fault> {
        self.ensure(limit)?;
        let port = self.port.as_mut().expect("it was opened just now");
        match port::receive(&mut **port, buffer, limit) {
            Ok(count) => {
                self.is_new = false;
                self.pauses = Pauses::default();
                Ok(count)
            }
            Err(Fault::Timeout) => Err(Fault::Timeout),
            Err(fault) => Err(self.lost(fault)),
        }
    }

    /// Writes everything by the limit. A fault closes the port: nobody knows how much has left.
    pub fn send(&mut self, bytes: &[u8], limit: Duration) -> Result<(), Fault> {
        self.ensure(limit)?;
        let port = self.port.as_mut().expect("it was opened just now");
        port::send(&mut **port, bytes, limit).map_err(|fault| self.lost(fault))
    }

    /// Closes the port and sets the time of the next try. A port that worked is tried at once; one
    /// that goes as soon as it comes is not.
    fn lost(&mut self, fault: Fault) -> Fault {
        let worked = self.port.take().is_some() && !self.is_new;
        let pause = if worked { Duration::ZERO } else { self.pauses.next() };
        self.again = Instant::now() + pause;
        self.fault = fault.clone();
        fault
    }
}

/// Pauses that double up to the longest.
#[derive(Debug, Default)]
struct Pauses {
    last: Duration,
}

impl Pauses {
    fn next(&mut self) -> Duration {
        self.last = (self.last * 2).clamp(PAUSE_MIN, PAUSE_MAX);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Read, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Opens, and is gone at the first word.
    struct Flapping;

    impl Read for Flapping {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Ok(0)
        }
    }

    impl Write for Flapping {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Ok(0)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Port for Flapping {
        fn set_deadline(&mut self, _: Duration) {}

        fn name(&self) -> &str {
            "flapping"
        }
    }

    fn tries(open: fn() -> Result<Box<dyn Port>, Fault>, calls: usize) -> usize {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let opener = move |_: &PortAddress| {
            counted.fetch_add(1, Ordering::SeqCst);
            open()
        };
        let address = "tcp://127.0.0.1:1".parse().unwrap();
        let mut port = KeptPort::opened_by(Box::new(opener), address);
        for _ in 0..calls {
            let said = port.receive(&mut [0; 8], Duration::from_millis(1)).unwrap_err();
            assert_eq!(said.word(), "unplugged");
        }
        count.load(Ordering::SeqCst)
    }

    #[test]
    fn a_device_that_stays_away_is_not_asked_at_every_call() {
        assert!((1..20).contains(&tries(|| Err(Fault::Unplugged), 200)));
    }

    #[test]
    fn a_device_that_goes_as_soon_as_it_comes_is_left_alone_as_well() {
        assert!((1..20).contains(&tries(|| Ok(Box::new(Flapping)), 200)));
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut pauses = Pauses::default();
        let found: Vec<u128> = (0..7).map(|_| pauses.next().as_millis()).collect();
        assert_eq!(found, [100, 200, 400, 800, 1_600, 3_000, 3_000]);
    }
}
