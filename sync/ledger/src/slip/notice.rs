//! Papers that tell a payer what the office noted about a receipt afterwards.

use super::receipt::{SlipPlace, place_of};
use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::money::Paise;
use crate::pack::{Pack, Text};

/// More was paid than was owed, and the office holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcessFacts<'a> {
    /// "14-08-2026 10:42".
    pub at: &'a str,
    /// The receipt that took too much.
    pub receipt: &'a str,
    pub place: SlipPlace<'a>,
    pub name: &'a str,
    pub excess: Paise,
    pub practice: bool,
}

/// The bank did not honour the cheque or draft of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DishonourFacts<'a> {
    /// "14-08-2026 10:42".
    pub at: &'a str,
    pub receipt: &'a str,
    pub place: SlipPlace<'a>,
    pub name: &'a str,
    /// "Cheque 004217, State Bank of India, 12-08-2026".
    pub instrument: &'a str,
    pub amount: Paise,
    /// The bank's reason.
    pub said: &'a str,
    pub practice: bool,
}

/// A receipt that cannot stand, and whose money the office gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedFacts<'a> {
    /// "14-08-2026 10:42".
    pub at: &'a str,
    pub receipt: &'a str,
    pub place: SlipPlace<'a>,
    pub name: &'a str,
    pub amount: Paise,
    /// The office's voucher, by which it pays.
    pub voucher: &'a str,
    /// The office's reason.
    pub reason: &'a str,
    pub practice: bool,
}

impl Slip {
    pub fn excess(pack: &Pack, language: Language, facts: &ExcessFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleExcess, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, facts.at);
        slip.field(Text::NoticeReceipt, facts.receipt);
        place_of(&mut slip, facts.place, facts.name);
        slip.part(Part::Says);
        slip.push(SlipLine::Dashes);
        slip.text(Text::ExcessSays);
        slip.push(SlipLine::Rule);
        slip.total(Text::ExcessHeld, facts.excess);
        slip.push(SlipLine::Text(crate::words::in_words(facts.excess, language)));
        slip.text(Text::ExcessNext);
        slip.part(Part::Help);
        slip.help();
        slip.finish(SlipKind::Notice, facts.practice)
    }

    pub fn returned(pack: &Pack, language: Language, facts: &ReturnedFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleReturned, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, facts.at);
        slip.field(Text::NoticeReceipt, facts.receipt);
        place_of(&mut slip, facts.place, facts.name);
        slip.part(Part::Says);
        slip.push(SlipLine::Dashes);
        slip.field(Text::ReturnedReason, facts.reason);
        slip.field(Text::ReturnedVoucher, facts.voucher);
        slip.push(SlipLine::Rule);
        slip.total(Text::Total, facts.amount);
        slip.push(SlipLine::Text(crate::words::in_words(facts.amount, language)));
        slip.text(Text::ReturnedSays);
        slip.part(Part::Help);
        slip.help();
        slip.finish(SlipKind::Notice, facts.practice)
    }

    pub fn dishonour(pack: &Pack, language: Language, facts: &DishonourFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleDishonour, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, facts.at);
        slip.field(Text::NoticeReceipt, facts.receipt);
        place_of(&mut slip, facts.place, facts.name);
        slip.part(Part::Says);
        slip.push(SlipLine::Dashes);
        slip.field(Text::Mode, facts.instrument);
        slip.field(Text::DishonourReason, facts.said);
        slip.push(SlipLine::Rule);
        slip.total(Text::Total, facts.amount);
        slip.text(Text::DishonourSays);
        slip.part(Part::Help);
        slip.help();
        slip.finish(SlipKind::Notice, facts.practice)
    }
}
