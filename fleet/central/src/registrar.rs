//! Births and deaths as the Registrar sees them: what was reported, what looks like it, what was
//! decided, and extracts of the register.

use ledger::{Decision, Extract, ReceiptNumber, Reported, StaffId};

/// A report that was decided on, or is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    pub number: String,
    /// As the rule pack names it.
    pub service: String,
    /// The name of the device that took it.
    pub device: String,
    pub delay: String,
    pub fee_paise: i64,
    pub at_ms: i64,
    /// Days since 1970-01-01.
    pub due: i64,
    pub standing: Standing,
    /// The acknowledgements of reports that look the same.
    pub alike: Vec<String>,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Under this number, at this time.
    Registered(String, i64),
    /// Of the report with this acknowledgement.
    Duplicate(String),
    Returned(String),
}

/// A report with what its entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportKept {
    pub row: ReportRow,
    pub reported: Reported,
}

/// What the Registrar decides; a number of the register is given by the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToDecide {
    /// Those that look the same were looked at, and are of other events.
    Register {
        letter: char,
        year: i32,
        distinct: Vec<ReceiptNumber>,
    },
    DuplicateOf(ReceiptNumber),
    Return(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionDeed {
    pub number: String,
    pub decides: ToDecide,
    pub by: StaffId,
    pub now_ms: i64,
}

/// An extract is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractDeed {
    pub number: String,
    /// What stands on it, but for what the books know.
    pub draft: Extract,
    pub by: StaffId,
    pub now_ms: i64,
}

impl Standing {
    pub fn of(decision: Option<&str>, says: Option<String>, at_ms: Option<i64>) -> Self {
        let says = says.unwrap_or_default();
        match decision {
            Some("registered") => Self::Registered(says, at_ms.unwrap_or_default()),
            Some("duplicate") => Self::Duplicate(says),
            Some("returned") => Self::Returned(says),
            _ => Self::Open,
        }
    }

    /// No further decision follows: a register is changed by other means.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Registered(..) | Self::Duplicate(_))
    }

    pub fn words(&self) -> String {
        match self {
            Self::Open => "to be decided".to_owned(),
            Self::Registered(register, _) => format!("registered as {register}"),
            Self::Duplicate(of) => format!("a duplicate of {of}"),
            Self::Returned(reason) => format!("returned: {reason}"),
        }
    }
}

/// What a decision is called in the books, and what it says.
pub fn written(decision: &Decision) -> (&'static str, String) {
    match decision {
        Decision::Registered { register, .. } => ("registered", register.clone()),
        Decision::DuplicateOf(number) => ("duplicate", number.to_string()),
        Decision::Returned(reason) => ("returned", reason.clone()),
    }
}
