//! A terminal that is reached through its maker's cloud service, as Pine Labs offers it in India: a
//! request is put up for the terminal under a number of the service's, and asked about until the
//! payer has paid it or it was taken back. What is said is built and read here; whoever owns the
//! line sends it, and whoever owns the disk keeps the service's numbers.
//!
//! A request is only ever looked up by the service's number. So the fact that it is about to be put
//! up is on disk before it leaves, and its number as soon as it is heard; where the number never
//! came, nobody can tell what became of the request, and it is not put up again.

pub mod messages;

use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::terminal::{
    AbortHandle, Approval, Lookup, Refunds, Reversal, SaleIntent, SaleOutcome, SaleProgress,
    Settles, Terminal, Voids,
};
use messages::{Account, AnswerError, CANCEL, Paid, STATUS, Status, UPLOAD, Uploaded};

/// The longest reference that is sent; the service's own page names no limit.
pub const REFERENCE_BYTES_MAX: usize = 60;
/// A request under this name takes back that of the same name without it. Ours end in digits.
const VOID_MARK: char = 'V';
/// How often one look-up asks before it says that the request still waits.
const ASKED_AGAIN_MAX: u32 = 3;

/// Posts a text to a path below the service's address; what came back is its text.
pub trait Sender: Send {
    /// The body holds a secret: it is written nowhere.
    fn post(&mut self, path: &str, body: &str) -> Result<String, SendFault>;
}

/// Why no answer came, which decides what may have happened.
#[derive(Debug, Clone)]
pub enum SendFault {
    /// Nothing left this machine.
    NotSent(Fault),
    /// It may have arrived.
    Lost(Fault),
}

impl SendFault {
    fn fault(self) -> Fault {
        match self {
            SendFault::NotSent(fault) | SendFault::Lost(fault) => fault,
        }
    }
}

/// How far a reference of ours has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It never left this machine.
    Never,
    /// It was about to leave, and no number is known.
    Sent,
    /// The service's number for it.
    Known(u64),
}

/// What is kept of our references, over restarts too.
pub trait References: Send {
    fn asked(&mut self, reference: &str) -> Result<Asked, Fault>;

    /// On disk when this returns.
    fn keep(&mut self, reference: &str, asked: Asked) -> Result<(), Fault>;

    /// The reference whose number was heard last.
    fn last(&mut self) -> Result<Option<String>, Fault>;
}

#[derive(Debug, Clone)]
pub struct PineLabsSettings {
    pub account: Account,
    /// How long between two questions.
    pub pause: Duration,
    /// How long a payer has at the terminal; the service takes the request back a minute later.
    pub payer_limit: Duration,
}

impl PineLabsSettings {
    pub fn new(account: Account) -> PineLabsSettings {
        let (pause, payer_limit) = (Duration::from_secs(2), Duration::from_secs(180));
        PineLabsSettings { account, pause, payer_limit }
    }

    fn minutes(&self) -> u32 {
        u32::try_from(self.payer_limit.as_secs().div_ceil(60)).unwrap_or(u32::MAX).saturating_add(1)
    }
}

pub struct PineLabsTerminal {
    settings: PineLabsSettings,
    sender: Box<dyn Sender>,
    references: Box<dyn References>,
    abort: AbortHandle,
}

impl PineLabsTerminal {
    pub fn new(
        settings: PineLabsSettings,
        sender: Box<dyn Sender>,
        references: Box<dyn References>,
    ) -> PineLabsTerminal {
        PineLabsTerminal { settings, sender, references, abort: AbortHandle::default() }
    }

    /// Puts a request up, once. The number that it has, or the outcome where it has none.
    fn put_up(&mut self, reference: &str, body: &str) -> Result<u64, SaleOutcome> {
        match self.references.asked(reference) {
            Ok(Asked::Never) => {}
            Ok(Asked::Known(id)) => return Ok(id),
            Ok(Asked::Sent) => return Err(SaleOutcome::Unknown(never_heard())),
            Err(fault) => return Err(SaleOutcome::NotStarted(fault)),
        }
        self.references.keep(reference, Asked::Sent).map_err(SaleOutcome::NotStarted)?;
        let text = match self.sender.post(UPLOAD, body) {
            Ok(text) => text,
            Err(SendFault::NotSent(fault)) => return Err(self.not_taken(reference, fault)),
            Err(SendFault::Lost(fault)) => return Err(SaleOutcome::Unknown(fault)),
        };
        match messages::uploaded(&text) {
            Ok(Uploaded::Taken(id)) => {
                // What cannot be written is still known until the end of this program.
                if let Err(fault) = self.references.keep(reference, Asked::Known(id)) {
                    tracing::error!(%fault, reference, id, "the service's number is not on disk");
                }
                Ok(id)
            }
            Ok(Uploaded::Refused { text, .. }) => {
                Err(self.not_taken(reference, Fault::Protocol(text)))
            }
            Err(error) => Err(SaleOutcome::Unknown(protocol(&error))),
        }
    }

