//! Pages of those who go from door to door, and of the day's end.

use ledger::Paise;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Paper, Place};

/// Collector and Haritha Karma Sena: the round of a ward.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RoundPage {
    pub ward: u16,
    pub ward_name: String,
    pub done: u32,
    pub left: u32,
    pub cash_in_hand: Paise,
    /// Whether a house's square can be shown to a camera that is looked through.
    pub can_look: bool,
    /// At most `ROUND_ROWS_MAX`, around the next house.
    pub rows: Vec<RoundRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RoundRow {
    /// The id to `choose`.
    pub id: String,
    pub number: String,
    pub owner: String,
    pub state: RoundState,
    /// "10:12" of the visit or payment.
    pub at: Option<String>,
    pub due: Paise,
    pub late: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    Done,
    Next,
    ToDo,
    Locked,
    Refused,
}

/// The waste visit at one house.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct VisitPage {
    pub place: Place,
    pub scanned: bool,
    /// The ids to `choose`: collected, locked, refused, no_waste, not_segregated.
    pub outcomes: Vec<OutcomeChoice>,
    /// Shown only once waste was collected; the ids to `choose` are `kind:…`.
    pub kinds: Vec<KindChoice>,
    pub weight_g: u32,
    pub weight_typed: String,
    pub sacks: u32,
    pub fee: FeeChoice,
    /// Whether weight and fee are asked for.
    pub asks_waste: bool,
    /// Whether an outcome was chosen, so that the visit can be saved.
    pub can_save: bool,
    /// Whether what people know of the house can be looked at here.
    pub has_details: bool,
    /// The weight on the page is one of the scale, and not of a hand.
    pub from_scale: bool,
    /// What lies on the scale; none where no scale is attached.
    pub on_scale: Option<OnScale>,
    /// Where the device stands; none where nothing is attached that could know.
    pub whereabouts: Option<Whereabouts>,
}

/// What a scale says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnScale {
    Grams(u32),
    Nothing(NoWeight),
}

/// Why a scale gives no weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoWeight {
    /// The load still moves.
    Moving,
    /// Too heavy for the scale.
    Over,
    /// Less than nothing: it must be set to zero.
    Under,
    /// Nothing lies there.
    Empty,
    /// No vessel was taken off.
    Gross,
    /// It does not weigh in kilograms.
    Unit,
    Defect,
    /// What it sends cannot be understood: the wrong model, or the wrong speed of the line.
    Garbage,
    Silent,
    Away,
    /// It was not heard for some seconds.
    Old,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    Known {
        /// "10.2521° N, 76.2095° E".
        place: String,
        accuracy_m: u32,
        /// How old it is, where it is not of now.
        old_s: Option<u32>,
        /// Of now, and near enough to say at which house.
        good: bool,
    },
    Unknown(NoPosition),
}

/// Why it is not known where the device stands. No receipt waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoPosition {
    /// Too few satellites.
    NoFix,
    /// The receiver does not say how far off it may be.
    NoAccuracy,
    /// It jumped further than anything moves.
    Jumped,
    Silent,
    /// What it sends cannot be understood.
    Garbage,
    Away,
    /// The last one was too long ago.
    Old,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OutcomeChoice {
    pub id: String,
    pub chosen: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct KindChoice {
    pub id: String,
    pub label: String,
    pub chosen: bool,
}

/// The user fee of the house.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FeeChoice {
    /// One month.
    pub month: Paise,
    pub arrears: Paise,
    pub arrears_months: u32,
    pub advance_months: u32,
    /// What would be taken now.
    pub to_pay: Paise,
    /// The ids to `choose`: fee_now, fee_later.
    pub paying: bool,
    pub exempt: bool,
}

/// Money for a building that nobody can find.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SuspensePage {
    pub payer: String,
    pub place: String,
    pub typed: String,
    pub amount: Option<Paise>,
}

/// The day's end: the notes are counted before the book's figure is shown.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DayEndPage {
    pub notes: Vec<NoteCount>,
    pub coins: Paise,
    pub counted: Paise,
    /// The book's figure; none until the count was handed in once.
    pub expected: Option<Paise>,
    pub difference: Option<Paise>,
    pub reason: String,
    pub receipts: u32,
    /// The change money that is counted with the rest.
    pub float: Paise,
    /// Cheques and drafts that are handed in with it.
    pub instruments: u32,
    pub instruments_sum: Paise,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NoteCount {
    pub note: Paise,
    pub count: u32,
    pub sum: Paise,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DayClosedPage {
    pub date: String,
    pub counted: Paise,
    pub difference: Paise,
    pub receipts: u32,
    pub paper: Paper,
    pub to_send: u64,
    /// The last day to hand the money in, "17-08-2026".
    pub hand_in_by: Option<String>,
}
