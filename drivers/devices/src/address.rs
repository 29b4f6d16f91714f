//! Where a device is attached: `tcp://HOST:PORT`, `serial:///dev/ttyUSB0?baud=115200`,
//! `file:///dev/usb/lp0`, or `pcsc://NAME` for a reader of chip cards.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The rate that a serial device has when its maker says nothing else.
pub const BAUD_DEFAULT: u32 = 9_600;
/// Nothing on this kind of wire is faster; more is a slip of the finger.
pub const BAUD_MAX: u32 = 4_000_000;

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
    /// A reader that the system's service for chip cards knows, by the beginning of its name; the
    /// first one where that is empty.
    Pcsc {
        reader: String,
    },
}

/// The longest name that the service gives (MAX_READERNAME of pcsc-lite).
const READER_BYTES_MAX: usize = 128;

/// How the bits travel on a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SerialLine {
    pub baud: u32,
    pub data_bits: u8,
    pub parity: Parity,
    pub stop_bits: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    None,
    Even,
    Odd,
}

impl Default for SerialLine {
    fn default() -> SerialLine {
        SerialLine { baud: BAUD_DEFAULT, data_bits: 8, parity: Parity::None, stop_bits: 1 }
    }
}

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
                write!(f, "serial://{}{}", path.display(), query(line))
            }
        }
    }
}

fn parse(text: &str) -> Result<PortAddress, String> {
    if let Some(rest) = text.strip_prefix("tcp://") {
        return tcp(rest);
    }
    if let Some(rest) = text.strip_prefix("serial://") {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        return Ok(PortAddress::Serial { path: device_path(path)?, line: serial_line(query)? });
    }
    if let Some(rest) = text.strip_prefix("file://") {
        return Ok(PortAddress::File { path: device_path(rest)? });
    }
    if let Some(reader) = text.strip_prefix("pcsc://") {
        return match reader.len() <= READER_BYTES_MAX && !reader.contains(char::is_control) {
            true => Ok(PortAddress::Pcsc { reader: reader.to_owned() }),
            false => Err("after pcsc:// comes the beginning of the reader's name".to_owned()),
        };
    }
    Err("it has to begin with tcp://, serial://, file:// or pcsc://".to_owned())
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

fn serial_line(query: &str) -> Result<SerialLine, String> {
    let mut line = SerialLine::default();
    for setting in query.split('&').filter(|setting| !setting.is_empty()) {
        let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
        match (key, value) {
            ("baud", _) => line.baud = baud(value)?,
            ("data_bits", "7") => line.data_bits = 7,
            ("data_bits", "8") => line.data_bits = 8,
            ("stop_bits", "1") => line.stop_bits = 1,
            ("stop_bits", "2") => line.stop_bits = 2,
            ("parity", "none") => line.parity = Parity::None,
            ("parity", "even") => line.parity = Parity::Even,
            ("parity", "odd") => line.parity = Parity::Odd,
            ("data_bits" | "stop_bits" | "parity", _) => {
                return Err(format!("{key} cannot be \"{value}\""));
            }
            _ => return Err(format!("a serial line has no setting \"{key}\"")),
        }
    }
    Ok(line)
}

fn baud(value: &str) -> Result<u32, String> {
    match value.parse::<u32>() {
        Ok(baud) if (1..=BAUD_MAX).contains(&baud) => Ok(baud),
        _ => Err(format!("the baud rate \"{value}\" is not a number from 1 to {BAUD_MAX}")),
    }
}

fn query(line: &SerialLine) -> String {
    let plain = SerialLine::default();
    let mut settings = Vec::new();
    if line.baud != plain.baud {
        settings.push(format!("baud={}", line.baud));
    }
    if line.data_bits != plain.data_bits {
        settings.push(format!("data_bits={}", line.data_bits));
    }
    if line.parity != plain.parity {
        settings
            .push(format!("parity={}", if line.parity == Parity::Even { "even" } else { "odd" }));
    }
    if line.stop_bits != plain.stop_bits {
        settings.push(format!("stop_bits={}", line.stop_bits));
    }
    if settings.is_empty() { String::new() } else { format!("?{}", settings.join("&")) }
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
            "serial:///dev/ttyS0?data_bits=7&parity=even&stop_bits=2",
            "file:///dev/usb/lp0",
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
             it has to begin with tcp://, serial://, file:// or pcsc://"
        );
        assert!(refusal("tcp://host").contains("a host, a colon and a port number"));
        assert!(refusal("pcsc://a\nb").contains("the reader's name"));
        assert!(refusal("tcp://host:0").contains("from 1 to 65535"));
        assert!(refusal("serial://ttyUSB0").contains("a whole path"));
        assert!(refusal("serial:///dev/ttyUSB0?baud=fast").contains("baud rate"));
        assert!(refusal("serial:///dev/ttyUSB0?speed=9600").contains("no setting \"speed\""));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_fall_over(text in ".{0,60}") {
            if let Ok(address) = text.parse::<PortAddress>() {
                prop_assert_eq!(address.to_string().parse::<PortAddress>(), Ok(address));
            }
        }
    }
}
