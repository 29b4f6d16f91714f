//! What a pack says besides its rates and words: who the body is, what it offers, what it allows.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::applications::Application;
use super::bills::BillService;
use super::figure::Certainty;
use crate::instrument::InstrumentKind;
use crate::language::Language;
use crate::money::Paise;

/// The heads that the rules themselves name; a pack must know them all.
pub mod heads {
    pub const PROPERTY_TAX: &str = "PT";
    pub const LIBRARY_CESS: &str = "LC";
    pub const INTEREST: &str = "PI";
    pub const USER_FEE: &str = "UF";
    pub const EXTRA_SACKS: &str = "US";
    pub const FEE_DEFAULT: &str = "UD";
    pub const SERVICE_CHARGE: &str = "SC";
    /// Money kept for the next bill.
    pub const ADVANCE: &str = "ADV";
    /// Money kept earlier and used now: the one head whose lines are negative.
    pub const ADVANCE_USED: &str = "ADU";
    /// Money for a building that nobody can find.
    pub const SUSPENSE: &str = "SUS";

    pub const ALL: [&str; 10] = [
        PROPERTY_TAX,
        LIBRARY_CESS,
        INTEREST,
        USER_FEE,
        EXTRA_SACKS,
        FEE_DEFAULT,
        SERVICE_CHARGE,
        ADVANCE,
        ADVANCE_USED,
        SUSPENSE,
    ];
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The pack's name, "padippuram".
    pub id: String,
    /// The local body's code, "G0802": it stands in every receipt number.
    pub code: String,
    pub kind: BodyKind,
    pub state: String,
    pub version: u32,
    /// The first day of this version.
    pub effective: NaiveDate,
    /// Invented for demonstration and tests; slips and screens say so.
    pub synthetic: bool,
    /// Notified as remote: its cash may be a week on its way to the bank.
    pub remote: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    GramaPanchayat,
    Municipality,
    Corporation,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub id: String,
    pub kind: ServiceKind,
    /// What is filled before anything is owed or handed in: a folder or workbook of the pack's
    /// `forms`. Every service of fees or applications has one, and no other.
    pub form: Option<String>,
    /// Whose bills they are; every service of the kind `bill` says so, and no other.
    pub bill: Option<BillService>,
    /// What a service that takes applications says of them; of no other.
    pub application: Option<Application>,
    /// Name of the picture: house, recycle, receipt.
    pub picture: String,
    /// Name of the badge: rupee, check. Empty for what is done elsewhere.
    pub badge: String,
    /// What is paid for is a slot of a facility, chosen before the form is asked.
    pub books: bool,
    /// It is not begun while the line is down.
    pub needs_line: bool,
    /// Where it is done, for a service of the kind elsewhere: an address that begins with https.
    pub address: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    PropertyTax,
    WasteFee,
    CheckReceipt,
    /// What the pack's fees ask for the answers of a form.
    Fees,
    /// The bills of a utility, month by month.
    Bill,
    /// Not done by this machine: it says where and how.
    Elsewhere,
    /// The answers of a form are asked of the office, without money.
    Application,
}

/// A head of account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub code: String,
    /// The code in the body's books.
    pub account: String,
    pub certainty: Certainty,
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ward {
    pub number: u16,
    pub(super) names: BTreeMap<Language, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasteKind {
    pub id: String,
    /// The months in which it is collected, 1 for January.
    pub months: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest sum of one receipt.
    pub receipt_max: Paise,
    /// The most cash that a device may hold before it must be remitted.
    pub cash_cap: Paise,
    /// The longest that a device may take cash without the office's word, in hours.
    pub cash_hours_max: u32,
    pub upi_expiry_s: u32,
    /// Without a touch until "Are you still there?".
    pub idle_s: u32,
    /// How long that is asked before the session is wiped.
    pub count_s: u32,
    /// The deadline of pages that wait for bank, terminal or paper.
    pub pay_page_deadline_s: u32,
    pub round_houses_max: u32,
    /// The most houses that a handheld has: all of its wards together.
    pub handheld_houses_max: u32,
    /// The largest file of one photo.
    pub photo_bytes_max: u32,
    /// The most bytes of photos that a device takes, and the office takes of it, on one day.
    pub photo_bytes_a_day: u32,
    /// How many months of the user fee may be paid ahead.
    pub months_advance_max: u16,
}

/// The payee of a UPI request; the payee's name is a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upi {
    /// The virtual payment address, `pa`.
    pub address: String,
    /// The merchant category code, `mc`.
    pub category: String,
    pub certainty: Certainty,
    pub source: String,
}

/// Which cheques and drafts the body takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruments {
    pub accepted: Vec<InstrumentKind>,
    /// For how many days from its date a bank pays one.
    pub valid_days: u16,
    pub certainty: Certainty,
    pub source: String,
}

/// What somebody gets who lost a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reprint {
    /// Another document with its own number: no copy of a receipt may be issued.
    CertificateOfRemittance,
    /// The same receipt, marked as a duplicate.
    MarkedDuplicate,
}

impl Ward {
    pub fn name(&self, language: Language) -> &str {
        let any = || self.names.values().next();
        self.names.get(&language).or_else(any).map_or("", String::as_str)
    }
}
