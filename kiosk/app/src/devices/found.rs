//! What hangs on the machine and stands in no kiosk.toml, each with the address that would find it
//! again wherever it is plugged in.

use std::fs;
use std::path::{Path, PathBuf};

use devices::Machine;
use devices::address::{BluetoothAddress, UsbName};
use devices::machine::{Member, Node};
use serde::Serialize;

/// Something that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// What it may be: "printer", "serial", "bluetooth", "camera", "keyboard", "power".
    pub kind: &'static str,
    pub path: PathBuf,
    /// What to write as its port in kiosk.toml, where a driver takes one.
    pub port: Option<String>,
    pub sentence: String,
}

/// Everything but the files that configured devices have.
pub fn candidates(machine: &Machine, taken: &[PathBuf]) -> Vec<Candidate> {
    let taken: Vec<PathBuf> = taken.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let free = |path: &Path| fs::canonicalize(path).map_or(true, |path| !taken.contains(&path));
    let mut found = printers(machine);
    found.extend(lines(machine));
    found.extend(cameras(machine));
    found.extend(keyboards(machine));
    found.retain(|candidate| free(&candidate.path));
    found.extend(machine.members("power_supply").iter().filter_map(power));
    found
}

fn printers(machine: &Machine) -> Vec<Candidate> {
    let nodes = machine.nodes("usbmisc");
    let printers = nodes.iter().filter(|node| node.member.name.starts_with("lp"));
    printers.map(|node| usb_candidate("printer", "USB printer", node, &nodes)).collect()
}

fn lines(machine: &Machine) -> Vec<Candidate> {
    let nodes = machine.nodes("tty");
    let mut found = Vec::new();
    for node in &nodes {
        if node.member.name.starts_with("rfcomm") {
            found.extend(bluetooth(node));
        } else if let Some(link) = by_id(machine, &node.path) {
            let port = format!("serial://{}", link.display());
            let what = format!("serial line ({})", title(node));
            found.push(candidate("serial", &what, link, Some(port)));
        } else if node.usb.is_some() {
            found.push(usb_candidate("serial", "serial line", node, &nodes));
        }
    }
    found
}

/// The stable name that udev gives a serial line.
fn by_id(machine: &Machine, path: &Path) -> Option<PathBuf> {
    let wanted = fs::canonicalize(path).ok()?;
    let links = fs::read_dir(machine.dev().join("serial/by-id")).ok()?;
    let mut links: Vec<PathBuf> = links.filter_map(|link| Some(link.ok()?.path())).collect();
    links.sort();
    links.into_iter().find(|link| fs::canonicalize(link).is_ok_and(|to| to == wanted))
}

fn bluetooth(node: &Node) -> Option<Candidate> {
    let device: BluetoothAddress = node.member.says("address")?.parse().ok()?;
    let port = format!("bluetooth://{device}");
    Some(candidate("bluetooth", "Bluetooth device", node.path.clone(), Some(port)))
}

/// The address has the serial number only where two of one model are here.
fn usb_candidate(kind: &'static str, what: &str, node: &Node, all: &[Node]) -> Candidate {
    let what = format!("{what} ({})", title(node));
    let port = node.usb.as_ref().map(|usb| {
        let model = |name: &UsbName| (name.vendor, name.product);
        let same = all.iter().filter_map(|other| other.usb.as_ref());
        let same = same.filter(|other| model(&other.name) == model(&usb.name)).count();
        let serial = usb.name.serial.clone().filter(|_| same > 1);
        format!("usb://{}", UsbName { serial, ..usb.name.clone() })
    });
    candidate(kind, &what, node.path.clone(), port)
}

/// What a device calls itself, or its numbers.
fn title(node: &Node) -> String {
    match &node.usb {
        Some(usb) if !usb.title.is_empty() => usb.title.clone(),
        Some(usb) => usb.name.to_string(),
        None => node.member.name.clone(),
    }
}

fn cameras(machine: &Machine) -> Vec<Candidate> {
    let nodes = machine.nodes("video4linux");
    let camera = |node: &Node| {
        let name = node.member.says("name").unwrap_or_else(|| node.member.name.clone());
        candidate("camera", &format!("camera ({name})"), node.path.clone(), None)
    };
    nodes.iter().filter(|node| node.member.name.starts_with("video")).map(camera).collect()
}

/// Keyboards, and readers that type as one.
fn keyboards(machine: &Machine) -> Vec<Candidate> {
    let links = fs::read_dir(machine.dev().join("input/by-id"));
    let links = links.into_iter().flatten().filter_map(|link| Some(link.ok()?.path()));
    let types = |path: &PathBuf| path.to_string_lossy().ends_with("-event-kbd");
    let mut links: Vec<PathBuf> = links.filter(types).collect();
    links.sort();
    let keyboard = |link: PathBuf| {
        candidate("keyboard", "keyboard, or a reader that types as one,", link, None)
    };
    links.into_iter().map(keyboard).collect()
}

fn candidate(kind: &'static str, what: &str, path: PathBuf, port: Option<String>) -> Candidate {
    let place = path.display();
    let sentence = match &port {
        Some(port) => format!("A {what} is at {place}: port = \"{port}\"."),
        None => format!("A {what} is at {place}."),
    };
    Candidate { kind, path, port, sentence }
}

/// A battery or a mains plug, which has no file in /dev.
fn power(member: &Member) -> Option<Candidate> {
    let kind = member.says("type")?;
    let mut state = Vec::new();
    state.extend(member.says("capacity").map(|percent| format!("{percent} %")));
    state.extend(member.says("status").map(|status| status.to_lowercase()));
    state.extend(member.says("online").map(|online| match online.as_str() {
        "0" => "out".to_owned(),
        _ => "in".to_owned(),
    }));
    let state = if state.is_empty() { "says nothing".to_owned() } else { state.join(", ") };
    let sentence = format!("Power: {} ({kind}) {state}.", member.name);
    Some(Candidate { kind: "power", path: member.told.clone(), port: None, sentence })
}
