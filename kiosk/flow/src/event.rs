//! What happens to a journey: a person touches, or the world answers.

use ledger::{CardMark, Entry, Paise, PhotoHash, PrintOutcome};

use crate::books::OfficeWord;
use crate::carry::Carried;
use crate::effect::{Purpose, Ticket};
use crate::form::Picture;
use crate::screen::{Mode, NoPosition, NoWeight, PaperCause, PrinterState};
use crate::touch::Touch;

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Touch(Touch),
    World(World),
}

/// What the desk reports, as the answer to an effect or by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum World {
    /// The books are open; comes first, once.
    Started,
    /// Time has passed.
    Tick,
    Recorded {
        purpose: Purpose,
        entries: Vec<Entry>,
    },
    NotRecorded {
        purpose: Purpose,
        cause: NotRecorded,
    },
    /// How far the paper is.
    Printing {
        ticket: Ticket,
        bands_done: u32,
        bands: u32,
    },
    /// The printer waits for somebody; the job goes on by itself afterwards.
    PaperWaits {
        ticket: Ticket,
        cause: PaperCause,
    },
    PaperEnded {
        ticket: Ticket,
        ending: PaperEnding,
    },
    /// How the printer is while it has nothing to print.
    Printer(PrinterState),
    /// What became of a test slip.
    TestPrinted(PaperEnding),
    /// The terminal shows or asks something; the payer's time runs anew.
    TerminalBusy,
    /// The answer to a sale was lost on the way; what became of it is being looked up.
    TerminalAnswerLost {
        intent: u64,
    },
    /// The end of a sale, or what a look-up found.
    TerminalEnded {
        intent: u64,
        ending: TerminalEnding,
    },
    /// What the terminal says of its day.
    TerminalSettled(TerminalDay),
    /// The bank's word on an intent of this device, from the office book.
    Confirmed {
        intent: u64,
        bank_reference: String,
        confirmation: u64,
    },
    /// An officer received the cash of a close of this device at the office's own counter.
    ReceivedAtOffice(OfficeWord),
    /// The centre answered, or did not.
    Line {
        online: bool,
    },
    /// A scanner at a port read this.
    Scanned(String),
    /// A card was laid on a reader.
    Presented(CardMark),
    /// The terminal was found, or lost.
    Terminal {
        present: bool,
    },
    /// Something was carried, or could not be.
    Carried(Carried),
    /// The centre sent rows of the register.
    RegisterChanged,
    /// The camera's picture for a field of a house; it is kept once it is said.
    PictureTaken {
        field: String,
        photo: PhotoHash,
        at_ms: i64,
        /// Since when one was asked for: by this the page knows its own.
        since_ms: i64,
    },
    NoPicture(NoPicture),
    /// The camera's picture for a question of a form.
    Photographed {
        question: String,
        picture: Picture,
        at_ms: i64,
        /// Since when one was asked for: by this the page knows its own.
        since_ms: i64,
    },
    /// What a look through the camera brings.
    Sight(Sight),
    /// The office gave this device these wards, or houses left them.
    WardsAssigned(Vec<u16>),
    /// The houses that the office knows by what was typed, and whether there are more; or it could
    /// not be asked.
    Named {
        typed: String,
        houses: Option<(Vec<u32>, bool)>,
    },
    /// What lies on the scale, in grams, or why that is not known: each second anew.
    Weight(Result<u32, NoWeight>),
    /// Where the device stands, or why that is not known: each second anew.
    Position(Result<Position, NoPosition>),
    /// What feeds the device.
    Power(PowerState),
    /// What the office knows of a building's earlier payments; none where it could not be asked.
    EarlierTold {
        building: u32,
        receipts: Option<Vec<OfficeReceipt>>,
    },
}

/// A receipt as it is listed among earlier payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeReceipt {
    pub number: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    pub amount: Paise,
    /// None where it came through another channel.
    pub mode: Option<Mode>,
    pub service: String,
    pub stands: bool,
}

/// Where the device stands, in millionths of a degree, and how far off that may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub latitude_udeg: i32,
    pub longitude_udeg: i32,
    pub accuracy_m: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerState {
    /// What is left in the battery, from 0 to 100; none where there is none.
    pub percent: Option<u8>,
    /// The battery alone feeds the device.
    pub draining: bool,
}

/// Why the books did not take a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRecorded {
    DiskFull,
    /// Nothing was written; the log has the cause.
    Failed,
    /// People disagree about the detail: the office decides first.
    Undecided,
}

/// Why there is no picture. Nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPicture {
    /// No camera is attached, or its folder cannot be read.
    NoCamera,
    /// The camera has made none since the page was opened.
    NoneSince,
    /// The newest one is no whole picture.
    Unreadable,
    /// It is larger than so many bytes.
    TooLarge(u32),
    /// The pictures of the day are as many bytes as a device takes.
    DayFull,
}

/// What a look through the camera brings; the pictures themselves go to the glass and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// There is a picture.
    Shows,
    /// The picture is too dark for a code to be read.
    Dark,
    Code(String),
    /// The camera was pulled, or never answered.
    Away,
}

/// What became of one print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperEnding {
    Whole,
    /// Nothing of it is on paper.
    NotStarted(PaperCause),
    /// Some of it may be on paper.
    Uncertain(PaperCause),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEnding {
    Approved(Approval),
    Declined,
    /// The terminal was never asked: it cannot be reached.
    NotReached,
    /// The answer was lost on the way.
    Lost,
    /// A look-up: the terminal never saw the sale.
    NeverSeen,
    /// A look-up: the terminal cannot tell.
    CannotTell,
}

/// A terminal's day, as far as it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalDay {
    /// It is closed: so many payments, and the numbers of the first and the last of them.
    Totals { total: Paise, count: u32, first: Option<u32>, last: Option<u32> },
    /// What it says of each intent that it was asked about.
    Each(Vec<(u64, TerminalEnding)>),
    /// It did not answer; whether its day is closed is not known.
    NotReached,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The last four digits at most.
    pub last_four: String,
    pub authorisation: String,
    pub terminal: String,
    pub terminal_receipt: String,
}

impl From<PaperEnding> for PrintOutcome {
    fn from(ending: PaperEnding) -> Self {
        match ending {
            PaperEnding::Whole => Self::Whole,
            PaperEnding::NotStarted(_) => Self::Failed,
            PaperEnding::Uncertain(_) => Self::Uncertain,
        }
    }
}
