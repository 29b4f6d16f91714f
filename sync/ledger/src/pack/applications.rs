//! Services that take applications: by when the office must answer, and what is to be handed in.
//! What a right to services makes an acknowledgement say besides, who answers and to whom one
//! appeals, are texts of the pack.

use chrono::{Days, NaiveDate};

use super::calendar::Calendar;
use super::fees::{Condition, condition};
use super::figure::{Certainty, certainty};
use super::main_file::name;
use super::reader::Section;
use super::registration::{self, Registration};
use crate::application::DOCUMENTS_MAX;
use crate::receipt::Answer;

/// The longest time that an office may have: no charter gives a year.
const DAYS_MAX: i64 = 365;

/// The most conditions of a document.
const CONDITIONS_MAX: usize = 4;

/// The texts that an acknowledgement carries for each service.
const WORDS: [ApplicationWord; 4] = [
    ApplicationWord::Officer,
    ApplicationWord::FirstAppeal,
    ApplicationWord::SecondAppeal,
    ApplicationWord::Contact,
];

/// What a service that takes applications says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// It is about a building, which is found first.
    pub about_building: bool,
    pub days: u16,
    pub count: DaysCount,
    pub certainty: Certainty,
    pub source: String,
    pub documents: Vec<Document>,
    /// It reports a birth or a death.
    pub registration: Option<Registration>,
    /// The line of the file where its days stand.
    pub line: u32,
}

/// How the days are counted; the day on which it was handed in never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaysCount {
    Calendar,
    /// By the pack's own calendar.
    Working,
}

/// Something that is handed in with an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub id: String,
    /// Without it the office says that it is missing; else it may be left out.
    pub required: bool,
    /// It is asked for only by whoever answered so; all of them hold.
    pub only_if: Vec<Condition>,
}

/// A text of a service that takes applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationWord {
    Officer,
    FirstAppeal,
    SecondAppeal,
    Contact,
}

impl ApplicationWord {
    const fn key(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::FirstAppeal => "first_appeal",
            Self::SecondAppeal => "second_appeal",
            Self::Contact => "contact",
        }
    }

    pub(super) fn path(self, service: &str) -> String {
        format!("applications.{service}.{}", self.key())
    }
}

impl Application {
    /// The last day on which the office may answer what was handed in on a day. None beyond the end
    /// of the calendar.
    pub fn due(&self, calendar: &Calendar, day: NaiveDate) -> Option<NaiveDate> {
        self.last_day(calendar, day, self.days)
    }

    /// The same of so many days.
    pub fn last_day(&self, calendar: &Calendar, day: NaiveDate, days: u16) -> Option<NaiveDate> {
        match self.count {
            DaysCount::Calendar => day.checked_add_days(Days::new(u64::from(days))),
            DaysCount::Working => calendar.working_days_after(day, days),
        }
    }

    /// The documents that are asked for by these answers.
    pub fn asked<'a>(&'a self, answers: &'a [Answer]) -> impl Iterator<Item = &'a Document> {
        self.documents.iter().filter(|document| document.is_asked(answers))
    }
}

impl Document {
    fn is_asked(&self, answers: &[Answer]) -> bool {
        self.only_if.iter().all(|condition| {
            let mut of_it = answers.iter().filter(|answer| answer.name == condition.answer);
            of_it.any(|answer| condition.is.contains(&answer.value))
        })
    }
}

pub(super) fn label_path(service: &str, document: &str) -> String {
    format!("applications.{service}.documents.{document}")
}

/// Every text that a service needs.
pub(super) fn text_paths(service: &str, application: &Application) -> Vec<String> {
    let words = WORDS.map(|word| word.path(service));
    let documents = application.documents.iter();
    let labels = documents.map(|document| label_path(service, &document.id));
    words.into_iter().chain(labels).collect()
}

/// Reads `about`, `acknowledgement` and `documents` of a service.
pub(super) fn read(service: &Section<'_>) -> Application {
    let about = [("building", true), ("nothing", false)];
    let mut application = Application {
        about_building: service.one_of("about", &about),
        days: 0,
        count: DaysCount::Calendar,
        certainty: Certainty::Unverified,
        source: String::new(),
        documents: service.sections_if_any("documents").into_iter().map(document).collect(),
        registration: registration::read(service),
        line: service.line(),
    };
    if let Some(section) = service.section("acknowledgement") {
        let counts = [("calendar", DaysCount::Calendar), ("working", DaysCount::Working)];
        let days = section.whole("days", 0..=DAYS_MAX);
        application.days = u16::try_from(days).expect("checked to be at most a year");
        application.count = section.one_of("count", &counts);
        application.certainty = certainty(&section);
        application.source = section.text("source");
        application.line = section.line();
        section.finish();
    }
    let documents = &application.documents;
    if documents.len() > DOCUMENTS_MAX {
        service.fault_at("documents", &format!("must be {DOCUMENTS_MAX} at most"));
    }
    for (place, document) in documents.iter().enumerate() {
        if documents[..place].iter().any(|other| other.id == document.id) {
            service.fault_at("documents", &format!("names {} twice", document.id));
        }
    }
    application
}

fn document(section: Section<'_>) -> Document {
    let document = Document {
        id: name(&section, "id"),
        required: !section.has("required") || section.yes("required"),
        only_if: section.sections_if_any("only_if").into_iter().map(condition).collect(),
    };
    if document.only_if.len() > CONDITIONS_MAX {
        section.fault_at("only_if", &format!("has more than {CONDITIONS_MAX} conditions"));
    }
    section.finish();
    document
}
