//! A reader of 125 kHz cards (RDM6300): while a card lies on it, it says the card's number about
//! ten times a second. A frame is 02h, ten hexadecimal digits, two of the exclusive or of their
//! five bytes, 03h.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::noise::noise;
use crate::running::Running;
use crate::wire::{Connection, LOOK_UP, Place, Received, Stop, Wire};

/// A card may be laid down a moment before the host has connected.
const HOST_LIMIT: Duration = Duration::from_secs(10);
/// How often a number is said while its card lies there.
const EVERY: Duration = Duration::from_millis(100);
/// More noise than a person would ever ask for.
const NOISE_BYTES_MAX: usize = 1 << 20;

const HELP: &str = "\
present NUMBER  lay down the card with this number: ten hexadecimal digits, or the ten decimal
                ones that are printed on it after \"no\" (present no 0012345678)
remove          take the card away
touch NUMBER    lay it down and take it away at once: the number is said one time
garbage N       send N bytes of noise
split on|off    send each byte by itself
check on|off    send wrong checks while off
silence on|off  say nothing, whatever lies there
unplug          hang up; the host may connect again";

pub struct Options {
    pub place: Place,
    pub control: SocketAddr,
}

/// Starts a reader that waits for its host.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (wire, port) = Wire::open(options.place)?;
    let (events, stop) = (Events::default(), Stop::default());
    let (sender, wishes) = channel();
    let device = Arc::new(CardReader { wishes: Mutex::new(sender) });
    let thread = std::thread::spawn({
        let (events, stop) = (events.clone(), stop.clone());
        move || Reader::default().serve(&wire, &wishes, &events, &stop)
    });
    Running::begin("card-reader", Some(port), options.control, device, events, stop, vec![thread])
}

enum Wish {
    Present([u8; 5]),
    Touch([u8; 5]),
    Remove,
    Garbage(usize),
    Split(bool),
    Check(bool),
    Silence(bool),
    HangUp,
}

type Reply = Sender<io::Result<()>>;

struct CardReader {
    wishes: Mutex<Sender<(Wish, Reply)>>,
}

impl Commands for CardReader {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let wish = match (word, rest) {
            ("present", written) if !written.is_empty() => Wish::Present(card(written)?),
            ("touch", written) if !written.is_empty() => Wish::Touch(card(written)?),
            ("remove", "") => Wish::Remove,
            ("garbage", count) => Wish::Garbage(number::<usize>(count)?.min(NOISE_BYTES_MAX)),
            ("split", word) => Wish::Split(switch(word)?),
            ("check", word) => Wish::Check(switch(word)?),
            ("silence", word) => Wish::Silence(switch(word)?),
            ("unplug", "") => Wish::HangUp,
            _ => return Err(unknown(line)),
        };
        let (reply, answer) = channel();
        let wishes = self.wishes.lock().map_err(|_| "the reader has stopped")?;
        wishes.send((wish, reply)).map_err(|_| "the reader has stopped")?;
        match answer.recv_timeout(HOST_LIMIT) {
            Ok(Ok(())) => Ok(String::new()),
            Ok(Err(error)) => Err(format!("the host did not take it: {error}")),
            Err(_) => Err("no host is connected".to_owned()),
        }
    }

    fn help(&self) -> &'static str {
        HELP
    }
}

/// The five bytes of a card, from how they are written.
fn card(written: &str) -> Result<[u8; 5], String> {
    let wrong = || format!("\"{written}\" is no number of a card; `help` says how to write one");
    if let Some(printed) = written.strip_prefix("no ") {
        let low: u32 = printed.trim().parse().map_err(|_| wrong())?;
        // The byte before the printed number is the maker's; many cards have this one.
        let mut bytes = [0x0a; 5];
        bytes[1..].copy_from_slice(&low.to_be_bytes());
        return Ok(bytes);
    }
    let bytes = data_encoding::HEXUPPER_PERMISSIVE.decode(written.as_bytes());
    bytes.ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)
}

/// What lies on the reader, and how it misbehaves.
struct Reader {
    lies: Option<[u8; 5]>,
    split: bool,
    right_check: bool,
    silent: bool,
    said: Instant,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader { lies: None, split: false, right_check: true, silent: false, said: Instant::now() }
    }
}

impl Reader {
    fn serve(
        mut self,
        wire: &Wire,
        wishes: &Receiver<(Wish, Reply)>,
        events: &Events,
        stop: &Stop,
    ) {
        while let Some(mut host) = wire.accept(stop) {
            events.record(json!({ "event": "connected" }));
            self.attend(&mut *host, wishes, events, stop);
            events.record(json!({ "event": "disconnected" }));
        }
    }

    fn attend(
        &mut self,
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
                Ok((wish, reply)) => {
                    let obeyed = self.obey(wish, host, events);
                    // Whoever wished may have stopped waiting.
                    let _ = reply.send(obeyed);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if let Some(card) = self.lies
                && self.said.elapsed() >= EVERY
                && self.say(card, host).is_err()
            {
                return;
            }
        }
    }

    fn obey(&mut self, wish: Wish, host: &mut dyn Connection, events: &Events) -> io::Result<()> {
        match wish {
            Wish::Present(card) => {
                self.lies = Some(card);
                events.record(json!({ "event": "presented" }));
                return self.say(card, host);
            }
            Wish::Touch(card) => {
                self.lies = None;
                events.record(json!({ "event": "touched" }));
                return self.say(card, host);
            }
            Wish::Remove => {
                self.lies = None;
                events.record(json!({ "event": "removed" }));
            }
            Wish::Garbage(count) => return self.send(&noise(count), host),
            Wish::Split(split) => self.split = split,
            Wish::Check(right) => self.right_check = right,
            Wish::Silence(silent) => self.silent = silent,
            // The connection's end is the caller's.
            Wish::HangUp => {}
        }
        Ok(())
    }

    fn say(&mut self, card: [u8; 5], host: &mut dyn Connection) -> io::Result<()> {
        self.said = Instant::now();
        if self.silent {
            return Ok(());
        }
        self.send(&frame(card, self.right_check), host)
    }

    fn send(&self, bytes: &[u8], host: &mut dyn Connection) -> io::Result<()> {
        if !self.split {
            return host.write_all(bytes);
        }
        for byte in bytes {
            host.write_all(&[*byte])?;
            // Long enough that the host reads each byte by itself.
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

fn frame(card: [u8; 5], right_check: bool) -> Vec<u8> {
    let mut check = card[0] ^ card[1] ^ card[2] ^ card[3] ^ card[4];
    if !right_check {
        check = !check;
    }
    let mut digits = String::new();
    for byte in card.iter().chain([&check]) {
        digits.push_str(&format!("{byte:02X}"));
    }
    [&[0x02], digits.as_bytes(), &[0x03]].concat()
}
