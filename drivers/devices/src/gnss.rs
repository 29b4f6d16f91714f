//! Where the device stands: receivers that send NMEA 0183 on a line, and gpsd. A position comes
//! with how far off it may be; one that nobody could say this of is none, and neither is the first
//! one after a jump.

pub mod gpsd;
pub mod nmea;

use std::time::{Duration, Instant};

use crate::fault::Fault;

pub use gpsd::Gpsd;
pub use nmea::NmeaReceiver;

/// How fast anything that carries this device moves, in metres a second: 250 km/h. Whoever was
/// faster did not move: the receiver lost its way.
const SPEED_MAX: f64 = 70.0;
/// Metres by which two good fixes may differ besides what each says of itself.
const SCATTER: f64 = 30.0;
/// Metres in a millionth of a degree along a meridian (40,007,863 m around the earth).
const METRES_A_MICRODEGREE: f64 = 0.111_133;

/// What a receiver says of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fix {
    /// Millionths of a degree, north and east above zero.
    pub latitude_udeg: i32,
    pub longitude_udeg: i32,
    /// Nineteen of twenty positions are nearer to the truth than this, in whole metres.
    pub accuracy_m: u32,
}

/// A fix that can be believed, and when it was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub fix: Fix,
    pub at: Instant,
}

/// Why there is no position.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NoPosition {
    #[error("too few satellites are seen: go under the open sky")]
    NoFix,
    #[error("the receiver does not say how far off it may be")]
    NoAccuracy,
    #[error("the position jumped further than anything moves")]
    Jumped,
    #[error("the receiver says nothing: check that it is on")]
    Silent,
    #[error("what the receiver sends cannot be understood: check the speed of its line")]
    Garbage,
    #[error("the receiver cannot be reached")]
    Away(#[source] Fault),
}

impl NoPosition {
    /// A short stable word for records and events.
    pub fn word(&self) -> &'static str {
        match self {
            NoPosition::NoFix => "no_fix",
            NoPosition::NoAccuracy => "no_accuracy",
            NoPosition::Jumped => "jumped",
            NoPosition::Silent => "silent",
            NoPosition::Garbage => "garbage",
            NoPosition::Away(_) => "away",
        }
    }
}

pub trait Gnss: Send {
    /// The next position, or why there is none, by the limit: receivers speak once a second. One
    /// that was pulled is connected to again by the next call.
    fn next(&mut self, limit: Duration) -> Result<Position, NoPosition>;
}

impl Fix {
    /// Metres between two fixes, as if the earth were flat between them.
    pub fn metres_to(&self, other: &Fix) -> f64 {
        let north = f64::from(self.latitude_udeg) - f64::from(other.latitude_udeg);
        let middle = (f64::from(self.latitude_udeg) + f64::from(other.latitude_udeg)) / 2.0;
        let mut east = (f64::from(self.longitude_udeg) - f64::from(other.longitude_udeg)).abs();
        if east > 180e6 {
            east = 360e6 - east;
        }
        let east = east * (middle / 1e6).to_radians().cos();
        north.hypot(east) * METRES_A_MICRODEGREE
    }
}

/// Whether one fix follows from the last one.
#[derive(Debug, Default)]
pub(crate) struct Track(Option<Position>);

impl Track {
    /// The fix as a position; a jump is believed when the next fix is where it went.
    pub(crate) fn follow(&mut self, fix: Fix, at: Instant) -> Result<Position, NoPosition> {
        let position = Position { fix, at };
        let Some(last) = self.0.replace(position) else { return Ok(position) };
        let passed = at.saturating_duration_since(last.at).as_secs_f64();
        let doubt = f64::from(fix.accuracy_m) + f64::from(last.fix.accuracy_m) + SCATTER;
        match fix.metres_to(&last.fix) > SPEED_MAX * passed + doubt {
            true => Err(NoPosition::Jumped),
            false => Ok(position),
        }
    }
}

#[cfg(test)]
mod tests;
