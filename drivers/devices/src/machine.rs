//! What hangs on this machine, read from where the kernel shows it (`/sys/class`). A name of the
//! kernel's (lp0, ttyUSB1) goes to whoever comes first; here the device behind it is found by what
//! it says of itself, so that a printer that comes back as lp1 is still the same printer.

use std::fs;
use std::path::{Path, PathBuf};

use crate::address::{BluetoothAddress, PortAddress, USB_SERIAL_LETTERS_MAX, UsbName};
use crate::fault::Fault;

/// Nodes of one class that are looked at: a machine has 64 idle serial lines and a few real ones.
const NODES_MAX: usize = 512;
/// How far above a node its USB device stands: interface, port, and for a converter its driver's.
const LEVELS_MAX: usize = 8;

/// Where the kernel shows its devices. A test has a tree of its own.
#[derive(Debug, Clone)]
pub struct Machine {
    sys: PathBuf,
    dev: PathBuf,
    proc: PathBuf,
}

/// One thing of a class of /sys, with or without a file in /dev: lp0, BAT0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// The folder of /sys that tells of it.
    pub told: PathBuf,
}

impl Member {
    /// What a file of its folder says, in a word or a line: `capacity` of a battery.
    pub fn says(&self, file: &str) -> Option<String> {
        text(&self.told.join(file), WORD_BYTES_MAX).filter(|word| !word.is_empty())
    }
}

impl Default for Machine {
    fn default() -> Machine {
        Machine::below(Path::new("/"))
    }
}

/// One device file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub member: Member,
    /// The file, as /dev/usb/lp0.
    pub path: PathBuf,
    pub usb: Option<UsbDevice>,
}

/// The USB device that a node belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbDevice {
    pub name: UsbName,
    /// What it calls itself: "EPSON TM-T82".
    pub title: String,
    /// Its folder in /sys: two interfaces of one device have one.
    socket: PathBuf,
}

impl Machine {
    /// A machine whose /sys, /dev and /proc lie below another folder.
    pub fn below(root: &Path) -> Machine {
        Machine { sys: root.join("sys"), dev: root.join("dev"), proc: root.join("proc") }
    }

    /// Its /dev.
    pub fn dev(&self) -> &Path {
        &self.dev
    }

