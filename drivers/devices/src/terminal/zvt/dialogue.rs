//! One command and everything that the terminal says until it is done with it.

use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::terminal::zvt::apdu::Apdu;
use crate::terminal::zvt::link::Link;
use crate::terminal::zvt::messages::{Message, Status, parse};
use crate::terminal::zvt::{ZvtSettings, codes, commands};
use crate::terminal::{AbortHandle, Approval, SaleProgress, Settlement};

/// How long one read may keep the dialogue from noticing that it shall be stopped.
const SLICE: Duration = Duration::from_millis(100);
/// A payment with receipts in several parts takes some dozens of messages.
const MESSAGES_MAX: usize = 500;

pub struct Dialogue {
    link: Link,
    answer_limit: Duration,
    silence_limit: Duration,
}

/// Where a dialogue broke, which decides what may have happened.
#[derive(Debug)]
pub enum Failure {
    /// The terminal has not taken the command.
    Before(Fault),
    /// The terminal may have acted on it.
    After(Fault),
}

impl Failure {
    pub fn fault(self) -> Fault {
        match self {
            Failure::Before(fault) | Failure::After(fault) => fault,
        }
    }
}

#[derive(Debug)]
pub struct Ended {
    pub ending: Ending,
    pub record: Option<Record>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Ending {
    Completed,
    Aborted(u8),
}

impl Ended {
    pub fn completed(self) -> Result<(), Fault> {
        match self.ending {
            Ending::Completed => Ok(()),
            Ending::Aborted(codes::PLEASE_WAIT) => Err(Fault::Busy),
            Ending::Aborted(code) => Err(Fault::Protocol(codes::text(code).to_owned())),
        }
    }
}

impl Dialogue {
    pub fn over(link: Link, settings: &ZvtSettings) -> Dialogue {
        Dialogue {
            link,
            answer_limit: settings.answer_limit,
            silence_limit: settings.silence_limit,
        }
    }

    pub fn run(
        &mut self,
        command: &Apdu,
        abort: Option<&AbortHandle>,
        progress: &mut dyn FnMut(SaleProgress),
    ) -> Result<Ended, Failure> {
        // A line that breaks while the command is written may still have carried all of it.
        self.link.send(command).map_err(Failure::After)?;
        self.acknowledged()?;
        progress(SaleProgress::Started);
        self.listen(abort, progress).map_err(Failure::After)
    }

    fn acknowledged(&mut self) -> Result<(), Failure> {
        let answer = self.link.receive(self.answer_limit).map_err(Failure::After)?;
        let Some(answer) = answer else {
            return Err(Failure::After(Fault::Timeout));
        };
        match parse(&answer) {
            Message::Acknowledged => Ok(()),
            Message::Refused(codes::PLEASE_WAIT) => Err(Failure::Before(Fault::Busy)),
            Message::Refused(code) => {
                Err(Failure::Before(Fault::Protocol(codes::text(code).to_owned())))
            }
            _ => Err(Failure::After(Fault::Protocol("an answer out of turn".to_owned()))),
        }
    }

    fn listen(
        &mut self,
        abort: Option<&AbortHandle>,
        progress: &mut dyn FnMut(SaleProgress),
    ) -> Result<Ended, Fault> {
        let mut record = None;
        let mut heard = Instant::now();
        let mut messages = 0;
        while messages < MESSAGES_MAX {
            if abort.is_some_and(AbortHandle::take) {
                self.link.send(&commands::abort())?;
            }
            let Some(apdu) = self.link.receive(SLICE)? else {
                if heard.elapsed() > self.silence_limit {
                    return Err(Fault::Timeout);
                }
                continue;
            };
            heard = Instant::now();
            messages += 1;
            let ending = match parse(&apdu) {
                Message::Completed => Some(Ending::Completed),
                Message::Aborted(code) => Some(Ending::Aborted(code)),
                Message::Status(status) => {
                    record = Some(Record(*status));
                    None
                }
                Message::Progress(step) => {
                    progress(step);
                    None
                }
                // The answer to our abort; what comes of it is told by the ending.
                Message::Acknowledged | Message::Refused(_) => continue,
                Message::Other => None,
            };
            let acknowledged = self.link.send(&Apdu::acknowledgement());
            if let Some(ending) = ending {
                // The terminal is done, whether or not it hears that we know.
                return Ok(Ended { ending, record });
            }
            acknowledged?;
        }
        Err(Fault::Protocol("the terminal does not come to an end".to_owned()))
    }
}

/// A status information that stands for a payment or for a day.
#[derive(Debug, Clone)]
pub struct Record(Status);

impl Record {
    pub fn approved(&self) -> bool {
        self.0.result_code == Some(codes::APPROVED)
    }

    pub fn result_code(&self) -> u8 {
        self.0.result_code.unwrap_or(0xff)
    }

    pub fn receipt_number(&self) -> Option<u16> {
        self.0.receipt_number
    }

    /// The figures, where the record has all that identify a payment.
    pub fn approval(&self) -> Option<Approval> {
        let Record(status) = self;
        Some(Approval {
            amount_paise: status.amount_paise?,
            last_four: status.last_four,
            authorisation_code: status.authorisation_code.clone(),
            bank_reference: status.trace_number?.to_string(),
            terminal_id: status.terminal_id.clone(),
            receipt_number: status.receipt_number?.to_string(),
            card_name: status.card_name.clone(),
            reference: commands::reference_in(&status.additional_text),
        })
    }

    pub fn settlement(&self) -> Settlement {
        let Record(status) = self;
        let totals = status.totals.unwrap_or_default();
        let present = |number: u16| (number > 0).then_some(number);
        Settlement {
            total_paise: status.amount_paise.unwrap_or(totals.total_paise),
            count: totals.count,
            receipt_first: present(totals.receipt_first),
            receipt_last: present(totals.receipt_last),
        }
    }
}
