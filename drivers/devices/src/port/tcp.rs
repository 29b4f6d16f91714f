//! A device on the network, or on a converter that makes a serial line of it.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::fault::Fault;
use crate::port::{CONNECT_LIMIT, Port};

pub struct TcpPort {
    stream: TcpStream,
    name: String,
}

impl TcpPort {
    pub fn connect(host: &str, port: u16) -> Result<TcpPort, Fault> {
        let name = format!("tcp://{host}:{port}");
        // Brackets mark an IPv6 address in the text only.
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        let addresses = (plain, port)
            .to_socket_addrs()
            .map_err(|error| Fault::from_io(&format!("finding {name}"), error))?;
        let mut fault = Fault::Unplugged;
        for address in addresses {
            match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
                Ok(stream) => {
                    // Commands are small and wait for their answers; only latency is at stake.
                    let _ = stream.set_nodelay(true);
                    return Ok(TcpPort { stream, name });
                }
                // A device that is switched off does not even refuse.
                Err(error) if error.kind() == io::ErrorKind::TimedOut => fault = Fault::Unplugged,
                Err(error) => fault = Fault::from_io(&format!("connecting to {name}"), error),
            }
        }
        Err(fault)
    }
}

impl Read for TcpPort {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for TcpPort {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Port for TcpPort {
    fn set_deadline(&mut self, limit: Duration) {
        let limit = Some(limit.max(Duration::from_millis(1)));
        self.stream.set_read_timeout(limit).expect("a limit above zero is accepted");
        self.stream.set_write_timeout(limit).expect("a limit above zero is accepted");
    }

    fn name(&self) -> &str {
        &self.name
    }
}
