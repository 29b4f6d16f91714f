//! A device on the network, or on a converter that makes a serial line of it.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use crate::fault::Fault;
use crate::port::{CONNECT_LIMIT, Port};

/// A device whose network cable was pulled says nothing, and neither does one that nobody uses.
/// After so much silence the kernel asks whether it is still there, so often and so many times:
/// a scanner that was restarted is missed within half a minute.
const SILENCE: Duration = Duration::from_secs(10);
const ASK_EVERY: Duration = Duration::from_secs(5);
const ASKED_MAX: u32 = 3;

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
                    watch(&stream).map_err(|error| Fault::from_io("watching the line", error))?;
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

fn watch(stream: &TcpStream) -> io::Result<()> {
    let often =
        TcpKeepalive::new().with_time(SILENCE).with_interval(ASK_EVERY).with_retries(ASKED_MAX);
    SockRef::from(stream).set_tcp_keepalive(&often)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_silent_connection_is_asked_whether_it_lives() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = TcpPort::connect("127.0.0.1", listener.local_addr().unwrap().port()).unwrap();
        let socket = SockRef::from(&port.stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), SILENCE);
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), ASK_EVERY);
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), ASKED_MAX);
    }
}
