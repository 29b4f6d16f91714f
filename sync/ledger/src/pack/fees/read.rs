//! Reads the fees of rates.toml.

use chrono::{Datelike, NaiveDate};

use super::{
    Block, COUNT_MAX, Condition, Count, Fee, FeePeriod, FeeRule, Fees, MonthDay, PeriodLength,
    PeriodRule, ShareOf, Slab,
};
use crate::money::Paise;
use crate::pack::figure::{Figure, certainty_or_unset, read_figure, read_unset};
use crate::pack::main_file::name;
use crate::pack::rates::{BasisPoints, PartMonths, basis_points};
use crate::pack::reader::Section;

/// A product of more answers is no fee that anybody can check.
const FACTORS_MAX: usize = 3;

/// The most slabs or blocks of one rule: profession tax has seven.
const STEPS_MAX: usize = 40;

/// The most conditions of a rule, and choices of one.
const CONDITIONS_MAX: usize = 4;
const CHOICES_MAX: usize = 40;

/// The farthest back that a period may be paid for, in periods.
const BACK_MAX: i64 = 20;

/// What a rule is called in the file.
#[derive(Clone, Copy)]
enum Kind {
    Flat,
    PerUnit,
    Blocks,
    Slab,
    Share,
    Late,
    Rebate,
}

const KINDS: [(&str, Kind); 7] = [
    ("flat", Kind::Flat),
    ("per_unit", Kind::PerUnit),
    ("blocks", Kind::Blocks),
    ("slab", Kind::Slab),
    ("share", Kind::Share),
    ("late", Kind::Late),
    ("rebate", Kind::Rebate),
];

impl Fees {
    pub(in crate::pack) fn read(file: &Section<'_>) -> Self {
        let fees = file.sections_if_any("fee").into_iter().map(read_fee);
        let periods = file.sections_if_any("fee_period").into_iter().map(read_period);
        Self { rules: fees.collect(), periods: periods.collect() }
    }
}

fn read_fee(section: Section<'_>) -> Fee {
    let line = section.line();
    let (service, head) = (name(&section, "service"), section.text("head"));
    let rule = match certainty_or_unset(&section) {
        None => unset(&section),
        Some(_) => read_figure(&section, read_rule),
    };
    let fee = Fee {
        service,
        head,
        only_if: section.sections_if_any("only_if").into_iter().map(condition).collect(),
        only_late: section.has("only_late") && section.yes("only_late"),
        rule,
        line,
    };
    if fee.only_if.len() > CONDITIONS_MAX {
        section.fault_at("only_if", &format!("has more than {CONDITIONS_MAX} conditions"));
    }
    section.finish();
    fee
}

/// What the body must set itself has no kind and no sum.
fn unset(section: &Section<'_>) -> Figure<FeeRule> {
    let Figure { from, to, source, certainty, .. } = read_unset(section);
    Figure { value: FeeRule::Unset, from, to, source, certainty }
}

pub(in crate::pack) fn condition(section: Section<'_>) -> Condition {
    let condition = Condition { answer: name(&section, "answer"), is: section.list("is") };
    if condition.is.is_empty() || condition.is.len() > CHOICES_MAX {
        section.fault_at("is", &format!("must be a list of one to {CHOICES_MAX} answers"));
    }
    section.finish();
    condition
}

fn read_rule(section: &Section<'_>) -> FeeRule {
    match section.one_of("kind", &KINDS) {
        Kind::Flat => FeeRule::Flat(positive(section, "rupees")),
        Kind::PerUnit => FeeRule::PerUnit {
            rate: positive(section, "rupees"),
            units: units(section),
            included: match section.has("included") {
                true => count(section, "included"),
                false => 0,
            },
        },
        Kind::Blocks => FeeRule::Blocks {
            units: Count { answer: name(section, "units"), least: 0, most: count(section, "most") },
            blocks: blocks(section),
        },
        Kind::Slab => FeeRule::Slab { by: name(section, "by"), slabs: slabs(section) },
        Kind::Share => FeeRule::Share {
            of: share_of(section),
            share: share(section),
            most: section.has("at_most").then(|| positive(section, "at_most")),
        },
        Kind::Late => FeeRule::Late {
            of: heads(section),
            month_rate: share(section),
            part_months: section.one_of(
                "part_months",
                &[("not_counted", PartMonths::NotCounted), ("as_whole", PartMonths::AsWhole)],
            ),
        },
        Kind::Rebate => FeeRule::Rebate {
            of: heads(section),
            share: share(section),
            by: section.has("by").then(|| month_day(section, "by", &section.text("by"))),
        },
    }
}

/// A rate of nothing is no rule.
fn positive(section: &Section<'_>, key: &str) -> Paise {
    let sum = section.money(key);
    if section.has(key) && sum.is_zero() {
        section.fault_at(key, "must be above zero");
    }
    sum
}

fn share(section: &Section<'_>) -> BasisPoints {
    let share = basis_points(section);
    if section.has("basis_points") && share == 0 {
        section.fault_at("basis_points", "must be above zero");
    }
    share
}

fn count(section: &Section<'_>, key: &str) -> u64 {
    let most = i64::try_from(COUNT_MAX).expect("eleven digits");
    u64::try_from(section.whole(key, 0..=most)).expect("checked to be no less than zero")
}

