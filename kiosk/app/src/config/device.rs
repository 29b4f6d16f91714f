//! What may be attached to a device, and how kiosk.toml names it.

use std::path::PathBuf;

use devices::PortAddress;

#[derive(Clone, Debug)]
pub struct DeviceConfig {
    pub kind: DeviceKind,
    pub port: PortAddress,
    /// The printer's model, as the profiles of the drivers name it, or the scale's.
    pub model: Option<String>,
    /// A file of scales that the drivers do not know.
    pub models: Option<PathBuf>,
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
    /// A camera that is looked through, by the stream of its program (YUV4MPEG2).
    CameraStream,
    /// The same by V4L2.
    CameraV4l,
    /// A scale whose language a file describes.
    LineScale,
    /// A receiver of positions that sends NMEA 0183.
    NmeaReceiver,
    /// The daemon that shares such a receiver.
    Gpsd,
}

impl DeviceKind {
    pub const CARD_READERS: [Self; 3] = [Self::Rdm6300Cards, Self::WedgeCards, Self::PcscCards];

    /// What may be attached, in words.
    const KNOWN: &str = "printer by escpos, terminal by zvt or pinelabs, scanner by line or wedge, \
         card-reader by rdm6300, wedge or pcsc, camera by folder, y4m or v4l2, \
         scale by line, gps by nmea or gpsd";

    /// What kiosk.toml names, or why there is no such thing.
    pub(super) fn named(kind: &str, protocol: &str) -> Result<Self, String> {
        Ok(match (kind, protocol) {
            ("printer", "escpos") => Self::EscPosPrinter,
            ("terminal", "zvt") => Self::ZvtTerminal,
            ("scanner", "line") => Self::LineScanner,
            ("scanner", "wedge") => Self::WedgeScanner,
            ("card-reader", "rdm6300") => Self::Rdm6300Cards,
            ("card-reader", "wedge") => Self::WedgeCards,
            ("card-reader", "pcsc") => Self::PcscCards,
            ("camera", "folder") => Self::CameraFolder,
            ("camera", "y4m") => Self::CameraStream,
            ("camera", "v4l2") if cfg!(feature = "camera") => Self::CameraV4l,
            ("camera", "v4l2") => {
                return Err("this program was built without cameras of V4L2; build it with \
                            --features camera, or stream the pictures: protocol = \"y4m\""
                    .to_owned());
            }
            ("scale", "line") => Self::LineScale,
            ("gps", "nmea") => Self::NmeaReceiver,
            ("gps", "gpsd") => Self::Gpsd,
            _ => {
                let known = Self::KNOWN;
                return Err(format!("{kind} by {protocol} is not known; there are {known}"));
            }
        })
    }

    /// Whether this is a camera that is looked through.
    pub const fn is_viewfinder(self) -> bool {
        matches!(self, Self::CameraStream | Self::CameraV4l)
    }

    /// Whether a device has use for one of the two only.
    pub(super) fn does_the_same_as(self, other: Self) -> bool {
        self == other
            || self.is_viewfinder() && other.is_viewfinder()
            || self.is_gnss() && other.is_gnss()
    }

    pub const fn is_gnss(self) -> bool {
        matches!(self, Self::NmeaReceiver | Self::Gpsd)
    }

    /// What is wrong with a port, where not every one will do.
    pub(super) const fn misplaced(self, port: &PortAddress) -> Option<&'static str> {
        match (self, port) {
            (Self::CameraFolder | Self::CameraV4l, PortAddress::File { .. })
            | (Self::WedgeScanner | Self::WedgeCards, PortAddress::File { .. })
            | (Self::Gpsd, PortAddress::Tcp { .. })
            | (Self::PcscCards, PortAddress::Pcsc { .. }) => None,
            (Self::Gpsd, _) => Some("gpsd is asked over TCP, as tcp://127.0.0.1:2947"),
            (Self::CameraV4l, _) => Some("write the camera as file:///dev/video0"),
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
