//! What a scale says, language by language, from the manuals of scales that speak it.

use super::Pan;

/// The languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// "ST,GS,+0012.350kg", line after line without being asked.
    StGs,
    /// Mettler Toledo 8217: `W`.
    Toledo8217,
    /// CAS: ENQ, ACK, DC1.
    Cas,
    /// NCI, SCP-12: `W` and a carriage return.
    Nci,
}

impl Protocol {
    pub fn named(word: &str) -> Option<Protocol> {
        Some(match word {
            "st-gs" => Protocol::StGs,
            "toledo-8217" => Protocol::Toledo8217,
            "cas" => Protocol::Cas,
            "nci" => Protocol::Nci,
            _ => return None,
        })
    }

    /// The answers to what was asked; what is not understood is dropped.
    pub(super) fn answers(self, asked: &mut Vec<u8>, pan: &Pan) -> Vec<Vec<u8>> {
        match self {
            Protocol::StGs => {
                asked.clear();
                Vec::new()
            }
            Protocol::Toledo8217 => {
                let asks = asked.drain(..).filter(|byte| *byte == b'W');
                asks.map(|_| toledo(pan)).collect()
            }
            Protocol::Cas => asked
                .drain(..)
                .filter_map(|byte| match byte {
                    0x05 => Some(vec![0x06]),
                    0x11 => Some(cas(pan)),
                    _ => None,
                })
                .collect(),
            Protocol::Nci => {
                let mut said = Vec::new();
                while let Some(end) = asked.iter().position(|byte| *byte == b'\r') {
                    let command: Vec<u8> = asked.drain(..=end).collect();
                    said.push(match &command[..] {
                        b"W\r" => nci(pan),
                        _ => b"\n?\r\x03".to_vec(),
                    });
                }
                said
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Kilograms,
    Pounds,
    Grams,
}

impl Unit {
    pub fn named(word: &str) -> Option<Unit> {
        Some(match word {
            "kg" => Unit::Kilograms,
            "lb" => Unit::Pounds,
            "g" => Unit::Grams,
            _ => return None,
        })
    }

    fn sign(self) -> &'static str {
        match self {
            Unit::Kilograms => "kg",
            Unit::Pounds => "lb",
            Unit::Grams => "g",
        }
    }
}

impl Pan {
    fn net(&self) -> i64 {
        self.grams - self.tare
    }

    fn is_over(&self) -> bool {
        self.grams > self.capacity
    }

    /// The figure without its sign: kilograms and pounds as thousandths and hundredths.
    fn figure(&self) -> String {
        let grams = self.net().unsigned_abs();
        match self.unit {
            Unit::Kilograms => format!("{}.{:03}", grams / 1_000, grams % 1_000),
            Unit::Pounds => {
                // A pound has 453.59237 g.
                let hundredths = grams * 10_000_000 / 45_359_237;
                format!("{}.{:02}", hundredths / 100, hundredths % 100)
            }
            Unit::Grams => grams.to_string(),
        }
    }
}

/// Two letters of the state, gross or net, sign and seven places, the unit.
pub(super) fn st_gs(pan: &Pan) -> Vec<u8> {
    let state = match (pan.is_over(), pan.grams < 0, pan.moves) {
        (true, ..) => "OL",
        (_, true, _) => "UL",
        (.., true) => "US",
        _ => "ST",
    };
    let mode = if pan.tare > 0 { "NT" } else { "GS" };
    let sign = if pan.net() < 0 { '-' } else { '+' };
    let figure = match state {
        "OL" | "UL" => " ------".to_owned(),
        _ => format!("{sign}{:0>8}", pan.figure()),
    };
    format!("{state},{mode},{figure}{}\r\n", pan.unit.sign()).into_bytes()
}

fn toledo(pan: &Pan) -> Vec<u8> {
    let bits = [
        (pan.moves, 0),
        (pan.is_over(), 1),
        (pan.net() < 0, 2),
        (pan.grams == 0, 4),
        (pan.tare > 0, 5),
    ];
    let status = bits.iter().filter(|(set, _)| *set).fold(0x40, |all, (_, bit)| all | 1 << bit);
    if pan.moves || pan.is_over() || pan.net() < 0 {
        return vec![0x02, b'?', status, b'\r'];
    }
    let width = if pan.unit == Unit::Pounds { 5 } else { 6 };
    let net = if pan.tare > 0 { "N" } else { "" };
    format!("\u{2}{:0>width$}{net}\r", pan.figure()).into_bytes()
}

/// The weight, and the exclusive or of its ten bytes.
fn cas(pan: &Pan) -> Vec<u8> {
    let state = if pan.moves { 'U' } else { 'S' };
    let sign = if pan.net() < 0 { '-' } else { ' ' };
    let figure = if pan.is_over() { "------".to_owned() } else { pan.figure() };
    let block = format!("{state}{sign}{figure:0>6}{:>2}", pan.unit.sign()).into_bytes();
    let check = block.iter().fold(0, |check, byte| check ^ byte);
    [&[0x01, 0x02][..], &block, &[check, 0x03, 0x04]].concat()
}

fn nci(pan: &Pan) -> Vec<u8> {
    let first = 0x30 | u8::from(pan.moves) | u8::from(pan.grams == 0) << 1;
    let second =
        0x30 | u8::from(pan.net() < 0) | u8::from(pan.is_over()) << 1 | u8::from(pan.defect) << 3;
    let figure = match (pan.is_over(), pan.net() < 0) {
        (true, _) => "^^^^^^^".to_owned(),
        (_, true) => format!("-{:0>6}", pan.figure()),
        _ => format!("{:0>7}", pan.figure()),
    };
    let unit = format!("{:<2}", pan.unit.sign());
    [format!("\n{figure}{unit}\r\n").as_bytes(), &[first, second], b"\r\x03"].concat()
}
