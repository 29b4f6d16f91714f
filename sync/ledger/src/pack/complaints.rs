//! Reads how complaints go: which service takes them, the categories with the office that each
//! goes to, by when it must answer, and to whom it goes on where it does not.

use chrono::NaiveDate;

use super::Pack;
use super::applications::Application;
use super::body::Service;
use super::calendar::Calendar;
use super::figure::{Certainty, certainty};
use super::main_file::{name, refuse_twins};
use super::reader::Section;
use crate::language::Language;

/// The question of the form whose answer is the category, and the one whose answer is the ward.
pub const COMPLAINT_CATEGORY: &str = "category";
pub const COMPLAINT_WARD: &str = "ward";

/// One page of choices.
const CATEGORIES_MAX: usize = 40;
const OFFICES_MAX: usize = 40;

/// No ladder of the sources has more rungs.
const LADDER_MAX: usize = 6;

const DAYS_MAX: i64 = 365;

/// The answers that officers may read.
const READ_MAX: usize = 12;

/// How complaints go; nothing where the body takes none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints {
    /// The service that takes them.
    pub service: String,
    /// How many days after its end one may be opened again.
    pub reopen_days: u16,
    /// The answers that the officers of a ward read, by their questions; all others are the
    /// office's alone.
    pub officers_read: Vec<String>,
    pub offices: Vec<String>,
    pub categories: Vec<ComplaintCategory>,
    pub certainty: Option<Certainty>,
    pub source: String,
    /// The line of the file where they stand.
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintCategory {
    pub id: String,
    /// Whose it is first.
    pub office: String,
    /// The days in which that office answers, counted as the service says.
    pub days: u16,
    /// Whose it is after so many days from its filing, fewest first.
    pub ladder: Vec<Rung>,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    pub office: String,
    pub days: u16,
}

/// The words of the pages and slips of complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintWord {
    Category,
    Ward,
    Office,
    Ladder,
    Mine,
    MineHelp,
    List,
    ListHelp,
    NoneOpen,
    Due,
    Overdue,
    State,
    Open,
    TakenUp,
    Resolved,
    Rejected,
    NotHeard,
    ActAsk,
    TakeUp,
    Resolve,
    Reject,
    Reassign,
    RemarkAsk,
    ReasonAsk,
    RemarkHint,
    OfficeAsk,
    NumberAsk,
    CodeAsk,
    AnswerAsk,
    AnswerHint,
    Stars1,
    Stars2,
    Stars3,
    Stars4,
    Stars5,
    Reopen,
    Thanks,
    ThanksSays,
    ByPhone,
    BySms,
    ByEmail,
    ByApp,
    ByIvrs,
}

impl ComplaintWord {
    pub const ALL: [Self; 43] = [
        Self::Category,
        Self::Ward,
        Self::Office,
        Self::Ladder,
        Self::Mine,
        Self::MineHelp,
        Self::List,
        Self::ListHelp,
        Self::NoneOpen,
        Self::Due,
        Self::Overdue,
        Self::State,
        Self::Open,
        Self::TakenUp,
        Self::Resolved,
        Self::Rejected,
        Self::NotHeard,
        Self::ActAsk,
        Self::TakeUp,
        Self::Resolve,
        Self::Reject,
        Self::Reassign,
        Self::RemarkAsk,
        Self::ReasonAsk,
        Self::RemarkHint,
        Self::OfficeAsk,
        Self::NumberAsk,
        Self::CodeAsk,
        Self::AnswerAsk,
        Self::AnswerHint,
        Self::Stars1,
        Self::Stars2,
        Self::Stars3,
        Self::Stars4,
        Self::Stars5,
        Self::Reopen,
        Self::Thanks,
        Self::ThanksSays,
        Self::ByPhone,
        Self::BySms,
        Self::ByEmail,
        Self::ByApp,
        Self::ByIvrs,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Ward => "ward",
            Self::Office => "office",
            Self::Ladder => "ladder",
            Self::Mine => "mine",
            Self::MineHelp => "mine_help",
            Self::List => "list",
            Self::ListHelp => "list_help",
            Self::NoneOpen => "none_open",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::State => "state",
            Self::Open => "open",
            Self::TakenUp => "taken_up",
            Self::Resolved => "resolved",
            Self::Rejected => "rejected",
            Self::NotHeard => "not_heard",
            Self::ActAsk => "act_ask",
            Self::TakeUp => "take_up",
            Self::Resolve => "resolve",
            Self::Reject => "reject",
            Self::Reassign => "reassign",
            Self::RemarkAsk => "remark_ask",
            Self::ReasonAsk => "reason_ask",
            Self::RemarkHint => "remark_hint",
            Self::OfficeAsk => "office_ask",
            Self::NumberAsk => "number_ask",
            Self::CodeAsk => "code_ask",
            Self::AnswerAsk => "answer_ask",
            Self::AnswerHint => "answer_hint",
            Self::Stars1 => "stars_1",
            Self::Stars2 => "stars_2",
            Self::Stars3 => "stars_3",
            Self::Stars4 => "stars_4",
            Self::Stars5 => "stars_5",
            Self::Reopen => "reopen",
            Self::Thanks => "thanks",
            Self::ThanksSays => "thanks_says",
            Self::ByPhone => "by_phone",
            Self::BySms => "by_sms",
            Self::ByEmail => "by_email",
            Self::ByApp => "by_app",
            Self::ByIvrs => "by_ivrs",
        }
    }

    pub(super) fn path(self) -> String {
        format!("complaints.{}", self.key())
    }
}

