//! The wire side: one till from its connection to its end, message by message.

use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::noise::noise;
use crate::terminal::bank::{ABORTED, Bank, Decided};
use crate::terminal::journal::{Entry, Fate, Kind};
use crate::terminal::messages::{self, CURRENCY, Request};
use crate::terminal::{framing, lock};
use crate::wire::{Connection, LOOK_UP, Received, Stop};

/// How long the till has to acknowledge a message.
const ACKNOWLEDGE_LIMIT: Duration = Duration::from_secs(5);
/// A till that sends more than this without a whole message is lost.
const HELD_BYTES_MAX: usize = 16 << 10;

const WANTS_REGISTRATION: u8 = 0x6b;
const WRONG_CURRENCY: u8 = 0x6f;
const NOT_POSSIBLE: u8 = 0x83;
const NOT_UNDERSTOOD: u8 = 0x9a;
const PLEASE_WAIT: u8 = 0x9c;

/// The till asked for lines for its printer, and prints the receipts itself.
const LINES_TO_TILL: u8 = 0x80 | 0x02;

pub fn attend(
    bank: &Mutex<Bank>,
    till: Box<dyn Connection>,
    framed: bool,
    stop: &Stop,
) -> io::Result<()> {
    let life = lock(bank).life;
    let mut dialogue =
        Dialogue { bank, till, framed, stop, life, held: Vec::new(), configuration: None };
    loop {
        let heard = dialogue.next(LOOK_UP);
        let request = match heard {
            Ok(request) => request,
            Err(error) => return dialogue.end(error),
        };
        if let Some(request) = request
            && let Err(error) = dialogue.answer(request)
        {
            return dialogue.end(error);
        }
    }
}

struct Dialogue<'a> {
    bank: &'a Mutex<Bank>,
    till: Box<dyn Connection>,
    framed: bool,
    stop: &'a Stop,
    life: u64,
    held: Vec<u8>,
    configuration: Option<u8>,
}

