//! Pages of staff: what they do besides taking money. Receipts that were written, the day's cash on
//! its way to the office, and what the office has noted for payers.

use ledger::Paise;
use schemars::JsonSchema;
use serde::Serialize;

use super::apart::{ApartRow, AtOffice};
use super::{Mode, Paper, PaperCause, Place, PrinterState, StaffChoice, Tile};

/// What whoever is signed in may do here.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MenuPage {
    /// Services that are begun here: the ids to `choose`. Empty where a page of their own offers
    /// them.
    pub services: Vec<Tile>,
    pub items: Vec<MenuItem>,
    /// Cash on the way to the office, counted or not.
    pub carried: Paise,
    pub pack: PackNote,
}

/// The rule pack that is in use.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PackNote {
    pub version: u32,
    pub standing: PackStanding,
}

/// How the rule pack stands with the office.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PackStanding {
    /// Nobody has to do anything.
    #[default]
    Good,
    /// A newer one should come before this day, 31-03-2027.
    EndsSoon(String),
    /// A newer one should have come by this day. Money is taken by this one all the same: what is
    /// owed does not wait for a signature.
    Ended(String),
    /// The office sent this version, and this device does not believe it.
    Refused(u32),
}

/// One line of the menu; its name is the id to `choose`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MenuItem {
    pub id: Task,
    /// How much there is of it: notices to hand out, closes to hand in.
    pub count: u32,
    /// It is late: cash that should be with the office by now.
    pub late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Find a receipt: cancel it, certify it.
    Receipts,
    /// Change money for the day.
    Float,
    EndDay,
    /// The card terminal's day against the receipts here.
    Settle,
    /// Closed days whose cash nobody has received.
    HandIn,
    /// Officers: receive the cash of a closed day.
    Receive,
    /// What the office noted about receipts, for their payers.
    Notices,
    /// Entries that the office keeps apart.
    Apart,
    /// The books to the office without a line, and those of others.
    Carry,
    /// How the printer is, and a test slip.
    Printer,
    /// What each service takes.
    Rates,
    /// Learn without harm: nothing of it reaches the books.
    Practice,
    SignOut,
}

/// Receipts that this device wrote, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReceiptsPage {
    /// A receipt's or building's number that is looked for.
    pub typed: String,
    pub can_scan: bool,
    pub receipts: Vec<ReceiptRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReceiptRow {
    /// The id to `choose`: the sequence of its entry.
    pub id: String,
    pub number: String,
    pub place: String,
    pub amount: Paise,
    pub mode: Mode,
    /// "14-08-2026", and "10:42".
    pub date: String,
    pub at: String,
    pub cancelled: bool,
    pub at_office: AtOffice,
}

/// One receipt, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReceiptPage {
    pub receipt: ReceiptRow,
    pub payer: String,
    pub collector: Option<String>,
    /// None where it can be cancelled now.
    pub cannot_cancel: Option<CannotCancel>,
    /// What its payer gets who lost it.
    pub reprint: Reprint,
    /// Why the office keeps it apart, or kept it.
    pub apart: Option<ApartRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CannotCancel {
    /// It is cancelled already.
    Cancelled,
    /// A bank or a terminal took the money: the office gives it back.
    NotInHand,
    /// It is not of today, or the day was counted.
    Counted,
    /// Somebody else took it.
    NotYours,
    /// A later receipt of the same building stands.
    LaterOne,
    /// Nobody else can sign for it at this device.
    NoSecond,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reprint {
    Certificate,
    Duplicate,
    /// A cancelled receipt is neither certified nor copied.
    None,
}

/// A receipt is cancelled: the reason, and the second person with their PIN.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CancelPage {
    pub receipt: ReceiptRow,
    pub reason: String,
    /// Those who may be the second person: the ids to `choose`.
    pub seconds: Vec<StaffChoice>,
    pub chosen: Option<String>,
    /// How many digits of their PIN were typed.
    pub pin_digits: u8,
    pub tries_left: u8,
}

/// What the office noted about this device's receipts, and its payers were not told yet.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NoticesPage {
    pub notices: Vec<NoticeRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NoticeRow {
    /// The id to `choose`: its paper is printed.
    pub id: String,
    pub kind: NoticeKind,
    /// The receipt's number, and its place.
    pub number: String,
    pub place: String,
    /// What is held, owed again, or given back.
    pub amount: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// More was paid than was owed, and the office holds it.
    Excess,
    /// The bank did not honour the cheque or draft.
    Dishonoured,
    /// The receipt cannot stand, and the office gives its money back.
    Returned,
}

/// How the printer is, and what became of the last test slip.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PrinterPage {
    pub state: PrinterState,
    pub test: TestPrint,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestPrint {
    #[default]
    NotAsked,
    Printing,
    /// The printer says that all of it is out.
    Printed,
    /// Nothing of it was printed.
    NotStarted(PaperCause),
    /// Only whoever stands there can say.
    Uncertain(PaperCause),
}

/// Change money for the day, on the number pad.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FloatPage {
    pub typed: String,
    pub amount: Option<Paise>,
}

/// Closed days whose cash nobody has received yet.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HandInPage {
    pub closes: Vec<CloseRow>,
    /// The one that is being handed in.
    pub chosen: Option<String>,
    /// Its square, which the officer's device scans.
    pub code: Option<String>,
    /// The officer's square can be scanned here.
    pub can_scan: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CloseRow {
    /// The id to `choose`: the sequence of the close.
    pub id: String,
    /// "14-08-2026".
    pub day: String,
    pub counted: Paise,
    pub instruments: u32,
    /// The last day to hand it in; none where the pack has no rule.
    pub by: Option<String>,
    pub late: bool,
}

/// An officer receives the cash of a closed day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReceivePage {
    /// Closes of this very device that can be received: the ids to `choose`.
    pub here: Vec<CloseRow>,
    pub can_scan: bool,
    /// What was scanned or chosen; none while it is being waited for.
    pub of: Option<ReceiveOf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReceiveOf {
    pub collector: String,
    pub device: String,
    /// "14-08-2026".
    pub day: String,
    pub receipts: u32,
    /// What the close says.
    pub claimed: Paise,
    pub instruments: u32,
    /// What the officer has counted, as typed, and read.
    pub typed: String,
    pub counted: Option<Paise>,
    /// Shown once the count was handed in and differs.
    pub difference: Option<Paise>,
    pub reason: String,
}

/// The officer's word is on disk: its square is shown, its slip printed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReceivedPage {
    pub collector: String,
    pub counted: Paise,
    pub paper: Paper,
    /// What the collector's device scans; none where the close was of this device.
    pub code: Option<String>,
}

/// A cheque or a demand draft.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InstrumentPage {
    pub place: Place,
    pub amount: Paise,
    pub mode: Mode,
    pub number: String,
    pub bank: String,
    /// "12-08-2026", as typed.
    pub dated: String,
}
