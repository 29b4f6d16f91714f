//! What the tests of all simulators need: a raw host. Not every test file uses all of it.
#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Long enough for any machine; nothing waits this long when all is well.
pub const LONG: Duration = Duration::from_secs(20);

pub struct Host(pub TcpStream);

impl Host {
    pub fn connect(port: &str) -> Host {
        let address = port.strip_prefix("tcp://").expect("a TCP address");
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        Host(stream)
    }

    pub fn says(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    pub fn hears(&mut self, expected: &[u8]) {
        let mut bytes = vec![0; expected.len()];
        self.0.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, expected, "{bytes:02x?} instead of {expected:02x?}");
    }

    /// Nothing more comes before the far end hangs up.
    pub fn hears_the_end(&mut self) {
        let mut rest = Vec::new();
        // A far end that hangs up with our bytes unread resets the connection.
        let _ = self.0.read_to_end(&mut rest);
        assert!(rest.is_empty(), "{rest:02x?}");
    }
}
