//! gpsd, the daemon that shares one receiver with many: JSON lines on TCP (port 2947), as its
//! manual pages gpsd(8) and gpsd_json(5) describe them. It is asked to watch, and tells by itself
//! from then on.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{Fix, Gnss, NoPosition, Position, Track};
use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::{self, Port, open};

const WATCH: &[u8] = b"?WATCH={\"enable\":true,\"json\":true};\n";
/// How long the daemon may take for the question, on the same machine.
const ASK_LIMIT: Duration = Duration::from_secs(2);
/// The manual's own limit of a response, in bytes.
pub const REPORT_BYTES_MAX: usize = 10_240;
/// What came while nobody listened for so long is where the device was then.
const OLD: Duration = Duration::from_secs(2);
/// No receiver is further off than half around the earth, in metres.
const ACCURACY_MAX: f64 = 20_000_000.0;

/// One report, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Report {
    class: String,
    mode: Option<u8>,
    lat: Option<f64>,
    lon: Option<f64>,
    /// Metres that nineteen of twenty fixes are within; older versions say it for each axis.
    eph: Option<f64>,
    epx: Option<f64>,
    epy: Option<f64>,
}

/// What a report says of where the device stands: nothing where it is about something else, and
/// `Garbage` where it is no report at all.
pub fn read(report: &[u8]) -> Option<Result<Fix, NoPosition>> {
    let Ok(report) = serde_json::from_slice::<Report>(report) else {
        return Some(Err(NoPosition::Garbage));
    };
    (report.class == "TPV").then(|| fix(&report))
}

fn fix(report: &Report) -> Result<Fix, NoPosition> {
    if report.mode.is_none_or(|mode| mode < 2) {
        return Err(NoPosition::NoFix);
    }
    let latitude = report.lat.and_then(|degrees| microdegrees(degrees, 90.0));
    let longitude = report.lon.and_then(|degrees| microdegrees(degrees, 180.0));
    let (Some(latitude_udeg), Some(longitude_udeg)) = (latitude, longitude) else {
        return Err(NoPosition::NoFix);
    };
    let of_axes = report.epx.zip(report.epy).map(|(east, north)| east.hypot(north));
    let metres = report.eph.or(of_axes).filter(|metres| (0.0..=ACCURACY_MAX).contains(metres));
    let metres = metres.ok_or(NoPosition::NoAccuracy)?;
    let accuracy_m = metres.ceil().max(1.0) as u32;
    Ok(Fix { latitude_udeg, longitude_udeg, accuracy_m })
}

fn microdegrees(degrees: f64, most: f64) -> Option<i32> {
    (degrees.abs() <= most).then(|| (degrees * 1e6).round() as i32)
}

/// A client of a daemon that runs.
pub struct Gpsd {
    address: PortAddress,
    port: Option<Box<dyn Port>>,
    begun: Vec<u8>,
    track: Track,
    listened: Instant,
}

impl Gpsd {
    pub fn new(address: PortAddress) -> Gpsd {
        let track = Track::default();
        Gpsd { address, port: None, begun: Vec::new(), track, listened: Instant::now() }
    }

    fn listen(&mut self, until: Instant) -> Result<Position, NoPosition> {
        let port = match &mut self.port {
            Some(port) => {
                if self.listened.elapsed() > OLD {
                    port::throw_away(&mut **port).map_err(NoPosition::Away)?;
                    // The rest of a report that was cut is no report.
                    self.begun.clear();
                }
                port
            }
            None => {
                self.begun.clear();
                let mut port = open(&self.address).map_err(NoPosition::Away)?;
                port::send(&mut *port, WATCH, ASK_LIMIT).map_err(NoPosition::Away)?;
                self.port.insert(port)
            }
        };
        let mut why = NoPosition::Silent;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut byte = [0];
            match port::receive(&mut **port, &mut byte, left) {
                Ok(_) if left.is_zero() => return Err(why),
                Ok(_) => {}
                Err(Fault::Timeout) => return Err(why),
                Err(fault) => return Err(NoPosition::Away(fault)),
            }
            if byte[0] != b'\n' {
                if self.begun.len() == REPORT_BYTES_MAX {
                    self.begun.clear();
                    why = NoPosition::Garbage;
                }
                self.begun.push(byte[0]);
                continue;
            }
            match read(&std::mem::take(&mut self.begun)) {
                Some(Ok(fix)) => return self.track.follow(fix, Instant::now()),
                Some(Err(NoPosition::Garbage)) => why = NoPosition::Garbage,
                Some(Err(reason)) => return Err(reason),
                // It lives, and has nothing to say of a receiver.
                None => why = NoPosition::NoFix,
            }
        }
    }
}

impl Gnss for Gpsd {
    fn next(&mut self, limit: Duration) -> Result<Position, NoPosition> {
        let position = self.listen(Instant::now() + limit);
        self.listened = Instant::now();
        if let Err(NoPosition::Away(_)) = &position {
            self.port = None;
        }
        position
    }
}
