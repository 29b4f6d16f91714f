//! How each kind of device is tried, without printing, charging or writing anything.

use std::fs;
use std::io;
use std::path::Path;

use devices::{
    EscPosPrinter, Paper, PortAddress, Printer, PrinterProfile, Terminal, ZvtSettings, ZvtTerminal,
};

use super::Trouble;
use crate::config::DeviceConfig;
use crate::desk::PRINTER_MODEL;

pub fn printer(device: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    let model = device.model.as_deref().unwrap_or(PRINTER_MODEL);
    let Some(profile) = PrinterProfile::named(model) else {
        let known = PrinterProfile::built_in().into_iter().map(|known| known.name);
        let known: Vec<String> = known.collect();
        let said = format!("is no model {model:?} that is known: choose of {}.", known.join(", "));
        return Err(Trouble::Said("model", said));
    };
    let mut printer = EscPosPrinter::new(port, profile);
    let status = printer.status().map_err(Trouble::Fault)?;
    if let Some(fault) = status.fault() {
        return Err(Trouble::Fault(fault));
    }
    Ok(match (status.answers, status.paper) {
        (true, Paper::NearEnd) => {
            "answers: its paper is near its end. Have a new roll ready.".to_owned()
        }
        (true, Paper::Present | Paper::Out) => {
            "answers: there is paper, and its cover is closed.".to_owned()
        }
        (false, _) => format!(
            "takes what is sent, and a printer of the model {model} says nothing more: only a slip \
             shows whether it prints."
        ),
    })
}

pub fn terminal(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    let mut terminal = ZvtTerminal::new(port, ZvtSettings::default());
    terminal.ready().map_err(Trouble::Fault)?;
    Ok("answers and is ready for a payment.".to_owned())
}

pub fn scanner(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    devices::open(&port).map_err(Trouble::Fault)?;
    Ok("can be listened to. Whether it reads, only a code shows that is held before it.".to_owned())
}

pub fn camera_folder(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    let Some(folder) = super::path(&port) else {
        return Err(Trouble::Said("folder", "has no folder: write it as file:///….".to_owned()));
    };
    let unreadable = |error: io::Error| {
        let said = match error.kind() {
            io::ErrorKind::NotFound => "has no such folder: make it.".to_owned(),
            io::ErrorKind::NotADirectory => "is a file and no folder.".to_owned(),
            io::ErrorKind::PermissionDenied => {
                "is a folder that this user may not read.".to_owned()
            }
            _ => format!("is a folder that cannot be read: {error}."),
        };
        Trouble::Said("folder", said)
    };
    let pictures = fs::read_dir(folder).map_err(unreadable)?.count();
    let mut said = format!("is a folder with {pictures} files that can be read.");
    if !may_write(folder) {
        said.push_str(" This user may not write there: the camera's own program must.");
    }
    Ok(said)
}

/// Asked by making a file without a name, which is gone at once.
fn may_write(folder: &Path) -> bool {
    tempfile::tempfile_in(folder).is_ok()
}