fn hung_up() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Dialogue<'_> {
    /// Whatever ended the dialogue, the till hears no more of it.
    fn end(&mut self, error: io::Error) -> io::Result<()> {
        if error.kind() != io::ErrorKind::UnexpectedEof {
            self.till.cut(self.stop);
        }
        Err(error)
    }

    fn answer(&mut self, request: Request) -> io::Result<()> {
        let registered = self.configuration.is_some();
        let busy = lock(self.bank).is_running();
        match request {
            Request::Acknowledged => Ok(()),
            Request::Registration { .. } if busy => self.say(&messages::refusal(PLEASE_WAIT)),
            Request::Registration { configuration } => {
                self.configuration = Some(configuration);
                self.say(&messages::acknowledgement())?;
                self.complete()
            }
            Request::StatusEnquiry => {
                self.say(&messages::acknowledgement())?;
                self.tell(&messages::status_completion(busy))
            }
            Request::Abort => {
                self.say(&messages::acknowledgement())?;
                self.stop_waiting()
            }
            Request::Malformed => self.say(&messages::refusal(NOT_UNDERSTOOD)),
            Request::Other => self.say(&messages::refusal(NOT_POSSIBLE)),
            _ if busy => self.say(&messages::refusal(PLEASE_WAIT)),
            _ if !registered => {
                self.say(&messages::acknowledgement())?;
                self.tell(&messages::abort(WANTS_REGISTRATION))
            }
            Request::Authorisation { amount_paise, currency, text } => {
                self.charge(Kind::Sale, amount_paise, currency, text)
            }
            Request::Refund { amount_paise, currency, text } => {
                self.charge(Kind::Refund, amount_paise, currency, text)
            }
            Request::Totals => self.totals(),
            Request::RepeatReceipt => self.repeat(),
            Request::Reversal { receipt } => self.reverse(receipt),
            Request::EndOfDay => self.close_day(),
        }
    }

    fn charge(
        &mut self,
        kind: Kind,
        amount_paise: u64,
        currency: Option<u64>,
        text: String,
    ) -> io::Result<()> {
        self.say(&messages::acknowledgement())?;
        if currency.is_some_and(|currency| currency != CURRENCY) {
            return self.tell(&messages::abort(WRONG_CURRENCY));
        }
        if !lock(self.bank).begin(kind, amount_paise, text) {
            return self.tell(&messages::abort(PLEASE_WAIT));
        }
        self.tell(&messages::step(0x0a))?;
        loop {
            if let Some(decided) = { lock(self.bank).take_decided() } {
                return self.announce(&decided);
            }
            match self.next(LOOK_UP)? {
                Some(Request::Abort) => {
                    self.say(&messages::acknowledgement())?;
                    // The card may have been quicker; then the decision is announced as it is.
                    let verdict = super::Verdict::Decline(ABORTED);
                    let _ = lock(self.bank).decide(verdict);
                }
                Some(Request::StatusEnquiry) => {
                    self.say(&messages::acknowledgement())?;
                    self.tell(&messages::status_completion(true))?;
                }
                Some(Request::Acknowledged) | None => {}
                Some(_) => self.say(&messages::refusal(PLEASE_WAIT))?,
            }
        }
    }

    fn announce(&mut self, decided: &Decided) -> io::Result<()> {
        if decided.then_drop {
            return Err(hung_up());
        }
        let entry = &decided.entry;
        self.tell_status(entry)?;
        if entry.fate != Fate::Approved {
            return self.tell(&messages::abort(entry.code));
        }
        self.print(entry)?;
        self.complete()
    }

    /// An abort outside an authorisation that this till waits for: one of an earlier connection.
    fn stop_waiting(&mut self) -> io::Result<()> {
        if lock(self.bank).decide(super::Verdict::Decline(ABORTED)).is_err() {
            return Ok(());
        }
        self.tell(&messages::abort(ABORTED))
    }

    fn repeat(&mut self) -> io::Result<()> {
        self.say(&messages::acknowledgement())?;
        let last = lock(self.bank).journal.last().cloned();
        match last {
            None => self.tell(&messages::abort(NOT_POSSIBLE)),
            Some(entry) => {
                self.tell_status(&entry)?;
                self.print(&entry)?;
                self.complete()
            }
        }
    }

    fn reverse(&mut self, receipt: u16) -> io::Result<()> {
        self.say(&messages::acknowledgement())?;
        let reversed = lock(self.bank).reverse(receipt);
        match reversed {
            Err(code) => self.tell(&messages::abort(code)),
            Ok(entry) => {
                self.tell_status(&entry)?;
                self.complete()
            }
        }
    }

    fn close_day(&mut self) -> io::Result<()> {
        self.say(&messages::acknowledgement())?;
        let day = lock(self.bank).close_day();
        match day {
            Err(code) => self.tell(&messages::abort(code)),
            Ok(payments) => {
                self.tell(&messages::day(&payments))?;
                self.complete()
            }
        }
    }

    fn totals(&mut self) -> io::Result<()> {
        self.say(&messages::acknowledgement())?;
        let day = lock(self.bank).open_day();
        self.tell(&messages::day(&day))?;
        self.complete()
    }

    fn complete(&mut self) -> io::Result<()> {
        let terminal_id = lock(self.bank).terminal_id;
        self.tell(&messages::completion(terminal_id))
    }

    fn tell_status(&mut self, entry: &Entry) -> io::Result<()> {
        let status = {
            let bank = lock(self.bank);
            messages::status(entry, bank.terminal_id, bank.keeps_text)
        };
        self.tell(&status)
    }

    fn print(&mut self, entry: &Entry) -> io::Result<()> {
        if self.configuration.unwrap_or(0) & LINES_TO_TILL != LINES_TO_TILL {
            return Ok(());
        }
        let (rupees, paise) = (entry.amount_paise / 100, entry.amount_paise % 100);
        for line in [
            format!("Receipt {:04}  trace {:06}", entry.receipt, entry.trace),
            format!("{} ****{}", entry.card_name, entry.last_four),
            format!("INR {rupees}.{paise:02}"),
        ] {
            self.tell(&messages::print_line(&line))?;
        }
        Ok(())
    }

    /// Says something and waits until the till has acknowledged it.
    fn tell(&mut self, message: &[u8]) -> io::Result<()> {
        self.say(message)?;
        let until = Instant::now() + ACKNOWLEDGE_LIMIT;
        while Instant::now() < until {
            if let Some(Request::Acknowledged) = self.next(LOOK_UP)? {
                return Ok(());
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn say(&mut self, message: &[u8]) -> io::Result<()> {
        let (silent, noise_bytes) = {
            let mut bank = lock(self.bank);
            (bank.silent, std::mem::take(&mut bank.noise_bytes))
        };
        if silent {
            return Ok(());
        }
        self.till.write_all(&noise(noise_bytes))?;
        if self.framed {
            self.till.write_all(&framing::wrap(message))
        } else {
            self.till.write_all(message)
        }
    }

    /// The next message of the till, if one comes by the limit.
    fn next(&mut self, limit: Duration) -> io::Result<Option<Request>> {
        if self.stop.wished() || lock(self.bank).life != self.life {
            return Err(hung_up());
        }
        if let Some(request) = self.held_request()? {
            return Ok(Some(request));
        }
        let mut buffer = [0; 1024];
        match self.till.receive(&mut buffer, limit)? {
            Received::HungUp => return Err(io::ErrorKind::UnexpectedEof.into()),
            Received::Nothing => return Ok(None),
            Received::Bytes(count) => self.held.extend_from_slice(&buffer[..count]),
        }
        if self.held.len() > HELD_BYTES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.held_request()
    }

    fn held_request(&mut self) -> io::Result<Option<Request>> {
        if !self.framed {
            return Ok(messages::take(&self.held).map(|(request, used)| {
                self.held.drain(..used);
                request
            }));
        }
        while let Some(found) = framing::unwrap(&mut self.held) {
            match found {
                // Answers to our frames; a frame that was damaged on the way is not sent again,
                // and the till sees the same as with a terminal that was switched off.
                framing::Found::Ack | framing::Found::Nak => {}
                framing::Found::Damaged => self.till.write_all(&[framing::NAK])?,
                framing::Found::Message(message) => {
                    if !lock(self.bank).silent {
                        self.till.write_all(&[framing::ACK])?;
                    }
                    return Ok(messages::take(&message).map(|(request, _)| request));
                }
            }
        }
        Ok(None)
    }
}
