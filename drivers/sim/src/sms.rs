//! A gateway for SMS: it takes messages by HTTP and leaves each one that goes out as a file. A
//! message that it has already is acknowledged and goes out no second time.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::SimError;
use crate::cloud_terminal::http;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::running::Running;
use crate::wire::{LOOK_UP, Stop, accept_tcp, listen};

/// The centre, and whoever looks by hand.
const CLIENTS_MAX: usize = 8;

/// An answer later than this is no test of patience any more.
const SLOW_MS_MAX: u64 = 60_000;

const HELP: &str = "\
silence on|off         hear everything, take it, and answer nothing
error on|off           take nothing and answer 500
refuse on|off          take nothing and answer 422: no such number
slow MS                answer so much later; 0 is at once
drop-next              take the next message, and hang up before its sender hears of it
sent                   how many messages went out
state                  what is switched on, as JSON";

pub struct Options {
    pub tcp: SocketAddr,
    pub control: SocketAddr,
    /// Where messages lie as sms-0001.json and so on.
    pub out: PathBuf,
    /// What senders have to know.
    pub token: String,
}

/// A message as the centre posts it.
#[derive(Deserialize)]
struct Message {
    id: String,
    to: String,
    text: String,
    parts: u32,
}

#[derive(Default)]
struct Switches {
    silent: bool,
    error: bool,
    refuse: bool,
    slow_ms: u64,
    drop_next: bool,
}

struct Gateway {
    out: PathBuf,
    token: String,
    switches: Mutex<Switches>,
    /// The name that each message was given here.
    taken: Mutex<BTreeMap<String, String>>,
    events: Events,
}

/// Starts a gateway that waits for its centre; its port is what `--sms` takes.
pub fn start(options: Options) -> Result<Running, SimError> {
    std::fs::create_dir_all(&options.out)
        .map_err(|error| SimError::new("the folder of the messages cannot be made", error))?;
    let (listener, address) = listen(options.tcp)?;
    let (events, stop) = (Events::default(), Stop::default());
    let device = Arc::new(Gateway {
        out: options.out,
        token: options.token,
        switches: Mutex::default(),
        taken: Mutex::default(),
        events: events.clone(),
    });
    let thread = std::thread::spawn({
        let (device, stop) = (device.clone(), stop.clone());
        move || accept(&listener, &device, &stop)
    });
    let port = Some(format!("http://{address}/messages"));
    Running::begin("sms", port, options.control, device, events, stop, vec![thread])
}

fn accept(listener: &TcpListener, device: &Arc<Gateway>, stop: &Stop) {
    let mut senders: Vec<JoinHandle<()>> = Vec::new();
    while !stop.wished() {
        let Some(stream) = accept_tcp(listener) else { continue };
        senders.retain(|sender| !sender.is_finished());
        if senders.len() >= CLIENTS_MAX {
            continue;
        }
        let (device, stop) = (device.clone(), stop.clone());
        senders.push(std::thread::spawn(move || attend(&device, stream, &stop)));
    }
    for sender in senders {
        let _ = sender.join();
    }
}

fn attend(device: &Gateway, mut stream: TcpStream, stop: &Stop) {
    let Some(request) = http::request(&mut stream, || stop.wished()) else { return };
    let (silent, slow_ms, hangs_up) = {
        let mut switches = device.switches();
        let hangs_up = std::mem::take(&mut switches.drop_next);
        (switches.silent, switches.slow_ms, hangs_up)
    };
    let (status, body) = device.hear(&request);
    if hangs_up {
        return;
    }
    let mut waited = Duration::ZERO;
    while silent || waited < Duration::from_millis(slow_ms) {
        if stop.wished() || http::hung_up(&stream) {
            return;
        }
        std::thread::sleep(LOOK_UP);
        waited += LOOK_UP;
    }
    http::answer(&mut stream, status, &body, 1);
}

impl Gateway {
    fn switches(&self) -> MutexGuard<'_, Switches> {
        self.switches.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn hear(&self, request: &http::Request) -> (u16, String) {
        let (error, refuse) = {
            let switches = self.switches();
            (switches.error, switches.refuse)
        };
        let told = |status, what: &str| (status, json!({ "error": what }).to_string());
        if error {
            return told(500, "out of order");
        }
        if !request.head.lines().any(|line| is_authorised(line, &self.token)) {
            return told(401, "who are you?");
        }
        let Ok(message) = serde_json::from_slice::<Message>(&request.body) else {
            return told(400, "this is no message");
        };
        if refuse {
            return told(422, "no such number");
        }
        let mut taken = self.taken.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(name) = taken.get(&message.id) {
            return (409, json!({ "reference": name }).to_string());
        }
        let name = format!("sms-{:04}", taken.len() + 1);
        if let Err(error) = write(&self.out, &name, &message) {
            return told(500, &error.to_string());
        }
        self.events.record(json!({ "event": "sent", "to": message.to, "reference": name }));
        taken.insert(message.id, name.clone());
        (200, json!({ "reference": name }).to_string())
    }
}

fn is_authorised(line: &str, token: &str) -> bool {
    let Some((name, value)) = line.split_once(':') else { return false };
    name.eq_ignore_ascii_case("authorization") && value.trim() == format!("Bearer {token}")
}

fn write(out: &Path, name: &str, message: &Message) -> std::io::Result<()> {
    let Message { id, to, text, parts } = message;
    let content = json!({ "id": id, "to": to, "text": text, "parts": parts }).to_string();
    let path = out.join(format!("{name}.json"));
    // Whoever looks sees a whole file or none.
    let half = path.with_extension("half");
    std::fs::write(&half, content)?;
    std::fs::rename(half, path)
}

impl Commands for Gateway {
    fn obey(&self, line: &str) -> Result<String, String> {
        let mut switches = self.switches();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["silence", word] => switches.silent = switch(word)?,
            ["error", word] => switches.error = switch(word)?,
            ["refuse", word] => switches.refuse = switch(word)?,
            ["slow", ms] => switches.slow_ms = number::<u64>(ms)?.min(SLOW_MS_MAX),
            ["drop-next"] => switches.drop_next = true,
            ["sent"] => {
                let taken = self.taken.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                return Ok(taken.len().to_string());
            }
            ["state"] => {
                let Switches { silent, error, refuse, slow_ms, drop_next } = &*switches;
                let state = json!({ "silence": silent, "error": error, "refuse": refuse,
                    "slow": slow_ms, "drop-next": drop_next });
                return Ok(state.to_string());
            }
            _ => return Err(unknown(line)),
        }
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}
