//! One way to speak to a device, whatever it hangs on. Every read and every write ends by its
//! deadline: a device that stays silent costs its driver a moment and nobody else anything.

mod file;
mod serial;
mod tcp;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::address::PortAddress;
use crate::fault::Fault;

/// The longest a connection may take to stand; a device on the same desk needs a few milliseconds.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// One write hands over at most this much, so that a driver comes back to listen between two
/// pieces and a serial line with a full buffer never holds it past its deadline.
pub const WRITE_BYTES_MAX: usize = 256;

/// An open connection to one device.
pub trait Port: Read + Write + Send {
    /// The longest that the next reads and writes may wait, each for itself.
    fn set_deadline(&mut self, limit: Duration);
    /// The address as the configuration gives it, for the log.
    fn name(&self) -> &str;
}

/// Opens the port behind an address.
pub fn open(address: &PortAddress) -> Result<Box<dyn Port>, Fault> {
    match address {
        PortAddress::Tcp { host, port } => Ok(Box::new(tcp::TcpPort::connect(host, *port)?)),
        PortAddress::Serial { path, line } => Ok(Box::new(serial::SerialPort::open(path, line)?)),
        PortAddress::File { path } => Ok(Box::new(file::FilePort::open(path)?)),
        // No bytes pass there, only commands to cards.
        PortAddress::Pcsc { .. } => Err(Fault::Unsupported),
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn listener() -> (TcpListener, PortAddress) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, PortAddress::Tcp { host: "127.0.0.1".to_owned(), port })
    }

    #[test]
    fn a_silent_device_is_a_timeout_and_a_gone_one_is_unplugged() {
        let (listener, address) = listener();
        let mut port = open(&address).unwrap();
        let (far_end, _) = listener.accept().unwrap();
        let mut buffer = [0; 8];
        let limit = Duration::from_millis(20);
        assert_eq!(receive(&mut *port, &mut buffer, limit).unwrap_err().word(), "timeout");
        drop(far_end);
        let limit = Duration::from_secs(5);
        assert_eq!(receive(&mut *port, &mut buffer, limit).unwrap_err().word(), "unplugged");
    }

    #[test]
    fn a_write_that_nobody_takes_ends_by_its_deadline() {
        let (listener, address) = listener();
        let mut port = open(&address).unwrap();
        let (_far_end, _) = listener.accept().unwrap();
        // More than the buffers of both ends of a loopback connection hold together.
        let much = vec![0; 64 << 20];
        let fault = send(&mut *port, &much, Duration::from_millis(200)).unwrap_err();
        assert_eq!(fault.word(), "timeout");
    }

    #[test]
    fn nobody_at_the_address_is_unplugged() {
        let (listener, address) = listener();
        drop(listener);
        assert_eq!(open(&address).err().unwrap().word(), "unplugged");
        let missing = "file:///dev/usb/no-such-printer".parse().unwrap();
        assert_eq!(open(&missing).err().unwrap().word(), "unplugged");
        let missing = "serial:///dev/no-such-line".parse().unwrap();
        assert_eq!(open(&missing).err().unwrap().word(), "unplugged");
    }

    #[test]
    fn a_serial_line_carries_bytes_both_ways_and_notices_its_end() {
        let (mut master, slave) = serialport::TTYPort::pair().unwrap();
        let path = serialport::SerialPort::name(&slave).unwrap();
        let mut port = open(&format!("serial://{path}").parse().unwrap()).unwrap();
        drop(slave);
        send(&mut *port, b"to the device", Duration::from_secs(5)).unwrap();
        let mut buffer = [0; 13];
        serialport::SerialPort::set_timeout(&mut master, Duration::from_secs(5)).unwrap();
        master.read_exact(&mut buffer).unwrap();
        assert_eq!(&buffer, b"to the device");
        master.write_all(b"back").unwrap();
        let count = receive(&mut *port, &mut buffer, Duration::from_secs(5)).unwrap();
        assert!(b"back".starts_with(&buffer[..count]));
        drop(master);
        let gone = loop {
            match receive(&mut *port, &mut buffer, Duration::from_secs(5)) {
                Ok(_) => {}
                Err(fault) => break fault,
            }
        };
        assert_eq!(gone.word(), "unplugged");
        let fault = send(&mut *port, b"x", Duration::from_secs(5)).unwrap_err();
        assert_eq!(fault.word(), "unplugged");
    }
}