    /// Everything of a class, by the kernel's names: lp2 before lp10.
    pub fn members(&self, class: &str) -> Vec<Member> {
        let Ok(listed) = fs::read_dir(self.sys.join("class").join(class)) else {
            return Vec::new();
        };
        let member = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            Some(Member { name, told: fs::canonicalize(entry.path()).ok()? })
        };
        let listed = listed.take(NODES_MAX).filter_map(|entry| member(entry.ok()?));
        let mut members: Vec<Member> = listed.collect();
        members.sort_by_key(|member| (member.name.len(), member.name.clone()));
        members
    }

    /// Those of a class that have a file in /dev.
    pub fn nodes(&self, class: &str) -> Vec<Node> {
        self.members(class).into_iter().filter_map(|member| self.node(member)).collect()
    }

    fn node(&self, member: Member) -> Option<Node> {
        let event = text(&member.told.join("uevent"), EVENT_BYTES_MAX)?;
        let file = event.lines().find_map(|line| line.strip_prefix("DEVNAME="))?;
        // A file's name may have a folder before it (usb/lp0), and never leads out of /dev.
        let inside = file.split('/').all(|part| !["", ".", ".."].contains(&part));
        let path = inside.then(|| self.dev.join(file))?;
        let usb = member.told.ancestors().take(LEVELS_MAX).find_map(usb_device);
        Some(Node { member, path, usb })
    }

    /// The name and id of a program that has the file open, where this user may see that.
    pub fn holder(&self, path: &Path) -> Option<(String, u32)> {
        let wanted = fs::canonicalize(path).ok()?;
        let ids = fs::read_dir(&self.proc)
            .ok()?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        let holds = |id: &u32| {
            let files = fs::read_dir(self.proc.join(id.to_string()).join("fd")).ok();
            files.into_iter().flatten().any(|file| {
                file.is_ok_and(|file| fs::read_link(file.path()).is_ok_and(|to| to == wanted))
            })
        };
        let id = ids.filter(|id| *id != std::process::id()).find(holds)?;
        let name = text(&self.proc.join(id.to_string()).join("comm"), WORD_BYTES_MAX)?;
        Some((name, id))
    }

    /// The printer, or else the serial line, of a USB device.
    fn by_usb(&self, wanted: &UsbName) -> Result<(Node, bool), Fault> {
        let fits = |node: &Node| node.usb.as_ref().is_some_and(|usb| usb.name.fits(wanted));
        let of_class = |class: &str, beginning: &str| {
            let mut nodes = self.nodes(class);
            nodes.retain(|node| node.member.name.starts_with(beginning) && fits(node));
            nodes
        };
        let (printers, lines) = (of_class("usbmisc", "lp"), of_class("tty", "tty"));
        let mut sockets: Vec<&Path> = Vec::new();
        for usb in printers.iter().chain(&lines).filter_map(|node| node.usb.as_ref()) {
            if !sockets.contains(&&*usb.socket) {
                sockets.push(&usb.socket);
            }
        }
        if sockets.len() > 1 {
            return Err(Fault::Several(sockets.len()));
        }
        let printer = printers.into_iter().next().map(|node| (node, true));
        // A device with several lines has the one for its host first.
        let line = || lines.into_iter().next().map(|node| (node, false));
        printer.or_else(line).ok_or(Fault::Unplugged)
    }

    fn by_bluetooth(&self, wanted: BluetoothAddress) -> Result<Node, Fault> {
        let says = |node: &Node| node.member.says("address")?.parse::<BluetoothAddress>().ok();
        let mut lines = self.nodes("tty").into_iter();
        let bound =
            lines.find(|node| node.member.name.starts_with("rfcomm") && says(node) == Some(wanted));
        bound.ok_or(Fault::Unplugged)
    }

    /// The same address by the path or host that it has at this moment.
    pub fn resolved(&self, address: &PortAddress) -> Result<PortAddress, Fault> {
        match address {
            PortAddress::Tcp { .. }
            | PortAddress::Serial { .. }
            | PortAddress::File { .. }
            | PortAddress::Pcsc { .. } => Ok(address.clone()),
            PortAddress::Usb { name, line } => Ok(match self.by_usb(name)? {
                (node, true) => PortAddress::File { path: node.path },
                (node, false) => PortAddress::Serial { path: node.path, line: *line },
            }),
            PortAddress::Bluetooth(device) => {
                let path = self.by_bluetooth(*device)?.path;
                // The radio has a rate of its own; the line's settings say nothing.
                Ok(PortAddress::Serial { path, line: Default::default() })
            }
        }
    }
}

impl UsbName {
    /// Whether this device is meant: the serial number counts where it is asked for.
    fn fits(&self, wanted: &UsbName) -> bool {
        (self.vendor, self.product) == (wanted.vendor, wanted.product)
            && (wanted.serial.is_none() || self.serial == wanted.serial)
    }
}

/// A uevent has some ten short lines.
const EVENT_BYTES_MAX: u64 = 4_096;
/// A string descriptor, in UTF-8.
const WORD_BYTES_MAX: u64 = USB_SERIAL_LETTERS_MAX as u64 * 4;

fn usb_device(folder: &Path) -> Option<UsbDevice> {
    let word =
        |name: &str| text(&folder.join(name), WORD_BYTES_MAX).filter(|word| !word.is_empty());
    let number = |name: &str| u16::from_str_radix(&word(name)?, 16).ok();
    let (vendor, product) = (number("idVendor")?, number("idProduct")?);
    let name = UsbName { vendor, product, serial: word("serial") };
    let title: Vec<String> = ["manufacturer", "product"].into_iter().filter_map(word).collect();
    Some(UsbDevice { name, title: title.join(" "), socket: folder.to_owned() })
}

/// A short file, without the blanks around it and without signs that are not to be shown.
fn text(path: &Path, bytes_max: u64) -> Option<String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(bytes_max).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.trim().chars().filter(|sign| *sign == '\n' || !sign.is_control()).collect())
}

#[cfg(test)]
mod tests;
