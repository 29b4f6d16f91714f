//! The far ends of a device's wires, as programs of their own.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Trouble;
use crate::centre::Centre;
use crate::process::Process;
use crate::programs::program;
use crate::wait::{PATIENCE, until};

/// Where a simulated device waits for its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cable {
    Tcp,
    Pty,
}

/// The paper of a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    pub dots: u16,
    pub cutter: bool,
}

impl Paper {
    /// 80 mm, as at a counter.
    pub const WIDE: Paper = Paper { dots: 576, cutter: true };
    /// 58 mm, torn off by hand.
    pub const NARROW: Paper = Paper { dots: 384, cutter: false };

    fn words(self) -> Vec<String> {
        let mut words = vec!["--width".to_owned(), self.dots.to_string()];
        if !self.cutter {
            words.push("--no-cutter".to_owned());
        }
        words
    }
}

/// A simulated printer, terminal, scanner, scale, receiver or bank; ended when it is dropped.
pub struct Sim {
    process: Process,
    port: String,
    control: String,
    out: PathBuf,
}

impl Sim {
    /// A receipt printer whose slips lie in `out` as pictures.
    pub fn printer(folder: &Path, cable: Cable, paper: Paper) -> Result<Sim, Trouble> {
        let out = folder.join("slips");
        let words = paper.words();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Sim::start("printer", folder, &out, cable, &words)
    }

    /// The same at an address of its own, for a host that knows one port only.
    pub fn printer_at(folder: &Path, address: &str, paper: Paper) -> Result<Sim, Trouble> {
        let out = folder.join("slips");
        let mut command = Command::new(program("sim")?);
        command.args(["printer", "--tcp", address]).arg("--out").arg(&out).args(paper.words());
        Sim::announced("printer", command, folder, out)
    }

    pub fn terminal(folder: &Path, cable: Cable, mode: &str) -> Result<Sim, Trouble> {
        let out = folder.join("terminal");
        Sim::start("terminal", folder, &out, cable, &["--mode", mode])
    }

    /// A gateway for SMS; its port is where messages are posted.
    pub fn sms(folder: &Path) -> Result<Sim, Trouble> {
        let out = folder.join("sms");
        Sim::start("sms", folder, &out, Cable::Tcp, &[])
    }

    /// A terminal behind its maker's cloud service; its port is the service's address.
    pub fn cloud_terminal(folder: &Path, mode: &str) -> Result<Sim, Trouble> {
        let out = folder.join("cloud");
        Sim::start("cloud-terminal", folder, &out, Cable::Tcp, &["--mode", mode])
    }

    pub fn scanner(folder: &Path, cable: Cable) -> Result<Sim, Trouble> {
        Sim::start("scanner", folder, Path::new(""), cable, &[])
    }

    /// A reader of badges and of households' cards.
    pub fn card_reader(folder: &Path, cable: Cable) -> Result<Sim, Trouble> {
        Sim::start("card-reader", folder, Path::new(""), cable, &[])
    }

    pub fn scale(folder: &Path, cable: Cable, protocol: &str) -> Result<Sim, Trouble> {
        Sim::start("scale", folder, Path::new(""), cable, &["--protocol", protocol])
    }

    pub fn gps(folder: &Path, cable: Cable) -> Result<Sim, Trouble> {
        Sim::start("gps", folder, Path::new(""), cable, &[])
    }

    /// A city's platform that takes payments of bills; its port is its address.
    pub fn upyog(folder: &Path) -> Result<Sim, Trouble> {
        Sim::start("upyog", folder, Path::new(""), Cable::Tcp, &[])
    }

    /// A camera whose pictures lie in `out`; its port is that folder.
    pub fn camera(folder: &Path) -> Result<Sim, Trouble> {
        let out = folder.join("pictures");
        let mut command = Command::new(program("sim")?);
        command.arg("camera").arg("--out").arg(&out);
        Sim::announced("camera", command, folder, out)
    }

    /// A camera that is looked through; its port is its stream.
    pub fn viewfinder(folder: &Path) -> Result<Sim, Trouble> {
        Sim::start("camera", folder, Path::new(""), Cable::Tcp, &[])
    }

    /// The folder into which it writes.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// The bank behind UPI, which confirms to a centre that serves.
    pub fn upi(folder: &Path, centre: &Centre) -> Result<Sim, Trouble> {
        let mut command = Command::new(program("sim")?);
        command.args(["upi", "--centre", &centre.url()]);
        command.arg("--secret-file").arg(centre.upi_secret());
        command.arg("--cert").arg(centre.certificate());
        Sim::announced("upi", command, folder, PathBuf::new())
    }

    fn start(
        kind: &str,
        folder: &Path,
        out: &Path,
        cable: Cable,
        words: &[&str],
    ) -> Result<Sim, Trouble> {
        let mut command = Command::new(program("sim")?);
        command.arg(kind);
        match cable {
            Cable::Tcp => command.args(["--tcp", "127.0.0.1:0"]),
            Cable::Pty => command.arg("--pty"),
        };
        if !out.as_os_str().is_empty() {
            command.arg("--out").arg(out);
        }
        command.args(words);
        Sim::announced(kind, command, folder, out.to_owned())
    }

    fn announced(
        kind: &str,
        command: Command,
        folder: &Path,
        out: PathBuf,
    ) -> Result<Sim, Trouble> {
        let process = Process::start(&format!("sim-{kind}"), command, folder)?;
        let (_, line) = process.wait_from(0, "where it is", |line| line["control"].is_string())?;
        let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        Ok(Sim { port: word("port"), control: word("control"), process, out })
    }

    /// The address for kiosk.toml.
    pub fn port(&self) -> &str {
        &self.port
    }

    /// Where its control line listens.
    pub fn control(&self) -> &str {
        &self.control
    }

    /// One command on the control line; the answer without its `ok`.
    pub fn tell(&self, line: &str) -> Result<String, Trouble> {
        let failed = |error| Trouble::caused(format!("the control line of {line:?}"), error);
        let mut stream = TcpStream::connect(&self.control).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        stream.write_all(format!("{line}\n").as_bytes()).map_err(failed)?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).map_err(failed)?;
        match answer.trim_end().strip_prefix("ok") {
            Some(said) => Ok(said.trim_start().to_owned()),
            None => Err(Trouble::new(format!("{line:?} was answered by {answer:?}"))),
        }
    }

    /// `state` of the device.
    pub fn state(&self) -> Result<Value, Trouble> {
        serde_json::from_str(&self.tell("state")?)
            .map_err(|error| Trouble::caused("the state is no JSON", error))
    }

    /// A mark for `event`.
    pub fn mark(&self) -> usize {
        self.process.count()
    }

    /// The first event of this name from a mark on.
    pub fn event(&self, mark: usize, name: &str) -> Result<(usize, Value), Trouble> {
        self.process.wait_from(mark, name, |line| line["event"] == name)
    }

    /// The whole slips so far, in order.
    pub fn slips(&self) -> Vec<PathBuf> {
        let Ok(listed) = std::fs::read_dir(&self.out) else { return Vec::new() };
        let names = listed.filter_map(|entry| Some(entry.ok()?.path()));
        let whole = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".png") && !name.ends_with("-partial.png")
                // The description is written after the picture: both are whole.
                && path.with_extension("json").is_file()
        };
        let mut slips: Vec<PathBuf> = names.filter(whole).collect();
        slips.sort();
        slips
    }

    /// Waits for the slip of this number, counted from 1.
    pub fn slip(&self, number: usize) -> Result<PathBuf, Trouble> {
        until(&format!("slip {number} is printed"), || self.slips().get(number - 1).cloned())
    }
}
