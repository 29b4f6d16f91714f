//! A figure of the office, with the days on which it holds and where it is written.

use chrono::NaiveDate;

use super::reader::Section;

/// How sure the office may be of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Read in the law or order itself.
    Read,
    /// From the press, or from somebody who read it.
    Press,
    /// Nobody has verified it: the office must set or confirm it.
    Unverified,
}

/// A value, the days on which it holds, and its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<T> {
    pub value: T,
    pub from: NaiveDate,
    /// The last day; none while it holds until further notice.
    pub to: Option<NaiveDate>,
    pub source: String,
    pub certainty: Certainty,
}

/// The figures of one matter over time, no two of which hold on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T>(Vec<Figure<T>>);

impl<T> Figure<T> {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl<T> Dated<T> {
    /// The figure that holds on a day.
    pub fn at(&self, day: NaiveDate) -> Option<&Figure<T>> {
        self.0.iter().find(|figure| figure.holds_on(day))
    }

    pub fn all(&self) -> &[Figure<T>] {
        &self.0
    }

    /// Reads the `[[key]]` sections of a file; `value` reads what is the figure's own.
    pub(super) fn read(file: &Section<'_>, key: &str, value: impl Fn(&Section<'_>) -> T) -> Self {
        let sections = file.sections(key);
        let mut figures: Vec<Figure<T>> = Vec::with_capacity(sections.len());
        for section in sections {
            let figure = read_figure(&section, &value);
            if figures.iter().any(|earlier| overlap(earlier, &figure)) {
                section.fault(format!("{key}: two figures hold on {}", figure.from));
            }
            figures.push(figure);
            section.finish();
        }
        Self(figures)
    }
}

pub(super) fn read_figure<T>(
    section: &Section<'_>,
    value: impl Fn(&Section<'_>) -> T,
) -> Figure<T> {
    let figure = Figure {
        value: value(section),
        from: section.date("from"),
        to: section.date_if_any("to"),
        source: section.text("source"),
        certainty: certainty(section),
    };
    if figure.to.is_some_and(|to| to < figure.from) {
        section.fault_at("to", "is before from");
    }
    figure
}

pub(super) fn certainty(section: &Section<'_>) -> Certainty {
    let words = [
        ("read", Certainty::Read),
        ("press", Certainty::Press),
        ("unverified", Certainty::Unverified),
    ];
    section.one_of("certainty", &words)
}

fn overlap<T>(one: &Figure<T>, other: &Figure<T>) -> bool {
    one.holds_on(other.from) || other.holds_on(one.from)
}
