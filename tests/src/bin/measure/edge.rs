//! How long a device on EDGE takes to send what it has. The bytes are real: the device's own link
//! and the real program, TLS 1.3 and its handshake included, with a proxy between them that writes
//! down who said how much. The time is a model's, so that nothing is waited for and a seed says the
//! same again: a line of 100 kbit/s and 300 ms each way, segments of 1,400 bytes of which one in
//! fifty is lost by chance, TCP with a first window of ten segments and slow start, three later
//! segments to find a loss (RFC 5681) or a probe after two round trips (RFC 8985), a second for a
//! lost SYN (RFC 6298). What the two programs took to think is added as it was, in this contention.

use std::net::SocketAddr;

use ledger::Fact;
use tests::centre::Wire;
use tests::chance::Chance;
use tests::recording::{Flight, RecordingProxy};
use tests::workload::{Day, Round};

use super::Line;
use super::wire::{Device, Measured, Scene};

const SEEDS: u64 = 21;
/// The first of them; nothing was tuned on these.
const FIRST_SEED: u64 = 9_000;

const BYTES_PER_S: f64 = 12_500.0;
const ONE_WAY_S: f64 = 0.3;
const SEGMENT_BYTES: u64 = 1_400;
/// Of IP and TCP, with time stamps.
const HEADER_BYTES: u64 = 52;
const FIRST_WINDOW: usize = 10;
const PROBE_S: f64 = 4.0 * ONE_WAY_S;
const SYN_AGAIN_S: f64 = 1.0;

pub fn measure() -> Measured<Vec<Line>> {
    let line =
        |metric, seconds, goal, goal_s| Line::new(metric, seconds, "s").at_most(goal_s, goal);
    let (one, many) = (flights(1)?, flights(500)?);
    Ok(vec![
        line("EDGE: one payment, connection made anew", median(&one), "2.5 s", 2.5),
        line("EDGE: 500 payments, connection made anew", median(&many), "4 s", 4.0),
    ])
}

/// What passes while a device sends so many payments of a collector's day over a connection that it
/// makes for this.
fn flights(payments: u32) -> Measured<Vec<Flight>> {
    let scene = Scene::make(Wire::Tls, &[])?;
    let provision = scene.provision("kiosk-1")?;
    let opened = Fact::BookOpened(provision.book.clone());
    let book = &provision.book.lease.book;
    let day = Day::of(FIRST_SEED, Round::Collector, payments, opened, book);
    let (morning, paid) = day.entries.split_at(day.morning);
    let mut device = Device::filled(scene.folder(), &provision, 0)?;
    // The book is open, a moment ago.
    device.write(&morning[1..])?;
    device.send_all(scene.options(scene.centre.url())?)?;
    device.write(paid)?;
    let address: SocketAddr = scene.centre.url().trim_start_matches("https://").parse()?;
    let proxy = RecordingProxy::before(address)?;
    device.send_all(scene.options(format!("https://{}", proxy.address))?)?;
    Ok(proxy.flights())
}

fn median(flights: &[Flight]) -> f64 {
    let seeds = FIRST_SEED..FIRST_SEED + SEEDS;
    let mut times: Vec<f64> = seeds.map(|seed| Modelled::of(seed, flights)).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Modelled {
    chance: Chance,
    now_s: f64,
}

impl Modelled {
    /// From the first SYN to the last byte of the last flight.
    fn of(seed: u64, flights: &[Flight]) -> f64 {
        let mut model = Self { chance: Chance(seed), now_s: 0.0 };
        let mut again_s = SYN_AGAIN_S;
        // Either of the two may be lost.
        while model.is_lost() || model.is_lost() {
            model.now_s += again_s;
            again_s *= 2.0;
        }
        model.now_s += 2.0 * ONE_WAY_S;
        for flight in flights {
            model.now_s += flight.after.as_secs_f64();
            model.passes(flight.bytes);
        }
        model.now_s
    }

    fn is_lost(&mut self) -> bool {
        self.chance.percent(2)
    }

    /// The time goes on until all of it has arrived.
    fn passes(&mut self, bytes: u64) {
        let count = bytes.div_ceil(SEGMENT_BYTES) as usize;
        let took_s = |place: usize| {
            let left = bytes - place as u64 * SEGMENT_BYTES;
            (left.min(SEGMENT_BYTES) + HEADER_BYTES) as f64 / BYTES_PER_S
        };
        let mut free_s = self.now_s;
        let mut arrives: Vec<f64> = Vec::with_capacity(count);
        for place in 0..count {
            // In slow start each acknowledgement lets two more go.
            let released = place.checked_sub(FIRST_WINDOW).map(|beyond| arrives[beyond / 2]);
            free_s =
                free_s.max(released.map_or(0.0, |arrived| arrived + ONE_WAY_S)) + took_s(place);
            arrives.push(free_s + ONE_WAY_S);
        }
        let mut last_s = arrives.last().copied().unwrap_or(self.now_s);
        for place in 0..count {
            if !self.is_lost() {
                continue;
            }
            let mut again_s = match arrives.get(place + 3) {
                Some(third) => third + ONE_WAY_S,
                None => free_s + PROBE_S,
            };
            let mut wait_s = 2.0 * PROBE_S;
            while self.is_lost() {
                again_s += wait_s;
                wait_s *= 2.0;
            }
            last_s = last_s.max(again_s.max(free_s) + took_s(place) + ONE_WAY_S);
        }
        self.now_s = last_s;
    }
}
