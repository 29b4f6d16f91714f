//! What stands on the glass: plain values, already in the person's language where the words come
//! from the rule pack; the fixed words of a page stand in the glass itself.

mod apart;
mod assets;
mod bill;
mod booking;
mod carry;
mod details;
mod earlier;
mod elsewhere;
mod form;
mod group;
mod money;
mod office;
mod rates;
mod round;
mod settlement;

use ledger::{Language, Paise};
use schemars::JsonSchema;
use serde::Serialize;

use crate::refusal::Refusal;

pub use apart::{ApartKind, ApartPage, ApartRow, AtOffice, CameOfIt};
pub use assets::AssetPage;
pub use bill::*;
pub use booking::*;
pub use carry::*;
pub use details::*;
pub use earlier::*;
pub use elsewhere::*;
pub use form::*;
pub use group::*;
pub use money::*;
pub use office::*;
pub use rates::*;
pub use round::*;
pub use settlement::*;

/// One screen: the frame that every page shares, and the page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Screen {
    pub frame: Frame,
    pub page: Page,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Frame {
    pub profile: Profile,
    pub language: Language,
    /// The languages that the pack offers, in its order.
    pub languages: Vec<Language>,
    /// The local body's name.
    pub body: String,
    /// The service's title, where one was chosen.
    pub service: Option<String>,
    /// Where the journey stands, "step 2 of 4".
    pub step: Option<Step>,
    pub line: LineState,
    /// The office has locked this device: it takes no money, whatever the page.
    pub frozen: bool,
    /// Wall clock of India, "10:42".
    pub clock: String,
    /// The member of staff who is signed in.
    pub staff: Option<String>,
    /// What was refused last, until the next touch.
    pub refusal: Option<Refusal>,
    /// Seconds left of "Are you still there?"; the page lies under a veil while it is set.
    pub still_there_s: Option<u32>,
    /// Whether a Back button stands here.
    pub back: bool,
    /// How the printer is, for whoever is about to need paper.
    pub printer: PrinterState,
    /// Nothing on this glass is real: it is for learning.
    pub practice: bool,
    /// None where the device has no battery.
    pub battery: Option<Battery>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Battery {
    pub percent: u8,
    /// Something feeds the device besides it.
    pub plugged: bool,
    pub low: bool,
    /// Nothing new is begun until the power is back.
    pub stopped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    Kiosk,
    Collector,
    Karmasena,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    pub now: u8,
    pub of: u8,
}

/// The line to the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineState {
    pub online: bool,
    /// Entries that the centre has not acknowledged.
    pub to_send: u64,
    /// When the centre last answered, "09:58".
    pub reached_at: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    Home(Home),
    SignIn(SignIn),
    Find(Find),
    Form(FormPage),
    Answers(AnswersPage),
    Demand(DemandPage),
    Pay(PayPage),
    Amount(AmountPage),
    Upi(UpiPage),
    Card(CardPage),
    Cash(CashPage),
    Printing(PrintingPage),
    Paid(PaidPage),
    Stopped(StoppedPage),
    AskPaper(AskPaperPage),
    Checked(CheckedPage),
    Round(RoundPage),
    Visit(VisitPage),
    Details(DetailsPage),
    Suspense(SuspensePage),
    DayEnd(DayEndPage),
    DayClosed(DayClosedPage),
    Menu(MenuPage),
    Receipts(ReceiptsPage),
    Receipt(ReceiptPage),
    Cancel(CancelPage),
    Notices(NoticesPage),
    Apart(ApartPage),
    Settlement(SettlementPage),
    Float(FloatPage),
    HandIn(HandInPage),
    Receive(ReceivePage),
    Received(ReceivedPage),
    Instrument(InstrumentPage),
    Carry(CarryPage),
    Printer(PrinterPage),
    Viewfinder(ViewfinderPage),
    Group(GroupPage),
    Rates(RatesPage),
    Earlier(EarlierPage),
    Book(BookPage),
    Elsewhere(ElsewherePage),
    Asset(AssetPage),
}

