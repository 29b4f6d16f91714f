//! A card terminal that speaks ZVT, with a person at it: an authorisation waits until somebody
//! approves or declines it, also when the till has long hung up. Approvals are in the journal,
//! and on disk, before the till hears of them.

mod bank;
mod dialogue;
mod framing;
mod journal;
mod messages;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::running::Running;
use crate::wire::{Place, Stop, Wire};
use bank::{Bank, Verdict};
use journal::Journal;

pub use bank::Mode;

const HELP: &str = "\
approve                approve the payment that waits
decline [CODE]         decline it, with a code in hexadecimal (71, not enough money)
approve-then-drop      approve it and hang up before the till hears of it
mode auto|manual|decline|drop
                       what happens to payments by itself; manual waits for the above
delay MS               how long a card takes in all modes but manual
take-back NUMBER       take a payment of this day back at the terminal itself
silence on|off         hear everything and answer nothing
garbage N              send N bytes of noise with the next message
reboot                 hang up and forget the payment that waits
last                   the last entry of the journal, as JSON
state                  everything else, as JSON";

/// The code for a card without enough money.
const DECLINED: u8 = 0x71;

pub struct Options {
    pub place: Place,
    pub control: SocketAddr,
    /// Where terminal.json is kept; without it the journal ends with the process.
    pub out: Option<PathBuf>,
    pub mode: Mode,
    pub delay_ms: u64,
    /// Eight digits.
    pub terminal_id: u32,
    /// Whether the till's own text comes back with a receipt, as some terminals do it.
    pub keeps_text: bool,
}

impl Options {
    pub fn new(place: Place) -> Options {
        Options {
            place,
            control: SocketAddr::from(([127, 0, 0, 1], 0)),
            out: None,
            mode: Mode::Auto,
            delay_ms: 0,
            terminal_id: 52_500_039,
            keeps_text: true,
        }
    }
}

/// Starts a terminal that waits for its till.
pub fn start(options: Options) -> Result<Running, SimError> {
    let journal = Journal::open(options.out.as_deref(), journal::FILE)?;
    let (wire, port) = Wire::open(options.place)?;
    let (events, stop) = (Events::default(), Stop::default());
    let control = options.control;
    let device =
        Arc::new(Terminal { bank: Mutex::new(Bank::new(options, journal, events.clone())) });
    let framed = matches!(wire, Wire::Pty(_));
    let thread = std::thread::spawn({
        let (device, events, stop) = (device.clone(), events.clone(), stop.clone());
        move || {
            while let Some(till) = wire.accept(&stop) {
                events.record(json!({ "event": "connected" }));
                // A till that hangs up in the middle is what this is for.
                let _ = dialogue::attend(&device.bank, till, framed, &stop);
                events.record(json!({ "event": "disconnected" }));
            }
        }
    });
    Running::begin("terminal", Some(port), control, device, events, stop, vec![thread])
}

struct Terminal {
    bank: Mutex<Bank>,
}

fn lock(bank: &Mutex<Bank>) -> MutexGuard<'_, Bank> {
    bank.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Commands for Terminal {
    fn obey(&self, line: &str) -> Result<String, String> {
        let mut bank = lock(&self.bank);
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["approve"] => return bank.decide(Verdict::Approve { then_drop: false }),
            ["approve-then-drop"] => return bank.decide(Verdict::Approve { then_drop: true }),
            ["decline"] => return bank.decide(Verdict::Decline(DECLINED)),
            ["decline", code] => {
                let code = u8::from_str_radix(code, 16);
                let code = code.map_err(|_| "the code is two hexadecimal digits")?;
                return bank.decide(Verdict::Decline(code));
            }
            ["mode", word] => bank.mode = Mode::named(word).ok_or_else(|| unknown(line))?,
            ["delay", delay_ms] => bank.delay_ms = number(delay_ms)?,
            ["take-back", receipt] => {
                let receipt = number(receipt)?;
                let back = bank.reverse(receipt);
                back.map_err(|code| format!("it cannot be taken back ({code:02x})"))?;
            }
            ["silence", word] => bank.silent = switch(word)?,
            ["garbage", count] => bank.noise_bytes = number(count)?,
            ["reboot"] => bank.reboot(),
            ["last"] => {
                // A payment that is due is decided before anybody looks.
                bank.is_running();
                return Ok(json!(bank.journal.last()).to_string());
            }
            ["state"] => return Ok(bank.describe().to_string()),
            _ => return Err(unknown(line)),
        }
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}
