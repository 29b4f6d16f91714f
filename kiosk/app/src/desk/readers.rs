//! Starts what reads codes and cards: each on a thread of its own, with the desk's inbox as its
//! listener.

use std::path::Path;
use std::sync::mpsc::SyncSender;

use devices::{
    CardReader, LineScanner, PortAddress, Rdm6300, Scanner, WedgeCards, WedgeLines, WedgeScanner,
};
use flow::World;
use ledger::PublicKey;

use super::{DeskError, Word};
use crate::bench::{start_card_reader, start_scanner};
use crate::config::{DeviceConfig, DeviceKind};

/// Starts the device where it reads codes or cards; nothing comes of any other.
pub(super) fn start(
    device: &DeviceConfig,
    office: PublicKey,
    to_desk: SyncSender<Word>,
) -> Result<(), DeskError> {
    let say = move |world: Option<World>| match world {
        Some(world) => to_desk.send(Word::World(world)).is_ok(),
        None => true,
    };
    if let Some(scanner) = scanner(device) {
        start_scanner(scanner, say);
    } else if let Some(reader) = card_reader(device)? {
        start_card_reader(reader, office, say);
    }
    Ok(())
}

fn scanner(device: &DeviceConfig) -> Option<Box<dyn Scanner>> {
    match device.kind {
        DeviceKind::LineScanner => Some(Box::new(LineScanner::new(device.port.clone()))),
        DeviceKind::WedgeScanner => {
            Some(Box::new(WedgeScanner(WedgeLines::new(file(&device.port)))))
        }
        _ => None,
    }
}

pub(crate) fn card_reader(device: &DeviceConfig) -> Result<Option<Box<dyn CardReader>>, DeskError> {
    Ok(match device.kind {
        DeviceKind::Rdm6300Cards => Some(Box::new(Rdm6300::new(device.port.clone()))),
        DeviceKind::WedgeCards => Some(Box::new(WedgeCards::new(file(&device.port)))),
        DeviceKind::PcscCards => Some(chip_cards(&device.port)?),
        _ => None,
    })
}

#[cfg(feature = "pcsc")]
fn chip_cards(port: &PortAddress) -> Result<Box<dyn CardReader>, DeskError> {
    let name = match port {
        PortAddress::Pcsc { reader } => reader,
        _ => "",
    };
    Ok(Box::new(devices::PcscReader::new(name)))
}

#[cfg(not(feature = "pcsc"))]
fn chip_cards(_: &PortAddress) -> Result<Box<dyn CardReader>, DeskError> {
    Err(DeskError::NoPcsc)
}

/// The configuration lets such a reader hang on nothing but a device file.
pub(crate) fn file(port: &PortAddress) -> &Path {
    match port {
        PortAddress::File { path } => path,
        _ => Path::new(""),
    }
}
