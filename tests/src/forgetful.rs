//! A file system that forgets what was not synced: files in memory under a real path, as any
//! program sees them, and a power cut that leaves only what a disk is bound to keep. It speaks to
//! the kernel's FUSE by itself and needs nothing installed, only the right to mount.

mod cut;
mod disk;
mod file;
mod names;
#[cfg(test)]
mod tests;
mod wire;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fuser::{BackgroundSession, Config, MountOption};

use crate::chance::Chance;

pub use cut::{Loss, Remains};
pub use disk::{Deed, Disk, Step};
pub use names::Naming;

use wire::Wire;

/// A forgetful disk under a path; taken down when it is dropped.
pub struct Forgetful {
    folder: PathBuf,
    disk: Arc<Mutex<Disk>>,
    session: Option<BackgroundSession>,
}

impl Forgetful {
    /// An empty disk in place of an empty folder.
    pub fn mount(folder: &Path, naming: Naming) -> io::Result<Forgetful> {
        let disk = Arc::new(Mutex::new(Disk::new(naming)));
        let session = Some(session(folder, &disk)?);
        Ok(Forgetful { folder: folder.to_owned(), disk, session })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The power goes at the n-th change or sync from now, and that one fails with it.
    pub fn cut_after(&self, steps: u64) {
        self.disk().cut_after(steps);
    }

    /// The power goes now: whatever is asked of the disk fails from here on.
    pub fn power_off(&self) {
        self.disk().power_off();
    }

    pub fn is_off(&self) -> bool {
        self.disk().is_off()
    }

    /// What was being done when the power went.
    pub fn last_step(&self) -> Option<Step> {
        self.disk().last_step().cloned()
    }

    /// How many changes and syncs there were.
    pub fn steps(&self) -> u64 {
        self.disk().steps()
    }

    /// Everything is synced, as after a quiet minute.
    pub fn settle(&self) {
        self.disk().settle();
    }

    /// The disk hangs, as a stick with a bad contact does: nothing that it is asked is answered
    /// until this is dropped.
    pub fn hangs(&self) -> impl Sized + '_ {
        self.disk()
    }

    /// The power goes, if it has not gone yet, and comes back: the disk is there again with what
    /// it kept. No program may have a file of it open any more.
    pub fn power_cut(&mut self, loss: Loss, chance: &mut Chance) -> io::Result<Remains> {
        self.power_off();
        self.take_down()?;
        let remains = self.disk().come_back(loss, chance);
        self.session = Some(session(&self.folder, &self.disk)?);
        Ok(remains)
    }

    /// A program that is just being started has every file of this one open until it has begun:
    /// the folder is let go at once, and the end of that is waited for.
    fn take_down(&mut self) -> io::Result<()> {
        let Some(session) = self.session.take() else { return Ok(()) };
        let ended = match let_go(&self.folder) {
            true => session.join(),
            false => session.umount_and_join(),
        };
        match ended {
            // A request was being read as the folder was let go: an end like any other.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => Ok(()),
            ended => ended,
        }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        lock(&self.disk)
    }
}

impl Drop for Forgetful {
    fn drop(&mut self) {
        // A test that falls over leaves files open: nobody waits until they are closed.
        self.power_off();
        let_go(&self.folder);
    }
}

/// Why no forgetful disk can be had on this machine, where it cannot.
pub fn refused() -> Option<String> {
    let tried = tempfile::tempdir().and_then(|folder| {
        let disk = Forgetful::mount(folder.path(), Naming::Journal)?;
        std::fs::write(disk.folder().join("try"), b"try")
    });
    tried.err().map(|error| error.to_string())
}

fn let_go(folder: &Path) -> bool {
    let mut command = Command::new("umount");
    command.arg("--lazy").arg(folder).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn session(folder: &Path, disk: &Arc<Mutex<Disk>>) -> io::Result<BackgroundSession> {
    let mut config = Config::default();
    config.mount_options = vec![MountOption::FSName("forgetful".to_owned()), MountOption::NoAtime];
    fuser::spawn_mount(Wire::new(folder, disk.clone())?, folder, &config)
}

fn lock(disk: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    // Each deed is one step: a thread that fell over left the disk whole.
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}
