//! The fees of a pack: what a service takes for the answers of a form, as rules in rates.toml. Each
//! rule gives one line of a demand; the service's period says what they are paid for, and by when.

mod check;
mod read;

use chrono::NaiveDate;

use super::figure::Figure;
use super::rates::{BasisPoints, PartMonths};
use crate::money::Paise;

pub(super) use read::{condition, month_day};

/// The rules of one service that may hold at once: they are the lines of one receipt.
pub const FEES_MAX: usize = 24;

/// The largest whole number that an answer may be, where a rule sets no lower one: the digits of
/// the largest sum in rupees.
pub const COUNT_MAX: u64 = 99_999_999_999;

/// Every rule of the pack, in the order of the file, and the periods of its services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    pub(super) rules: Vec<Fee>,
    pub(super) periods: Vec<FeePeriod>,
}

/// One line of a service's fee, and the days on which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    pub service: String,
    pub head: String,
    /// All of these must be so, or the line is not asked.
    pub only_if: Vec<Condition>,
    /// Asked only of whoever pays after the due day.
    pub only_late: bool,
    pub rule: Figure<FeeRule>,
    /// Where it stands in rates.toml.
    pub(super) line: u32,
}

/// The question has one of these answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub answer: String,
    pub is: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeeRule {
    Flat(Paise),
    /// So much for each unit above those included; units are the product of one or more answers:
    /// stalls × days.
    PerUnit {
        rate: Paise,
        units: Vec<Count>,
        included: u64,
    },
    /// Each unit at the rate of the block that it falls into: water by consumption.
    Blocks {
        units: Count,
        blocks: Vec<Block>,
    },
    /// The one sum of the slab that the number falls into: profession tax by income.
    Slab {
        by: String,
        slabs: Vec<Slab>,
    },
    /// A share of a sum that was answered, or of earlier lines of the same demand; never above
    /// `most`.
    Share {
        of: ShareOf,
        share: BasisPoints,
        most: Option<Paise>,
    },
    /// A share of earlier lines for each month after the due day.
    Late {
        of: Vec<String>,
        month_rate: BasisPoints,
        part_months: PartMonths,
    },
    /// A share that is taken off earlier lines of whoever pays by this month and day of the period.
    Rebate {
        of: Vec<String>,
        share: BasisPoints,
        by: Option<MonthDay>,
    },
    /// The body has not set it yet: the service cannot be used.
    Unset,
}

/// A whole number that is answered, and its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub answer: String,
    pub least: u64,
    pub most: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The last unit of the block; none for the last block.
    pub to: Option<u64>,
    pub rate: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slab {
    pub from: u64,
    /// None for the last one without an end.
    pub to: Option<u64>,
    pub amount: Paise,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareOf {
    /// A sum of money that is answered, at most so large.
    Answer { answer: String, most: Paise },
    /// Earlier lines of these heads.
    Heads(Vec<String>),
}

/// The period that a service's lines are paid for: the one in which the payer stands, or one that
/// the form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeePeriod {
    pub service: String,
    pub rule: Figure<PeriodRule>,
    pub(super) line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodRule {
    pub length: PeriodLength,
    /// The question that tells which period, where the form asks.
    pub answer: Option<String>,
    /// What its answers mean, in periods before the current one.
    pub back: Vec<(String, u32)>,
    /// The last days to pay: two for half-years, one for years, none where that is the last day
    /// of the period itself.
    pub due: Vec<MonthDay>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodLength {
    Month,
    HalfYear,
    Year,
}

/// A day of each year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthDay {
    pub month: u32,
    /// None for the month's last day, which in February is another in leap years.
    pub day: Option<u32>,
}

impl Fees {
    /// Every rule of a service, whenever it holds.
    pub fn of<'a>(&'a self, service: &'a str) -> impl Iterator<Item = &'a Fee> {
        self.rules.iter().filter(move |fee| fee.service == service)
    }

    /// How the service's periods are on a day; none where its lines stand in the month of the
    /// payment and are due at once.
    pub fn period(&self, service: &str, day: NaiveDate) -> Option<&PeriodRule> {
        let holds = |period: &&FeePeriod| period.service == service && period.rule.holds_on(day);
        self.periods.iter().find(holds).map(|period| &period.rule.value)
    }

    /// The questions that a service's rules look at for whoever pays on a day: the form must ask
    /// them. Earlier rules are among them, since an earlier period may be paid for.
    pub fn questions<'a>(&'a self, service: &'a str, day: NaiveDate) -> Vec<&'a str> {
        let rules = self.of(service).filter(|fee| fee.rule.from <= day);
        let mut names: Vec<&str> = rules.flat_map(Fee::questions).collect();
        names.extend(self.period(service, day).and_then(|rule| rule.answer.as_deref()));
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Fee {
    /// The questions that it looks at.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        let conditions = self.only_if.iter().map(|condition| condition.answer.as_str());
        conditions.chain(self.rule.value.questions())
    }
}

impl FeeRule {
    fn questions(&self) -> Vec<&str> {
        match self {
            Self::PerUnit { units, .. } => units.iter().map(|count| &*count.answer).collect(),
            Self::Blocks { units, .. } => vec![units.answer.as_str()],
            Self::Slab { by, .. } => vec![by.as_str()],
            Self::Share { of: ShareOf::Answer { answer, .. }, .. } => vec![answer.as_str()],
            Self::Flat(_)
            | Self::Share { of: ShareOf::Heads(_), .. }
            | Self::Late { .. }
            | Self::Rebate { .. }
            | Self::Unset => Vec::new(),
        }
    }

    /// The heads of earlier lines that it leans on.
    fn leans_on(&self) -> &[String] {
        match self {
            Self::Share { of: ShareOf::Heads(heads), .. } => heads,
            Self::Late { of, .. } | Self::Rebate { of, .. } => of,
            Self::Flat(_)
            | Self::PerUnit { .. }
            | Self::Blocks { .. }
            | Self::Slab { .. }
            | Self::Share { of: ShareOf::Answer { .. }, .. }
            | Self::Unset => &[],
        }
    }
}

impl MonthDay {
    /// The day in a year.
    pub fn in_year(self, year: i32) -> NaiveDate {
        let day = self.day.and_then(|day| NaiveDate::from_ymd_opt(year, self.month, day));
        day.unwrap_or_else(|| {
            let first = NaiveDate::from_ymd_opt(year, self.month, 1);
            let first = first.expect("the month was checked when the pack was read");
            let next = first + chrono::Months::new(1);
            next.pred_opt().expect("a day after the first of a month")
        })
    }
}

#[cfg(test)]
mod tests;