    /// Nobody can pay it, so that it may be asked for again.
    fn not_taken(&mut self, reference: &str, fault: Fault) -> SaleOutcome {
        if let Err(fault) = self.references.keep(reference, Asked::Never) {
            tracing::warn!(%fault, reference, "it is not on disk that nothing was sent");
        }
        SaleOutcome::NotStarted(fault)
    }

    fn status(&mut self, id: u64) -> Result<Status, Fault> {
        let body = self.settings.account.status(id);
        let text = self.sender.post(STATUS, &body).map_err(SendFault::fault)?;
        messages::status(&text, id).map_err(|error| protocol(&error))
    }

    /// Asks until the request has come to its end. Answers that are lost on the way cost nothing:
    /// the next question is the same one.
    fn until_it_ends(&mut self, id: u64, amount_paise: u64) -> SaleOutcome {
        let until = Instant::now() + self.settings.payer_limit;
        let (mut trouble, mut taken_away) = (None, false);
        while Instant::now() < until {
            if self.abort.take() {
                taken_away |= self.take_away(id, amount_paise);
            }
            match self.status(id) {
                Ok(Status::Paid(paid)) => return approved(*paid, amount_paise, None),
                Ok(Status::Ended { code, text }) => return SaleOutcome::Declined { code, text },
                Ok(Status::Unknown) if taken_away => {
                    return SaleOutcome::Declined { code: 0, text: "taken away".to_owned() };
                }
                Ok(Status::Unknown) => trouble = Some(unknown_there()),
                Ok(Status::Waiting) => trouble = None,
                Err(fault) => trouble = Some(fault),
            }
            std::thread::sleep(self.settings.pause);
        }
        SaleOutcome::Unknown(trouble.unwrap_or(Fault::Timeout))
    }

    /// Whether the service says that nobody can pay it any more.
    fn take_away(&mut self, id: u64, amount_paise: u64) -> bool {
        let body = self.settings.account.cancel(id, amount_paise);
        let text = self.sender.post(CANCEL, &body).map_err(SendFault::fault);
        let said =
            text.and_then(|text| messages::cancelled(&text).map_err(|error| protocol(&error)));
        said.unwrap_or_else(|fault| {
            tracing::warn!(%fault, id, "the request could not be taken away");
            false
        })
    }

    /// What became of a reference, with its approval where it was paid.
    fn found(&mut self, reference: &str, amount_paise: Option<u64>) -> Lookup {
        let id = match self.references.asked(reference) {
            Ok(Asked::Never) => return Lookup::NeverSeen,
            Ok(Asked::Sent) => return Lookup::CannotTell(never_heard()),
            Ok(Asked::Known(id)) => id,
            Err(fault) => return Lookup::CannotTell(fault),
        };
        for _ in 0..ASKED_AGAIN_MAX {
            match self.status(id) {
                Ok(Status::Paid(paid)) => {
                    let asked = amount_paise.unwrap_or(paid.amount_paise);
                    return match approved(*paid, asked, Some(reference)) {
                        SaleOutcome::Approved(approval) => Lookup::Approved(approval),
                        _ => Lookup::CannotTell(other_amount()),
                    };
                }
                Ok(Status::Ended { .. }) => return Lookup::Declined,
                Ok(Status::Unknown) => return Lookup::CannotTell(unknown_there()),
                Ok(Status::Waiting) => {}
                Err(fault) => return Lookup::CannotTell(fault),
            }
            std::thread::sleep(self.settings.pause);
        }
        Lookup::StillRunning
    }
}

