//! The figures by which a demand is computed.

use chrono::{Datelike, NaiveDate};

use super::bills::Bills;
use super::charge::CentreCharge;
use super::fees::Fees;
use super::figure::{Certainty, Dated, Figure, read_figure};
use super::reader::Section;
use super::registration::Delays;
use super::relief::TaxRelief;
use crate::money::{MoneyError, Paise};

/// Hundredths of a percent: 500 are 5 %. The rates of months add up, so this may pass 10,000.
pub type BasisPoints = i64;

/// No rate of a local body is above 100 % of its base for one month.
const BASIS_POINTS_MAX: BasisPoints = 10_000;

/// Everything that a demand is computed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// The last day to pay for April to September and for October to March.
    pub due_days: Dated<DueDays>,
    pub library_cess: Dated<BasisPoints>,
    /// Penal interest for each month after the due day.
    pub interest_month: Dated<BasisPoints>,
    /// Days on which arrears are taken without interest.
    pub amnesties: Vec<Figure<()>>,
    pub part_months: Dated<PartMonths>,
    pub rounding: Dated<Rounding>,
    /// Rupees a square metre and year, which explain an assessment; the assessment itself is a
    /// fact of the register.
    pub tax_by_area: Vec<AreaRate>,
    /// Whether the rest of the financial year may be paid in its first half.
    pub rest_of_year: Dated<bool>,
    pub user_fee_house: Dated<Paise>,
    pub user_fee_establishment: Dated<EstablishmentFee>,
    pub user_fee_default: Dated<FeeDefault>,
    /// The charge for using the body's own machine.
    pub service_charge: Dated<Paise>,
    /// What a centre that is not the body's own takes instead, where the pack says so.
    pub centre_charge: Dated<CentreCharge>,
    /// What being late with a birth or a death asks for.
    pub registration_delay: Dated<Delays>,
    pub remittance: Dated<Remittance>,
    /// What is taken off the property tax.
    pub relief: TaxRelief,
    /// What services take for the answers of a form.
    pub fees: Fees,
    /// When bills are due, and what is added after that.
    pub bills: Bills,
}

