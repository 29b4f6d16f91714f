//! The figures of the office's page. The page and its JSON twin show the same ones.

use ledger::Paise;
use serde::Serialize;

use crate::apart::QuarantinedEntry;
use crate::forks::Settlement;
use crate::losses::Missing;
use crate::packs::PackTrouble;
use crate::photos::PhotoSaid;
use crate::records::{EditApart, Undecided};
use crate::way::Way;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Overview {
    /// Days since 1970-01-01, as in the day books.
    pub day: i64,
    pub total: Share,
    pub by_mode: Vec<Share>,
    pub by_ward: Vec<Share>,
    /// By head of account; the count is of lines.
    pub by_head: Vec<Share>,
    pub receipts: Vec<LatestReceipt>,
    pub devices: Vec<DeviceState>,
    /// Open cases first, the oldest of them first.
    pub quarantine: Vec<QuarantinedEntry>,
    pub forks: Vec<Fork>,
    pub misdated: Vec<MisdatedEntry>,
    pub bank: Vec<BankCase>,
    pub visits: Vec<WardVisits>,
    pub closes: Vec<ClosedDay>,
    pub cancelled: Vec<CancelledReceipt>,
    pub excess: Vec<Excess>,
    pub missing: Vec<Missing>,
    /// Fields of shared records that an officer must decide.
    pub undecided: Vec<Undecided>,
    /// Edits of shared records that were refused.
    pub refused_edits: Vec<EditApart>,
    /// Photos that records name, the latest first.
    pub photos: Vec<PhotoSaid>,
    /// The way of the cash to the bank.
    #[serde(flatten)]
    pub way: Way,
    /// Devices that refused a rule pack and have none as new.
    pub pack_troubles: Vec<PackTrouble>,
    /// Complaints that somebody has to work on, and those of them whose day is over.
    pub complaints_open: u64,
    pub complaints_overdue: u64,
    /// Day documents whose head a device named otherwise.
    pub documents_differ: u64,
}

/// A part of a day's collection.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Share {
    /// The mode, the ward's number or the head's code.
    pub of: String,
    pub count: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
}

#[derive(Clone, Debug, Serialize)]
pub struct LatestReceipt {
    pub number: String,
    pub at_ms: i64,
    pub ward: Option<u16>,
    /// The building's number; otherwise what the payer called it, or the number of a licence,
    /// consumer or shop.
    pub place: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub mode: String,
    pub device: String,
    pub state: String,
    /// Money for a building that nobody could find.
    pub suspense: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeviceState {
    pub writer: u32,
    pub name: String,
    pub profile: String,
    pub last_contact_ms: Option<i64>,
    pub entries: u64,
    /// Entries in quarantine that nobody has settled.
    pub quarantined: u64,
    /// "7, 8".
    pub wards: String,
    /// The buildings of its wards.
    pub houses: u64,
    /// The code of the open receipt book.
    pub book: Option<String>,
    pub numbers_left: Option<u32>,
    /// Cash taken and not yet counted, as far as the entries here tell.
    #[serde(rename = "cash_paise")]
    pub cash: Paise,
    pub frozen_because: Option<String>,
    /// The version of the rule pack that it took into use last, of those that the office sent it.
    pub pack: Option<u32>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Fork {
    pub device: String,
    pub seq: u64,
    pub found_ms: i64,
    /// Entries of the other history that are kept.
    pub held: u64,
    /// How many receipt numbers the histories used more than once.
    pub reused: u64,
    /// The first of them, with every receipt.
    pub numbers: Vec<ReusedNumber>,
    /// Who closed the case; none while nobody has.
    pub settled: Option<Settlement>,
}

impl Overview {
    /// Whether a device told two histories, and every case of it is closed.
    pub fn is_settled(&self, device: &str) -> bool {
        let mut forks = self.forks.iter().filter(|fork| fork.device == device).peekable();
        forks.peek().is_some() && !forks.any(Fork::is_open)
    }
}

impl Fork {
    /// Whether somebody must still look at it.
    pub fn is_open(&self) -> bool {
        self.settled.as_ref().is_none_or(|settled| settled.came_since > 0)
    }
}

/// A receipt number that two histories of one device used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReusedNumber {
    pub number: String,
    /// That in the books first.
    pub uses: Vec<Use>,
}

/// One receipt that bears such a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Use {
    pub seq: u64,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub at_ms: i64,
    /// It is kept beside the chain, and has no effect.
    pub held: bool,
}

/// An entry that is dated before the office countersigned what it names, or after it arrived. It
/// stands; an entry that says itself that its clock was unsure is none.
#[derive(Clone, Debug, Serialize)]
pub struct MisdatedEntry {
    pub device: String,
    pub seq: u64,
    pub at_ms: i64,
    /// The earliest that it can have been written; none where nothing is known.
    pub since_ms: Option<i64>,
    /// When it arrived.
    pub until_ms: i64,
    /// The receipt's number, where it is one.
    pub number: Option<String>,
}

/// A UPI payment that is not simply done.
#[derive(Clone, Debug, Serialize)]
pub struct BankCase {
    pub reference: String,
    pub bank_reference: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub received_ms: i64,
    /// waiting, differs, twice; late where the request had ended before the word came.
    pub state: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct WardVisits {
    pub ward: Option<u16>,
    pub visits: u64,
    pub collected: u64,
    pub locked: u64,
    pub refused: u64,
    pub no_waste: u64,
    pub not_segregated: u64,
    pub weight_g: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct ClosedDay {
    pub device: String,
    pub staff: Option<u32>,
    pub day: i64,
    pub receipts: u32,
    #[serde(rename = "expected_paise")]
    pub expected: Paise,
    #[serde(rename = "counted_paise")]
    pub counted: Paise,
    pub reason: String,
}

/// A receipt that does not stand any more; its number stays used.
#[derive(Clone, Debug, Serialize)]
pub struct CancelledReceipt {
    pub number: String,
    pub device: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub at_ms: i64,
    pub reason: String,
}

/// What a receipt took beyond what was owed, mostly since another device had taken it while the two
/// were apart. Both receipts stand, and the office holds the sum for the building.
#[derive(Clone, Debug, Serialize)]
pub struct Excess {
    pub number: String,
    pub device: String,
    pub place: String,
    #[serde(rename = "amount_paise")]
    pub amount: Paise,
    pub at_ms: i64,
}

/// Figures for a monitoring system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Fields of shared records that an officer must decide, and edits of them that were refused.
    pub undecided: u64,
    pub refused_edits: u64,
    pub devices: u64,
    pub frozen: u64,
    pub entries: u64,
    pub office_entries: u64,
    pub receipts: u64,
    pub quarantined: u64,
    /// Those that nobody has settled.
    pub quarantined_open: u64,
    pub held: u64,
    pub forks: u64,
    pub misdated: u64,
    pub bank_waiting: u64,
    pub bank_cases: u64,
    /// Sums that should be in the bank and are not, and how much they are in paise.
    pub overdue: u64,
    pub overdue_paise: u64,
    pub complaints_open: u64,
    pub complaints_overdue: u64,
    pub documents_differ: u64,
}
