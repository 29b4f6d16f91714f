//! The paper of a waste visit on which no money was taken; with money it is a receipt.

use chrono::NaiveDate;

use super::receipt::{VisitPart, handed_over, place};
use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::moment::date_text;
use crate::money::Paise;
use crate::pack::{Pack, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFacts<'a> {
    pub visited_on: NaiveDate,
    /// "10:42".
    pub time: &'a str,
    pub ward: u16,
    pub building: &'a str,
    /// The name as this slip may show it.
    pub name: &'a str,
    pub part: VisitPart<'a>,
    /// What is still to be paid.
    pub fee_left: Paise,
    pub collector: Option<&'a str>,
    pub next_visit: Option<NaiveDate>,
    pub practice: bool,
}

impl Slip {
    pub fn visit(pack: &Pack, language: Language, facts: &VisitFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleVisit, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, &format!("{} {}", date_text(facts.visited_on), facts.time));
        place(&mut slip, facts.ward, facts.building);
        slip.field(Text::Name, facts.name);
        slip.part(Part::Handed);
        slip.push(SlipLine::Dashes);
        handed_over(&mut slip, facts.part);
        if facts.fee_left.is_positive() {
            let label = slip.say(Text::VisitFeeLeft);
            slip.amount(label, facts.fee_left);
        }
        slip.part(Part::Says);
        slip.push(SlipLine::Dashes);
        if let Some(collector) = facts.collector {
            slip.field(Text::Collector, collector);
        }
        slip.text(Text::Recorded);
        slip.part(Part::Next);
        if let Some(next) = facts.next_visit {
            let date = date_text(next);
            slip.push(SlipLine::Centered(slip.fill(Text::VisitNext, &[("date", &date)])));
        }
        slip.part(Part::Help);
        slip.help();
        slip.finish(SlipKind::Visit, facts.practice)
    }
}

/// "2.4" for 2,400 g.
pub(super) fn kilograms(weight_g: u32) -> String {
    let text = format!("{}.{:03}", weight_g / 1_000, weight_g % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
