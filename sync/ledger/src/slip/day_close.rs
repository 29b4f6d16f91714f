//! The day's close: what was counted, what the book says, and for which heads.

use chrono::NaiveDate;

use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::moment::date_text;
use crate::money::Paise;
use crate::pack::{Pack, Text};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCloseFacts<'a> {
    /// The day that is closed.
    pub day: NaiveDate,
    /// When it was closed, "17:05".
    pub time: &'a str,
    pub device: &'a str,
    pub cashier: &'a str,
    pub receipts: u32,
    /// First and last receipt number of each book, "K3 00401–00417".
    pub numbers: &'a [String],
    /// Notes by their value, and how many.
    pub notes: &'a [(Paise, u32)],
    pub coins: Paise,
    pub counted: Paise,
    pub expected: Paise,
    /// Why they differ.
    pub reason: &'a str,
    /// The statement of receipts by head of account, advances used included.
    pub heads: &'a [(String, Paise)],
    pub cash: Paise,
    pub card: Paise,
    pub upi: Paise,
    /// The change money that the day began with, counted with the rest.
    pub float: Paise,
    /// Cheques and drafts, and their sum.
    pub instruments: (u32, Paise),
    /// The last day to pay the cash into the bank.
    pub remit_by: Option<NaiveDate>,
    /// The signed close, for the officer's device.
    pub square: Option<&'a str>,
    pub practice: bool,
}

impl Slip {
    pub fn day_close(pack: &Pack, language: Language, facts: &DayCloseFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleDayClose, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, &format!("{} {}", date_text(facts.day), facts.time));
        slip.field(Text::DayDevice, facts.device);
        slip.field(Text::DayReceipts, &facts.receipts.to_string());
        for numbers in facts.numbers {
            slip.field(Text::DayNumbers, numbers);
        }
        slip.part(Part::Cash);
        slip.push(SlipLine::Dashes);
        cash(&mut slip, facts);
        slip.part(Part::Statement);
        slip.push(SlipLine::Dashes);
        statement(&mut slip, facts);
        slip.part(Part::Next);
        slip.push(SlipLine::Dashes);
        if let Some(day) = facts.remit_by {
            let date = date_text(day);
            slip.push(SlipLine::Text(slip.fill(Text::DayRemitBy, &[("date", &date)])));
        }
        slip.part(Part::Square);
        if let Some(square) = facts.square {
            slip.push(SlipLine::Square(square.to_owned()));
            slip.push(SlipLine::Centered(slip.say(Text::DayScan)));
        }
        slip.part(Part::Signatures);
        slip.sign(Text::DaySignCashier, facts.cashier);
        slip.sign(Text::DaySignOfficer, "");
        slip.finish(SlipKind::DayClose, facts.practice)
    }
}

fn cash(slip: &mut Writing<'_>, facts: &DayCloseFacts<'_>) {
    slip.push(SlipLine::Heading(slip.say(Text::DayNotes)));
    for (note, count) in facts.notes.iter().filter(|(_, count)| *count > 0) {
        let (value, times) = (note.on_glass(), count.to_string());
        let label = slip.fill(Text::DayNoteCount, &[("note", &value), ("count", &times)]);
        // A sum out of range cannot have been counted; the close was refused before any paper.
        let sum = note.times(i64::from(*count)).expect("notes that the day's close was checked by");
        slip.amount(label, sum);
    }
    if facts.coins.is_positive() {
        let label = slip.say(Text::DayCoins);
        slip.amount(label, facts.coins);
    }
    slip.push(SlipLine::Rule);
    slip.total(Text::DayCounted, facts.counted);
    let label = slip.say(Text::DayExpected);
    slip.amount(label, facts.expected);
    if facts.float.is_positive() {
        let label = slip.say(Text::DayFloat);
        slip.amount(label, facts.float);
    }
    let difference = facts.counted.checked_sub(facts.expected).unwrap_or_default();
    let label = slip.say(Text::DayDifference);
    slip.amount(label, difference);
    if !facts.reason.is_empty() {
        slip.field(Text::DayReason, facts.reason);
    }
}

fn statement(slip: &mut Writing<'_>, facts: &DayCloseFacts<'_>) {
    slip.push(SlipLine::Heading(slip.say(Text::DayHeads)));
    for (head, amount) in facts.heads {
        let label = slip.pack.head_brief(head, slip.language);
        let label = match slip.pack.head(head) {
            Some(known) => format!("{label} ({})", known.account),
            None => label.to_owned(),
        };
        slip.amount(label, *amount);
    }
    slip.push(SlipLine::Heading(slip.say(Text::DayModes)));
    let card = slip.fill(Text::ModeCard, &[("last_four", "")]);
    let modes = [
        (slip.say(Text::ModeCash), facts.cash),
        (card.trim_end_matches(['•', ' ']).to_owned(), facts.card),
        (slip.say(Text::ModeUpi), facts.upi),
    ];
    for (label, amount) in modes {
        slip.amount(label, amount);
    }
    let (instruments, sum) = facts.instruments;
    if instruments > 0 {
        let label = format!("{} ({instruments})", slip.say(Text::DayInstruments));
        slip.amount(label, sum);
    }
}
