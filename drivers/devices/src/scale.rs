//! Scales on a serial line or on TCP. Only what lies still, within the range and alone on the scale
//! is a weight; everything else is a reason in words why there is none.

pub mod form;
pub mod grammar;

use std::time::{Duration, Instant};

use crate::address::{PortAddress, SerialLine};
use crate::fault::Fault;
use crate::port::{self, Port, open};

pub use grammar::{GrammarError, ScaleGrammar};

/// The longest message of a scale has 28 bytes; more is noise, and the oldest of it is forgotten.
pub const HEARD_BYTES_MAX: usize = 64;
/// What came while nobody listened for so long is what lay on the scale then.
const OLD: Duration = Duration::from_millis(100);
/// A question is asked again when nothing was heard for so long: scales answer within a tenth.
const ASK_AGAIN: Duration = Duration::from_millis(700);

/// What lies on the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// From 1 on.
    pub grams: u32,
    /// The scale says that a vessel's weight is taken off.
    pub net: bool,
    /// When the scale said so.
    pub at: Instant,
}

/// Why there is no weight.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NoWeight {
    #[error("the load still moves")]
    Moving,
    #[error("the load is too heavy for the scale")]
    Over,
    #[error("the scale shows less than nothing: it must be set to zero")]
    Under,
    #[error("nothing lies on the scale")]
    Empty,
    #[error("no vessel was taken off the weight")]
    Gross,
    #[error("the scale weighs in \"{0}\" and not in kilograms")]
    Unit(String),
    #[error("the scale reports a defect")]
    Defect,
    #[error("what the scale sends cannot be understood: check its model and the speed of its line")]
    Garbage,
    #[error("the scale says nothing: check that it is on, and its model")]
    Silent,
    #[error("the scale cannot be reached")]
    Away(#[source] Fault),
}

impl NoWeight {
    /// A short stable word for records and events.
    pub fn word(&self) -> &'static str {
        match self {
            NoWeight::Moving => "moving",
            NoWeight::Over => "over",
            NoWeight::Under => "under",
            NoWeight::Empty => "empty",
            NoWeight::Gross => "gross",
            NoWeight::Unit(_) => "unit",
            NoWeight::Defect => "defect",
            NoWeight::Garbage => "garbage",
            NoWeight::Silent => "silent",
            NoWeight::Away(_) => "away",
        }
    }
}

pub trait Scale: Send {
    /// What lies on the scale now, or why that is not known, by the limit. A scale that was pulled
    /// is connected to again by the next call.
    fn read(&mut self, limit: Duration) -> Result<Weight, NoWeight>;
}

/// What one message says.
#[derive(Debug, Clone)]
pub enum Said {
    Weight { grams: u32, net: bool },
    Nothing(NoWeight),
}

/// Finds messages in a stream of bytes. Noise before, between and in them costs what it spoils and
/// nothing after.
pub struct Ear {
    grammar: ScaleGrammar,
    heard: Vec<u8>,
}

impl Ear {
    pub fn new(grammar: ScaleGrammar) -> Ear {
        Ear { grammar, heard: Vec::new() }
    }

    /// What the message says that this byte ends.
    pub fn push(&mut self, byte: u8) -> Option<Said> {
        if self.heard.len() == HEARD_BYTES_MAX {
            self.heard.remove(0);
        }
        // Where the line has seven bits, a converter may hand the parity over as the eighth.
        self.heard.push(if self.grammar.line.data_bits == 7 { byte & 0x7f } else { byte });
        if !self.heard.ends_with(&self.grammar.ends) {
            return None;
        }
        // What is no whole message yet is kept: its check may look like an end.
        let said = self.grammar.read(&self.heard)?;
        self.heard.clear();
        Some(said)
    }

    fn forget(&mut self) {
        self.heard.clear();
    }
}

/// A scale whose language is known.
pub struct LineScale {
    address: PortAddress,
    port: Option<Box<dyn Port>>,
    ear: Ear,
    listened: Instant,
}

impl LineScale {
    pub fn new(address: PortAddress, grammar: ScaleGrammar) -> LineScale {
        let address = match address {
            PortAddress::Serial { path, line } if line == SerialLine::default() => {
                PortAddress::Serial { path, line: grammar.line }
            }
            address => address,
        };
        LineScale { address, port: None, ear: Ear::new(grammar), listened: Instant::now() }
    }

