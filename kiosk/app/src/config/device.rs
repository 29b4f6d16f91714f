//! What may be attached to a device, and how kiosk.toml names it.

use devices::PortAddress;

#[derive(Clone, Debug)]
pub struct DeviceConfig {
    pub kind: DeviceKind,
    pub port: PortAddress,
    /// The printer's model, as the profiles of the drivers name it.
    pub model: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    EscPosPrinter,
    ZvtTerminal,
    LineScanner,
    /// A scanner that takes itself for a keyboard.
    WedgeScanner,
    Rdm6300Cards,
    /// A card reader that takes itself for a keyboard.
    WedgeCards,
    PcscCards,
    /// A folder into which the program of a camera or a scanner writes its pictures.
    CameraFolder,
}

impl DeviceKind {
    pub const CARD_READERS: [Self; 3] = [Self::Rdm6300Cards, Self::WedgeCards, Self::PcscCards];

    /// What its port must be, where not every port will do.
    /// What may be attached, in words.
    pub(super) const KNOWN: &str = "printer by escpos, terminal by zvt, scanner by line or wedge, \
         card-reader by rdm6300, wedge or pcsc, camera by folder";

    pub(super) fn named(kind: &str, protocol: &str) -> Option<Self> {
        Some(match (kind, protocol) {
            ("printer", "escpos") => Self::EscPosPrinter,
            ("terminal", "zvt") => Self::ZvtTerminal,
            ("scanner", "line") => Self::LineScanner,
            ("scanner", "wedge") => Self::WedgeScanner,
            ("card-reader", "rdm6300") => Self::Rdm6300Cards,
            ("card-reader", "wedge") => Self::WedgeCards,
            ("card-reader", "pcsc") => Self::PcscCards,
            ("camera", "folder") => Self::CameraFolder,
            _ => return None,
        })
    }

    pub(super) const fn misplaced(self, port: &PortAddress) -> Option<&'static str> {
        match (self, port) {
            (Self::CameraFolder, PortAddress::File { .. })
            | (Self::WedgeScanner | Self::WedgeCards, PortAddress::File { .. })
            | (Self::PcscCards, PortAddress::Pcsc { .. }) => None,
            (Self::CameraFolder, _) => Some("write the folder of pictures as file:///…"),
            (Self::WedgeScanner | Self::WedgeCards, _) => {
                Some("write its name as file:///dev/input/by-id/…-event-kbd")
            }
            (Self::PcscCards, _) => Some("write the reader's name as pcsc://…"),
            (_, PortAddress::Pcsc { .. }) => Some("pcsc:// is for readers of cards only"),
            _ => None,
        }
    }
}
