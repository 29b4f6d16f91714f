//! A printer behind the kernel's USB printer driver, as a device file. That driver (usblp) knows no
//! deadline: it is asked for one write or read at a time, never waited in, and polled between.
//! What it is about to say, from its source (Linux 6.1, drivers/usb/class/usblp.c):
//!
//! - one write is on its way at a time; it counts as taken when it begins, and **closing the file
//!   throws it away**: the last bytes of a slip need a wait before the end;
//! - a printer that has nothing to say may answer with a packet of no bytes, which reads as zero
//!   bytes though nobody has hung up;
//! - after unplugging, reads and writes end with ENODEV, and polling says "ready" for both.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::fs::OFlags;

use crate::fault::Fault;
use crate::port::ready::ready;
use crate::port::{CLOSE_LIMIT, CONNECT_LIMIT, Port};

/// How long a printer is left alone that has just answered with nothing.
const EMPTY_PAUSE: Duration = Duration::from_millis(10);

pub struct FilePort {
    file: File,
    name: String,
    limit: Duration,
}

impl FilePort {
    pub fn open(path: &Path) -> Result<FilePort, Fault> {
        let name = format!("file://{}", path.display());
        let fault = |error| Fault::from_io(&format!("opening {name}"), error);
        // Without O_NONBLOCK a write to a printer that has stopped would never come back.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32)
            .open(path)
            .map_err(fault)?;
        let kind = file.metadata().map_err(fault)?.file_type();
        if kind.is_file() || kind.is_block_device() {
            // Whoever writes to a printer that is away makes a plain file of its name.
            return Err(fault(io::Error::other("it is a file and no device: remove it")));
        }
        Ok(FilePort { file, name, limit: CONNECT_LIMIT })
    }
}

impl Read for FilePort {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let until = Instant::now() + self.limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let ready = ready(&self.file, PollFlags::IN, left)?;
            match self.file.read(buffer) {
                Ok(0) if ready.hung_up => return Ok(0),
                Ok(0) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
                Ok(0) => thread::sleep(EMPTY_PAUSE.min(left)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && left.is_zero() => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                // Polled as ready, with nothing to read: a fault of the line that passes, or not.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    thread::sleep(EMPTY_PAUSE.min(left));
                }
                read => return read,
            }
        }
    }
}

impl Write for FilePort {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        ready(&self.file, PollFlags::OUT, self.limit)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Ready to take more is: has taken everything before. A write of nothing fetches what
        // became of it, as where the printer was pulled meanwhile.
        ready(&self.file, PollFlags::OUT, self.limit)?;
        match rustix::io::write(&self.file, &[]) {
            Ok(_) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }
}

impl Drop for FilePort {
    fn drop(&mut self) {
        // Whoever did not ask before cannot be told any more.
        let _ = ready(&self.file, PollFlags::OUT, CLOSE_LIMIT);
    }
}

impl Port for FilePort {
    fn set_deadline(&mut self, limit: Duration) {
        self.limit = limit;
    }

    fn name(&self) -> &str {
        &self.name
    }
}