    fn weigh(&mut self, until: Instant) -> Result<Weight, NoWeight> {
        let port = match &mut self.port {
            Some(port) => {
                if self.listened.elapsed() > OLD {
                    port::throw_away(&mut **port).map_err(NoWeight::Away)?;
                    self.ear.forget();
                }
                port
            }
            None => {
                self.ear.forget();
                self.port.insert(open(&self.address).map_err(NoWeight::Away)?)
            }
        };
        let mut talk = Talk { port: &mut **port, ear: &mut self.ear, heard_any: false };
        let weight = talk.weigh(until);
        self.listened = Instant::now();
        weight
    }
}

impl Scale for LineScale {
    fn read(&mut self, limit: Duration) -> Result<Weight, NoWeight> {
        let weight = self.weigh(Instant::now() + limit);
        if let Err(NoWeight::Away(_)) = &weight {
            self.port = None;
        }
        weight
    }
}

/// One reading.
struct Talk<'a> {
    port: &'a mut dyn Port,
    ear: &'a mut Ear,
    heard_any: bool,
}

impl Talk<'_> {
    fn weigh(&mut self, until: Instant) -> Result<Weight, NoWeight> {
        let mut last = None;
        let mut alike = 0;
        loop {
            let said = if self.ear.grammar.ask.is_empty() {
                let whole = until.saturating_duration_since(Instant::now());
                self.hear(whole, until)?
            } else {
                self.ask(until)?
            };
            match said {
                Some(Said::Weight { grams, net }) => {
                    alike = if last == Some((grams, net)) { alike + 1 } else { 1 };
                    last = Some((grams, net));
                    if alike >= self.ear.grammar.alike {
                        return Ok(Weight { grams, net, at: Instant::now() });
                    }
                }
                Some(Said::Nothing(reason)) => return Err(reason),
                None if Instant::now() < until => {}
                // A weight that never was the same twice moves.
                None if last.is_some() => return Err(NoWeight::Moving),
                None if self.heard_any => return Err(NoWeight::Garbage),
                None => return Err(NoWeight::Silent),
            }
        }
    }

    /// One question and its answer; none where it was not understood or did not come.
    fn ask(&mut self, until: Instant) -> Result<Option<Said>, NoWeight> {
        if let Some(awake) = self.ear.grammar.awake {
            let wake = self.ear.grammar.wake.clone();
            self.send(&wake, until)?;
            if !self.hears(awake, until)? {
                return Ok(None);
            }
        }
        let ask = self.ear.grammar.ask.clone();
        self.send(&ask, until)?;
        self.hear(ASK_AGAIN, until)
    }

    fn send(&mut self, bytes: &[u8], until: Instant) -> Result<(), NoWeight> {
        let limit = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        match port::send(self.port, bytes, limit) {
            // Nobody takes it: the same as nobody answering.
            Ok(()) | Err(Fault::Timeout) => Ok(()),
            Err(fault) => Err(NoWeight::Away(fault)),
        }
    }

    fn hears(&mut self, awaited: u8, until: Instant) -> Result<bool, NoWeight> {
        while let Some(byte) = self.byte(ASK_AGAIN, until)? {
            if byte == awaited {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The next message, as long as bytes follow each other within a pause.
    fn hear(&mut self, pause: Duration, until: Instant) -> Result<Option<Said>, NoWeight> {
        while let Some(byte) = self.byte(pause, until)? {
            if let Some(said) = self.ear.push(byte) {
                return Ok(Some(said));
            }
        }
        Ok(None)
    }

    /// The next byte; none where none came in time. One at a time, so that what follows a message
    /// is there for the next reading.
    fn byte(&mut self, pause: Duration, until: Instant) -> Result<Option<u8>, NoWeight> {
        let left = until.saturating_duration_since(Instant::now()).min(pause);
        if left.is_zero() {
            return Ok(None);
        }
        let mut byte = [0];
        match port::receive(self.port, &mut byte, left) {
            Ok(_) => {
                self.heard_any = true;
                Ok(Some(byte[0]))
            }
            Err(Fault::Timeout) => Ok(None),
            Err(fault) => Err(NoWeight::Away(fault)),
        }
    }
}

#[cfg(test)]
mod tests;
