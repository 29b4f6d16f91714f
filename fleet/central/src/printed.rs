//! Printed bills: a page of A4 for each building that owes something, in one HTML file that loads
//! nothing from anywhere. What stands there is computed by the very rules that the devices have, so
//! that a kiosk asks for the same sum on that day.

use askama::Template;
use chrono::NaiveDate;
use ledger::{
    BillReference, Building, Demand, DemandError, Language, Pack, PeriodDue, Standing, Text,
    date_text, percent, upi_link,
};
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};
use thiserror::Error;

use crate::time::day_of;

/// White around a square, in modules, as ISO/IEC 18004 asks for.
const QUIET_MODULES: usize = 4;

#[derive(Debug, Error)]
pub enum BillError {
    #[error("what building {building} owes cannot be computed")]
    Demand {
        building: u32,
        #[source]
        source: DemandError,
    },
    #[error("the square of building {building} cannot be drawn")]
    Square {
        building: u32,
        #[source]
        source: QrError,
    },
}

/// What of a pack and a day every bill has in common.
pub struct Bills<'a> {
    pub pack: &'a Pack,
    pub on: NaiveDate,
    pub language: Language,
}

#[derive(Template)]
#[template(path = "bills.html")]
struct Page<'a> {
    style: &'static str,
    language: &'static str,
    body_name: &'a str,
    note: Option<&'a str>,
    pack: String,
    title: &'a str,
    bills: Vec<Bill>,
    words: Words<'a>,
}

/// The words that do not change from bill to bill.
struct Words<'a> {
    number: &'a str,
    owner: &'a str,
    building: &'a str,
    held: &'a str,
    charge: &'a str,
    total: String,
    kiosk: &'a str,
    upi: &'a str,
    after: Option<String>,
    help: String,
}

/// One bill, ready to be shown.
struct Bill {
    reference: String,
    owner: String,
    place: String,
    street: String,
    periods: Vec<Part>,
    held: Option<String>,
    charge: Option<String>,
    total: String,
    kiosk: Square,
    upi: Square,
}

struct Part {
    label: String,
    standing: String,
    late: bool,
    lines: Vec<[String; 3]>,
}

/// A square as one path of SVG, a unit a module.
pub(crate) struct Square {
    pub text: String,
    pub side: usize,
    pub path: String,
}

impl Bills<'_> {
    /// The page of all buildings that owe something, and how many those are.
    ///
    /// # Errors
    ///
    /// Where the pack has no figure for the day, or the register's sums are out of range.
    pub fn page(&self, buildings: &[Building]) -> Result<(String, usize), BillError> {
        let mut bills = Vec::new();
        for building in buildings {
            bills.extend(self.bill(building)?);
        }
        let (pack, language) = (self.pack, self.language);
        let count = bills.len();
        let page = Page {
            style: include_str!("../templates/bills.css"),
            language: language.code(),
            body_name: pack.text(Text::BodyName, language),
            note: pack.body.synthetic.then(|| pack.text(Text::BodyNote, language)),
            pack: pack.name(),
            title: pack.text(Text::BillTitle, language),
            bills,
            words: self.words(),
        };
        Ok((page.render().expect("writing to memory does not fail"), count))
    }

    fn words(&self) -> Words<'_> {
        let (pack, language) = (self.pack, self.language);
        let text = |text| pack.text(text, language);
        let rate = pack.rates.interest_month.at(self.on).map(|rate| percent(rate.value));
        let after = |rate: String| pack.fill(Text::BillAfter, language, &[("percent", &rate)]);
        let on = date_text(self.on);
        let help = text(Text::Help);
        Words {
            number: text(Text::BillNumber),
            owner: text(Text::Name),
            building: text(Text::Building),
            held: pack.head_label(ledger::heads::ADVANCE_USED, language),
            charge: pack.head_label(ledger::heads::SERVICE_CHARGE, language),
            total: pack.fill(Text::BillTotal, language, &[("date", &on)]),
            kiosk: text(Text::BillKiosk),
            upi: text(Text::BillUpi),
            after: rate.map(after),
            help: pack.fill(Text::HelpLine, language, &[("help", help)]),
        }
    }

    /// None for a building that owes nothing.
    fn bill(&self, building: &Building) -> Result<Option<Bill>, BillError> {
        let id = building.id;
        let demand = Demand::of(self.pack, building, self.on, &[])
            .map_err(|source| BillError::Demand { building: id, source })?;
        if demand.is_nothing() {
            return Ok(None);
        }
        let square = |text: String| {
            Square::of(text).map_err(|source| BillError::Square { building: id, source })
        };
        let body = self.pack.body.code.clone();
        let day = u32::try_from(day_of(self.on)).unwrap_or_default();
        let reference = BillReference { body, building: id, day }.to_string();
        let upi = upi_link(self.pack, &reference, demand.total, &building.number);
        let ward = self.pack.ward(building.ward);
        let ward = ward.map_or(String::new(), |ward| ward.name(self.language).to_owned());
        Ok(Some(Bill {
            reference,
            owner: building.owner_in(self.language).to_owned(),
            place: format!("{}, {ward}", building.number),
            street: building.street.clone(),
            periods: demand.periods.iter().map(|due| self.part(due)).collect(),
            held: demand.held.is_positive().then(|| demand.held.on_paper()),
            charge: demand.charge.is_positive().then(|| demand.charge.on_paper()),
            total: demand.total.on_paper(),
            kiosk: square(building.house_code.clone())?,
            upi: square(upi)?,
        }))
    }

    fn part(&self, due: &PeriodDue) -> Part {
        let (pack, language) = (self.pack, self.language);
        let late = due.standing == Standing::Late;
        let text = if late { Text::BillLate } else { Text::BillDue };
        let line = |line: &ledger::DueLine| {
            [line.label(pack, language), line.why(pack, language), line.amount.on_paper()]
        };
        Part {
            label: due.period.label(language),
            standing: pack.fill(text, language, &[("date", &date_text(due.due))]),
            late,
            lines: due.lines.iter().map(line).collect(),
        }
    }
}

impl Square {
    pub fn of(text: String) -> Result<Self, QrError> {
        let code = QrCode::with_error_correction_level(&text, EcLevel::M)?;
        let (modules, colours) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (place, colour) in colours.into_iter().enumerate() {
            if colour == Color::Dark {
                let (x, y) = (place % modules, place / modules);
                let (x, y) = (x + QUIET_MODULES, y + QUIET_MODULES);
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
        Ok(Self { text, side: modules + 2 * QUIET_MODULES, path })
    }
}

#[cfg(test)]
mod tests;
