//! A scanner for QR and bar codes: whatever it is told to have seen, it sends as a line.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::noise::noise;
use crate::running::Running;
use crate::wire::{Connection, LOOK_UP, Place, Received, Stop, Wire};

/// A code may be shown a moment before the host has connected.
const HOST_LIMIT: Duration = Duration::from_secs(10);
/// More noise than a person would ever ask for.
const NOISE_BYTES_MAX: usize = 1 << 20;

const HELP: &str = "\
scan TEXT      send TEXT and a carriage return to the host
split on|off   send each byte by itself
garbage N      send N bytes of noise
unplug         hang up; the host may connect again";

pub struct Options {
    pub place: Place,
    pub control: SocketAddr,
}

/// Starts a scanner that waits for its host.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (wire, port) = Wire::open(options.place)?;
    let (events, stop) = (Events::default(), Stop::default());
    let (sender, wishes) = channel();
    let device = Arc::new(Scanner { wishes: Mutex::new(sender), split: Mutex::new(false) });
    let thread = std::thread::spawn({
        let (events, stop) = (events.clone(), stop.clone());
        move || serve(&wire, &wishes, &events, &stop)
    });
    Running::begin("scanner", Some(port), options.control, device, events, stop, vec![thread])
}

enum Wish {
    Send { bytes: Vec<u8>, split: bool },
    HangUp,
}

type Reply = Sender<io::Result<()>>;

struct Scanner {
    wishes: Mutex<Sender<(Wish, Reply)>>,
    split: Mutex<bool>,
}

impl Scanner {
    fn wish(&self, wish: Wish) -> Result<String, String> {
        let (reply, answer) = channel();
        let wishes = self.wishes.lock().map_err(|_| "the scanner has stopped")?;
        wishes.send((wish, reply)).map_err(|_| "the scanner has stopped")?;
        match answer.recv_timeout(HOST_LIMIT) {
            Ok(Ok(())) => Ok(String::new()),
            Ok(Err(error)) => Err(format!("the host did not take it: {error}")),
            Err(_) => Err("no host is connected".to_owned()),
        }
    }

    fn split(&self) -> bool {
        self.split.lock().is_ok_and(|split| *split)
    }
}

impl Commands for Scanner {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest) {
            ("scan", text) if !text.is_empty() => {
                let bytes = [text.as_bytes(), b"\r"].concat();
                self.wish(Wish::Send { bytes, split: self.split() })
            }
            ("garbage", count) => {
                let count = number::<usize>(count)?.min(NOISE_BYTES_MAX);
                self.wish(Wish::Send { bytes: noise(count), split: self.split() })
            }
            ("split", word) => {
                *self.split.lock().map_err(|_| "the scanner has stopped")? = switch(word)?;
                Ok(String::new())
            }
            ("unplug", "") => self.wish(Wish::HangUp),
            _ => Err(unknown(line)),
        }
    }

    fn help(&self) -> &'static str {
        HELP
    }
}

fn serve(wire: &Wire, wishes: &Receiver<(Wish, Reply)>, events: &Events, stop: &Stop) {
    while let Some(mut host) = wire.accept(stop) {
        events.record(json!({ "event": "connected" }));
        attend(&mut *host, wishes, events, stop);
        events.record(json!({ "event": "disconnected" }));
    }
}

fn attend(
    host: &mut dyn Connection,
    wishes: &Receiver<(Wish, Reply)>,
    events: &Events,
    stop: &Stop,
) {
    while !stop.wished() {
        if matches!(host.receive(&mut [0; 64], Duration::ZERO), Ok(Received::HungUp) | Err(_)) {
            return;
        }
        match wishes.recv_timeout(LOOK_UP) {
            Ok((Wish::HangUp, reply)) => {
                let _ = reply.send(Ok(()));
                host.cut(stop);
                return;
            }
            Ok((Wish::Send { bytes, split }, reply)) => {
                let sent = send(host, &bytes, split);
                events.record(json!({ "event": "scanned", "bytes": bytes.len() }));
                // Whoever wished may have stopped waiting.
                let _ = reply.send(sent);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn send(host: &mut dyn Connection, bytes: &[u8], split: bool) -> io::Result<()> {
    if !split {
        return host.write_all(bytes);
    }
    for byte in bytes {
        host.write_all(&[*byte])?;
        // Long enough that the host reads each byte by itself.
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}
