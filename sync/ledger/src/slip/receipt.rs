//! Receipts: for what a building owes, and in suspense for one that nobody can find.

use chrono::NaiveDate;

use super::visit::kilograms;
use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::apportion::ReceiptLine;
use crate::demand::{FeePart, account_of, briefs};
use crate::instrument::InstrumentKind;
use crate::language::Language;
use crate::moment::{date_text, day_text};
use crate::money::Paise;
use crate::pack::{Pack, ServiceKind, Text, heads};
use crate::slots::Booking;
use crate::visit::VisitOutcome;
use crate::words::in_words;

/// Everything that a receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptFacts<'a> {
    pub service: ServiceKind,
    pub number: &'a str,
    /// The civil day of the payment: months of interest are counted to it.
    pub paid_on: NaiveDate,
    /// "10:42".
    pub time: &'a str,
    pub place: SlipPlace<'a>,
    /// The payer's name as this slip may show it.
    pub name: &'a str,
    pub lines: &'a [ReceiptLine],
    pub total: Paise,
    pub paid_by: PaidBy<'a>,
    pub status: MoneyStatus,
    /// What the public check page asks for.
    pub check_code: &'a str,
    /// The signed receipt, or the address of its check page.
    pub square: &'a str,
    pub next_due: Option<NaiveDate>,
    /// "14-08-2026 09:10", where the clock was not confirmed since.
    pub clock_unverified_since: Option<&'a str>,
    /// Who took the money, where a member of staff did.
    pub collector: Option<&'a str>,
    /// What was handed over, where the fee was paid on a waste visit.
    pub visit: Option<VisitPart<'a>>,
    /// What a fee's lines were computed from; none for what is owed for a building.
    pub fee: Option<FeePart<'a>>,
    /// Which duplicate of the receipt this is; none for the receipt itself.
    pub duplicate: Option<u32>,
    pub practice: bool,
}

/// Where the money is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipPlace<'a> {
    Building {
        ward: u16,
        number: &'a str,
    },
    /// Nobody can find the building: what the payer calls it. Such a receipt is in suspense.
    Unknown(&'a str),
    /// For no building: the number of what it is for, a licence, a consumer or a shop; empty where
    /// there is none.
    Matter(&'a str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidBy<'a> {
    Cash {
        tendered: Paise,
    },
    Card {
        last_four: &'a str,
        reference: &'a str,
    },
    Upi {
        reference: &'a str,
    },
    /// `dated` is "12-08-2026".
    Instrument {
        kind: InstrumentKind,
        number: &'a str,
        bank: &'a str,
        dated: &'a str,
    },
}

/// What is known of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyStatus {
    /// The payer says so.
    Claimed,
    /// Cash in hand, or the terminal's or bank's word.
    Confirmed,
    /// Taken, and a receipt only when the bank has it.
    SubjectToRealisation,
}

/// What was handed over on a waste visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitPart<'a> {
    pub outcome: VisitOutcome,
    /// As the pack names them.
    pub kinds: &'a [String],
    pub sacks: u32,
    pub weight_g: u32,
}

impl Slip {
    pub fn receipt(pack: &Pack, language: Language, facts: &ReceiptFacts<'_>) -> Self {
        let suspense = matches!(facts.place, SlipPlace::Unknown(_));
        let kind = if suspense { SlipKind::Suspense } else { SlipKind::Receipt };
        let mut slip =
            Writing::titled(pack, language, title(pack, language, facts), facts.practice);
        if let Some(nth) = facts.duplicate {
            slip.push(SlipLine::Band(slip.fill(Text::Duplicate, &[("nth", &nth.to_string())])));
        }
        slip.part(Part::Head);
        head(&mut slip, facts);
        slip.part(Part::Amounts);
        slip.push(SlipLine::Dashes);
        amounts(&mut slip, facts);
        slip.part(Part::Total);
        slip.push(SlipLine::Rule);
        slip.total(Text::Total, facts.total);
        slip.push(SlipLine::Text(in_words(facts.total, language)));
        slip.part(Part::Paid);
        slip.push(SlipLine::Dashes);
        how_paid(&mut slip, facts, suspense);
        slip.part(Part::Square);
        slip.push(SlipLine::Square(facts.square.to_owned()));
        slip.push(SlipLine::Centered(slip.say(Text::CheckSquare)));
        slip.field(Text::CheckCode, facts.check_code);
        slip.part(Part::Next);
        slip.push(SlipLine::Dashes);
        if let Some(due) = facts.next_due {
            let date = date_text(due);
            slip.push(SlipLine::Centered(slip.fill(Text::NextDue, &[("date", &date)])));
        }
        slip.part(Part::Help);
        slip.help();
        slip.finish(kind, facts.practice)
    }
}

