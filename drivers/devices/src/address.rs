//! Where a device is attached. A path names a place that the kernel gives away anew at each
//! start; an address by USB number or Bluetooth address names the device itself, whatever its
//! place is called today:
//!
//! - `tcp://HOST:PORT`, on the network;
//! - `serial:///dev/serial/by-id/…?baud=115200`, on a serial line;
//! - `file:///dev/usb/lp0`, behind the kernel's USB printer driver;
//! - `usb://04b8:0e27` or `usb://04b8:0e27:SERIAL`, by its maker's numbers: a printer, or a serial
//!   line behind a converter;
//! - `bluetooth://00:11:22:AA:BB:CC`, a paired device that `rfcomm bind` has given a line;
//! - `pcsc://NAME`, a reader of chip cards.

mod line;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use line::{BAUD_DEFAULT, BAUD_MAX, FlowControl, Parity, SerialLine};

/// A USB serial number is a string descriptor, which holds at most this many letters.
pub const USB_SERIAL_LETTERS_MAX: usize = 126;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PortAddress {
    Tcp {
        host: String,
        port: u16,
    },
    Serial {
        path: PathBuf,
        line: SerialLine,
    },
    File {
        path: PathBuf,
    },
    /// The line counts where the device turns out to be a serial one.
    Usb {
        name: UsbName,
        line: SerialLine,
    },
    Bluetooth(BluetoothAddress),
    /// A reader that the system's service for chip cards knows, by the beginning of its name; the
    /// first one where that is empty.
    Pcsc {
        reader: String,
    },
}

/// The longest name that the service gives (MAX_READERNAME of pcsc-lite).
const READER_BYTES_MAX: usize = 128;

/// What a USB device says of itself, whichever socket it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbName {
    pub vendor: u16,
    pub product: u16,
    /// Asked for only where two devices of one model are attached.
    pub serial: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BluetoothAddress(pub [u8; 6]);

/// Why a text is no address, as one sentence for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not the address of a device: {because}")]
pub struct AddressError {
    text: String,
    because: String,
}

impl FromStr for PortAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<PortAddress, AddressError> {
        parse(text).map_err(|because| AddressError { text: text.to_owned(), because })
    }
}

impl TryFrom<String> for PortAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<PortAddress, AddressError> {
        text.parse()
    }
}

impl From<PortAddress> for String {
    fn from(address: PortAddress) -> String {
        address.to_string()
    }
}

impl fmt::Display for PortAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortAddress::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            PortAddress::File { path } => write!(f, "file://{}", path.display()),
            PortAddress::Pcsc { reader } => write!(f, "pcsc://{reader}"),
            PortAddress::Serial { path, line } => {
                write!(f, "serial://{}{}", path.display(), line.query())
            }
            PortAddress::Usb { name, line } => write!(f, "usb://{name}{}", line.query()),
            PortAddress::Bluetooth(address) => write!(f, "bluetooth://{address}"),
        }
    }
}

impl fmt::Display for UsbName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:04x}", self.vendor, self.product)?;
        self.serial.as_ref().map_or(Ok(()), |serial| write!(f, ":{serial}"))
    }
}

impl fmt::Display for BluetoothAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.map(|part| format!("{part:02X}"));
        f.write_str(&parts.join(":"))
    }
}

impl FromStr for BluetoothAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<BluetoothAddress, String> {
        let wrong =
            || "after bluetooth:// come six pairs of digits, as 00:11:22:AA:BB:CC".to_owned();
        let mut address = [0; 6];
        let mut parts = text.split(':');
        for part in &mut address {
            let pair = parts.next().filter(|pair| pair.len() == 2).ok_or_else(wrong)?;
            *part =
                hexadecimal(pair, 2).and_then(|pair| u8::try_from(pair).ok()).ok_or_else(wrong)?;
        }
        if parts.next().is_some() { Err(wrong()) } else { Ok(BluetoothAddress(address)) }
    }
}

fn parse(text: &str) -> Result<PortAddress, String> {
    if let Some(rest) = text.strip_prefix("tcp://") {
        return tcp(rest);
    }
    if let Some(rest) = text.strip_prefix("serial://") {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        return Ok(PortAddress::Serial { path: device_path(path)?, line: query.parse()? });
    }
    if let Some(rest) = text.strip_prefix("file://") {
        return Ok(PortAddress::File { path: device_path(rest)? });
    }
    if let Some(rest) = text.strip_prefix("usb://") {
        let (name, query) = rest.split_once('?').unwrap_or((rest, ""));
        return Ok(PortAddress::Usb { name: usb_name(name)?, line: query.parse()? });
    }
    if let Some(rest) = text.strip_prefix("bluetooth://") {
        return Ok(PortAddress::Bluetooth(rest.parse()?));
    }
    if let Some(reader) = text.strip_prefix("pcsc://") {
        return match reader.len() <= READER_BYTES_MAX && !reader.contains(char::is_control) {
            true => Ok(PortAddress::Pcsc { reader: reader.to_owned() }),
            false => Err("after pcsc:// comes the beginning of the reader's name".to_owned()),
        };
    }
    Err("it has to begin with tcp://, serial://, file://, usb://, bluetooth:// or pcsc://"
        .to_owned())
}

