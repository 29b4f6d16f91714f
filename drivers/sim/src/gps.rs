//! A receiver of positions: it walks a straight way from where it is put, and writes NMEA 0183 as
//! often as it is told to, from the standard's sentences RMC, GGA and GSA.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::noise::noise;
use crate::running::Running;
use crate::wire::{Connection, LOOK_UP, Place, Received, Stop, Wire};

/// Once around the earth is the longest jump, in metres.
const JUMP_MAX: i64 = 20_000_000;
/// Millionths of a degree in a metre along a meridian, in thousandths: 9 is 1 m.
const MICRODEGREES_A_METRE: i64 = 9;
/// Seconds of a day.
const DAY_S: u64 = 86_400;

const HELP: &str = "\
at LAT LON      stand there, in millionths of a degree
walk METRES     go so far north with each fix
jump METRES     be so much further north at once
dilution X10    how well the satellites stand, in tenths: 12 is good, 200 is bad
fix on|off      see enough satellites, or too few
silence on|off  say nothing
garbage on|off  say noise instead
split on|off    send each byte by itself
unplug          hang up; the host may connect again
state           where it stands, as JSON";

pub struct Options {
    pub place: Place,
    pub control: SocketAddr,
    /// How often it says where it is, in milliseconds.
    pub every_ms: u64,
}

#[derive(Debug, Clone)]
struct Way {
    latitude_udeg: i64,
    longitude_udeg: i64,
    step_m: i64,
    dilution_tenths: u64,
    fix: bool,
    silent: bool,
    garbage: bool,
    split: bool,
    unplug: bool,
    /// How many fixes there were: each is a second later.
    count: u64,
}

struct Receiver {
    way: Arc<Mutex<Way>>,
    events: Events,
}

fn lock(way: &Mutex<Way>) -> MutexGuard<'_, Way> {
    // Each command changes one thing: a thread that fell over left it whole.
    way.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a receiver that waits for its host.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (wire, port) = Wire::open(options.place)?;
    let (events, stop) = (Events::default(), Stop::default());
    let way = Arc::new(Mutex::new(Way {
        latitude_udeg: 10_252_057,
        longitude_udeg: 76_209_463,
        step_m: 0,
        dilution_tenths: 12,
        fix: true,
        silent: false,
        garbage: false,
        split: false,
        unplug: false,
        count: 0,
    }));
    let device = Arc::new(Receiver { way: way.clone(), events: events.clone() });
    let every = Duration::from_millis(options.every_ms.max(1));
    let thread = std::thread::spawn({
        let (events, stop) = (events.clone(), stop.clone());
        move || {
            while let Some(mut host) = wire.accept(&stop) {
                lock(&way).unplug = false;
                events.record(json!({ "event": "connected" }));
                // A host that went away has taken what it wanted.
                let _ = attend(&mut *host, every, &way, &stop);
                events.record(json!({ "event": "disconnected" }));
            }
        }
    });
    Running::begin("gps", Some(port), options.control, device, events, stop, vec![thread])
}

impl Commands for Receiver {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut way = lock(&self.way);
        match (word, rest) {
            ("at", place) => {
                let (latitude, longitude) = place.split_once(' ').ok_or("a place is LAT LON")?;
                way.latitude_udeg = number::<i64>(latitude)?.clamp(-90_000_000, 90_000_000);
                way.longitude_udeg = number::<i64>(longitude)?.clamp(-180_000_000, 180_000_000);
            }
            ("walk", metres) => way.step_m = number::<i64>(metres)?.clamp(-JUMP_MAX, JUMP_MAX),
            ("jump", metres) => {
                let metres = number::<i64>(metres)?.clamp(-JUMP_MAX, JUMP_MAX);
                way.go(metres);
            }
            ("dilution", tenths) => way.dilution_tenths = number::<u64>(tenths)?.min(999),
            ("fix", word) => way.fix = switch(word)?,
            ("silence", word) => way.silent = switch(word)?,
            ("garbage", word) => way.garbage = switch(word)?,
            ("split", word) => way.split = switch(word)?,
            ("unplug", "") => way.unplug = true,
            ("state", "") => {
                let (latitude, longitude) = (way.latitude_udeg, way.longitude_udeg);
                let state = json!({ "latitude": latitude, "longitude": longitude, "fix": way.fix });
                return Ok(state.to_string());
            }
            _ => return Err(unknown(line)),
        }
        self.events.record(json!({ "event": "told", "line": line }));
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}

