//! How the bits travel on a serial line, as the query behind its path: `?baud=115200&parity=even`.

use std::str::FromStr;

/// The rate that a serial device has when its maker says nothing else.
pub const BAUD_DEFAULT: u32 = 9_600;
/// Nothing on this kind of wire is faster; more is a slip of the finger.
pub const BAUD_MAX: u32 = 4_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SerialLine {
    pub baud: u32,
    pub data_bits: u8,
    pub parity: Parity,
    pub stop_bits: u8,
    pub flow: FlowControl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    None,
    Even,
    Odd,
}

/// How a device says that it cannot take more just now. A serial printer without any loses what
/// overruns its buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowControl {
    None,
    /// XON and XOFF among what the device answers.
    Software,
    /// RTS and CTS, wires of their own.
    Hardware,
}

impl Default for SerialLine {
    fn default() -> SerialLine {
        SerialLine {
            baud: BAUD_DEFAULT,
            data_bits: 8,
            parity: Parity::None,
            stop_bits: 1,
            flow: FlowControl::None,
        }
    }
}

impl FromStr for SerialLine {
    type Err = String;

    fn from_str(query: &str) -> Result<SerialLine, String> {
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
                ("flow", "none") => line.flow = FlowControl::None,
                ("flow", "software") => line.flow = FlowControl::Software,
                ("flow", "hardware") => line.flow = FlowControl::Hardware,
                ("data_bits" | "stop_bits" | "parity" | "flow", _) => {
                    return Err(format!("{key} cannot be \"{value}\""));
                }
                _ => return Err(format!("a serial line has no setting \"{key}\"")),
            }
        }
        Ok(line)
    }
}

impl SerialLine {
    /// What differs from the usual, as it stands behind a path; empty where nothing does.
    pub(super) fn query(&self) -> String {
        let plain = SerialLine::default();
        let mut settings = Vec::new();
        if self.baud != plain.baud {
            settings.push(format!("baud={}", self.baud));
        }
        if self.data_bits != plain.data_bits {
            settings.push(format!("data_bits={}", self.data_bits));
        }
        match self.parity {
            Parity::None => {}
            Parity::Even => settings.push("parity=even".to_owned()),
            Parity::Odd => settings.push("parity=odd".to_owned()),
        }
        if self.stop_bits != plain.stop_bits {
            settings.push(format!("stop_bits={}", self.stop_bits));
        }
        match self.flow {
            FlowControl::None => {}
            FlowControl::Software => settings.push("flow=software".to_owned()),
            FlowControl::Hardware => settings.push("flow=hardware".to_owned()),
        }
        if settings.is_empty() { String::new() } else { format!("?{}", settings.join("&")) }
    }
}

fn baud(value: &str) -> Result<u32, String> {
    match value.parse::<u32>() {
        Ok(baud) if (1..=BAUD_MAX).contains(&baud) => Ok(baud),
        _ => Err(format!("the baud rate \"{value}\" is not a number from 1 to {BAUD_MAX}")),
    }
}
