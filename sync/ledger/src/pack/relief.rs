//! What a pack takes off the property tax: buildings that owe none, the rebate of whoever lives in
//! what is theirs, and that of whoever pays early.

use chrono::NaiveDate;

use super::fees::{MonthDay, month_day};
use super::figure::{Figure, read_figure};
use super::rates::{BasisPoints, basis_points};
use super::reader::Section;
use crate::money::Paise;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxRelief {
    pub exemptions: Vec<Figure<Exemption>>,
    pub own_use: Vec<Figure<OwnUse>>,
    /// The first that fits is the one that holds.
    pub early: Vec<Figure<EarlyRebate>>,
}

/// No tax for small buildings of these uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    pub uses: Vec<String>,
    pub area_m2_max: u32,
}

/// The office assesses buildings of these uses at so much less; the bill must say how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUse {
    pub uses: Vec<String>,
    pub share: BasisPoints,
}

/// A share of the running year's tax for whoever pays all of a period by this day of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlyRebate {
    pub share: BasisPoints,
    /// The largest tax of a year that has it; none without a limit.
    pub annual_tax_max: Option<Paise>,
    pub by: MonthDay,
}

impl TaxRelief {
    /// Whether a building of this use and size owes no tax for a period that begins on this day.
    pub fn exempts(&self, use_code: &str, area_m2: u32, first_day: NaiveDate) -> bool {
        self.exemptions.iter().any(|rule| {
            let Exemption { uses, area_m2_max } = &rule.value;
            rule.holds_on(first_day) && area_m2 <= *area_m2_max && names(uses, use_code)
        })
    }

    /// The share by which the office assesses less.
    pub fn own_use(&self, use_code: &str, first_day: NaiveDate) -> Option<BasisPoints> {
        let fits =
            |rule: &&Figure<OwnUse>| rule.holds_on(first_day) && names(&rule.value.uses, use_code);
        self.own_use.iter().find(fits).map(|rule| rule.value.share)
    }

    pub(super) fn read(file: &Section<'_>) -> Self {
        Self {
            exemptions: each(file, "tax_exemption", |section| Exemption {
                uses: uses(section),
                area_m2_max: u32::try_from(section.whole("area_m2_max", 1..=1_000_000))
                    .expect("checked to be at most a million"),
            }),
            own_use: each(file, "tax_own_use", |section| OwnUse {
                uses: uses(section),
                share: below_whole(section),
            }),
            early: each(file, "tax_early", |section| EarlyRebate {
                share: below_whole(section),
                annual_tax_max: section
                    .has("annual_tax_max")
                    .then(|| section.money("annual_tax_max")),
                by: month_day(section, "by", &section.text("by")),
            }),
        }
    }
}

fn each<T>(file: &Section<'_>, key: &str, value: impl Fn(&Section<'_>) -> T) -> Vec<Figure<T>> {
    let read = |section: Section<'_>| {
        let figure = read_figure(&section, &value);
        section.finish();
        figure
    };
    file.sections_if_any(key).into_iter().map(read).collect()
}

fn uses(section: &Section<'_>) -> Vec<String> {
    let uses = section.list("uses");
    if uses.is_empty() {
        section.fault_at("uses", "must be a list of the uses that the register names");
    }
    uses
}

/// A rebate of the whole is an exemption, and is written as one.
fn below_whole(section: &Section<'_>) -> BasisPoints {
    let share = basis_points(section);
    if !(1..10_000).contains(&share) && section.has("basis_points") {
        section.fault_at("basis_points", "must be above zero and below 10000");
        return 1;
    }
    share
}

fn names(uses: &[String], use_code: &str) -> bool {
    uses.iter().any(|named| named == use_code)
}
