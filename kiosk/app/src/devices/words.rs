//! What is wrong with a device, for the person who stands before it: what is seen, and what to do.

use std::error::Error;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use devices::{Fault, Machine, PortAddress};

/// The device that was asked, and where.
pub struct Asked<'a> {
    /// "printer".
    pub kind: &'a str,
    /// As kiosk.toml has it.
    pub address: &'a PortAddress,
    /// Where that leads today, if it does.
    pub place: Option<&'a PortAddress>,
    pub machine: &'a Machine,
}

impl Asked<'_> {
    pub fn sentence(&self, fault: &Fault) -> String {
        let (kind, address) = (self.kind, self.address);
        let answers = |what: &str| format!("The {kind} at {address} answers: {what}");
        match fault {
            Fault::Unplugged => self.nobody(),
            Fault::Busy => self.busy(),
            Fault::Several(count) => format!(
                "{count} devices fit {address}: write the serial number of one behind it, as \
                 `usb://VENDOR:PRODUCT:SERIAL`."
            ),
            Fault::Timeout => {
                format!("Something is at {address}, but it does not answer: {}", self.doubts())
            }
            Fault::Protocol(problem) => format!(
                "What answers at {address} does not speak as a {kind} does ({problem}): {}",
                self.doubts()
            ),
            Fault::PaperOut => answers("its paper has run out. Put in a new roll."),
            Fault::NearEnd => answers("its paper is near its end. Have a new roll ready."),
            Fault::CoverOpen => answers("its cover is open. Close it."),
            Fault::Cutter => answers("its cutter is stuck. Open the cover and free it."),
            Fault::Overheat => answers("its print head is too hot. Let it cool."),
            Fault::Offline => answers("it is switched offline. Press its button for online."),
            Fault::NoBackChannel => answers("it cannot say how it is."),
            Fault::Broken => answers("it has a fault that needs a technician."),
            Fault::Declined => answers("it declined what it was asked."),
            Fault::Aborted => answers("somebody stopped it. Ask again."),
            Fault::CardGone => answers("the card was taken away too soon. Lay it down again."),
            Fault::Unsupported => {
                format!("A {kind} cannot hang on {address}: look at the ports in kiosk.toml.")
            }
            Fault::Io { what, source } => self.failed(what, source),
        }
    }

    fn nobody(&self) -> String {
        let address = self.address;
        match self.place.unwrap_or(address) {
            PortAddress::Tcp { .. } => format!(
                "Nobody answers at {address}: is the {} switched on, and its network cable in?",
                self.kind
            ),
            PortAddress::Usb { name, .. } => format!(
                "No USB device {name} is plugged in: is its cable in, and is it switched on?"
            ),
            PortAddress::Pcsc { reader } => format!(
                "No reader of chip cards is known as {reader:?}: is its cable in, and does the \
                 service pcscd run?"
            ),
            PortAddress::Bluetooth(device) => format!(
                "No line leads to the Bluetooth device {device}: pair it, and give it one with \
                 `rfcomm bind 0 {device}`."
            ),
            PortAddress::Serial { path, .. } | PortAddress::File { path } if path.exists() => {
                format!(
                    "Nobody answers at {address}: the file {} exists, but nothing is behind it. \
                     Pull the cable and put it in again.",
                    path.display()
                )
            }
            PortAddress::Serial { path, .. } | PortAddress::File { path } => format!(
                "Nobody answers at {address}: is the cable in? The file {} does not exist.",
                path.display()
            ),
        }
    }

    fn busy(&self) -> String {
        let Some(path) = self.place.and_then(super::path) else {
            return format!("The {} at {} is busy: wait, and ask again.", self.kind, self.address);
        };
        let holder = match self.machine.holder(path) {
            Some((name, id)) => format!(" ({name}, process {id})"),
            None => String::new(),
        };
        format!(
            "Nobody else may use {}: it is in use by another program{holder}. End that program, or \
             close the desk.",
            self.address
        )
    }

    /// What an installer looks at where something is there and does not make sense.
    fn doubts(&self) -> String {
        match self.place {
            Some(PortAddress::Serial { line, .. }) => format!(
                "is the {} switched on, is it the right one, and is its rate {} baud?",
                self.kind, line.baud
            ),
            _ => format!("is the {} switched on, and is it the right one?", self.kind),
        }
    }

    fn failed(&self, what: &str, source: &io::Error) -> String {
        let path = self.place.and_then(super::path);
        if source.kind() == io::ErrorKind::PermissionDenied
            && let Some(path) = path
        {
            let whose = match group(path) {
                Some(group) => format!("make it a member of the group {group}"),
                None => "give it the right".to_owned(),
            };
            return format!("This user may not use {}: {whose}.", path.display());
        }
        let because = source.source().map(ToString::to_string);
        let because = because.unwrap_or_else(|| source.to_string());
        format!("The {} at {} cannot be used: {what} failed ({because}).", self.kind, self.address)
    }
}

/// The name of the group that a file belongs to.
fn group(path: &Path) -> Option<String> {
    let id = fs::metadata(path).ok()?.gid().to_string();
    let groups = fs::read_to_string("/etc/group").ok()?;
    let mut lines = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let line = lines.find(|line| line.get(2).is_some_and(|number| *number == id))?;
    line.first().map(|name| (*name).to_owned())
}
