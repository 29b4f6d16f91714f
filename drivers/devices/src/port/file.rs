//! A printer behind the kernel's USB printer driver, as a device file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use crate::fault::Fault;
use crate::port::{CONNECT_LIMIT, Port};

pub struct FilePort {
    file: File,
    name: String,
    limit: Duration,
}

impl FilePort {
    pub fn open(path: &Path) -> Result<FilePort, Fault> {
        let name = format!("file://{}", path.display());
        // Without O_NONBLOCK a write to a printer that has stopped would never come back.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32)
            .open(path)
            .map_err(|error| Fault::from_io(&format!("opening {name}"), error))?;
        Ok(FilePort { file, name, limit: CONNECT_LIMIT })
    }

    fn wait(&self, what: PollFlags) -> io::Result<()> {
        let limit = Timespec::try_from(self.limit).map_err(io::Error::other)?;
        let mut watched = [PollFd::new(&self.file, what)];
        match poll(&mut watched, Some(&limit)) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }
}

impl Read for FilePort {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait(PollFlags::IN)?;
        self.file.read(buffer)
    }
}

impl Write for FilePort {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait(PollFlags::OUT)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
