//! Where a journey stands: one variant a page, with what that page needs and nothing else.

mod carrying;

use ledger::{
    Answer, Building, Demand, FieldValue, Hash, InstrumentKind, Moment, Paise, Payer, ReceivingOf,
    RecordField, Slip, StaffId, VisitOutcome, Weighed,
};

use crate::booking::Book;
use crate::books::{DetailRefused, DetailSaid};
use crate::complaint::Complaining;
use crate::effect::{CardAsked, Ticket};
use crate::event::OfficeReceipt;
use crate::form::Asking;
use crate::group::HandedGroup;
use crate::reporting::Report;
use crate::screen::{
    AskPaperPage, CardState, CheckedPage, EarlierOffice, Mode, Paper, PaperCause, ReceiptPage,
    ReceiptRow, RoundRow, Sees, SettlementRow, SettlementState, Step, TestPrint, WaitingSlip,
};
use crate::settings::Member;

pub(crate) use carrying::{Carry, CarryAt, Streaming};

#[derive(Clone, Debug)]
pub(crate) enum State {
    Home,
    SignIn(SignIn),
    Find(Find),
    Form(Box<Asking>),
    /// All answers, before anything is owed by them.
    Answers(Box<Asking>),
    /// The papers that are handed in with an application.
    Documents(Box<Asking>),
    /// What is asked of a birth or a death before it is written.
    Report(Box<Report>),
    Demand(Paying),
    Pay(Paying),
    Amount(Amount),
    Upi(Upi),
    Card(Card),
    Cash(Cash),
    Printing(Printing),
    Paid(Paid),
    Stopped(Stopped),
    AskPaper(AskPaper),
    Checked(Checked),
    Round(Round),
    Visit(Box<Visit>),
    Details(Box<Details>),
    Suspense(Suspense),
    DayEnd(DayEnd),
    DayClosed(DayClosed),
    Menu,
    Receipts(Receipts),
    Receipt(OneReceipt),
    Cancel(Cancel),
    Notices,
    Apart,
    Settlement(Settlement),
    Float(Float),
    HandIn(HandingIn),
    Receive(Receive),
    Received(Received),
    Instrument(ByInstrument),
    Carry(Carry),
    Printer(TestPrint),
    Viewfinder(Viewfinder),
    /// The list of what will be paid together, by the service that the next one is looked for.
    Group(String),
    /// The rate board, and what became of it on paper.
    Rates(TestPrint),
    Earlier(Box<Earlier>),
    Book(Box<Book>),
    /// What is done elsewhere: all of it, or one.
    Elsewhere(Option<String>),
    /// Something of the body's, by its id.
    Asset(String),
    Complaint(Box<Complaining>),
}

/// The card terminal's day against the receipts here.
#[derive(Clone, Debug)]
pub(crate) struct Settlement {
    /// Receipts by card of the last days, newest first.
    pub own: Vec<OwnCard>,
    pub open: Vec<OpenCard>,
    pub state: SettlementState,
    /// How many payments the terminal took, and their sum.
    pub terminal: Option<(u32, Paise)>,
    pub rows: Vec<SettlementRow>,
}

#[derive(Clone, Debug)]
pub(crate) struct OwnCard {
    pub number: String,
    /// The terminal's own number, where it counts.
    pub number_there: Option<u32>,
    pub amount: Paise,
    pub date: String,
    pub today: bool,
    pub asked: CardAsked,
}

/// A payment that was asked for and has no receipt.
#[derive(Clone, Debug)]
pub(crate) struct OpenCard {
    pub asked: CardAsked,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct SignIn {
    pub chosen: Option<StaffId>,
    pub pin: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Find {
    pub service: String,
    pub typed: String,
    pub matches: Vec<Building>,
    /// They were searched by words, not by their number.
    pub searched: bool,
    /// There were more.
    pub more: bool,
    /// The office is asked whose names agree.
    pub asking: bool,
    pub receipt: bool,
}

/// One payment that is being made ready: for what, how much, how.
#[derive(Clone, Debug)]
pub(crate) struct Paying {
    pub service: String,
    pub payer: Payer,
    /// None for money in suspense.
    pub building: Option<Building>,
    pub demand: Option<Demand>,
    pub choice: Choice,
    pub mode: Option<Mode>,
    /// The form by whose answers it is owed.
    pub filled: Option<Box<Filled>>,
    /// What terminal or bank were asked for it, by the entries' sequences: money that comes late
    /// is of this payer.
    pub intents: Vec<u64>,
    /// What one payment is for, where it is for several demands; empty otherwise.
    pub members: Vec<Self>,
}

/// A form with all its answers, and where it stood when they were looked over.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    pub asking: Asking,
    pub answers: Vec<Answer>,
}

/// How much the payer chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Whole,
    Late,
    Advance,
    Another(Paise),
}

