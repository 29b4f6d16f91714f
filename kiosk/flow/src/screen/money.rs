//! Pages of money and paper: how much and how, the wait for it, and what became of the slip.

use ledger::{Paise, SlipKind};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Place, SlipPlace};

/// How much, and how.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PayPage {
    pub place: Place,
    pub amounts: Vec<AmountChoice>,
    pub modes: Vec<ModeChoice>,
    /// What the primary button would take, and how.
    pub amount: Paise,
    pub mode: Option<Mode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AmountChoice {
    /// The id to `choose`: whole, late, advance, another.
    pub id: String,
    pub amount: Option<Paise>,
    /// What stays due, and by when ("31-03-2027"), if this is paid.
    pub left: Paise,
    pub left_due: Option<String>,
    pub chosen: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ModeChoice {
    /// The id to `choose`.
    pub mode: Mode,
    pub chosen: bool,
    /// Why it cannot be had now.
    pub not_now: Option<NotNow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Upi,
    Card,
    Cash,
    Cheque,
    DemandDraft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotNow {
    /// UPI needs the line to the office.
    LineDown,
    /// Cash needs a cashier.
    NoCashier,
    /// No terminal is attached, or it does not answer.
    NoTerminal,
}

/// Another amount, on the number pad.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AmountPage {
    pub place: Place,
    pub typed: String,
    /// The typed amount, if it is one.
    pub amount: Option<Paise>,
    pub due: Paise,
    pub late: Paise,
    /// What is above the due and would be kept for the next bill.
    pub above: Paise,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UpiPage {
    pub amount: Paise,
    pub place: Place,
    /// The text of the square: upi://pay?…
    pub code: String,
    pub payee: String,
    pub address: String,
    pub reference: String,
    pub left_s: u32,
    pub whole_s: u32,
    pub waiting_slip: WaitingSlip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingSlip {
    NotAsked,
    Printing,
    Printed,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CardPage {
    pub amount: Paise,
    pub place: Place,
    pub state: CardState,
    pub left_s: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// "Insert or tap your card."
    Waiting,
    /// The answer was lost: the terminal is being asked what became of it.
    LookingUp,
    Declined,
    /// Nobody can tell: nothing is taken again, the office will find out.
    CannotTell,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CashPage {
    pub amount: Paise,
    pub place: Place,
    pub typed: String,
    pub tendered: Option<Paise>,
    pub change: Option<Paise>,
    /// Round sums at or above the amount that a payer is likely to hand over.
    pub quick: Vec<Paise>,
}

/// The entry is on disk; the paper is coming.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PrintingPage {
    /// Which slip of one payment this is, where it has several.
    pub place: Option<SlipPlace>,
    pub amount: Option<Paise>,
    pub number: Option<String>,
    pub bands_done: u32,
    pub bands: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PaidPage {
    /// What was handed over: a receipt, or another paper.
    pub kind: SlipKind,
    /// None for a visit without money.
    pub amount: Option<Paise>,
    /// The receipt's number, or from the first one's to the last one's.
    pub number: Option<String>,
    /// How many receipts the payment has.
    pub receipts: u32,
    /// What became of the paper.
    pub paper: Paper,
    pub mode: Option<Mode>,
    /// Last four digits of the card.
    pub card: Option<String>,
    pub date: String,
    pub recorded_at: String,
    /// Why nobody knows whether the slip came out whole.
    pub cause: Option<PaperCause>,
    pub office_knows: bool,
    pub next_due: Option<String>,
    /// Kept for the next bill.
    pub advance: Paise,
    pub change: Option<Paise>,
    pub closes_in_s: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    Printed,
    /// The person left it to be collected from staff.
    Later,
    /// Nobody knows whether it came out whole.
    Uncertain,
}

/// The paper stopped; the money is safe.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StoppedPage {
    pub cause: PaperCause,
    pub amount: Option<Paise>,
    pub number: Option<String>,
    /// The slip's square, to be photographed.
    pub code: Option<String>,
    pub office_knows: bool,
    /// Part of the slip is in the slot.
    pub part_out: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperCause {
    PaperOut,
    CoverOpen,
    /// The printer does not answer.
    Away,
    /// The cutter is stuck.
    Jam,
    /// The print head cools down, and printing goes on by itself.
    Hot,
    /// A fault that only a technician mends.
    Broken,
}

/// How the printer is while it has nothing to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// Nothing bad is known of it.
    #[default]
    Ready,
    /// There is paper yet, but the roll should be changed soon.
    NearEnd,
    Stopped(PaperCause),
}

/// Staff only: "Did a whole slip come out?"
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AskPaperPage {
    pub number: String,
    pub amount: Option<Paise>,
    pub at: String,
    /// Why nobody knows, where the printer said so.
    pub cause: Option<PaperCause>,
    /// How many such slips are still to be asked about, this one included.
    pub left: u32,
}
