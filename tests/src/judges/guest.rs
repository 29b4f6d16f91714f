//! A Debian kernel in QEMU, as a judge of what the drivers believe of the kernel's: its USB printer
//! driver, its USB serial lines, its test camera. It runs in software alone (no KVM), takes a
//! minute to be there, and therefore belongs to `cargo suite --long`.

pub mod camera;
pub mod image;

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::Process;
use crate::programs::program;
use crate::wait::{PATIENCE, until};
use crate::{Trouble, has_program};

use super::folder;
use image::{Image, libraries, modules, stripped};

const QEMU: &str = "qemu-system-x86_64";
const BUSYBOX: &str = "/bin/busybox";
const INIT: &[u8] = include_bytes!("guest/init.sh");

/// The drivers of the guest: those of what is played there, and of the far ends that play it.
const DRIVERS: &[&str] =
    &["usblp", "ftdi_sio", "xhci_pci", "dummy_hcd", "usb_f_printer", "vivid", "evdev", "uinput"];

/// Those of ours that the guest is started with, beside their libraries.
const PROGRAMS: &[&str] = &["kiosk", "sim", "drive"];

/// A running guest, ended by its id when it is dropped.
pub struct Guest {
    console: Process,
    folder: tempfile::TempDir,
    /// How often the serial line was plugged in: QEMU never gives the end of an old one free.
    lines: u32,
    /// Whether something can be shown to its camera, and looked at through it.
    pub has_camera: bool,
}

/// The folder into which the suite unpacks the Debian package of the kernel.
pub fn kernel() -> PathBuf {
    folder().join("kernel")
}

/// The kernel's file and the folder of its drivers.
fn parts() -> Option<(PathBuf, PathBuf)> {
    let first = |folder: PathBuf, beginning: &str| {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        let begins = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning))
        };
        paths.into_iter().find(begins)
    };
    let unpacked = kernel().join("unpacked");
    Some((
        first(unpacked.join("boot"), "vmlinuz-")?,
        first(unpacked.join("lib/modules"), "")?.join("kernel"),
    ))
}

