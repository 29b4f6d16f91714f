//! What a person can do at the glass. `kiosk desk` reads the very same values as JSON lines.

use ledger::{CardMark, Language};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::refusal::{Refusal, RefusalCode};

/// The longest text that one touch may carry, in characters: a UPI or receipt square has under 500.
pub const TEXT_CHARACTERS_MAX: usize = 1_024;

/// The same of an extract of the register, which has names and addresses in its square: what a QR
/// code of the largest version holds with the correction that is printed.
pub const EXTRACT_CHARACTERS_MAX: usize = 3_391;

/// One deed of the person at the glass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Touch {
    /// Change the language; nothing that was typed is lost.
    Language(Language),
    /// Press one of the page's buttons.
    Press(Button),
    /// Choose one of the things that the page lists, by its id.
    Choose(String),
    /// Set the whole text of one field of the page.
    Type { field: Field, text: String },
    /// A code that was scanned: a bill, a house, a slip.
    Scan(String),
    /// A card that was presented, by its mark: a badge, or the card of a household.
    Present(CardMark),
}

/// The buttons of all pages; a page that lacks one answers `not_here`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// The primary button: carry on, pay, save.
    Next,
    Back,
    /// End the session and wipe it.
    Finish,
    /// "I am still here", "More time".
    MoreTime,
    /// On the UPI page: a slip that says that the payment is awaited.
    PrintWaiting,
    /// On the UPI page: ask the centre now.
    CheckNow,
    /// On a page that was stopped by the printer: the person leaves without the paper.
    CollectLater,
    /// Staff answer the question whether a whole slip came out.
    Yes,
    No,
    SignIn,
    SignOut,
    /// Collector: a payer whose building nobody can find.
    Suspense,
    /// Collector and Haritha Karma Sena: close the day.
    EndDay,
    /// Staff: what can be done besides taking money.
    Menu,
    /// Cancel the receipt on the page.
    CancelReceipt,
    /// A certificate of remittance, or a marked duplicate, as the pack rules.
    Reprint,
    /// What people know of the house on the page.
    Details,
    /// Look through the camera for a code.
    Camera,
    /// Stepper of the waste visit: 0.1 kg, one sack, one month.
    Less,
    More,
    /// On the waste visit: take what lies on the scale.
    TakeWeight,
    /// Pay for another building together with this one.
    AnotherToo,
    /// What each service takes.
    Rates,
    /// On the page of what is owed: what was paid for the house before.
    Earlier,
}

/// The fields that take typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Building number, old number or bill number.
    Number,
    /// Rupees, with at most two decimals.
    Amount,
    /// Cash put on the table, in rupees.
    Tendered,
    Staff,
    Pin,
    /// Kilograms with at most three decimals.
    Weight,
    Sacks,
    /// Months of user fee paid in advance.
    Months,
    /// Suspense receipt: who pays, and for which place.
    Payer,
    Place,
    /// Why the counted cash differs from the book, or why a receipt is cancelled.
    Reason,
    /// Change money, in rupees.
    Float,
    /// What an officer counted, in rupees.
    Counted,
    /// The number, the bank and the date ("12-08-2026") of a cheque or draft.
    InstrumentNumber,
    Bank,
    Dated,
    /// The question of a form that is on the page.
    Answer,
    Note500,
    Note200,
    Note100,
    Note50,
    Note20,
    Note10,
    /// Coins, as rupees.
    Coins,
}

pub(crate) fn check_length(touch: &Touch) -> Result<(), Refusal> {
    let text = match touch {
        Touch::Type { text, .. } | Touch::Choose(text) | Touch::Scan(text) => text,
        Touch::Language(_) | Touch::Press(_) | Touch::Present(_) => return Ok(()),
    };
    let is_extract = matches!(touch, Touch::Scan(text) if crate::find::is_extract(text));
    let most = if is_extract { EXTRACT_CHARACTERS_MAX } else { TEXT_CHARACTERS_MAX };
    match text.chars().count() > most {
        true => Err(Refusal::new(RefusalCode::TextTooLong)),
        false => Ok(()),
    }
}