/// Kiosk: the services.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Home {
    pub tiles: Vec<Tile>,
    /// Whether staff can sign in here (a cash counter).
    pub staff_can_sign_in: bool,
    /// Whether somebody is signed in, who has more to do than to take money.
    pub has_menu: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Tile {
    /// The id to `choose`.
    pub id: String,
    pub title: String,
    pub help: String,
    /// Name of the picture: house, recycle, receipt.
    pub picture: String,
    /// Name of the badge: rupee, check.
    pub badge: String,
    pub works: Works,
}

/// Staff sign in with their number and PIN; a handheld that was left alone asks for the PIN only.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SignIn {
    /// Those who may sign in on this device: the ids to `choose`.
    pub staff: Vec<StaffChoice>,
    pub chosen: Option<String>,
    /// How many digits of the PIN were typed; the digits themselves never reach a screen.
    pub pin_digits: u8,
    pub tries_left: u8,
    /// The day's work is still open and was only locked.
    pub locked: bool,
    /// A badge may be laid on the reader instead of choosing a name.
    pub can_present: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StaffChoice {
    pub id: String,
    pub name: String,
}

/// "Which building?"
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Find {
    pub typed: String,
    /// A number of this body as an example.
    pub example: String,
    pub can_scan: bool,
    /// Whether a code can be shown to a camera that is looked through.
    pub can_look: bool,
    /// More than one building has this number, or they agree with what was typed: the ids to
    /// `choose`.
    pub matches: Vec<Match>,
    /// They were searched by words, not by their number.
    pub searched: bool,
    /// There are more of them: who types more sees the right one.
    pub more: bool,
    /// Whether buildings are found by the name of the owner, too.
    pub by_name: bool,
    /// The office is being asked whose names agree: more may be found.
    pub asking: bool,
    /// Looking a receipt up instead of a building.
    pub receipt: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Match {
    pub id: String,
    /// "Ward 7, 12/345".
    pub place: String,
    pub street: String,
    pub owner: String,
}

/// Which building this is, or whose money where it is none (ward 0); the owner is masked where no
/// staff are signed in.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Place {
    pub number: String,
    pub ward: u16,
    pub ward_name: String,
    pub owner: String,
}

impl Place {
    /// Whether it is no house, but whom or what a fee is paid for: the number may be empty then.
    pub fn is_named(&self) -> bool {
        self.ward == 0
    }

    /// The number of the house or matter; the name where it has none.
    pub fn called(&self) -> &str {
        if self.number.is_empty() { &self.owner } else { &self.number }
    }
}

/// What is owed, line by line.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DemandPage {
    pub place: Place,
    pub periods: Vec<Period>,
    /// Money held for the payer already, taken off the total (not negative).
    pub held: Paise,
    /// The charge for paying here.
    pub charge: Paise,
    /// By which rule, where it follows from what is paid.
    pub charge_why: Option<String>,
    pub total: Paise,
    /// "31-03-2027".
    pub next_due: Option<String>,
    /// The rule pack that says so, "padippuram 3".
    pub pack: String,
    /// Whether what people know of the house can be looked at here.
    pub has_details: bool,
    /// Where it is a utility's bill.
    pub bill: Option<BillPart>,
    /// Whether it may be paid together with others.
    pub may_list: bool,
    /// How many are on the list already: then it joins them.
    pub listed: u32,
    /// Whether what was paid for the house before can be looked at.
    pub has_earlier: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Period {
    /// "October 2025 to March 2026".
    pub label: String,
    pub late: bool,
    /// "31-03-2026".
    pub due: String,
    pub lines: Vec<ExplainedLine>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ExplainedLine {
    pub label: String,
    /// "1 % of ₹600 × 4 months".
    pub why: String,
    pub amount: Paise,
}

/// What the camera sees is laid on the glass by itself, and is no part of a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ViewfinderPage {
    pub sees: Sees,
    /// What is looked for is a receipt.
    pub receipt: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sees {
    /// The camera is being opened.
    Opening,
    Picture,
    /// There is too little light.
    Dark,
}

/// What a scanned slip says, and whether it is true.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CheckedPage {
    pub genuine: bool,
    pub number: String,
    /// None on the acknowledgement of an application.
    pub amount: Option<Paise>,
    pub date: String,
    pub place: String,
    pub device: String,
    /// What was applied for; empty on a receipt.
    pub service: String,
    /// An extract of the register, and no slip of a device.
    pub extract: bool,
    /// By when the office must answer, "29-08-2026"; empty on a receipt.
    pub due: String,
}
