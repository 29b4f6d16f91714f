//! How hardware is spoken to: ports, receipt printers, card terminals, scanners, cameras, scales,
//! receivers of positions, and what feeds the device. A trait for each kind of device, and the real
//! protocols behind it. Every call blocks up to a stated limit, so that each driver can live on a
//! thread of its own and a broken device holds up nobody else.
//!
//! This crate must never know what a receipt is for, who is paying or what the book says: it is
//! handed dots, an amount in paise and a reference, and says honestly what became of them. It
//! keeps no state about money, starts nothing by itself and never tries anything a second time
//! that could print or charge twice.

pub mod address;
pub mod camera;
pub mod fault;
pub mod gnss;
pub mod port;
pub mod power;
pub mod printer;
pub mod raster;
pub mod scale;
pub mod scanner;
pub mod terminal;

pub use address::{AddressError, PortAddress};
pub use camera::{Camera, CameraFault, FolderCamera, Picture};
pub use fault::Fault;
pub use gnss::{Fix, Gnss, Gpsd, NmeaReceiver, NoPosition, Position};
pub use port::{Port, open};
pub use power::{Power, PowerFault, PowerFolder};
pub use printer::escpos::EscPosPrinter;
pub use printer::profile::{Barrier, PrinterProfile};
pub use printer::{
    ConfirmedBy, Paper, PrintJob, PrintOutcome, PrintProgress, Printer, PrinterStatus,
};
pub use raster::{Raster, RasterError};
pub use scale::{LineScale, NoWeight, Scale, ScaleGrammar, Weight};
pub use scanner::{LineScanner, Scanner};
pub use terminal::zvt::{ZvtSettings, ZvtTerminal};
pub use terminal::{
    AbortHandle, Approval, LastFour, Lookup, SaleIntent, SaleOutcome, SaleProgress, Settlement,
    Terminal,
};
