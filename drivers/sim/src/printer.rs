//! A receipt printer that understands ESC/POS, draws what it receives and leaves each slip as a
//! picture. Written from the command references of the printers' makers.

mod bytes;
mod paper;
mod state;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::running::Running;
use crate::wire::{Connection, LOOK_UP, Place, Received, Stop, Wire};
use state::{Jam, State};

/// What a real printer holds before it stops taking more.
const BUFFER_BYTES_MAX: usize = 64 << 10;

/// Longer than any driver waits for an answer.
const SPLIT_MS_MAX: u64 = 10_000;

const HELP: &str = "\
paper out|in             take the roll out, put a new one in
paper out-after ROWS     the roll ends when so many more rows are printed
paper near-end|ok        the roll is nearly at its end, or not
cover open|closed        open or close the cover
offline on|off           switch the printer offline
cutter jam|ok            the cutter sticks at the next cut, or is freed
head hot|cool            the print head is too hot, and cools down
broken on|off            a fault that only a technician puts right
silence on|off           answer nothing
garbage N                send N bytes of noise to the host
split MS                 so long between two bytes of each answer; 0 sends them together
slow BYTES_PER_SECOND    take bytes slowly; 0 is as fast as they come
cut-line after BYTES     hang up when so many more bytes have come
state                    everything above and what was printed, as JSON";

pub struct Options {
    pub place: Place,
    pub control: SocketAddr,
    /// Where slips are left as pictures; without it they are only counted.
    pub out: Option<PathBuf>,
    pub width_dots: u16,
    /// 0 prints without taking time.
    pub rows_per_second: u32,
    /// Whether it repeats marks (GS ( H), as Epson's do and cheap ones do not.
    pub process_id: bool,
    /// Without one a slip ends where the host hangs up after feeding it to the tearing edge.
    pub cutter: bool,
}

impl Options {
    pub fn new(place: Place) -> Options {
        Options {
            place,
            control: SocketAddr::from(([127, 0, 0, 1], 0)),
            out: None,
            width_dots: 576,
            rows_per_second: 0,
            process_id: true,
            cutter: true,
        }
    }
}

/// Starts a printer that waits for its host.
pub fn start(options: Options) -> Result<Running, SimError> {
    if let Some(out) = &options.out {
        std::fs::create_dir_all(out)
            .map_err(|error| SimError::new(format!("cannot make {}", out.display()), error))?;
    }
    let (wire, port) = Wire::open(options.place)?;
    let (events, stop) = (Events::default(), Stop::default());
    let control = options.control;
    let state = State::new(options, events.clone());
    let device = Arc::new(Printer { state: Mutex::new(state) });
    let thread = std::thread::spawn({
        let (device, events, stop) = (device.clone(), events.clone(), stop.clone());
        move || {
            while let Some(mut host) = wire.accept(&stop) {
                events.record(json!({ "event": "connected" }));
                // A host that hangs up in the middle is what this is for.
                let _ = attend(&device, &mut *host, &stop);
                device.lock().hang_up();
                events.record(json!({ "event": "disconnected" }));
            }
        }
    });
    Running::begin("printer", Some(port), control, device, events, stop, vec![thread])
}

struct Printer {
    state: Mutex<State>,
}

impl Printer {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Commands for Printer {
    fn obey(&self, line: &str) -> Result<String, String> {
        let mut state = self.lock();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["paper", "out"] => state.faults.paper_out = true,
            ["paper", "in"] => state.new_roll(),
            ["paper", "out-after", rows] => state.faults.paper_rows_left = Some(number(rows)?),
            ["paper", "near-end"] => state.faults.near_end = true,
            ["paper", "ok"] => state.faults.near_end = false,
            ["cover", "open"] => state.faults.cover_open = true,
            ["cover", "closed"] => state.faults.cover_open = false,
            ["offline", word] => state.faults.offline = switch(word)?,
            ["cutter", "jam"] => state.faults.cutter = Jam::AtNextCut,
            ["cutter", "ok"] => state.faults.cutter = Jam::None,
            ["head", "hot"] => state.faults.head_hot = true,
            ["head", "cool"] => state.faults.head_hot = false,
            ["broken", word] => state.faults.broken = switch(word)?,
            ["silence", word] => state.faults.silent = switch(word)?,
            ["garbage", count] => state.noise(number(count)?),
            ["split", wait] => state.faults.split_ms = number::<u64>(wait)?.min(SPLIT_MS_MAX),
            ["slow", rate] => state.faults.bytes_per_second = number(rate)?,
            ["cut-line", "after", bytes] => state.faults.bytes_to_hang_up = Some(number(bytes)?),
            ["state"] => return Ok(state.describe().to_string()),
            _ => return Err(unknown(line)),
        }
        state.report_change();
        state.work();
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}

/// A slow line brings an answer byte by byte.
fn answer(host: &mut dyn Connection, answers: &[u8], split_ms: u64, stop: &Stop) -> io::Result<()> {
    if split_ms == 0 {
        return host.write_all(answers);
    }
    for byte in answers {
        if stop.wished() {
            break;
        }
        host.write_all(&[*byte])?;
        std::thread::sleep(Duration::from_millis(split_ms));
    }
    Ok(())
}

/// One host from its first byte to its last.
fn attend(device: &Printer, host: &mut dyn Connection, stop: &Stop) -> io::Result<()> {
    let mut pace = Instant::now();
    while !stop.wished() {
        let (mut room, limit, rate, split_ms) = {
            let mut state = device.lock();
            state.work();
            let limit = if state.is_idle() { LOOK_UP } else { Duration::from_millis(1) };
            (state.room(), limit, state.faults.bytes_per_second, state.faults.split_ms)
        };
        let answers = device.lock().take_answers();
        answer(host, &answers, split_ms, stop)?;
        if rate > 0 {
            let due = (pace.elapsed().as_secs_f64() * f64::from(rate)) as usize;
            room = room.min(due);
        }
        if room == 0 {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        }
        let mut buffer = [0; 4096];
        let room = room.min(buffer.len());
        match host.receive(&mut buffer[..room], limit)? {
            Received::Nothing => {}
            Received::HungUp => return Ok(()),
            Received::Bytes(count) => {
                pace = Instant::now();
                if device.lock().take(&buffer[..count]) {
                    device.lock().hang_up();
                    host.cut(stop);
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}