/// What the paper is: a fee's names its service.
fn title(pack: &Pack, language: Language, facts: &ReceiptFacts<'_>) -> String {
    let title = match (facts.place, facts.service, facts.fee) {
        (SlipPlace::Unknown(_), _, _) => Text::TitleSuspense,
        (_, ServiceKind::Fees | ServiceKind::Bill, Some(part)) => {
            return pack.service_title(part.service, language).to_owned();
        }
        (_, ServiceKind::WasteFee, _) => Text::TitleWasteFee,
        (
            _,
            ServiceKind::PropertyTax
            | ServiceKind::CheckReceipt
            | ServiceKind::Fees
            | ServiceKind::Bill
            | ServiceKind::Elsewhere
            | ServiceKind::Application,
            _,
        ) => Text::TitlePropertyTax,
    };
    pack.text(title, language).to_owned()
}

fn head(slip: &mut Writing<'_>, facts: &ReceiptFacts<'_>) {
    slip.field(Text::Number, facts.number);
    slip.field(Text::Date, &format!("{} {}", date_text(facts.paid_on), facts.time));
    place_of(slip, facts.place, facts.name);
    if let Some(account) = facts.fee.and_then(|part| account_of(part.answers))
        && facts.service == ServiceKind::Bill
    {
        slip.field(Text::Account, account);
    }
    booked(slip, facts);
    if let Some(since) = facts.clock_unverified_since {
        slip.push(SlipLine::Text(slip.fill(Text::ClockUnverified, &[("since", since)])));
    }
}

/// What the payer has from now on, in so many words.
fn booked(slip: &mut Writing<'_>, facts: &ReceiptFacts<'_>) {
    let booking = facts.fee.and_then(|part| Booking::of(part.answers).ok().flatten());
    let Some(Booking { facility, day, slot: part }) = booking else { return };
    slip.push(SlipLine::Band(slip.say(Text::BookingReserved)));
    let name = slip.pack.facility_name(&facility, slip.language).to_owned();
    slip.field(Text::BookingFacility, &name);
    slip.field(Text::BookingDay, &day_text(day));
    let words = slip.pack.slot_words(&facility, &part, slip.language);
    slip.field(Text::BookingSlot, &words);
}

pub(super) fn place_of(slip: &mut Writing<'_>, of: SlipPlace<'_>, name: &str) {
    match of {
        SlipPlace::Building { ward, number } => {
            place(slip, ward, number);
            slip.field(Text::Name, name);
        }
        SlipPlace::Unknown(place) => {
            slip.field(Text::SuspensePlace, place);
            slip.field(Text::SuspensePayer, name);
        }
        SlipPlace::Matter(reference) => {
            if !reference.is_empty() {
                slip.field(Text::Matter, reference);
            }
            slip.field(Text::Name, name);
        }
    }
}

