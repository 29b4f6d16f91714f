//! One way to speak to a device, whatever it hangs on. Every read and every write ends by its
//! deadline: a device that stays silent costs its driver a moment and nobody else anything.

mod file;
mod kept;
mod ready;
mod serial;
mod tcp;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::machine::Machine;

pub use kept::KeptPort;

/// The longest a connection may take to stand; a device on the same desk needs a few milliseconds.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// One write hands over at most this much, so that a driver comes back to listen between two
/// pieces and a serial line with a full buffer never holds it past its deadline.
pub const WRITE_BYTES_MAX: usize = 256;
/// How long the closing of a port may wait for what was written. Whoever must know that the device
/// has everything asks with `settle` before.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);
/// How much of what nobody listened to is thrown away at once: more than a serial line keeps.
const OLD_BYTES_MAX: usize = 64 * 1_024;

/// How the port behind an address is opened.
pub type Opener = Box<dyn Fn(&PortAddress) -> Result<Box<dyn Port>, Fault> + Send>;

/// An open connection to one device. A flush waits until the device has everything that was
/// written, as far as the kernel can see that.
pub trait Port: Read + Write + Send {
    /// The longest that the next reads, writes and flushes may wait, each for itself.
    fn set_deadline(&mut self, limit: Duration);
    /// The address as the configuration gives it, for the log.
    fn name(&self) -> &str;
}

/// Opens the port behind an address, wherever on this machine that is today.
pub fn open(address: &PortAddress) -> Result<Box<dyn Port>, Fault> {
    open_on(&Machine::default(), address)
}

/// The same on a machine that may be a test's.
pub fn open_on(machine: &Machine, address: &PortAddress) -> Result<Box<dyn Port>, Fault> {
    match machine.resolved(address)? {
        PortAddress::Tcp { host, port } => Ok(Box::new(tcp::TcpPort::connect(&host, port)?)),
        PortAddress::Serial { path, line } => Ok(Box::new(serial::SerialPort::open(&path, &line)?)),
        PortAddress::File { path } => Ok(Box::new(file::FilePort::open(&path)?)),
        // No bytes pass there, only commands to cards.
        PortAddress::Pcsc { .. } => Err(Fault::Unsupported),
        PortAddress::Usb { .. } | PortAddress::Bluetooth(_) => {
            unreachable!("they are resolved to a path")
        }
    }
}

/// Writes everything, or says why not, by the limit.
pub fn send(port: &mut dyn Port, bytes: &[u8], limit: Duration) -> Result<(), Fault> {
    let until = Instant::now() + limit;
    let mut rest = bytes;
    while !rest.is_empty() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Fault::Timeout);
        }
        rest = &rest[send_some(port, rest, left)?..];
    }
    Ok(())
}

/// Writes what the device takes at once, at least one byte, or says why not, by the limit.
pub fn send_some(port: &mut dyn Port, bytes: &[u8], limit: Duration) -> Result<usize, Fault> {
    port.set_deadline(limit.max(Duration::from_millis(1)));
    loop {
        match port.write(&bytes[..bytes.len().min(WRITE_BYTES_MAX)]) {
            Ok(0) => return Err(Fault::Unplugged),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::from_io("writing to the device", error)),
        }
    }
}

/// Waits until the device has everything that was written. Some ports throw away what is still on
/// its way when they are closed: a driver that writes last and closes then calls this between.
pub fn settle(port: &mut dyn Port, limit: Duration) -> Result<(), Fault> {
    port.set_deadline(limit.max(Duration::from_millis(1)));
    port.flush().map_err(|error| Fault::from_io("finishing what was written", error))
}

/// Reads what has come by the limit: at least one byte, or a fault.
pub fn receive(port: &mut dyn Port, buffer: &mut [u8], limit: Duration) -> Result<usize, Fault> {
    // A read time-out of zero means "for ever" to the operating system.
    port.set_deadline(limit.max(Duration::from_millis(1)));
    loop {
        match port.read(buffer) {
            Ok(0) => return Err(Fault::Unplugged),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Fault::from_io("reading from the device", error)),
        }
    }
}

/// Throws away what has come already: it is old.
pub fn throw_away(port: &mut dyn Port) -> Result<(), Fault> {
    let (mut old, mut count) = ([0; 512], 0);
    while count < OLD_BYTES_MAX {
        match receive(port, &mut old, Duration::from_millis(1)) {
            Ok(more) => count += more,
            Err(Fault::Timeout) => return Ok(()),
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
