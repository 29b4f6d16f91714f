//! Applications as the office sees them: what came, by when it must be answered, and what is
//! erased.

use ledger::{Applied, StaffId};

/// Which applications are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationsAsked {
    /// Of this service alone, as the rule pack names it.
    pub service: Option<String>,
    /// Only those whose day was before this one, counted from 1970-01-01.
    pub due_before: Option<i64>,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationRow {
    pub number: String,
    pub service: String,
    /// The building's ward and number; empty where it is about none.
    pub place: String,
    pub at_ms: i64,
    /// Days since 1970-01-01.
    pub due: i64,
    /// How many documents were missing.
    pub missing: u32,
    pub answers: AnswersState,
}

/// Where the answers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswersState {
    /// Its device still sends them.
    OnTheirWay,
    Here,
    /// They were deleted, by this entry of the office book.
    Erased(u64),
}

/// One application with its sealed file, where that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationKept {
    pub row: ApplicationRow,
    pub applied: Applied,
    /// The name of the device that took it.
    pub device: String,
    pub sealed: Option<Vec<u8>>,
    /// What its slip asks of whoever looks it up.
    pub check_code: String,
}

/// The answers of an application are to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToErase {
    pub number: String,
    pub reason: String,
    pub by: StaffId,
    pub now_ms: i64,
}

impl AnswersState {
    pub fn of(whole_ms: Option<i64>, erased: Option<u64>) -> Self {
        match (erased, whole_ms) {
            (Some(seq), _) => Self::Erased(seq),
            (None, Some(_)) => Self::Here,
            (None, None) => Self::OnTheirWay,
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::OnTheirWay => "answers on their way",
            Self::Here => "answers here",
            Self::Erased(_) => "erased",
        }
    }
}
