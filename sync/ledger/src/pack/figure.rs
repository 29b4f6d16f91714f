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
pub struct Dated<T> {
    figures: Vec<Figure<T>>,
    /// The days for which the body has still to set one.
    unset: Vec<Figure<()>>,
}

impl<T> Figure<T> {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl<T> Dated<T> {
    /// The figure that holds on a day.
    pub fn at(&self, day: NaiveDate) -> Option<&Figure<T>> {
        self.figures.iter().find(|figure| figure.holds_on(day))
    }

    pub fn all(&self) -> &[Figure<T>] {
        &self.figures
    }

    /// Whether the pack itself says that the body has not set the figure of a day yet.
    pub fn is_unset(&self, day: NaiveDate) -> bool {
        self.unset.iter().any(|open| open.holds_on(day))
    }

    /// The days for which the body has still to set it, where a day is one of them.
    pub(crate) fn unset_at(&self, day: NaiveDate) -> Option<&Figure<()>> {
        self.unset.iter().find(|open| open.holds_on(day))
    }

    /// Reads the `[[key]]` sections of a file; `value` reads what is the figure's own.
    pub(super) fn read(file: &Section<'_>, key: &str, value: impl Fn(&Section<'_>) -> T) -> Self {
        Self::of(file.sections(key), key, value)
    }

    /// The same where a pack need not have any.
    pub(super) fn read_if_any(
        file: &Section<'_>,
        key: &str,
        value: impl Fn(&Section<'_>) -> T,
    ) -> Self {
        Self::of(file.sections_if_any(key), key, value)
    }

    fn of(sections: Vec<Section<'_>>, key: &str, value: impl Fn(&Section<'_>) -> T) -> Self {
        let (mut figures, mut unset) = (Vec::with_capacity(sections.len()), Vec::new());
        let mut all: Vec<Figure<()>> = Vec::with_capacity(sections.len());
        for section in sections {
            let days = match certainty_or_unset(&section) {
                Some(_) => {
                    let figure = read_figure(&section, &value);
                    let days = days_of(&figure);
                    figures.push(figure);
                    days
                }
                None => {
                    unset.push(read_unset(&section));
                    days_of(&unset[unset.len() - 1])
                }
            };
            if all.iter().any(|earlier| overlap(earlier, &days)) {
                section.fault(format!("{key}: two figures hold on {}", days.from));
            }
            all.push(days);
            section.finish();
        }
        Self { figures, unset }
    }
}

/// The days of a figure, without what it says.
fn days_of<T>(figure: &Figure<T>) -> Figure<()> {
    let Figure { from, to, certainty, .. } = *figure;
    Figure { value: (), from, to, source: String::new(), certainty }
}

/// What the body must set itself has days and a source, and nothing else.
pub(super) fn read_unset(section: &Section<'_>) -> Figure<()> {
    let figure = Figure {
        value: (),
        from: section.date("from"),
        to: section.date_if_any("to"),
        source: section.text("source"),
        certainty: Certainty::Unverified,
    };
    check_days(section, &figure);
    figure
}

fn check_days<T>(section: &Section<'_>, figure: &Figure<T>) {
    if figure.to.is_some_and(|to| to < figure.from) {
        section.fault_at("to", "is before from");
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
    check_days(section, &figure);
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

/// The certainty of what the body may have left open: none for `unset`, which its office must set
/// before the service can be used.
pub(super) fn certainty_or_unset(section: &Section<'_>) -> Option<Certainty> {
    if section.has("certainty") && section.text("certainty") == "unset" {
        return None;
    }
    Some(certainty(section))
}

pub(super) fn overlap<T>(one: &Figure<T>, other: &Figure<T>) -> bool {
    one.holds_on(other.from) || other.holds_on(one.from)
}
