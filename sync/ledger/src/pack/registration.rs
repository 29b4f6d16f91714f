//! Services by which a birth, a death or a still birth is reported: which answers say what, by
//! which two reports may be of one event, and what being late costs and asks for.

use chrono::{Days, Months, NaiveDate};

use super::Pack;
use super::figure::Dated;
use super::main_file::name;
use super::reader::{Faults, Section};
use crate::language::Language;
use crate::money::Paise;
use crate::receipt::Answer;

/// What an answer is called that says how late an event is reported: documents look at it as at
/// any other, and no form may ask it.
pub const DELAY_ANSWER: &str = "delay";

/// The most steps of being late.
const STEPS_MAX: usize = 8;

/// The most ways to be alike, and answers of one.
const ALIKE_MAX: usize = 4;

/// The most answers of an extract.
const EXTRACT_MAX: usize = 16;

/// What is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VitalEvent {
    Birth,
    Death,
    StillBirth,
}

/// What a service says by which such an event is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    pub event: VitalEvent,
    /// The answer with the day of the event.
    pub date: String,
    /// The answers with the kind of place ("hospital") and its name.
    pub place_kind: String,
    pub place: String,
    /// The answer with the order of a child of several, where the form asks it.
    pub order: Option<String>,
    /// Answers that, together and with the day, make two reports look alike.
    pub alike: Vec<Vec<String>>,
    /// Answers that an extract of the register has, in its order.
    pub extract: Vec<String>,
}

/// What being late asks for, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delays {
    pub steps: Vec<DelayStep>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayStep {
    pub id: String,
    /// Until when after the event; the last has no end.
    pub until: Option<Until>,
    pub fee: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Days(u16),
    Months(u16),
}

impl VitalEvent {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Death => "death",
            Self::StillBirth => "still_birth",
        }
    }

    /// The letter of its register.
    pub const fn letter(self) -> char {
        match self {
            Self::Birth => 'B',
            Self::Death => 'D',
            Self::StillBirth => 'S',
        }
    }
}

impl Registration {
    /// The day of the event, where it was answered.
    pub fn day(&self, answers: &[Answer]) -> Option<NaiveDate> {
        value(answers, &self.date)?.parse().ok()
    }

    pub fn order(&self, answers: &[Answer]) -> Option<u8> {
        value(answers, self.order.as_deref()?)?.parse().ok()
    }

    /// Every answer that this looks at.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        let own = [&self.date, &self.place_kind, &self.place].into_iter().chain(&self.order);
        let alike = self.alike.iter().flatten();
        own.chain(alike).chain(&self.extract).map(String::as_str)
    }
}

fn value<'a>(answers: &'a [Answer], name: &str) -> Option<&'a str> {
    let answer = answers.iter().find(|answer| answer.name == name);
    answer.map(|answer| answer.value.as_str())
}

impl Delays {
    /// How late an event is reported on a day.
    pub fn of(&self, event: NaiveDate, on: NaiveDate) -> Option<&DelayStep> {
        let ends = |until: Until| match until {
            Until::Days(days) => event.checked_add_days(Days::new(u64::from(days))),
            Until::Months(months) => event.checked_add_months(Months::new(u32::from(months))),
        };
        self.steps.iter().find(|step| step.until.and_then(ends).is_none_or(|end| on <= end))
    }

    pub(super) fn read(file: &Section<'_>) -> Dated<Self> {
        Dated::read_if_any(file, "registration_delay", |section| {
            let inner = section.sections("step");
            let last = inner.len().saturating_sub(1);
            if inner.len() > STEPS_MAX || inner.is_empty() {
                section.fault_at("step", &format!("must be 1 to {STEPS_MAX} steps"));
            }
            let steps: Vec<DelayStep> =
                inner.into_iter().enumerate().map(|(at, it)| step(it, at == last)).collect();
            let rises = |pair: &[DelayStep]| match (pair[0].until, pair[1].until) {
                (Some(before), Some(after)) => before.days_at_least() < after.days_at_least(),
                (Some(_), None) => true,
                (None, _) => false,
            };
            if !steps.windows(2).all(rises) {
                section.fault_at("step", "must each end later than the one before");
            }
            Self { steps }
        })
    }
}