impl Pack {
    pub fn complaint_word(&self, word: ComplaintWord, language: Language) -> &str {
        self.words(&word.path(), language)
    }

    /// "Garbage".
    pub fn complaint_category<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        self.words_or(&category_path(id), language, id)
    }

    /// "Health inspector".
    pub fn complaint_office<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        self.words_or(&office_path(id), language, id)
    }
}

impl Complaints {
    pub fn category(&self, id: &str) -> Option<&ComplaintCategory> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// Whether the body takes any.
    pub fn are_taken(&self) -> bool {
        !self.service.is_empty()
    }
}

impl ComplaintCategory {
    /// Whose a complaint is on a day if it is still open then, and how high it has come: 0 where
    /// its first office still has it.
    pub fn rung_on(
        &self,
        service: &Application,
        calendar: &Calendar,
        (filed, today): (NaiveDate, NaiveDate),
    ) -> (usize, &str) {
        let over = |rung: &&Rung| {
            let last = service.last_day(calendar, filed, rung.days);
            last.is_some_and(|last| today > last)
        };
        let above = self.ladder.iter().take_while(over).count();
        match above.checked_sub(1).and_then(|place| self.ladder.get(place)) {
            Some(rung) => (above, &rung.office),
            None => (0, &self.office),
        }
    }
}

pub(super) fn read(root: &Section<'_>, services: &[Service]) -> Complaints {
    if !root.has("complaints") {
        return Complaints::default();
    }
    let Some(section) = root.section("complaints") else { return Complaints::default() };
    let service = name(&section, "service");
    let known = services.iter().find(|known| known.id == service);
    match known.map(|known| known.application.as_ref()) {
        Some(Some(application)) if !application.about_building => {}
        _ => {
            let what = "must be a [[service]] that takes applications about nothing";
            section.fault_at("service", what);
        }
    }
    let officers_read = section.list("officers_read");
    if officers_read.len() > READ_MAX {
        section.fault_at("officers_read", &format!("are more than {READ_MAX}"));
    }
    let reopen_days = days(&section, "reopen_days");
    let (certainty, source) = (Some(certainty(&section)), section.text("source"));
    let line = section.line();
    let offices = section.list("offices");
    if offices.is_empty() || offices.len() > OFFICES_MAX {
        section.fault_at("offices", &format!("must be 1 to {OFFICES_MAX}"));
    }
    section.finish();
    let categories: Vec<ComplaintCategory> = root
        .sections("complaint_category")
        .into_iter()
        .map(|section| category(section, &offices))
        .collect();
    refuse_twins(root, "complaint_category", &categories, |category| &category.id);
    if categories.len() > CATEGORIES_MAX {
        root.fault(format!("the pack has more than {CATEGORIES_MAX} categories of complaints"));
    }
    Complaints { service, reopen_days, officers_read, offices, categories, certainty, source, line }
}

fn category(section: Section<'_>, offices: &[String]) -> ComplaintCategory {
    let category = ComplaintCategory {
        id: name(&section, "id"),
        office: office(&section, offices),
        days: days(&section, "days"),
        ladder: section
            .sections_if_any("ladder")
            .into_iter()
            .map(|section| {
                let rung = Rung { office: office(&section, offices), days: days(&section, "days") };
                section.finish();
                rung
            })
            .collect(),
        line: section.line(),
    };
    let mut before = category.days;
    for rung in &category.ladder {
        if rung.days < before {
            section.fault_at("ladder", "must go on after more days each");
        }
        before = rung.days.saturating_add(1);
    }
    if category.ladder.len() > LADDER_MAX {
        section.fault_at("ladder", &format!("has more than {LADDER_MAX} rungs"));
    }
    section.finish();
    category
}

fn office(section: &Section<'_>, offices: &[String]) -> String {
    let office = name(section, "office");
    if !offices.contains(&office) {
        section.fault_at("office", "is none of the offices of [complaints]");
    }
    office
}

fn days(section: &Section<'_>, key: &str) -> u16 {
    u16::try_from(section.whole(key, 0..=DAYS_MAX)).expect("checked to be at most a year")
}

fn category_path(id: &str) -> String {
    format!("complaint_categories.{id}")
}

fn office_path(id: &str) -> String {
    format!("complaint_offices.{id}")
}

/// Every text that complaints need.
pub(super) fn text_paths(complaints: &Complaints) -> Vec<String> {
    if !complaints.are_taken() {
        return Vec::new();
    }
    let categories = complaints.categories.iter().map(|category| category_path(&category.id));
    let offices = complaints.offices.iter().map(|office| office_path(office));
    let words = ComplaintWord::ALL.map(ComplaintWord::path);
    categories.chain(offices).chain(words).collect()
}
