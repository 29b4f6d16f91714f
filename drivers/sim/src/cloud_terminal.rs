//! A maker's cloud service with one card terminal behind it, as Pine Labs describes its "Cloud
//! Integration": tills put requests up by HTTP, a person at the terminal pays or declines them, and
//! tills ask what became of each by its number. Every request is in the journal, and on disk,
//! before its till hears of it.

pub(crate) mod http;
mod journal;
mod messages;
mod service;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::noise::noise;
use crate::running::Running;
use crate::terminal::Mode;
use crate::wire::{LOOK_UP, Stop, accept_tcp, listen};
use journal::Journal;
use messages::Question;
use service::{Service, Verdict};

/// A till, and whoever looks by hand.
const CLIENTS_MAX: usize = 8;
/// An answer later than this is no test of patience any more.
const SLOW_MS_MAX: u64 = 60_000;

const HELP: &str = "\
approve                pay the request that waits
decline                decline it
approve-then-drop      pay it, and hang up on the next till that asks
drop-upload            take the next request, and hang up before its till hears the number
mode auto|manual|decline|drop
                       what happens to requests by itself; manual waits for the above
delay MS               how long a card takes in all modes but manual
silence on|off         hear everything and answer nothing
garbage N              answer the next question with N bytes of noise
slow MS                answer so much later; 0 is at once
twice on|off           send each answer two times
whole-number on|off    name the whole card number, as no service should
reboot                 hang up on everybody; what waits goes on waiting
last                   the last entry of the journal, as JSON
state                  everything else, as JSON";

pub struct Options {
    pub tcp: SocketAddr,
    pub control: SocketAddr,
    /// Where cloud.json is kept; without it the journal ends with the process.
    pub out: Option<PathBuf>,
    pub mode: Mode,
    pub delay_ms: u64,
    /// What a till has to know.
    pub merchant: String,
    pub store: String,
    pub client: String,
    pub token: String,
}

impl Options {
    pub fn new() -> Options {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Options {
            tcp: free,
            control: free,
            out: None,
            mode: Mode::Auto,
            delay_ms: 0,
            merchant: "29610".to_owned(),
            store: "1221258".to_owned(),
            client: "1013592".to_owned(),
            token: "simulated-token".to_owned(),
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::new()
    }
}

/// Starts a service that waits for its tills; its port is the address for kiosk.toml.
pub fn start(options: Options) -> Result<Running, SimError> {
    let journal = Journal::open(options.out.as_deref(), journal::FILE)?;
    let (listener, address) = listen(options.tcp)?;
    let (events, stop) = (Events::default(), Stop::default());
    let control = options.control;
    let service = Service::new(options, journal, events.clone());
    let device = Arc::new(CloudTerminal { service: Mutex::new(service) });
    let thread = std::thread::spawn({
        let (device, stop) = (device.clone(), stop.clone());
        move || accept(&listener, &device, &stop)
    });
    let port = Some(format!("http://{address}"));
    Running::begin("cloud-terminal", port, control, device, events, stop, vec![thread])
}

struct CloudTerminal {
    service: Mutex<Service>,
}

impl CloudTerminal {
    fn lock(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn accept(listener: &TcpListener, device: &Arc<CloudTerminal>, stop: &Stop) {
    let mut tills: Vec<JoinHandle<()>> = Vec::new();
    while !stop.wished() {
        let Some(stream) = accept_tcp(listener) else { continue };
        tills.retain(|till| !till.is_finished());
        if tills.len() >= CLIENTS_MAX {
            continue;
        }
        let (device, stop) = (device.clone(), stop.clone());
        tills.push(std::thread::spawn(move || attend(&device, stream, &stop)));
    }
    for till in tills {
        let _ = till.join();
    }
}

/// One question and its answer: a connection carries no more.
fn attend(device: &CloudTerminal, mut stream: TcpStream, stop: &Stop) {
    let life = device.lock().life;
    let gone = || stop.wished() || device.lock().life != life;
    let Some(request) = http::request(&mut stream, gone) else { return };
    let Some(question) = Question::read(&request) else {
        http::answer(&mut stream, 400, "{}", 1);
        return;
    };
    let said = device.lock().hear(question);
    let Some(text) = said else { return };
    let (silent, slow_ms, noise_bytes, times) = {
        let mut service = device.lock();
        let times = if service.faults.twice { 2 } else { 1 };
        let noise_bytes = std::mem::take(&mut service.faults.noise_bytes);
        (service.faults.silent, service.faults.slow_ms, noise_bytes, times)
    };
    let mut waited = Duration::ZERO;
    while silent || waited < Duration::from_millis(slow_ms) {
        if gone() || http::hung_up(&stream) {
            return;
        }
        std::thread::sleep(LOOK_UP);
        waited += LOOK_UP;
    }
    if noise_bytes > 0 {
        let rubbish: String =
            noise(noise_bytes).into_iter().map(|byte| char::from(byte & 0x7f)).collect();
        http::answer(&mut stream, 200, &rubbish, times);
    } else {
        http::answer(&mut stream, 200, &text, times);
    }
}

impl Commands for CloudTerminal {
    fn obey(&self, line: &str) -> Result<String, String> {
        let mut service = self.lock();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["approve"] => return service.decide(Verdict::Approve { then_drop: false }),
            ["approve-then-drop"] => return service.decide(Verdict::Approve { then_drop: true }),
            ["decline"] => return service.decide(Verdict::Decline),
            ["drop-upload"] => service.faults.drop_upload = true,
            ["mode", word] => service.mode = Mode::named(word).ok_or_else(|| unknown(line))?,
            ["delay", delay_ms] => service.delay_ms = number(delay_ms)?,
            ["silence", word] => service.faults.silent = switch(word)?,
            ["garbage", count] => service.faults.noise_bytes = number(count)?,
            ["slow", ms] => service.faults.slow_ms = number::<u64>(ms)?.min(SLOW_MS_MAX),
            ["twice", word] => service.faults.twice = switch(word)?,
            ["whole-number", word] => service.faults.whole_number = switch(word)?,
            ["reboot"] => service.life += 1,
            ["last"] => {
                // What is due is decided before anybody looks.
                service.decide_by_habit();
                return Ok(json!(service.journal.last()).to_string());
            }
            ["state"] => return Ok(service.describe().to_string()),
            _ => return Err(unknown(line)),
        }
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}