impl Terminal for PineLabsTerminal {
    /// Any answer will do: that no such request is known says that the service is there.
    fn ready(&mut self) -> Result<(), Fault> {
        match self.status(0) {
            Ok(_) => Ok(()),
            Err(Fault::Protocol(_)) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    fn sale(&mut self, intent: &SaleIntent, progress: &mut dyn FnMut(SaleProgress)) -> SaleOutcome {
        let SaleIntent { reference, amount_paise } = intent;
        if let Err(fault) = sendable(intent) {
            return SaleOutcome::NotStarted(fault);
        }
        // An abort that came too late for the last sale is not meant for this one.
        self.abort.take();
        let minutes = self.settings.minutes();
        let body = self.settings.account.upload(reference, *amount_paise, minutes);
        match self.put_up(reference, &body) {
            Err(outcome) => outcome,
            Ok(id) => {
                progress(SaleProgress::Started);
                match self.until_it_ends(id, *amount_paise) {
                    SaleOutcome::Approved(mut approval) => {
                        approval.reference = Some(reference.clone());
                        SaleOutcome::Approved(approval)
                    }
                    outcome => outcome,
                }
            }
        }
    }

    fn lookup(&mut self, intent: &SaleIntent) -> Lookup {
        self.found(&intent.reference, Some(intent.amount_paise))
    }

    fn last(&mut self) -> Result<Option<Approval>, Fault> {
        let Some(reference) = self.references.last()? else { return Ok(None) };
        match self.found(&reference, None) {
            Lookup::Approved(approval) => Ok(Some(approval)),
            Lookup::Declined | Lookup::NeverSeen => Ok(None),
            Lookup::StillRunning => Err(Fault::Busy),
            Lookup::CannotTell(fault) => Err(fault),
        }
    }

    fn abort_handle(&self) -> AbortHandle {
        self.abort.clone()
    }

    fn voids(&mut self) -> Option<&mut dyn Voids> {
        Some(self)
    }

    /// The service's page names no such request.
    fn refunds(&mut self) -> Option<&mut dyn Refunds> {
        None
    }

    /// The terminal closes its days with the bank itself.
    fn settles(&mut self) -> Option<&mut dyn Settles> {
        None
    }
}

impl Voids for PineLabsTerminal {
    /// The terminal asks for the taking back as for a payment, so that somebody has to be there.
    fn void(&mut self, payment: &Approval) -> Reversal {
        let Some(reference) = &payment.reference else {
            let problem = "the payment does not say for which of our references it was";
            return Reversal::NotStarted(Fault::Protocol(problem.to_owned()));
        };
        let original = match self.references.asked(reference) {
            Ok(Asked::Known(id)) => id,
            Ok(Asked::Never | Asked::Sent) => return Reversal::NotStarted(never_heard()),
            Err(fault) => return Reversal::NotStarted(fault),
        };
        let (own, amount_paise) = (format!("{reference}{VOID_MARK}"), payment.amount_paise);
        let minutes = self.settings.minutes();
        let body = self.settings.account.upload_void(&own, amount_paise, minutes, original);
        let outcome = match self.put_up(&own, &body) {
            Err(outcome) => outcome,
            Ok(id) => self.until_it_ends(id, amount_paise),
        };
        match outcome {
            SaleOutcome::Approved(_) => Reversal::Done,
            SaleOutcome::Declined { code, text } => {
                // Whoever was declined may try again: under the same name it would never leave.
                let kept = self.references.keep(&own, Asked::Never);
                kept.map_or_else(Reversal::Unknown, |()| Reversal::Refused { code, text })
            }
            SaleOutcome::NotStarted(fault) => Reversal::NotStarted(fault),
            SaleOutcome::Unknown(fault) => Reversal::Unknown(fault),
        }
    }

    fn reverse(&mut self, intent: &SaleIntent) -> Reversal {
        if let Ok(Asked::Known(id)) = self.references.asked(&intent.reference) {
            // Where it was paid already this is refused, and the payment is taken back.
            self.take_away(id, intent.amount_paise);
        }
        match self.lookup(intent) {
            Lookup::NeverSeen | Lookup::Declined => Reversal::Done,
            Lookup::StillRunning => Reversal::NotStarted(Fault::Busy),
            Lookup::CannotTell(fault) => Reversal::NotStarted(fault),
            Lookup::Approved(approval) => self.void(&approval),
        }
    }
}

fn sendable(intent: &SaleIntent) -> Result<(), Fault> {
    let SaleIntent { reference, amount_paise } = intent;
    if *amount_paise == 0 {
        return Err(Fault::Protocol("nothing cannot be paid by card".to_owned()));
    }
    let fits = (1..=REFERENCE_BYTES_MAX).contains(&reference.len());
    // Ours end in a digit, so that none is another's with the mark of a taking back.
    let ends = reference.ends_with(|sign: char| sign.is_ascii_digit());
    match fits && ends && reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        true => Ok(()),
        false => Err(Fault::Protocol(format!("\"{reference}\" is no reference for a terminal"))),
    }
}

/// An approval of another amount than was asked for is nobody's.
fn approved(paid: Paid, asked_paise: u64, reference: Option<&str>) -> SaleOutcome {
    if paid.amount_paise != asked_paise {
        return SaleOutcome::Unknown(other_amount());
    }
    SaleOutcome::Approved(Approval {
        amount_paise: paid.amount_paise,
        last_four: paid.last_four,
        authorisation_code: paid.authorisation_code,
        bank_reference: paid.bank_reference,
        terminal_id: paid.terminal_id,
        receipt_number: paid.slip_number,
        card_name: paid.card_name,
        reference: reference.map(str::to_owned),
    })
}

fn protocol(error: &AnswerError) -> Fault {
    Fault::Protocol(error.to_string())
}

fn never_heard() -> Fault {
    Fault::Protocol("the service's number for this payment was never heard".to_owned())
}

fn unknown_there() -> Fault {
    Fault::Protocol("the service does not know its own number any more".to_owned())
}

fn other_amount() -> Fault {
    Fault::Protocol("the terminal approved another amount than was asked for".to_owned())
}

#[cfg(test)]
mod tests;
