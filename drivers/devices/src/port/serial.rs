//! A device on a serial line: a real one, a USB converter, Bluetooth's rfcomm, or a pty.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use serialport::{DataBits, ErrorKind, Parity as Evenness, StopBits, TTYPort};

use crate::address::{Parity, SerialLine};
use crate::fault::Fault;
use crate::port::{CONNECT_LIMIT, Port};

pub struct SerialPort {
    line: TTYPort,
    name: String,
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
            .timeout(CONNECT_LIMIT)
            .open_native();
        match opened {
            Ok(line) => Ok(SerialPort { line, name }),
            Err(error) => Err(open_fault(&name, error)),
        }
    }
}

/// The crate hands an errno over as a kind and a text; the kinds that matter here are two.
fn open_fault(name: &str, error: serialport::Error) -> Fault {
    match error.kind() {
        ErrorKind::NoDevice | ErrorKind::Io(io::ErrorKind::NotFound) => Fault::Unplugged,
        ErrorKind::Io(io::ErrorKind::ResourceBusy) => Fault::Busy,
        _ if error.description.contains("busy") => Fault::Busy,
        _ => Fault::from_io(&format!("opening {name}"), io::Error::from(error)),
    }
}

impl Read for SerialPort {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.line.read(buffer)
    }
}

impl Write for SerialPort {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Waiting until the last bit has left has no deadline, and nothing here depends on it.
        Ok(())
    }
}

impl Port for SerialPort {
    fn set_deadline(&mut self, limit: Duration) {
        serialport::SerialPort::set_timeout(&mut self.line, limit)
            .expect("the limit is only remembered, which cannot fail");
    }

    fn name(&self) -> &str {
        &self.name
    }
}
