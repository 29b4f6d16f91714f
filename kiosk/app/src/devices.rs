//! `kiosk devices`: what is attached, whether it works, and what else hangs on the machine, in
//! words for the person who installs it. It needs kiosk.toml alone, neither books nor rule pack,
//! and prints and charges nothing. The desk is best closed meanwhile: a device serves one program.
//!
//! A new kind of device is one arm of `kind`: its two words of kiosk.toml, and a function that
//! tries it. What is plugged in and not configured is `found`'s.

mod around;
mod found;
mod tried;
mod words;

use std::path::{Path, PathBuf};
use std::thread;

use devices::{Fault, Machine, PortAddress};
use serde::Serialize;

use crate::bench::try_cloud_terminal;
use crate::config::{CloudTerminalConfig, Config, DeviceConfig, DeviceKind};

pub use found::Candidate;

/// Everything that was found, as `--json` writes it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Every configured device works.
    pub works: bool,
    /// The configured ones, in the order of kiosk.toml.
    pub devices: Vec<Tried>,
    /// What is plugged in and not configured.
    pub candidates: Vec<Candidate>,
}

/// One configured device.
#[derive(Debug, Serialize)]
pub struct Tried {
    /// As kiosk.toml names it: "printer".
    pub kind: &'static str,
    pub protocol: &'static str,
    /// Its address in kiosk.toml.
    pub port: String,
    /// The path or host that the address leads to today, where it is found.
    pub place: Option<String>,
    pub works: bool,
    /// "fine", or a short stable word for what is wrong: "unplugged", "busy", "paper_out".
    pub state: &'static str,
    /// The same for a person, with what to do.
    pub sentence: String,
}

/// What a kind of device is called, and how one is tried.
struct Kind {
    word: &'static str,
    protocol: &'static str,
    /// Tries the device at an address that is resolved to a path or a host. What it says when it
    /// works is the end of a sentence that begins with "The printer at ADDRESS".
    try_it: fn(&DeviceConfig, PortAddress) -> Result<String, Trouble>,
}

/// Why a device does not work.
enum Trouble {
    Fault(Fault),
    /// What is wrong with a device that has no faults of its own, or with its configuration: a word
    /// and the end of the same sentence.
    Said(&'static str, String),
}

fn kind(kind: DeviceKind) -> Kind {
    match kind {
        DeviceKind::EscPosPrinter => {
            Kind { word: "printer", protocol: "escpos", try_it: tried::printer }
        }
        DeviceKind::ZvtTerminal => {
            Kind { word: "terminal", protocol: "zvt", try_it: tried::terminal }
        }
        DeviceKind::LineScanner => {
            Kind { word: "scanner", protocol: "line", try_it: tried::scanner }
        }
        DeviceKind::WedgeScanner => {
            Kind { word: "scanner", protocol: "wedge", try_it: around::keyboard }
        }
        DeviceKind::Rdm6300Cards => {
            Kind { word: "card reader", protocol: "rdm6300", try_it: around::cards }
        }
        DeviceKind::WedgeCards => {
            Kind { word: "card reader", protocol: "wedge", try_it: around::keyboard }
        }
        DeviceKind::PcscCards => {
            Kind { word: "card reader", protocol: "pcsc", try_it: around::chip_cards }
        }
        DeviceKind::CameraFolder => {
            Kind { word: "camera", protocol: "folder", try_it: tried::camera_folder }
        }
        DeviceKind::CameraStream => {
            Kind { word: "camera", protocol: "y4m", try_it: around::camera }
        }
        DeviceKind::CameraV4l => Kind { word: "camera", protocol: "v4l2", try_it: around::camera },
        DeviceKind::LineScale => Kind { word: "scale", protocol: "line", try_it: around::scale },
        DeviceKind::NmeaReceiver => {
            Kind { word: "receiver of positions", protocol: "nmea", try_it: around::nmea }
        }
        DeviceKind::Gpsd => {
            Kind { word: "receiver of positions", protocol: "gpsd", try_it: around::gpsd }
        }
    }
}

/// Tries every configured device, all at once, and looks for what else is there.
pub fn look(config: &Config, machine: &Machine) -> Report {
    let tried: Vec<(Tried, Option<PathBuf>)> = thread::scope(|scope| {
        let threads: Vec<_> = config
            .devices
            .iter()
            .map(|device| scope.spawn(move || try_one(device, machine)))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|tried| tried.expect("a try says what is wrong and never falls over")).collect()
    });
    let taken: Vec<PathBuf> = tried.iter().filter_map(|(_, path)| path.clone()).collect();
    let mut devices: Vec<Tried> = tried.into_iter().map(|(tried, _)| tried).collect();
    devices.extend(config.cloud_terminal.as_ref().map(try_service));
    Report {
        works: devices.iter().all(|tried| tried.works),
        devices,
        candidates: found::candidates(machine, &taken),
    }
}

