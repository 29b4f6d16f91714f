//! Complaints as the office sees them: how each stands, whose it is by now, and what was done.

use ledger::{ComplaintState, StaffId, Work};

/// Which complaints are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComplaintsAsked {
    pub ward: Option<u16>,
    /// As the rule pack names it.
    pub category: Option<String>,
    pub state: Option<ComplaintState>,
    /// Only those that are open after this day, counted from 1970-01-01.
    pub overdue_on: Option<i64>,
    /// Only those that somebody has to work on.
    pub only_open: bool,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintRow {
    pub number: String,
    pub category: String,
    pub ward: u16,
    pub asset: Option<String>,
    /// The version of the rule pack by which it was filed.
    pub pack: u32,
    pub at_ms: i64,
    /// Days since 1970-01-01.
    pub day: i64,
    pub due: i64,
    pub state: ComplaintState,
    /// Whose it is, as the rule pack names it.
    pub office: String,
    pub staff: Option<StaffId>,
    pub since_ms: Option<i64>,
    pub stars: Option<u8>,
    pub reopened: u16,
    pub remark: Option<String>,
    /// The first complaint of the same matter: what is done about that answers this one too.
    pub same_as: Option<String>,
    /// By which it reached the office, where staff wrote it down: "phone".
    pub channel: Option<String>,
}

/// One complaint with its trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintKept {
    pub row: ComplaintRow,
    /// The name of the device at which it was filed.
    pub device: String,
    pub deeds: Vec<DeedRow>,
}

/// Something that was done about a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeedRow {
    /// The name of its device; none for the office itself.
    pub device: Option<String>,
    pub at_ms: i64,
    pub staff: Option<StaffId>,
    /// "resolved".
    pub did: String,
    pub says: Option<String>,
    pub office: Option<String>,
    pub stars: Option<u8>,
    /// It changed how the complaint stands; one that did not came too late, or had not the slip.
    pub counts: bool,
}

/// The office itself works on a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToWork {
    pub number: String,
    pub work: Work,
    pub by: StaffId,
    pub now_ms: i64,
}
