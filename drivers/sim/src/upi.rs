//! A bank at the other end of UPI: told that somebody has paid a QR, it confirms the payment to
//! the centre, signed, and late, twice, wrongly or never on request.

mod payment;
mod post;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, switch, unknown};
use crate::events::Events;
use crate::now_ms;
use crate::running::Running;
use crate::wire::Stop;
use payment::{Payment, Sealed};
use post::Post;

/// A confirmation later than this is no test of patience any more.
const LATE_MS_MAX: u64 = 600_000;

const HELP: &str = "\
pay upi://pay?...        somebody pays this: confirm it to the centre
again upi://pay?...      confirm what was paid last under its reference once more
late MS                  confirm so much later; 0 is at once
twice [on|off]           confirm each payment two times
never [on|off]           confirm nothing
wrong-signature [on|off] sign with another secret
wrong-amount [on|off]    confirm one paisa less
reset                    all of these off
state                    what is switched on, as JSON";

pub struct Options {
    /// http:// on this machine, or https://.
    pub centre: String,
    pub secret: Vec<u8>,
    /// The centre's own certificate (PEM), where no public authority has signed it.
    pub certificate: Option<Vec<u8>>,
    pub control: SocketAddr,
}

/// Starts a bank that waits to be told of payments.
pub fn start(options: Options) -> Result<Running, SimError> {
    let post = Post::new(&options.centre, options.certificate.as_deref())?;
    let (sender, jobs) = channel::<Job>();
    let (events, stop) = (Events::default(), Stop::default());
    let bank = Bank {
        secret: options.secret,
        paid: Mutex::default(),
        switches: Mutex::new(Switches::default()),
        jobs: Mutex::new(sender),
        events: events.clone(),
    };
    let thread = std::thread::spawn({
        let stop = stop.clone();
        move || {
            while !stop.wished() {
                if let Ok(job) = jobs.recv_timeout(crate::wire::LOOK_UP) {
                    // Whoever asked may have stopped waiting.
                    let _ = job.reply.send(post.confirm(&job.sealed, &job.later, &stop));
                }
            }
        }
    });
    Running::begin("upi", None, options.control, Arc::new(bank), events, stop, vec![thread])
}

struct Job {
    sealed: Vec<Sealed>,
    later: Duration,
    reply: Sender<Result<Vec<u16>, String>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Switches {
    late_ms: u64,
    twice: bool,
    never: bool,
    wrong_signature: bool,
    wrong_amount: bool,
}

struct Bank {
    secret: Vec<u8>,
    /// The last payment under each reference.
    paid: Mutex<HashMap<String, Payment>>,
    switches: Mutex<Switches>,
    jobs: Mutex<Sender<Job>>,
    events: Events,
}

impl Bank {
    fn switches(&self) -> std::sync::MutexGuard<'_, Switches> {
        self.switches.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn paid(&self) -> std::sync::MutexGuard<'_, HashMap<String, Payment>> {
        self.paid.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn pay(&self, uri: &str) -> Result<String, String> {
        let payment = Payment::read(uri, now_ms(), self.switches().wrong_amount)?;
        self.paid().insert(payment.tr.clone(), payment.clone());
        self.confirm(&payment)
    }

    /// A bank that was not heard says it again: the payment is the same one, under the same number.
    fn again(&self, uri: &str) -> Result<String, String> {
        let reference = Payment::read(uri, now_ms(), false)?.tr;
        let payment = self.paid().get(&reference).cloned();
        self.confirm(&payment.ok_or_else(|| format!("nobody has paid under {reference} yet"))?)
    }

    fn confirm(&self, payment: &Payment) -> Result<String, String> {
        let switches = *self.switches();
        if switches.never {
            self.events.record(json!({ "event": "withheld", "tr": payment.tr }));
            return Ok("never confirmed".to_owned());
        }
        let mut secret = self.secret.clone();
        if switches.wrong_signature {
            // Not a zero: keys are filled up with zeros, and that would be the same secret.
            secret.push(1);
        }
        let times = if switches.twice { 2 } else { 1 };
        let later = Duration::from_millis(switches.late_ms);
        let sealed = vec![payment.seal(&secret, now_ms() + switches.late_ms); times];
        let (reply, answer) = channel();
        let job = Job { sealed, later, reply };
        let jobs = self.jobs.lock().map_err(|_| "the bank has stopped")?;
        jobs.send(job).map_err(|_| "the bank has stopped")?;
        drop(jobs);
        let statuses = answer.recv().map_err(|_| "the bank has stopped")??;
        self.events.record(json!({
            "event": "confirmed", "tr": payment.tr, "rrn": payment.rrn, "statuses": statuses,
        }));
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        Ok(statuses.join(" "))
    }
}

impl Commands for Bank {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let on = || if rest.is_empty() { Ok(true) } else { switch(rest.trim()) };
        match word {
            "pay" => return self.pay(rest.trim()),
            "again" => return self.again(rest.trim()),
            "late" => self.switches().late_ms = number::<u64>(rest.trim())?.min(LATE_MS_MAX),
            "twice" => self.switches().twice = on()?,
            "never" => self.switches().never = on()?,
            "wrong-signature" => self.switches().wrong_signature = on()?,
            "wrong-amount" => self.switches().wrong_amount = on()?,
            "reset" => *self.switches() = Switches::default(),
            "state" => {
                let Switches { late_ms, twice, never, wrong_signature, wrong_amount } =
                    *self.switches();
                return Ok(json!({
                    "late_ms": late_ms,
                    "twice": twice,
                    "never": never,
                    "wrong_signature": wrong_signature,
                    "wrong_amount": wrong_amount,
                })
                .to_string());
            }
            _ => return Err(unknown(line)),
        }
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}