fn try_one(device: &DeviceConfig, machine: &Machine) -> (Tried, Option<PathBuf>) {
    let kind = kind(device.kind);
    let resolved = machine.resolved(&device.port);
    let place = resolved.as_ref().ok().cloned();
    let said = resolved.map_err(Trouble::Fault).and_then(|port| (kind.try_it)(device, port));
    let subject = format!("The {} at {}", kind.word, device.port);
    let (state, sentence) = match said {
        Ok(said) => ("fine", format!("{subject} {said}")),
        Err(Trouble::Said(state, said)) => (state, format!("{subject} {said}")),
        Err(Trouble::Fault(fault)) => {
            let asked = words::Asked {
                kind: kind.word,
                address: &device.port,
                place: place.as_ref(),
                machine,
            };
            (fault.word(), asked.sentence(&fault))
        }
    };
    let tried = Tried {
        kind: kind.word,
        protocol: kind.protocol,
        port: device.port.to_string(),
        place: place.as_ref().map(ToString::to_string),
        works: state == "fine",
        state,
        sentence,
    };
    (tried, place.as_ref().and_then(path).map(Path::to_owned))
}

/// A terminal that hangs on no port of this machine.
fn try_service(config: &CloudTerminalConfig) -> Tried {
    let subject = format!("The terminal behind {}", config.url);
    let (state, sentence) = match try_cloud_terminal(config) {
        Ok(()) => ("fine", format!("{subject} has a service that answers.")),
        Err(error) => ("service", format!("{subject} cannot be used: {}.", crate::chain(&error))),
    };
    Tried {
        kind: "terminal",
        protocol: "pinelabs",
        port: config.url.clone(),
        place: None,
        works: state == "fine",
        state,
        sentence,
    }
}

/// The file of an address that has one.
fn path(address: &PortAddress) -> Option<&Path> {
    match address {
        PortAddress::Serial { path, .. } | PortAddress::File { path } => Some(path),
        PortAddress::Tcp { .. }
        | PortAddress::Usb { .. }
        | PortAddress::Bluetooth(_)
        | PortAddress::Pcsc { .. } => None,
    }
}

impl Report {
    /// For a person: a line each, and what is wrong before what is only there.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for tried in &self.devices {
            let mark = if tried.works { "works" } else { "FAULT" };
            lines.push(format!("{mark}  {}", tried.sentence));
        }
        if self.devices.is_empty() {
            lines.push("kiosk.toml names no device.".to_owned());
        }
        lines.extend(self.candidates.iter().map(|found| format!("found  {}", found.sentence)));
        lines.join("\n")
    }

    /// How many of the configured devices do not work, as a sentence; none where all do.
    pub fn complaint(&self) -> Option<String> {
        let faults = self.devices.iter().filter(|tried| !tried.works).count();
        (faults > 0).then(|| format!("{faults} of {} devices do not work", self.devices.len()))
    }
}
