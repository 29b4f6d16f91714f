//! gpsd, fed by gpsfake with a log of sentences: how somebody else reads NMEA 0183.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

use super::emupos::free_port;
use crate::{Trouble, has_program};

/// A gpsd that reads a log over and over; ended with its gpsfake when it is dropped.
pub struct Gpsd {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Gpsd {
    /// Starts it on a log; `None` where it is not here.
    pub fn start(log: &str) -> Result<Option<Gpsd>, Trouble> {
        let is_here = Path::new("/usr/sbin/gpsd").is_file() || has_program("gpsd");
        if !is_here || !has_program("gpsfake") {
            return Ok(None);
        }
        let failed = |error| Trouble::caused("gpsfake cannot be started", error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let file = folder.path().join("log.nmea");
        fs::write(&file, log).map_err(failed)?;
        let said = fs::File::create(folder.path().join("gpsfake.log")).map_err(failed)?;
        let port = free_port()?;
        let mut command = Command::new("gpsfake");
        // Twenty sentences a second, and without waiting for a client.
        command.args(["-q", "-n", "-c", "0.05", "-P", &port.to_string()]).arg(&file);
        command.stdin(Stdio::null()).stdout(said.try_clone().map_err(failed)?).stderr(said);
        // gpsd is a child of gpsfake: both are ended together.
        let child = command.process_group(0).spawn().map_err(failed)?;
        Ok(Some(Gpsd { child, port, _folder: folder }))
    }

    /// As kiosk.toml names it.
    pub fn port(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.port)
    }
}

impl Drop for Gpsd {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}