pub(super) fn place(slip: &mut Writing<'_>, ward: u16, number: &str) {
    let values = [("ward", ward.to_string()), ("number", number.to_owned())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let place = slip.fill(Text::BuildingPlace, &values);
    slip.field(Text::Building, &place);
}

/// The lines under the periods that they are for; what belongs to no bill stands under the last.
fn amounts(slip: &mut Writing<'_>, facts: &ReceiptFacts<'_>) {
    let loose = [heads::ADVANCE, heads::ADVANCE_USED, heads::SERVICE_CHARGE, heads::SUSPENSE];
    let mut heading = None;
    let labels = briefs(slip.pack, facts.fee, facts.lines, facts.paid_on, slip.language);
    for (line, label) in facts.lines.iter().zip(labels) {
        if !loose.contains(&line.head.as_str()) && heading != Some(line.period) {
            heading = Some(line.period);
            slip.push(SlipLine::Heading(line.period.label_on_slip(slip.language)));
        }
        slip.amount(label, line.amount);
    }
    if let Some(part) = facts.visit {
        slip.push(SlipLine::Dashes);
        handed_over(slip, part);
    }
}

pub(super) fn handed_over(slip: &mut Writing<'_>, part: VisitPart<'_>) {
    let outcome = slip.pack.outcome_label(part.outcome.code(), slip.language).to_owned();
    slip.field(Text::VisitOutcome, &outcome);
    if part.outcome != VisitOutcome::Collected {
        return;
    }
    let labels = part.kinds.iter().map(|kind| slip.pack.waste_kind_label(kind, slip.language));
    let kinds = labels.collect::<Vec<_>>().join(", ");
    if !kinds.is_empty() {
        slip.field(Text::VisitKinds, &kinds);
    }
    if part.sacks > 0 {
        slip.field(Text::VisitSacks, &part.sacks.to_string());
    }
    if part.weight_g > 0 {
        let weight = kilograms(part.weight_g);
        let weight = slip.fill(Text::VisitKilograms, &[("weight", &weight)]);
        slip.field(Text::VisitWeight, &weight);
    }
}

/// The mode and what names the payment there: for a cheque or draft its number, bank and date.
pub(super) fn paid_by(slip: &mut Writing<'_>, by: PaidBy<'_>) {
    let (mode, reference) = match by {
        PaidBy::Cash { .. } => (slip.say(Text::ModeCash), ""),
        PaidBy::Card { last_four, reference } => {
            (slip.fill(Text::ModeCard, &[("last_four", last_four)]), reference)
        }
        PaidBy::Upi { reference } => (slip.say(Text::ModeUpi), reference),
        PaidBy::Instrument { kind, number, .. } => (slip.say(instrument_text(kind)), number),
    };
    slip.field(Text::Mode, &mode);
    if !reference.is_empty() {
        slip.field(Text::Reference, reference);
    }
    if let PaidBy::Instrument { bank, dated, .. } = by {
        slip.field(Text::InstrumentBank, bank);
        slip.field(Text::InstrumentDated, dated);
    }
}

pub(super) const fn instrument_text(kind: InstrumentKind) -> Text {
    match kind {
        InstrumentKind::Cheque => Text::ModeCheque,
        InstrumentKind::DemandDraft => Text::ModeDraft,
    }
}

fn how_paid(slip: &mut Writing<'_>, facts: &ReceiptFacts<'_>, suspense: bool) {
    paid_by(slip, facts.paid_by);
    if let PaidBy::Cash { tendered } = facts.paid_by {
        let change = tendered.checked_sub(facts.total).unwrap_or_default();
        if change.is_positive() {
            slip.field(Text::Tendered, &tendered.on_paper());
            slip.field(Text::Change, &change.on_paper());
        }
    }
    let status = match (suspense, facts.status) {
        (true, MoneyStatus::Confirmed) => Text::StatusSuspense,
        (_, MoneyStatus::Claimed) => Text::StatusClaimed,
        (false, MoneyStatus::Confirmed) => Text::StatusConfirmed,
        (_, MoneyStatus::SubjectToRealisation) => Text::StatusSubjectToRealisation,
    };
    let status = slip.say(status);
    slip.field(Text::Status, &status);
    if let Some(collector) = facts.collector {
        slip.field(Text::Collector, collector);
    }
    if suspense {
        slip.text(Text::SuspenseWhy);
        slip.text(Text::SuspenseNext);
    }
    slip.text(Text::Recorded);
}