impl Until {
    /// For the order of steps alone: no month has fewer days.
    fn days_at_least(self) -> u32 {
        match self {
            Self::Days(days) => u32::from(days),
            Self::Months(months) => 28 * u32::from(months),
        }
    }
}

fn step(section: Section<'_>, is_last: bool) -> DelayStep {
    let whole = |key| u16::try_from(section.whole(key, 1..=1_200)).expect("checked above");
    let until = match (section.has("to_days"), section.has("to_months")) {
        (true, false) => Some(Until::Days(whole("to_days"))),
        (false, true) => Some(Until::Months(whole("to_months"))),
        (false, false) => None,
        (true, true) => {
            section.fault("step: has an end in days and one in months".to_owned());
            None
        }
    };
    if until.is_none() != is_last {
        section.fault("step: the last one, and no other, has no end".to_owned());
    }
    let step = DelayStep { id: name(&section, "id"), until, fee: section.money("rupees") };
    section.finish();
    step
}

/// Reads `registration` of a service.
pub(super) fn read(service: &Section<'_>) -> Option<Registration> {
    if !service.has("registration") {
        return None;
    }
    let section = service.section("registration")?;
    let events = [
        ("birth", VitalEvent::Birth),
        ("death", VitalEvent::Death),
        ("still_birth", VitalEvent::StillBirth),
    ];
    let registration = Registration {
        event: section.one_of("event", &events),
        date: name(&section, "date"),
        place_kind: name(&section, "place_kind"),
        place: name(&section, "place"),
        order: section.has("order").then(|| name(&section, "order")),
        alike: section.sections("alike").into_iter().map(way).collect(),
        extract: section.list("extract"),
    };
    if registration.alike.len() > ALIKE_MAX {
        section.fault_at("alike", &format!("has more than {ALIKE_MAX} ways"));
    }
    if registration.extract.len() > EXTRACT_MAX {
        section.fault_at("extract", &format!("has more than {EXTRACT_MAX} answers"));
    }
    section.finish();
    Some(registration)
}

fn way(section: Section<'_>) -> Vec<String> {
    let answers = section.list("answers");
    if answers.is_empty() || answers.len() > ALIKE_MAX {
        section.fault_at("answers", &format!("must be 1 to {ALIKE_MAX} answers"));
    }
    section.finish();
    answers
}

fn label_path(step: &str) -> String {
    format!("registration_delays.{step}")
}

/// The texts that the steps of being late need.
pub(super) fn text_paths(delays: &Dated<Delays>) -> impl Iterator<Item = String> {
    let steps = delays.all().iter().flat_map(|figure| &figure.value.steps);
    steps.map(|step| label_path(&step.id))
}

/// Services that report events need to know what being late costs.
pub(super) fn check(pack: &[super::Service], delays: &Dated<Delays>, faults: &Faults) {
    let registers = pack.iter().filter_map(|service| service.application.as_ref());
    let mut registers = registers.filter(|application| application.registration.is_some());
    if let (Some(application), true) = (registers.next(), delays.all().is_empty()) {
        let what = "reports births or deaths: rates.toml has no [[registration_delay]]";
        faults.note("pack.toml", application.line, what);
    }
}

impl Pack {
    /// "Reported after 21 days: a late fee": how late an event is reported.
    pub fn delay_label<'a>(&'a self, step: &'a str, language: Language) -> &'a str {
        self.words_or(&label_path(step), language, step)
    }

    pub fn registration(&self, service: &str) -> Option<&Registration> {
        self.service(service)?.application.as_ref()?.registration.as_ref()
    }
}
