//! What a journey asks the desk to do.

use ledger::{Answer, Applied, Fact, FieldValue, Language, Paise, RecordId, Slip, StaffId, Writer};

use crate::form::Picture;
use crate::screen::RatePart;

/// One thing to do. The desk answers each with an event of the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write these facts as one: all of them, or none. The purpose comes back with the answer.
    Record { purpose: Purpose, staff: Option<StaffId>, facts: Vec<Fact> },
    /// Seal these answers for the office and write them with the application, after these facts, as
    /// one. What `applied` says of its sealed file is for whoever seals it to say.
    Apply {
        staff: Option<StaffId>,
        facts: Vec<Fact>,
        applied: Box<Applied>,
        answers: Vec<Answer>,
        /// Those that answers name.
        pictures: Vec<Picture>,
    },
    /// Ask the terminal for the money of an intent that is on disk.
    Charge { intent: u64, amount: Paise, reference: String },
    /// Ask the terminal what became of an intent.
    LookUp { intent: u64, amount: Paise, reference: String },
    /// Have the terminal close its day and say what it took; or where it cannot, ask it about each
    /// of these.
    SettleTerminal { asked: Vec<CardAsked> },
    /// Take the sale back from the terminal while the payer has done nothing yet.
    AbortCharge,
    Print {
        ticket: Ticket,
        slip: Slip,
        /// Open the cash drawer: somebody has just handed over cash.
        drawer: bool,
    },
    /// Print what shows whether the printer prints well; it is no slip of the books.
    PrintTest(TestSlip),
    /// Print what each service takes; it is no slip of the books either, and its end is told as
    /// that of a test slip.
    PrintRates(RatesSlip),
    /// Write down what somebody says of a house.
    SayDetails { staff: Option<StaffId>, said: Vec<SaidDetail> },
    /// Write the books on the stick, and take what lies there.
    CarryToStick,
    /// Keep the parcel of this device no longer, if the office has turned it away.
    RemoveErrand(Writer),
    /// Whatever a square said on a page of carrying: a device nearby, or one of a stream.
    CarryScan(String),
    /// Take the newest picture that the camera has made since a page was opened (milliseconds since
    /// 1970), for a field of a house.
    TakePicture { field: String, since_ms: i64 },
    /// The same for a question of a form. The picture comes back as it is, and is kept nowhere:
    /// it is written sealed, with the answers.
    Photograph { question: String, since_ms: i64 },
    /// Ask the office which houses belong to a name: this device's register has none.
    AskNames { staff: StaffId, typed: String },
    /// Ask the office what was paid for a building before.
    AskEarlier { building: u32 },
    /// Talk to the centre now.
    Sync,
    /// Begin or end practice: other books, under another key, that reach nobody.
    Practise(bool),
}

/// A payment that a terminal was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardAsked {
    pub intent: u64,
    pub amount: Paise,
    pub reference: String,
}

/// One thing that somebody says of a house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidDetail {
    pub record: RecordId,
    pub field: String,
    pub value: FieldValue,
}

/// What stands on a test slip besides what the printer itself is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestSlip {
    pub language: Language,
    /// The device's name in the office, "kiosk-1".
    pub device: String,
    /// "14-08-2026 10:42".
    pub at: String,
}

/// The rate board on paper.
#[derive(Clone, Debug, PartialEq)]
pub struct RatesSlip {
    pub language: Language,
    /// The local body's name.
    pub body: String,
    /// "14-08-2026".
    pub on: String,
    /// The rule pack, "padippuram 3".
    pub pack: String,
    pub parts: Vec<RatePart>,
}

/// One print job: the entry whose slip it is, and how often it was tried since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The entry's sequence.
    pub of: u64,
    pub attempt: u32,
}

impl Ticket {
    /// What stands for an entry where the paper is of none.
    pub(crate) const OF_NO_ENTRY: u64 = 0;
}

/// Why facts are written; the journey goes on from here when they are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The receipt of the payment on the glass.
    Payment,
    CardIntent,
    UpiIntent,
    /// What somebody asks of the office.
    Application,
    /// A visit, with or without a receipt.
    Visit,
    DayEnd,
    Float,
    /// A cancellation, a certificate, a duplicate, a notice: whatever ends in a paper.
    Paper,
    HandIn,
    Receive,
    /// What somebody says of a house.
    Details,
    /// What was done about a complaint, or is said of it.
    Complaint,
    /// Nothing on the glass waits for it.
    Aside,
}
