//! A device on a serial line: a real one, a USB converter, Bluetooth's rfcomm, or a pty.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{FromRawFd, IntoRawFd};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::termios::{QueueSelector, tcflush};
use serialport::{DataBits, ErrorKind, Parity as Evenness, StopBits, TTYPort};

use crate::address::{FlowControl, Parity, SerialLine};
use crate::fault::Fault;
use crate::port::ready::ready;
use crate::port::{CLOSE_LIMIT, CONNECT_LIMIT, Port};

/// How often it is looked whether the last byte has left.
const DRAIN_PAUSE: Duration = Duration::from_millis(5);

/// The package opens the line, sets it and holds it for this program alone; bytes go through a file
/// of the same line that never blocks. The package's own writes do: a line that is ready may have
/// room for a part only, and then the write waits for a stopped device without an end. Bluetooth's
/// lines are so (Linux, net/bluetooth/rfcomm/tty.c: they never count more than one packet as
/// waiting); read there, with no Bluetooth at hand to play it.
pub struct SerialPort {
    line: TTYPort,
    file: File,
    name: String,
    limit: Duration,
}

impl SerialPort {
    pub fn open(path: &Path, line: &SerialLine) -> Result<SerialPort, Fault> {
        let name = format!("serial://{}", path.display());
        // The modem lines are never asked for: a pty answers ENOTTY, and most receipt printers
        // do not wire them.
        let opened = serialport::new(path.to_string_lossy(), line.baud)
            .data_bits(if line.data_bits == 7 { DataBits::Seven } else { DataBits::Eight })
            .stop_bits(if line.stop_bits == 2 { StopBits::Two } else { StopBits::One })
            .parity(match line.parity {
                Parity::None => Evenness::None,
                Parity::Even => Evenness::Even,
                Parity::Odd => Evenness::Odd,
            })
            .flow_control(match line.flow {
                FlowControl::None => serialport::FlowControl::None,
                FlowControl::Software => serialport::FlowControl::Software,
                FlowControl::Hardware => serialport::FlowControl::Hardware,
            })
            .open_native();
        let line = opened.map_err(|error| open_fault(&name, error))?;
        let second = line.try_clone_native().map_err(|error| open_fault(&name, error))?;
        // SAFETY: `into_raw_fd` gives up an open file that nobody else closes.
        let file = unsafe { File::from_raw_fd(second.into_raw_fd()) };
        fcntl_setfl(&file, OFlags::NONBLOCK)
            .map_err(|errno| Fault::from_io(&format!("opening {name}"), errno.into()))?;
        Ok(SerialPort { line, file, name, limit: CONNECT_LIMIT })
    }

    /// Waits until the last byte has left, which the kernel counts for real lines only.
    fn drain(&self, limit: Duration) -> io::Result<()> {
        let until = Instant::now() + limit;
        while serialport::SerialPort::bytes_to_write(&self.line).map_err(io::Error::from)? > 0 {
            if Instant::now() >= until {
                return Err(io::ErrorKind::TimedOut.into());
            }
            thread::sleep(DRAIN_PAUSE);
        }
        Ok(())
    }
}

/// The package hands an errno over as a kind or, for most, as its text alone.
fn open_fault(name: &str, error: serialport::Error) -> Fault {
    match error.kind() {
        // What it calls "no device" is a line that another program holds.
        ErrorKind::NoDevice => Fault::Busy,
        ErrorKind::Unknown if GONE.iter().any(|said| error.description.contains(said)) => {
            Fault::Unplugged
        }
        _ => Fault::from_io(&format!("opening {name}"), io::Error::from(error)),
    }
}

/// ENODEV and ENXIO, EIO, and EHOSTDOWN of a Bluetooth device that is switched off.
const GONE: [&str; 3] = ["No such device", "I/O error", "Host is down"];

impl Read for SerialPort {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        ready(&self.file, PollFlags::IN, self.limit)?;
        self.file.read(buffer)
    }
}

impl Write for SerialPort {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        ready(&self.file, PollFlags::OUT, self.limit)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain(self.limit)
    }
}

impl Drop for SerialPort {
    fn drop(&mut self) {
        // The kernel waits half a minute at the close for a device that has stopped.
        if self.drain(CLOSE_LIMIT).is_err() {
            let _ = tcflush(&self.file, QueueSelector::OFlush);
        }
    }
}

impl Port for SerialPort {
    fn set_deadline(&mut self, limit: Duration) {
        self.limit = limit;
    }

    fn name(&self) -> &str {
        &self.name
    }
}
