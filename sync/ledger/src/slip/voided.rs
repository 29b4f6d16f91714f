//! The paper of a cancelled receipt, which stays with the office.

use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::money::Paise;
use crate::pack::{Pack, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoidedFacts<'a> {
    /// The number of the receipt that does not stand any more.
    pub number: &'a str,
    /// "14-08-2026 10:42", when it was cancelled.
    pub at: &'a str,
    pub amount: Paise,
    pub reason: &'a str,
    pub collector: &'a str,
    /// The second person, who saw the paper taken back.
    pub second: &'a str,
    pub practice: bool,
}

impl Slip {
    pub fn voided(pack: &Pack, language: Language, facts: &VoidedFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleVoided, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Number, facts.number);
        slip.field(Text::Date, facts.at);
        slip.part(Part::Total);
        slip.push(SlipLine::Dashes);
        slip.total(Text::Total, facts.amount);
        slip.text(Text::VoidedSays);
        slip.field(Text::VoidedReason, facts.reason);
        slip.part(Part::Signatures);
        slip.push(SlipLine::Dashes);
        slip.sign(Text::Collector, facts.collector);
        slip.sign(Text::VoidedSecond, facts.second);
        slip.finish(SlipKind::Voided, facts.practice)
    }
}