fn tcp(rest: &str) -> Result<PortAddress, String> {
    let missing = || "after tcp:// come a host, a colon and a port number".to_owned();
    let (host, port) = rest.rsplit_once(':').ok_or_else(missing)?;
    if host.is_empty() || host.contains(['/', '?', ' ', '@']) {
        return Err(missing());
    }
    match port.parse::<u16>() {
        Ok(port) if port > 0 => Ok(PortAddress::Tcp { host: host.to_owned(), port }),
        _ => Err(format!("the port \"{port}\" is not a number from 1 to 65535")),
    }
}

fn device_path(path: &str) -> Result<PathBuf, String> {
    if path.starts_with('/') && path.len() > 1 && !path.contains('\0') {
        Ok(PathBuf::from(path))
    } else {
        Err("after the two slashes comes a whole path, for example /dev/ttyUSB0".to_owned())
    }
}

/// `VENDOR:PRODUCT` or `VENDOR:PRODUCT:SERIAL`, as `lsusb` and `kiosk devices` write them.
fn usb_name(text: &str) -> Result<UsbName, String> {
    let mut parts = text.splitn(3, ':');
    let mut number = || parts.next().and_then(|part| hexadecimal(part, 4));
    let (Some(vendor), Some(product)) = (number(), number()) else {
        return Err("after usb:// come two numbers of four digits, as 04b8:0e27".to_owned());
    };
    let serial = parts.next().map(str::to_owned);
    if let Some(serial) = &serial
        && (serial.trim().is_empty()
            || serial.chars().count() > USB_SERIAL_LETTERS_MAX
            || serial.contains(char::is_control))
    {
        return Err("the third part is the serial number that the device says".to_owned());
    }
    Ok(UsbName { vendor, product, serial })
}

/// A number of exactly so many hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<u16> {
    let whole = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| u16::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_of_address_survives_the_way_to_text_and_back() {
        for text in [
            "tcp://127.0.0.1:9100",
            "tcp://[::1]:20007",
            "serial:///dev/ttyUSB0",
            "serial:///dev/pts/4?baud=115200",
            "serial:///dev/ttyS0?data_bits=7&parity=even&stop_bits=2&flow=hardware",
            "file:///dev/usb/lp0",
            "usb://04b8:0e27",
            "usb://04b8:0e27:X7:2/A 1",
            "usb://0403:6001?baud=19200&flow=software",
            "bluetooth://00:11:22:AA:BB:CC",
            "pcsc://ACS ACR122U",
            "pcsc://",
        ] {
            let address: PortAddress = text.parse().expect(text);
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn a_wrong_address_is_refused_with_its_reason() {
        let refusal = |text: &str| text.parse::<PortAddress>().unwrap_err().to_string();
        assert_eq!(
            refusal("usb:1"),
            "\"usb:1\" is not the address of a device: \
             it has to begin with tcp://, serial://, file://, usb://, bluetooth:// or pcsc://"
        );
        assert!(refusal("tcp://host").contains("a host, a colon and a port number"));
        assert!(refusal("pcsc://a\nb").contains("the reader's name"));
        assert!(refusal("tcp://host:0").contains("from 1 to 65535"));
        assert!(refusal("serial://ttyUSB0").contains("a whole path"));
        assert!(refusal("serial:///dev/ttyUSB0?baud=fast").contains("baud rate"));
        assert!(refusal("serial:///dev/ttyUSB0?speed=9600").contains("no setting \"speed\""));
        assert!(refusal("serial:///dev/ttyUSB0?flow=xon").contains("flow cannot be \"xon\""));
        for wrong in ["usb://4b8:e27", "usb://04b8", "usb://epson:tm20", "usb://+4b8:0e27"] {
            assert!(refusal(wrong).contains("two numbers of four digits"), "{wrong}");
        }
        assert!(refusal("usb://04b8:0e27: ").contains("the serial number"));
        for wrong in
            ["bluetooth://printer", "bluetooth://00:11:22:aa:bb", "bluetooth://0:1:2:3:4:5"]
        {
            assert!(refusal(wrong).contains("six pairs"), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_fall_over(text in ".{0,60}") {
            if let Ok(address) = text.parse::<PortAddress>() {
                prop_assert_eq!(address.to_string().parse::<PortAddress>(), Ok(address));
            }
        }

        #[test]
        fn any_usb_name_is_read_back(vendor: u16, product: u16, serial in "[^?]{0,40}") {
            let text = format!("usb://{vendor:04x}:{product:04x}:{serial}");
            if let Ok(address) = text.parse::<PortAddress>() {
                prop_assert_eq!(address.to_string(), text);
            }
        }
    }
}