impl Way {
    fn go(&mut self, metres: i64) {
        let north = self.latitude_udeg + metres * MICRODEGREES_A_METRE;
        self.latitude_udeg = north.clamp(-90_000_000, 90_000_000);
    }

    /// The sentences of one second.
    fn sentences(&self) -> String {
        let second = (6 * 3_600 + self.count) % DAY_S;
        let time = format!("{:02}{:02}{:02}.00", second / 3_600, second / 60 % 60, second % 60);
        let north = angle(self.latitude_udeg, 2, "N", "S");
        let east = angle(self.longitude_udeg, 3, "E", "W");
        let dilution = format!("{}.{}", self.dilution_tenths / 10, self.dilution_tenths % 10);
        let all = if self.fix {
            [
                format!("GPRMC,{time},A,{north},{east},0.10,,140826,,,A"),
                format!("GPGGA,{time},{north},{east},1,08,{dilution},21.0,M,-89.0,M,,"),
                format!("GPGSA,A,3,04,05,09,12,24,25,29,31,,,,,2.5,{dilution},2.1"),
            ]
        } else {
            [
                format!("GPRMC,{time},V,,,,,,,140826,,,N"),
                format!("GPGGA,{time},,,,,0,02,99.9,,M,,M,,"),
                "GPGSA,A,1,,,,,,,,,,,,,99.9,99.9,99.9".to_owned(),
            ]
        };
        all.map(|body| {
            let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
            format!("${body}*{sum:02X}\r\n")
        })
        .concat()
    }
}

/// Degrees and minutes with five decimals, and the side.
fn angle(udeg: i64, digits: usize, plus: &str, minus: &str) -> String {
    let (size, side) = (udeg.unsigned_abs(), if udeg < 0 { minus } else { plus });
    let (degrees, rest) = (size / 1_000_000, size % 1_000_000);
    // A millionth of a degree has six hundred-thousandths of a minute.
    let minutes = rest * 6;
    format!("{degrees:0digits$}{:02}.{:05},{side}", minutes / 100_000, minutes % 100_000)
}

fn attend(
    host: &mut dyn Connection,
    every: Duration,
    way: &Mutex<Way>,
    stop: &Stop,
) -> io::Result<()> {
    let mut due = Instant::now();
    while !stop.wished() {
        // Whatever a host tells a receiver, it goes on as before.
        if host.receive(&mut [0; 64], LOOK_UP.min(every))? == Received::HungUp {
            return Ok(());
        }
        let seen = {
            let mut way = lock(way);
            if std::mem::take(&mut way.unplug) {
                drop(way);
                host.cut(stop);
                return Ok(());
            }
            if Instant::now() < due {
                continue;
            }
            due = Instant::now() + every;
            way.count += 1;
            let step = way.step_m;
            way.go(step);
            way.clone()
        };
        if !seen.silent {
            say(host, seen.sentences().as_bytes(), &seen)?;
        }
    }
    Ok(())
}

fn say(host: &mut dyn Connection, sentences: &[u8], way: &Way) -> io::Result<()> {
    let noisy = if way.garbage { noise(sentences.len()) } else { Vec::new() };
    let bytes = if way.garbage { &noisy } else { sentences };
    if !way.split {
        return host.write_all(bytes);
    }
    for byte in bytes {
        host.write_all(&[*byte])?;
        // Long enough that the host reads each byte by itself.
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
