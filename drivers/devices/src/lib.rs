//! How hardware is spoken to: ports, receipt printers, card terminals, readers of people's cards,
//! scanners, cameras, scales, receivers of positions, and what feeds the device. A trait for each
//! kind of device, and the real protocols behind it. Every call blocks up to a stated limit, so
//! that each driver can live on a thread of its own and a broken device holds up nobody else.
//!
//! This crate must never know what a receipt is for, who is paying or what the book says: it is
//! handed dots, an amount in paise and a reference, and says honestly what became of them. It
//! keeps no state about money, starts nothing by itself and never tries anything a second time
//! that could print or charge twice.

pub mod aadhaar;
pub mod address;
pub mod camera;
pub mod card;
pub mod code;
pub mod fault;
pub mod frame;
pub mod gnss;
pub mod keys;
pub mod machine;
pub mod port;
pub mod power;
pub mod printer;
pub mod raster;
pub mod scale;
pub mod scanner;
pub mod terminal;
pub mod wedge;

pub use address::{AddressError, PortAddress};
pub use camera::live::{LiveCamera, StreamCamera};
#[cfg(feature = "camera")]
pub use camera::v4l::V4lCamera;
pub use camera::{Camera, CameraFault, FolderCamera, Picture};
#[cfg(feature = "pcsc")]
pub use card::pcsc::PcscReader;
pub use card::rdm6300::Rdm6300;
pub use card::wedge::WedgeCards;
pub use card::{CardEvent, CardReader, Uid};
pub use code::{Code, CodeKind, codes};
pub use fault::Fault;
pub use frame::{Frame, FrameError};
pub use gnss::{Fix, Gnss, Gpsd, NmeaReceiver, NoPosition, Position};
pub use keys::{Key, KeyState, Keys};
pub use machine::Machine;
pub use port::{KeptPort, Port, open, open_on};
pub use power::{Power, PowerFault, PowerFolder};
pub use printer::escpos::EscPosPrinter;
pub use printer::profile::{Barrier, PrinterProfile};
pub use printer::{
    ConfirmedBy, Paper, PrintJob, PrintOutcome, PrintProgress, Printer, PrinterStatus,
};
pub use raster::{Raster, RasterError};
pub use scale::{LineScale, NoWeight, Scale, ScaleGrammar, Weight};
pub use scanner::{LineScanner, Scanner};
pub use terminal::pinelabs::{PineLabsSettings, PineLabsTerminal};
pub use terminal::zvt::{ZvtSettings, ZvtTerminal};
pub use terminal::{
    AbortHandle, Approval, LastFour, Lookup, Refunds, Reversal, SaleIntent, SaleOutcome,
    SaleProgress, Settlement, Settles, Terminal, TerminalCaps, Voids,
};
pub use wedge::{WedgeLines, WedgeScanner};