#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub paying: Paying,
    pub typed: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Upi {
    pub paying: Paying,
    pub intent: u64,
    pub code: String,
    pub reference: String,
    pub asked_ms: u64,
    pub waiting_slip: WaitingSlip,
    pub ticket: Option<Ticket>,
}

#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub paying: Paying,
    pub intent: u64,
    pub state: CardState,
}

#[derive(Clone, Debug)]
pub(crate) struct Cash {
    pub paying: Paying,
    pub typed: String,
}

/// What is being handed over: the entry that is on disk, and its slip.
#[derive(Clone, Debug)]
pub(crate) struct Handover {
    pub of: u64,
    pub at: Moment,
    pub amount: Option<Paise>,
    pub number: Option<String>,
    pub mode: Option<Mode>,
    pub card: Option<String>,
    pub change: Option<Paise>,
    pub advance: Paise,
    pub next_due: Option<String>,
    /// The slip's square.
    pub code: Option<String>,
    /// The cash drawer opens with the print.
    pub drawer: bool,
    pub slip: Slip,
    /// Entries of the same payment whose slips follow this one.
    pub then: Vec<u64>,
    /// The payment, where it has several receipts.
    pub group: Option<HandedGroup>,
    /// What is said of the paper once all slips are out.
    pub paper_at_end: Paper,
}

#[derive(Clone, Debug)]
pub(crate) struct Printing {
    pub handover: Handover,
    pub ticket: Ticket,
    pub bands_done: u32,
    pub bands: u32,
    /// Since when the paper was waited for, where no band of this job came out since.
    pub stopped_since_ms: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Paid {
    pub handover: Handover,
    pub paper: Paper,
    /// Why the paper is uncertain.
    pub cause: Option<PaperCause>,
    pub closes_ms: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Stopped {
    pub handover: Handover,
    pub cause: PaperCause,
    /// The job that the printer still holds; none when nothing was started.
    pub ticket: Option<Ticket>,
    pub part_out: bool,
    /// When it stopped: tries that never start do not make the wait longer.
    pub since_ms: u64,
    /// When the next try is due, where nothing was started.
    pub retry_ms: u64,
}

/// Slips that nobody knows to be out, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct AskPaper {
    pub slips: Vec<u64>,
    /// What is asked about the first of them.
    pub page: AskPaperPage,
    /// What was being handed over when the paper became uncertain.
    pub handover: Option<Handover>,
}

/// A slip that proved itself, and the building that it is for.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub page: CheckedPage,
    /// As the rule pack names it; none on a receipt.
    pub service: Option<String>,
    pub building: Option<Building>,
}

#[derive(Clone, Debug)]
pub(crate) struct Round {
    pub ward: u16,
    pub done: u32,
    pub left: u32,
    pub rows: Vec<RoundRow>,
}

#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub building: Building,
    pub demand: Demand,
    pub scanned: bool,
    pub outcome: Option<VisitOutcome>,
    pub kinds: Vec<String>,
    pub weight_g: u32,
    pub weight_typed: String,
    pub weighed: Weighed,
    pub sacks: u32,
    pub advance_months: u32,
    pub paying: bool,
}

/// What is known of a house, what was chosen, and the page from which it was opened.
#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub building: Building,
    pub back: Box<State>,
    /// When the page was opened, milliseconds since 1970: no older picture is one of this house.
    pub opened_ms: i64,
    pub fields: Vec<DetailField>,
    pub refused: Vec<DetailRefused>,
}

