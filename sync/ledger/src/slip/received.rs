//! The officer's word that the money of a day's close was received.

use chrono::NaiveDate;

use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::moment::date_text;
use crate::money::Paise;
use crate::pack::{Pack, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedFacts<'a> {
    /// "14-08-2026 17:20", when it was received.
    pub at: &'a str,
    /// The day that was closed.
    pub day: NaiveDate,
    /// The device of the close.
    pub device: &'a str,
    pub collector: &'a str,
    pub officer: &'a str,
    /// What the close says, and what the officer counted.
    pub claimed: Paise,
    pub counted: Paise,
    /// Cheques and drafts that came with it.
    pub instruments: u32,
    pub reason: &'a str,
    /// The officer's word under the device's signature, for the collector's device.
    pub square: Option<&'a str>,
    pub practice: bool,
}

impl Slip {
    pub fn received(pack: &Pack, language: Language, facts: &ReceivedFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleReceived, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, facts.at);
        slip.field(Text::ReceivedDay, &date_text(facts.day));
        slip.field(Text::DayDevice, facts.device);
        slip.part(Part::Total);
        slip.push(SlipLine::Dashes);
        let label = slip.say(Text::ReceivedClaimed);
        slip.amount(label, facts.claimed);
        slip.push(SlipLine::Rule);
        slip.total(Text::ReceivedCounted, facts.counted);
        slip.push(SlipLine::Text(crate::words::in_words(facts.counted, language)));
        if facts.counted != facts.claimed {
            let label = slip.say(Text::DayDifference);
            let difference = facts.counted.checked_sub(facts.claimed).unwrap_or_default();
            slip.amount(label, difference);
            slip.field(Text::DayReason, facts.reason);
        }
        if facts.instruments > 0 {
            slip.field(Text::DayInstruments, &facts.instruments.to_string());
        }
        slip.part(Part::Square);
        slip.push(SlipLine::Dashes);
        if let Some(square) = facts.square {
            slip.push(SlipLine::Square(square.to_owned()));
            slip.push(SlipLine::Centered(slip.say(Text::ReceivedScan)));
            slip.push(SlipLine::Dashes);
        }
        slip.part(Part::Signatures);
        slip.sign(Text::ReceivedBy, facts.officer);
        slip.sign(Text::ReceivedFrom, facts.collector);
        slip.finish(SlipKind::Received, facts.practice)
    }
}
