//! Where a simulator waits for its host: a TCP port, or the far end of a pty.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use crate::SimError;

/// How long a thread may look away from the wish to stop.
pub const LOOK_UP: Duration = Duration::from_millis(20);
/// A host that takes nothing for so long is treated as gone.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Where to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Tcp(SocketAddr),
    Pty,
}

impl Place {
    /// Any free port on this machine.
    pub fn free_port() -> Place {
        Place::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)))
    }
}

/// The wish to stop, shared by the threads of one simulator.
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn now(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn wished(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A connected host.
pub trait Connection: Write + Send {
    /// What has come by the limit: nothing yet, some bytes, or an end of file when it hung up.
    fn receive(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<Received>;

    /// Pulls the cable. A TCP host sees the end of the line. On a serial line there is no such
    /// thing: whatever the host still sends is lost, until it closes its end.
    fn cut(&mut self, stop: &Stop);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Nothing,
    Bytes(usize),
    HungUp,
}

pub enum Wire {
    Tcp(TcpListener),
    Pty(File),
}

impl Wire {
    /// The waiting end, and the address that a host connects to.
    pub fn open(place: Place) -> Result<(Wire, String), SimError> {
        match place {
            Place::Tcp(address) => {
                let (listener, address) = listen(address)?;
                Ok((Wire::Tcp(listener), format!("tcp://{address}")))
            }
            Place::Pty => {
                open_pty().map_err(|error| SimError::new("no pty could be opened", error))
            }
        }
    }

    /// Waits for a host; nothing when the simulator shall stop.
    pub fn accept(&self, stop: &Stop) -> Option<Box<dyn Connection>> {
        while !stop.wished() {
            match self {
                Wire::Tcp(listener) => {
                    if let Some(stream) = accept_tcp(listener) {
                        return Some(Box::new(TcpConnection(stream)));
                    }
                }
                Wire::Pty(master) => {
                    if somebody_holds_the_other_end(master) {
                        let master = master.try_clone().ok()?;
                        return Some(Box::new(PtyConnection(master)));
                    }
                    std::thread::sleep(LOOK_UP);
                }
            }
        }
        None
    }
}

/// A listener that is asked rather than waited on, and where it listens.
pub fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), SimError> {
    let listening = || -> io::Result<(TcpListener, SocketAddr)> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listening().map_err(|error| SimError::new(format!("cannot listen on {address}"), error))
}

/// One waiting host, if there is one within a moment.
pub fn accept_tcp(listener: &TcpListener) -> Option<TcpStream> {
    if !ready(listener, PollFlags::IN, LOOK_UP) {
        return None;
    }
    let (stream, _) = listener.accept().ok()?;
    let prepared = stream
        .set_nonblocking(false)
        .and_then(|()| stream.set_nodelay(true))
        .and_then(|()| stream.set_write_timeout(Some(WRITE_LIMIT)));
    prepared.is_ok().then_some(stream)
}

struct TcpConnection(TcpStream);

impl Write for TcpConnection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Connection for TcpConnection {
    fn receive(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<Received> {
        if !ready(&self.0, PollFlags::IN, limit) {
            return Ok(Received::Nothing);
        }
        match self.0.read(buffer)? {
            0 => Ok(Received::HungUp),
            count => Ok(Received::Bytes(count)),
        }
    }

    fn cut(&mut self, _: &Stop) {
        // A host that is gone already cannot be cut off.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

struct PtyConnection(File);

impl Write for PtyConnection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !ready(&self.0, PollFlags::OUT, WRITE_LIMIT) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Connection for PtyConnection {
    fn receive(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<Received> {
        if !ready(&self.0, PollFlags::IN, limit) {
            return Ok(Received::Nothing);
        }
        match self.0.read(buffer) {
            Ok(0) => Ok(Received::HungUp),
            Ok(count) => Ok(Received::Bytes(count)),
            // What a pty says when nobody holds its other end any more.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                Ok(Received::HungUp)
            }
            Err(error) => Err(error),
        }
    }

    fn cut(&mut self, stop: &Stop) {
        let mut lost = [0; 1024];
        while !stop.wished() {
            if matches!(self.receive(&mut lost, LOOK_UP), Ok(Received::HungUp) | Err(_)) {
                return;
            }
        }
    }
}

fn open_pty() -> io::Result<(Wire, String)> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let path = name.to_string_lossy().into_owned();
    // Opened once and closed again: the line is raw from then on, and the pty says "hung up"
    // until a host comes.
    let slave = rustix::fs::open(&*path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
    let mut settings = tcgetattr(&slave)?;
    settings.make_raw();
    tcsetattr(&slave, OptionalActions::Now, &settings)?;
    drop(slave);
    Ok((Wire::Pty(File::from(master)), format!("serial://{path}")))
}

fn somebody_holds_the_other_end(master: &File) -> bool {
    let mut watched = [PollFd::new(master, PollFlags::IN)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    if poll(&mut watched, Some(&now)).is_err() {
        return false;
    }
    let flags = watched[0].revents();
    flags.contains(PollFlags::IN) || !flags.contains(PollFlags::HUP)
}

fn ready(file: &impl std::os::fd::AsFd, what: PollFlags, limit: Duration) -> bool {
    let limit =
        Timespec { tv_sec: limit.as_secs() as i64, tv_nsec: i64::from(limit.subsec_nanos()) };
    let mut watched = [PollFd::new(file, what)];
    matches!(poll(&mut watched, Some(&limit)), Ok(count) if count > 0)
}
