//! The printer's bench, begun with the model that kiosk.toml names.

use std::sync::mpsc::SyncSender;

use devices::{EscPosPrinter, PrinterProfile};

use super::{DeskError, PRINTER_MODEL, Word};
use crate::bench::{PrinterBench, PrinterWord};
use crate::config::DeviceConfig;
use crate::fonts::FACES;
use crate::print::Rasteriser;

pub(super) fn start_printer(
    device: &DeviceConfig,
    to_desk: SyncSender<Word>,
) -> Result<PrinterBench, DeskError> {
    let model = device.model.as_deref().unwrap_or(PRINTER_MODEL);
    let profile = PrinterProfile::named(model).ok_or_else(|| DeskError::Model {
        model: model.to_owned(),
        known: PrinterProfile::built_in().into_iter().map(|known| known.name).collect(),
    })?;
    let printer = EscPosPrinter::new(device.port.clone(), profile);
    let rasteriser = Rasteriser::new(FACES);
    Ok(PrinterBench::start(Box::new(printer), rasteriser, move |word| {
        let word = match word {
            PrinterWord::World(world) => Word::World(world),
            PrinterWord::Preview(paper) => Word::Preview(paper),
        };
        let _ = to_desk.send(word);
    }))
}