impl Guest {
    /// Starts it and waits until it obeys; `None` where a part of it is not here.
    pub fn start() -> Result<Option<Guest>, Trouble> {
        let Some((kernel, drivers)) = parts() else { return Ok(None) };
        if !has_program(QEMU) || !Path::new(BUSYBOX).is_file() || !cfg!(target_arch = "x86_64") {
            return Ok(None);
        }
        let failed = |error| Trouble::caused("the guest has no folder", error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let archive = folder.path().join("initramfs");
        let mut programs: Vec<(&str, PathBuf)> = Vec::new();
        for name in PROGRAMS {
            programs.push((name, program(name)?));
        }
        let camera = camera::programs()?;
        let has_camera = !camera.is_empty();
        programs.extend(camera);
        write_image(&archive, folder.path(), &drivers, &programs)?;
        let mut qemu = Command::new(QEMU);
        qemu.args(["-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024", "-nodefaults"]);
        qemu.args(["-display", "none", "-no-reboot", "-nic", "none", "-serial", "stdio"]);
        qemu.arg("-kernel").arg(kernel).arg("-initrd").arg(&archive);
        qemu.args(["-append", "console=ttyS0 quiet loglevel=1 panic=-1"]);
        qemu.arg("-monitor").arg(listening("unix:", folder.path(), "monitor"));
        qemu.args(["-device", "qemu-xhci"]);
        let console = Process::start("guest", qemu, folder.path())?;
        console.wait_from(0, "that it is ready", |line| line == "GUEST READY")?;
        let mut guest = Guest { console, folder, lines: 0, has_camera };
        guest.plug_line()?;
        Ok(Some(guest))
    }

    /// Runs one line of a shell to its end: what it said, one line each.
    pub fn run(&mut self, command: &str) -> Result<String, Trouble> {
        let mark = self.console.count();
        self.console.tell(command)?;
        let ended = |line: &serde_json::Value| {
            line.as_str().is_some_and(|line| line.starts_with("GUEST ENDED"))
        };
        let (end, _) = self.console.wait_from(mark, &format!("the end of {command:?}"), ended)?;
        let lines = self.console.lines();
        let said = lines[mark..end - 1].iter().map(|line| match line.as_str() {
            Some(text) => text.to_owned(),
            None => line.to_string(),
        });
        Ok(said.collect::<Vec<_>>().join("\n"))
    }

    /// Puts a USB serial converter in: an FTDI chip (0403:6001), there whether or not anybody holds
    /// the far end of its line.
    pub fn plug_line(&mut self) -> Result<(), Trouble> {
        self.lines += 1;
        let (number, name) = (self.lines, self.line_name());
        let socket = format!("socket,id={name},path=");
        let socket = listening(&socket, self.folder.path(), &name);
        self.monitor(&format!("chardev-add {socket}"))?;
        let device = format!("usb-serial,chardev={name},id=converter{number},always-plugged=on");
        self.monitor(&format!("device_add {device}"))
    }

    /// Pulls it out.
    pub fn pull_line(&self) -> Result<(), Trouble> {
        self.monitor(&format!("device_del converter{}", self.lines))
    }

    /// The far end of its line.
    pub fn line(&self) -> Result<UnixStream, Trouble> {
        let path = self.folder.path().join(self.line_name());
        until("the line can be reached", || UnixStream::connect(&path).ok())
    }

    fn line_name(&self) -> String {
        format!("line{}", self.lines)
    }

    /// One command to QEMU; what it answers is empty where it obeyed.
    fn monitor(&self, command: &str) -> Result<(), Trouble> {
        let failed = |error| Trouble::caused("QEMU's monitor does not answer", error);
        let mut stream = UnixStream::connect(self.folder.path().join("monitor")).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        prompt(&mut stream)?;
        stream.write_all(format!("{command}\n").as_bytes()).map_err(failed)?;
        let said = prompt(&mut stream)?;
        match said.lines().find(|line| line.starts_with("Error")) {
            Some(error) => Err(Trouble::new(format!("QEMU refuses {command:?}: {error}"))),
            None => Ok(()),
        }
    }
}

fn listening(before: &str, folder: &Path, name: &str) -> String {
    format!("{before}{},server=on,wait=off", folder.join(name).display())
}

fn prompt(stream: &mut UnixStream) -> Result<String, Trouble> {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"(qemu) ") {
        stream
            .read_exact(&mut byte)
            .map_err(|error| Trouble::caused("QEMU's monitor hung up", error))?;
        said.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

fn write_image(
    archive: &Path,
    folder: &Path,
    drivers: &Path,
    programs: &[(&str, PathBuf)],
) -> Result<(), Trouble> {
    let failed = |error| Trouble::caused("the guest's files cannot be written", error);
    let mut image = Image::new(BufWriter::new(File::create(archive).map_err(failed)?));
    let mut folders = vec!["bin", "dev", "lib", "lib64", "proc", "sys", "tmp", "modules.d"];
    let mut files = vec![
        ("init".to_owned(), INIT.to_vec()),
        ("bin/busybox".to_owned(), fs::read(BUSYBOX).map_err(failed)?),
        ("square.yuyv".to_owned(), camera::picture()),
    ];
    let mut listed = String::new();
    for path in modules(drivers, DRIVERS)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        listed.push_str(&format!("/modules.d/{name}\n"));
        files.push((format!("modules.d/{name}"), fs::read(&path).map_err(failed)?));
    }
    files.push(("modules".to_owned(), listed.into_bytes()));
    let mut needed = Vec::new();
    for (name, path) in programs {
        files.push((format!("bin/{name}"), stripped(path, folder)?));
        needed.extend(libraries(path)?);
    }
    needed.sort();
    needed.dedup();
    let parents: Vec<String> = needed.iter().flat_map(|path| parents(path)).collect();
    folders.extend(parents.iter().map(String::as_str));
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        image.folder(folder).map_err(failed)?;
    }
    for path in needed {
        let name = path.to_string_lossy();
        files.push((name.trim_start_matches('/').to_owned(), fs::read(&path).map_err(failed)?));
    }
    for (path, bytes) in files {
        image.file(&path, &bytes).map_err(failed)?;
    }
    image.end().map_err(failed)?;
    Ok(())
}

/// The folders above a file, from the top.
fn parents(path: &Path) -> Vec<String> {
    let above = path.ancestors().skip(1).map(|path| path.to_string_lossy());
    let mut above: Vec<String> =
        above.map(|path| path.trim_start_matches('/').to_owned()).collect();
    above.retain(|path| !path.is_empty());
    above.reverse();
    above
}