fn units(section: &Section<'_>) -> Vec<Count> {
    let read = |inner: Section<'_>| {
        let least = if inner.has("least") { count(&inner, "least") } else { 0 };
        let units = Count { answer: name(&inner, "answer"), least, most: count(&inner, "most") };
        if units.most < units.least.max(1) {
            inner.fault_at("most", "must be above zero and not below least");
        }
        inner.finish();
        units
    };
    let units: Vec<Count> = section.sections("units").into_iter().map(read).collect();
    let product = units.iter().try_fold(1_u64, |all, count| all.checked_mul(count.most));
    if !(1..=FACTORS_MAX).contains(&units.len())
        || product.is_none_or(|product| product > COUNT_MAX)
    {
        let what = format!("must be one to {FACTORS_MAX} answers, all units at most {COUNT_MAX}");
        section.fault_at("units", &what);
    }
    units
}

fn blocks(section: &Section<'_>) -> Vec<Block> {
    let read = |inner: Section<'_>| {
        let block =
            Block { to: inner.has("to").then(|| count(&inner, "to")), rate: inner.money("rupees") };
        inner.finish();
        block
    };
    let blocks: Vec<Block> = section.sections("block").into_iter().map(read).collect();
    let ends: Vec<u64> = blocks.iter().filter_map(|block| block.to).collect();
    let rise = ends.first().is_none_or(|end| *end > 0) && ends.windows(2).all(|e| e[0] < e[1]);
    let open = blocks.last().is_some_and(|last| last.to.is_none());
    if !rise || !open || ends.len() + 1 != blocks.len() || blocks.len() > STEPS_MAX {
        let what = "each block but the last must end above the one before, and the last has no end";
        section.fault_at("block", what);
    }
    blocks
}

fn slabs(section: &Section<'_>) -> Vec<Slab> {
    let mut read: Vec<(Slab, Section<'_>)> = Vec::new();
    for inner in section.sections("slab") {
        let slab = Slab {
            from: count(&inner, "from"),
            to: inner.has("to").then(|| count(&inner, "to")),
            amount: inner.money("rupees"),
        };
        if slab.to.is_some_and(|to| to < slab.from) {
            inner.fault_at("to", "is below from");
        }
        read.push((slab, inner));
    }
    for pair in read.windows(2) {
        let ((before, _), (slab, inner)) = (&pair[0], &pair[1]);
        let told = match before.to {
            None => Some("follows a slab that has no end".to_owned()),
            Some(to) if slab.from > to.saturating_add(1) => {
                Some(format!("leaves a gap after {to}"))
            }
            Some(to) if slab.from <= to => Some(format!("overlaps the slab up to {to}")),
            Some(_) => None,
        };
        if let Some(told) = told {
            inner.fault_at("from", &told);
        }
    }
    if !(1..=STEPS_MAX).contains(&read.len()) {
        section.fault_at("slab", &format!("must have one to {STEPS_MAX} slabs"));
    }
    let slabs = read.iter().map(|(slab, _)| *slab).collect();
    read.into_iter().for_each(|(_, inner)| inner.finish());
    slabs
}

fn share_of(section: &Section<'_>) -> ShareOf {
    if section.has("of") {
        return ShareOf::Heads(heads(section));
    }
    let answer = name(section, "of_answer");
    ShareOf::Answer { answer, most: positive(section, "answer_max") }
}

fn heads(section: &Section<'_>) -> Vec<String> {
    let heads = section.list("of");
    if heads.is_empty() {
        section.fault_at("of", "must be a list of heads of earlier fees of this service");
    }
    heads
}

fn read_period(section: Section<'_>) -> FeePeriod {
    let line = section.line();
    let service = name(&section, "service");
    let period = FeePeriod { service, rule: read_figure(&section, period_rule), line };
    section.finish();
    period
}

fn period_rule(section: &Section<'_>) -> PeriodRule {
    let lengths = [
        ("month", PeriodLength::Month),
        ("half_year", PeriodLength::HalfYear),
        ("year", PeriodLength::Year),
    ];
    let answer = section.has("answer").then(|| name(section, "answer"));
    let rule = PeriodRule {
        length: section.one_of("length", &lengths),
        back: match answer.is_some() {
            true => section.sections("back").into_iter().map(back).collect(),
            false => Vec::new(),
        },
        answer,
        due: match section.has("due") {
            true => section.list("due").iter().map(|t| month_day(section, "due", t)).collect(),
            false => Vec::new(),
        },
    };
    let days = match rule.length {
        PeriodLength::Month => 0,
        PeriodLength::HalfYear => 2,
        PeriodLength::Year => 1,
    };
    if !rule.due.is_empty() && rule.due.len() != days {
        section.fault_at("due", &format!("must be {days} days, or be left out"));
    }
    let twice = |place: usize| rule.back[..place].iter().any(|b| b.0 == rule.back[place].0);
    if (0..rule.back.len()).any(twice) || rule.back.len() > CHOICES_MAX {
        section.fault_at("back", "must name each answer once");
    }
    rule
}

fn back(section: Section<'_>) -> (String, u32) {
    let back = (section.text("is"), section.whole("periods", 0..=BACK_MAX));
    section.finish();
    (back.0, u32::try_from(back.1).expect("checked to be small"))
}

/// "08-31", or "02-last" for a month's last day.
pub(in crate::pack) fn month_day(section: &Section<'_>, key: &str, text: &str) -> MonthDay {
    if let Some(month) = text.strip_suffix("-last").and_then(|month| month.parse().ok())
        && (1..=12).contains(&month)
    {
        return MonthDay { month, day: None };
    }
    match NaiveDate::parse_from_str(&format!("2025-{text}"), "%Y-%m-%d") {
        Ok(day) => MonthDay { month: day.month(), day: Some(day.day()) },
        Err(_) => {
            section.fault_at(key, "must be month and day, written 09-30, or 02-last");
            MonthDay { month: 1, day: Some(1) }
        }
    }
}
