//! A scale: what is placed on it, it says in one of four languages, and it can be made to say less,
//! or worse.

mod words;

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

pub use words::Protocol;

/// Slower than a person would wait for.
const SLOW_MS_MAX: u64 = 2_000;
/// Heavier than any load that is placed by hand, in grams.
const PLACED_MAX: i64 = 100_000_000;

const HELP: &str = "\
place GRAMS      place so much on the scale; less than zero lifts it
tare             take off what lies there, as a vessel
zero             what lies there is nothing from now on
unstable on|off  the load moves
unit kg|lb|g     the unit that it weighs in
defect on|off    it reports a defect, where its language can
silence on|off   say nothing
garbage on|off   say noise of the same length instead
slow MS          wait so long between two bytes
split on|off     send each byte by itself
unplug           hang up; the host may connect again
state            what lies there, as JSON";

pub struct Options {
    pub place: Place,
    pub control: SocketAddr,
    pub protocol: Protocol,
    pub capacity_g: i64,
    /// How often a scale that speaks by itself does, in milliseconds.
    pub every_ms: u64,
}

/// What lies there, and what is wrong.
#[derive(Debug, Clone)]
struct Pan {
    grams: i64,
    tare: i64,
    capacity: i64,
    moves: bool,
    defect: bool,
    unit: words::Unit,
    silent: bool,
    garbage: bool,
    slow: Duration,
    split: bool,
    unplug: bool,
}

struct Device {
    pan: Arc<Mutex<Pan>>,
    events: Events,
}

fn lock(pan: &Mutex<Pan>) -> MutexGuard<'_, Pan> {
    // Each command changes one thing: a thread that fell over left it whole.
    pan.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a scale that waits for its host.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (wire, port) = Wire::open(options.place)?;
    let (events, stop) = (Events::default(), Stop::default());
    let pan = Arc::new(Mutex::new(Pan {
        grams: 0,
        tare: 0,
        capacity: options.capacity_g,
        moves: false,
        defect: false,
        unit: words::Unit::Kilograms,
        silent: false,
        garbage: false,
        slow: Duration::ZERO,
        split: false,
        unplug: false,
    }));
    let device = Arc::new(Device { pan: pan.clone(), events: events.clone() });
    let protocol = options.protocol;
    let every = Duration::from_millis(options.every_ms.max(1));
    let thread = std::thread::spawn({
        let (events, stop) = (events.clone(), stop.clone());
        move || {
            while let Some(mut host) = wire.accept(&stop) {
                // A cable that was pulled before anybody came is in again.
                lock(&pan).unplug = false;
                events.record(json!({ "event": "connected" }));
                // A host that went away has taken what it wanted.
                let _ = attend(&mut *host, protocol, every, &pan, &stop);
                events.record(json!({ "event": "disconnected" }));
            }
        }
    });
    Running::begin("scale", Some(port), options.control, device, events, stop, vec![thread])
}

impl Commands for Device {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut pan = lock(&self.pan);
        match (word, rest) {
            ("place", grams) => {
                pan.grams = number::<i64>(grams)?.clamp(-PLACED_MAX, PLACED_MAX);
            }
            ("tare" | "zero", "") if pan.moves => return Err("the load moves".to_owned()),
            ("tare", "") => pan.tare = pan.grams.max(0),
            ("zero", "") => (pan.grams, pan.tare) = (0, 0),
            ("unstable", word) => pan.moves = switch(word)?,
            ("defect", word) => pan.defect = switch(word)?,
            ("unit", word) => {
                pan.unit = words::Unit::named(word).ok_or("the unit is kg, lb or g")?;
            }
            ("silence", word) => pan.silent = switch(word)?,
            ("garbage", word) => pan.garbage = switch(word)?,
            ("slow", ms) => {
                pan.slow = Duration::from_millis(number::<u64>(ms)?.min(SLOW_MS_MAX));
            }
            ("split", word) => pan.split = switch(word)?,
            ("unplug", "") => pan.unplug = true,
            ("state", "") => {
                return Ok(
                    json!({ "grams": pan.grams, "tare": pan.tare, "moves": pan.moves }).to_string()
                );
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

fn attend(
    host: &mut dyn Connection,
    protocol: Protocol,
    every: Duration,
    pan: &Mutex<Pan>,
    stop: &Stop,
) -> io::Result<()> {
    let mut asked = Vec::new();
    let mut due = Instant::now();
    while !stop.wished() {
        let mut bytes = [0; 64];
        let count = match host.receive(&mut bytes, LOOK_UP.min(every))? {
            Received::HungUp => return Ok(()),
            Received::Nothing => 0,
            Received::Bytes(count) => count,
        };
        let seen = {
            let mut pan = lock(pan);
            if std::mem::take(&mut pan.unplug) {
                drop(pan);
                host.cut(stop);
                return Ok(());
            }
            pan.clone()
        };
        asked.extend_from_slice(&bytes[..count]);
        let mut said = protocol.answers(&mut asked, &seen);
        if protocol == Protocol::StGs && Instant::now() >= due {
            due = Instant::now() + every;
            said.push(words::st_gs(&seen));
        }
        for message in said {
            say(host, &message, &seen)?;
        }
    }
    Ok(())
}

fn say(host: &mut dyn Connection, message: &[u8], pan: &Pan) -> io::Result<()> {
    if pan.silent {
        return Ok(());
    }
    let noisy = if pan.garbage { noise(message.len()) } else { Vec::new() };
    let bytes = if pan.garbage { &noisy } else { message };
    if !pan.split && pan.slow.is_zero() {
        return host.write_all(bytes);
    }
    for byte in bytes {
        host.write_all(&[*byte])?;
        // Without a wish, long enough that the host reads each byte by itself.
        std::thread::sleep(pan.slow.max(Duration::from_millis(2)));
    }
    Ok(())
}