/// Month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueDays {
    /// For April to September, in the same year.
    pub first_half: (u32, u32),
    /// For October to March, in the next year.
    pub second_half: (u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMonths {
    /// Only whole months after the due day bear interest.
    NotCounted,
    /// A month that has begun bears interest as a whole one.
    AsWhole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Each computed head to the nearest rupee, half up.
    Rupee,
    /// Each computed head to the paisa, half up.
    Paisa,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaRate {
    pub use_code: String,
    /// The largest area that it holds for; none without a limit.
    pub area_m2_max: Option<u32>,
    pub rate: Figure<Paise>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EstablishmentFee {
    pub month: Paise,
    pub included_sacks: u16,
    pub extra_sack: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeDefault {
    /// Days after the end of the month.
    pub after_days: u16,
    pub share: BasisPoints,
}

/// When cash must be with the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remittance {
    pub working_days: u16,
    /// Up to this sum it may wait until the limit for remote areas.
    pub above: Paise,
    pub remote_days: u16,
}

impl Rounding {
    /// A share of a base, rounded by the rule.
    pub fn share(self, base: Paise, share: BasisPoints) -> Result<Paise, MoneyError> {
        let exact = base.share(share)?;
        Ok(match self {
            Self::Rupee => exact.round_to_rupee(),
            Self::Paisa => exact,
        })
    }
}

impl Rates {
    /// What a square metre costs in a year for this use, where the pack says so.
    pub fn tax_by_area(&self, use_code: &str, area_m2: u32, day: NaiveDate) -> Option<Paise> {
        let fits = |rate: &&AreaRate| {
            rate.use_code == use_code
                && rate.area_m2_max.is_none_or(|most| area_m2 <= most)
                && rate.rate.holds_on(day)
        };
        self.tax_by_area.iter().find(fits).map(|rate| rate.rate.value)
    }

    /// Whether interest is waived for whoever pays on this day.
    pub fn amnesty(&self, day: NaiveDate) -> Option<&Figure<()>> {
        self.amnesties.iter().find(|window| window.holds_on(day))
    }

    pub(super) fn read(file: &Section<'_>) -> Self {
        Self {
            due_days: Dated::read(file, "due_days", due_days),
            library_cess: Dated::read(file, "library_cess", basis_points),
            interest_month: Dated::read(file, "interest_month", basis_points),
            amnesties: amnesties(file),
            part_months: Dated::read(file, "part_months", |section| {
                let words =
                    [("not_counted", PartMonths::NotCounted), ("as_whole", PartMonths::AsWhole)];
                section.one_of("rule", &words)
            }),
            rounding: Dated::read(file, "rounding", |section| {
                section.one_of("unit", &[("rupee", Rounding::Rupee), ("paisa", Rounding::Paisa)])
            }),
            tax_by_area: area_rates(file),
            rest_of_year: Dated::read(file, "rest_of_year", |section| section.yes("may_be_paid")),
            user_fee_house: Dated::read(file, "user_fee_house", |fee| fee.money("month")),
            user_fee_establishment: Dated::read(file, "user_fee_establishment", establishment),
            user_fee_default: Dated::read(file, "user_fee_default", fee_default),
            service_charge: Dated::read(file, "service_charge", |charge| charge.money("kiosk")),
            centre_charge: CentreCharge::read(file),
            registration_delay: Delays::read(file),
            remittance: Dated::read(file, "remittance", remittance),
            relief: TaxRelief::read(file),
            fees: Fees::read(file),
            bills: Bills::read(file),
        }
    }
}

pub(super) fn basis_points(section: &Section<'_>) -> BasisPoints {
    section.whole("basis_points", 0..=BASIS_POINTS_MAX)
}

fn small(section: &Section<'_>, key: &str, most: u16) -> u16 {
    let number = section.whole(key, 0..=i64::from(most));
    u16::try_from(number).expect("checked against a limit of sixteen bits")
}

fn due_days(section: &Section<'_>) -> DueDays {
    DueDays {
        first_half: day_of(section, "first_half"),
        second_half: day_of(section, "second_half"),
    }
}

/// "09-30"; 29 February is refused, since most years lack it.
fn day_of(section: &Section<'_>, key: &str) -> (u32, u32) {
    let text = section.text(key);
    match NaiveDate::parse_from_str(&format!("2025-{text}"), "%Y-%m-%d") {
        Ok(day) => (day.month(), day.day()),
        Err(_) => {
            section.fault_at(key, "must be month and day, written 09-30");
            (1, 1)
        }
    }
}

fn amnesties(file: &Section<'_>) -> Vec<Figure<()>> {
    let read = |section: Section<'_>| {
        let figure = read_figure(&section, |_| ());
        if figure.to.is_none() {
            section.fault("amnesty: needs a last day, to");
        }
        section.finish();
        figure
    };
    file.sections_if_any("amnesty").into_iter().map(read).collect()
}

fn area_rates(file: &Section<'_>) -> Vec<AreaRate> {
    let read = |section: Section<'_>| {
        let most = section.has("area_m2_max").then(|| section.whole("area_m2_max", 1..=1_000_000));
        let rate = AreaRate {
            use_code: section.text("use"),
            area_m2_max: most.and_then(|most| u32::try_from(most).ok()),
            rate: read_figure(&section, |section| section.money("rupees_m2_year")),
        };
        section.finish();
        rate
    };
    file.sections_if_any("tax_by_area").into_iter().map(read).collect()
}

fn establishment(section: &Section<'_>) -> EstablishmentFee {
    EstablishmentFee {
        month: section.money("month"),
        included_sacks: small(section, "included_sacks", 1_000),
        extra_sack: section.money("extra_sack"),
    }
}

fn fee_default(section: &Section<'_>) -> FeeDefault {
    FeeDefault { after_days: small(section, "after_days", 3_650), share: basis_points(section) }
}

fn remittance(section: &Section<'_>) -> Remittance {
    Remittance {
        working_days: small(section, "working_days", 31),
        above: section.money("above"),
        remote_days: small(section, "remote_days", 31),
    }
}

impl Certainty {
    /// As a pack file writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Press => "press",
            Self::Unverified => "unverified",
        }
    }
}
