//! Waiting for a file, up to a limit.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// What the kernel says of a file that is ready.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// The far end is gone; what it sent before can still be read.
    pub hung_up: bool,
}

/// Waits until the file can be read or written, or has something else to say.
pub fn ready(file: &impl AsFd, what: PollFlags, limit: Duration) -> io::Result<Ready> {
    let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
    let mut watched = [PollFd::new(file, what)];
    match poll(&mut watched, Some(&limit)) {
        Ok(0) => Err(io::ErrorKind::TimedOut.into()),
        Ok(_) => {
            let said = watched[0].revents();
            Ok(Ready { hung_up: said.intersects(PollFlags::HUP | PollFlags::NVAL) })
        }
        Err(errno) => Err(errno.into()),
    }
}