#[derive(Clone, Debug)]
pub(crate) struct DetailField {
    pub field: RecordField,
    /// What is shown of what is known.
    pub known: Option<FieldValue>,
    pub chosen: Option<FieldValue>,
    pub said: Vec<DetailSaid>,
    pub waiting: bool,
    /// When the picture that was taken for it was made, milliseconds since 1970.
    pub taken_ms: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Suspense {
    pub payer: String,
    pub place: String,
    pub typed: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DayEnd {
    /// How many of each note, in the pack's order.
    pub counts: Vec<u32>,
    pub coins: Paise,
    pub reason: String,
    /// The count was handed in once and differed: the book's figure is shown.
    pub revealed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct DayClosed {
    pub at: Moment,
    /// The day that was closed, days since 1970-01-01.
    pub day: i64,
    pub counted: Paise,
    /// What payers gave of it, in cash and otherwise.
    pub of_payers: Paise,
    pub difference: Paise,
    pub receipts: u32,
    pub ticket: Ticket,
    pub paper: Paper,
}

#[derive(Clone, Debug)]
pub(crate) struct Receipts {
    pub typed: String,
    pub rows: Vec<ReceiptRow>,
}

#[derive(Clone, Debug)]
pub(crate) struct OneReceipt {
    pub seq: u64,
    pub page: ReceiptPage,
}

#[derive(Clone, Debug)]
pub(crate) struct Cancel {
    pub seq: u64,
    pub row: ReceiptRow,
    pub reason: String,
    /// The second person, and the digits of their PIN.
    pub chosen: Option<StaffId>,
    pub pin: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Float {
    pub typed: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct HandingIn {
    /// The close that is shown to the officer, and its square.
    pub chosen: Option<u64>,
    pub code: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Receive {
    pub of: Option<Receivable>,
}

/// A close whose money lies before the officer.
#[derive(Clone, Debug)]
pub(crate) struct Receivable {
    pub of: ReceivingOf,
    pub hash: Hash,
    pub day: i64,
    pub collector: StaffId,
    pub device: String,
    pub receipts: u32,
    pub claimed: Paise,
    pub instruments: u32,
    pub typed: String,
    pub reason: String,
    /// The count was handed in once and differed: the difference is shown.
    pub revealed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub collector: StaffId,
    pub counted: Paise,
    pub code: Option<String>,
    pub ticket: Ticket,
    pub paper: Paper,
}

#[derive(Clone, Debug)]
pub(crate) struct ByInstrument {
    pub paying: Paying,
    pub kind: InstrumentKind,
    pub number: String,
    pub bank: String,
    pub dated: String,
}

/// A look through the camera, and the page that asks for a code.
#[derive(Clone, Debug)]
pub(crate) struct Viewfinder {
    pub back: Box<State>,
    pub sees: Sees,
}

/// What was paid for the building before, and the payment from which it was opened.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub paying: Paying,
    pub building: u32,
    /// By this device's books, newest first; and by the office's.
    pub own: Vec<OfficeReceipt>,
    pub theirs: Vec<OfficeReceipt>,
    pub office: EarlierOffice,
}

impl State {
    /// The sign-in page; where only one person may sign in, he is chosen already.
    pub fn sign_in(staff: &[Member]) -> Self {
        let chosen = match staff {
            [only] => Some(only.id),
            _ => None,
        };
        Self::SignIn(SignIn { chosen, pin: String::new() })
    }

    /// The service that the page belongs to.
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Find(find) => Some(&find.service),
            Self::Group(service) => Some(service),
            Self::Book(book) => Some(&book.service),
            Self::Form(asking) | Self::Answers(asking) | Self::Documents(asking) => {
                Some(&asking.service)
            }
            Self::Demand(paying) | Self::Pay(paying) => Some(&paying.service),
            Self::Amount(amount) => Some(&amount.paying.service),
            Self::Upi(upi) => Some(&upi.paying.service),
            Self::Card(card) => Some(&card.paying.service),
            Self::Cash(cash) => Some(&cash.paying.service),
            Self::Instrument(state) => Some(&state.paying.service),
            Self::Earlier(earlier) => Some(&earlier.paying.service),
            Self::Viewfinder(state) => state.back.service(),
            _ => None,
        }
    }

    /// The payment that the page is about, wherever the journey stands with it.
    pub fn paying(&self) -> Option<&Paying> {
        match self {
            Self::Demand(paying) | Self::Pay(paying) => Some(paying),
            Self::Amount(amount) => Some(&amount.paying),
            Self::Upi(upi) => Some(&upi.paying),
            Self::Card(card) => Some(&card.paying),
            Self::Cash(cash) => Some(&cash.paying),
            Self::Instrument(state) => Some(&state.paying),
            _ => None,
        }
    }

    /// The stair of a payment: find, what is owed, how, and the money itself.
    pub fn step(&self) -> Option<Step> {
        let now = match self {
            Self::Find(find) if !find.receipt => 1,
            Self::Form(_) | Self::Answers(_) | Self::Book(_) => 1,
            Self::Viewfinder(state) => return state.back.step(),
            Self::Demand(_) | Self::Group(_) => 2,
            Self::Pay(_) | Self::Amount(_) => 3,
            Self::Upi(_) | Self::Card(_) | Self::Cash(_) | Self::Instrument(_) => 4,
            _ => return None,
        };
        Some(Step { now, of: 4 })
    }
}
