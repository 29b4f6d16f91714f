//! The benches of what speaks by itself. Each has a thread; what cannot be reached is tried again
//! after a pause that grows, and the desk is told so all the while.

use std::thread;
use std::time::{Duration, Instant};

use devices::{Gnss, PowerFolder, Scale};
use flow::{NoPosition, NoWeight, Position, PowerState, World};

/// How long a scale may take for a weight: two readings of the slowest.
const SCALE_LIMIT: Duration = Duration::from_secs(2);

/// How often a scale is asked: faster than a hand lays something on it.
const SCALE_PAUSE: Duration = Duration::from_millis(200);

/// Receivers speak once a second.
const GNSS_LIMIT: Duration = Duration::from_secs(3);

/// A battery loses one part of a hundred in a minute at the fastest.
const POWER_PAUSE: Duration = Duration::from_secs(5);

/// The same word is said again so often: it is no news, but it is of now.
const SAY_AGAIN: Duration = Duration::from_secs(1);

/// The longest pause before what was pulled is tried again.
const AWAY_S_MAX: u32 = 16;

fn on_a_thread(name: &str, work: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .expect("a thread can be started while the desk opens");
}

/// How long something has been away.
#[derive(Default)]
struct Away {
    times: u32,
}

impl Away {
    /// Waits before the next try and says all the while what is wrong; false when nobody listens.
    fn pause(&mut self, say: impl Fn() -> bool) -> bool {
        let seconds = 1u32.checked_shl(self.times).unwrap_or(AWAY_S_MAX).min(AWAY_S_MAX);
        self.times = self.times.saturating_add(1);
        (0..seconds).all(|_| {
            thread::sleep(SAY_AGAIN);
            say()
        })
    }
}

/// Starts the thread of a scale; it ends once `say` reports that nobody listens.
pub fn start_scale(mut scale: Box<dyn Scale>, say: impl Fn(World) -> bool + Send + 'static) {
    on_a_thread("scale", move || {
        let mut away = Away::default();
        let mut last: Option<(Result<u32, NoWeight>, Instant)> = None;
        loop {
            let read = scale.read(SCALE_LIMIT);
            let said = read.as_ref().map(|weight| weight.grams).map_err(no_weight);
            let is_news = last.is_none_or(|(last, at)| last != said || at.elapsed() >= SAY_AGAIN);
            if is_news {
                last = Some((said, Instant::now()));
                if !say(World::Weight(said)) {
                    return;
                }
            }
            if let Err(fault @ devices::NoWeight::Away(_)) = &read {
                if away.times == 0 {
                    tracing::warn!(fault = fault as &dyn std::error::Error, "the scale is away");
                }
                if !away.pause(|| say(World::Weight(said))) {
                    return;
                }
            } else {
                away = Away::default();
                thread::sleep(SCALE_PAUSE);
            }
        }
    });
}

/// Starts the thread of a receiver of positions.
pub fn start_gnss(mut gnss: Box<dyn Gnss>, say: impl Fn(World) -> bool + Send + 'static) {
    on_a_thread("gnss", move || {
        let mut away = Away::default();
        let mut last: Option<(Option<NoPosition>, Instant)> = None;
        loop {
            let heard = gnss.next(GNSS_LIMIT);
            let said = heard.as_ref().map(position).map_err(no_position);
            // Receivers speak up to ten times a second, in several sentences each.
            let is_news =
                last.is_none_or(|(why, at)| why != said.err() || at.elapsed() >= SAY_AGAIN);
            if is_news {
                last = Some((said.err(), Instant::now()));
                if !say(World::Position(said)) {
                    return;
                }
            }
            if let Err(fault @ devices::NoPosition::Away(_)) = &heard {
                if away.times == 0 {
                    let fault = fault as &dyn std::error::Error;
                    tracing::warn!(fault, "the receiver of positions is away");
                }
                if !away.pause(|| say(World::Position(said))) {
                    return;
                }
            } else {
                away = Away::default();
            }
        }
    });
}

/// Starts the thread that looks at what feeds the device.
pub fn start_power(folder: PowerFolder, say: impl Fn(World) -> bool + Send + 'static) {
    on_a_thread("power", move || {
        let mut known = true;
        loop {
            let power = match folder.read() {
                Ok(power) => {
                    known = true;
                    PowerState { percent: power.percent, draining: power.is_draining() }
                }
                Err(fault) => {
                    if known {
                        let fault = &fault as &dyn std::error::Error;
                        tracing::warn!(fault, "nobody knows what feeds this device");
                    }
                    known = false;
                    PowerState { percent: None, draining: false }
                }
            };
            if !say(World::Power(power)) {
                return;
            }
            thread::sleep(POWER_PAUSE);
        }
    });
}

fn no_weight(why: &devices::NoWeight) -> NoWeight {
    use devices::NoWeight as Why;
    match why {
        Why::Moving => NoWeight::Moving,
        Why::Over => NoWeight::Over,
        Why::Under => NoWeight::Under,
        Why::Empty => NoWeight::Empty,
        Why::Gross => NoWeight::Gross,
        Why::Unit(_) => NoWeight::Unit,
        Why::Defect => NoWeight::Defect,
        Why::Garbage => NoWeight::Garbage,
        Why::Silent => NoWeight::Silent,
        Why::Away(_) => NoWeight::Away,
    }
}

fn position(position: &devices::Position) -> Position {
    let devices::Fix { latitude_udeg, longitude_udeg, accuracy_m } = position.fix;
    Position { latitude_udeg, longitude_udeg, accuracy_m }
}

fn no_position(why: &devices::NoPosition) -> NoPosition {
    use devices::NoPosition as Why;
    match why {
        Why::NoFix => NoPosition::NoFix,
        Why::NoAccuracy => NoPosition::NoAccuracy,
        Why::Jumped => NoPosition::Jumped,
        Why::Silent => NoPosition::Silent,
        Why::Garbage => NoPosition::Garbage,
        Why::Away(_) => NoPosition::Away,
    }
}
