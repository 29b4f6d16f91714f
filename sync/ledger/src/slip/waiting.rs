//! The paper of somebody who was asked to pay by UPI while the bank has not answered: no receipt.

use chrono::NaiveDate;

use super::receipt::place;
use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::moment::date_text;
use crate::money::Paise;
use crate::pack::{Pack, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingFacts<'a> {
    /// The reference of the request, by which the office finds it.
    pub reference: &'a str,
    pub asked_on: NaiveDate,
    /// "10:42".
    pub time: &'a str,
    pub ward: u16,
    pub building: &'a str,
    pub amount: Paise,
    /// "10:47".
    pub until: &'a str,
    pub practice: bool,
}

impl Slip {
    pub fn upi_waiting(pack: &Pack, language: Language, facts: &WaitingFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleUpiWaiting, facts.practice);
        slip.part(Part::Says);
        slip.text(Text::WaitingNotPaid);
        slip.part(Part::Head);
        slip.push(SlipLine::Dashes);
        slip.field(Text::Reference, facts.reference);
        slip.field(Text::Date, &format!("{} {}", date_text(facts.asked_on), facts.time));
        match facts.ward {
            // Several buildings of several wards, or none.
            0 => slip.field(Text::Building, facts.building),
            ward => place(&mut slip, ward, facts.building),
        }
        slip.part(Part::Total);
        slip.push(SlipLine::Rule);
        slip.total(Text::WaitingAmount, facts.amount);
        slip.part(Part::Paid);
        slip.push(SlipLine::Dashes);
        let mode = slip.say(Text::ModeUpi);
        slip.field(Text::Mode, &mode);
        let status = slip.say(Text::StatusPending);
        slip.field(Text::Status, &status);
        slip.push(SlipLine::Text(slip.fill(Text::WaitingUntil, &[("time", facts.until)])));
        slip.text(Text::WaitingNext);
        slip.part(Part::Help);
        slip.push(SlipLine::Dashes);
        slip.help();
        slip.finish(SlipKind::UpiWaiting, facts.practice)
    }
}
