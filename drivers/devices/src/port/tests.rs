//! Ports of each kind, and what becomes of them when the far end goes.

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

/// A pty under a name that stays, as /dev/serial/by-id gives one to whatever is plugged in.
struct Socket {
    folder: tempfile::TempDir,
}

impl Socket {
    fn new() -> Socket {
        Socket { folder: tempfile::tempdir().unwrap() }
    }

    fn link(&self) -> std::path::PathBuf {
        self.folder.path().join("usb-Maker_Scanner_0001-if00")
    }

    fn address(&self) -> PortAddress {
        format!("serial://{}", self.link().display()).parse().unwrap()
    }

    /// Plugs a device in: the end that it speaks on.
    fn plug(&self) -> serialport::TTYPort {
        let (master, slave) = serialport::TTYPort::pair().unwrap();
        let path = serialport::SerialPort::name(&slave).unwrap();
        std::os::unix::fs::symlink(path, self.link()).unwrap();
        master
    }

    fn pull(&self, device: serialport::TTYPort) {
        drop(device);
        std::fs::remove_file(self.link()).unwrap();
    }
}

#[test]
fn a_line_that_another_program_holds_is_busy_and_not_away() {
    let socket = Socket::new();
    let _device = socket.plug();
    let first = open(&socket.address()).unwrap();
    assert_eq!(open(&socket.address()).err().unwrap().word(), "busy");
    drop(first);
    assert!(open(&socket.address()).is_ok());
}

#[test]
fn a_device_that_is_pulled_and_plugged_in_again_is_found_under_its_stable_name() {
    let socket = Socket::new();
    let mut device = socket.plug();
    let mut port = KeptPort::new(socket.address());
    let long = Duration::from_secs(10);
    let mut buffer = [0; 8];
    assert!(port.ensure(long).unwrap());
    device.write_all(b"one").unwrap();
    let count = port.receive(&mut buffer, long).unwrap();
    assert!(b"one".starts_with(&buffer[..count]));
    socket.pull(device);
    let gone = loop {
        match port.receive(&mut buffer, long) {
            Ok(_) => {}
            Err(fault) => break fault,
        }
    };
    assert_eq!(gone.word(), "unplugged");
    assert_eq!(port.ensure(long).unwrap_err().word(), "unplugged");
    let mut device = socket.plug();
    while !port.ensure(long).unwrap_or(false) {}
    port.send(b"you?", long).unwrap();
    device.read_exact(&mut buffer[..4]).unwrap();
    assert_eq!(&buffer[..4], b"you?");
}

#[test]
fn a_device_that_stopped_taking_holds_neither_a_write_nor_the_close() {
    let socket = Socket::new();
    let _device = socket.plug();
    let mut port = open(&socket.address()).unwrap();
    // Pieces of any size: the last one before the buffer is full fits in part only.
    for size in (1..=WRITE_BYTES_MAX).cycle() {
        match send_some(&mut *port, &vec![b'x'; size], Duration::from_millis(50)) {
            Ok(count) => assert!((1..=size).contains(&count)),
            Err(fault) => {
                assert_eq!(fault.word(), "timeout");
                break;
            }
        }
    }
}

#[test]
fn a_printer_that_answers_with_nothing_has_not_hung_up() {
    // It is always ready and reads as no bytes, as a USB printer with nothing to say may.
    let mut port = open(&"file:///dev/null".parse().unwrap()).unwrap();
    let fault = receive(&mut *port, &mut [0; 8], Duration::from_millis(30)).unwrap_err();
    assert_eq!(fault.word(), "timeout");
    let socket = Socket::new();
    let device = socket.plug();
    let mut port = open(&format!("file://{}", socket.link().display()).parse().unwrap()).unwrap();
    socket.pull(device);
    let fault = receive(&mut *port, &mut [0; 8], Duration::from_secs(10)).unwrap_err();
    assert_eq!(fault.word(), "unplugged");
}

#[test]
fn a_plain_file_is_no_printer() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let address = format!("file://{}", file.path().display()).parse().unwrap();
    let fault = open(&address).err().unwrap();
    assert_eq!(fault.word(), "io");
    let because = std::error::Error::source(&fault).unwrap().to_string();
    assert!(because.contains("no device"), "{because}");
}
