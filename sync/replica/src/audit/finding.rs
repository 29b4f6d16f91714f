//! What a check finds, and where.

use std::fmt;

use serde::Serialize;

/// What the books are found to be, the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every entry is there as it was written, up to the signed end.
    Complete,
    /// Nothing is wrong, but no signature of a known key covers it.
    Unproven,
    /// The end is missing.
    CutOff,
    /// An entry's time cannot be true.
    BackDated,
    /// Entries are missing in the middle.
    Gap,
    /// Something is not as it was written.
    Altered,
    /// There are two histories of one device.
    Forked,
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// What the file says of itself.
    FirstLine,
    Entry(u64),
    /// One or more of these entries; which, the file cannot show.
    Entries {
        first: u64,
        last: u64,
    },
    /// The file ends after this entry.
    After(u64),
    /// A line that is no entry.
    Line(u64),
    /// One or more of the lines that are no entries.
    OtherLines,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub verdict: Verdict,
    pub place: Place,
    pub what: String,
    /// A second history whose entries are kept beside this chain: no fault of the chain itself.
    #[serde(skip)]
    pub is_beside: bool,
}

impl Finding {
    pub(super) fn new(verdict: Verdict, place: Place, what: impl Into<String>) -> Self {
        Self { verdict, place, what: what.into(), is_beside: false }
    }

    pub(super) fn altered(place: Place, what: impl Into<String>) -> Self {
        Self::new(Verdict::Altered, place, what)
    }
}

impl Place {
    /// One entry, or several that cannot be told apart.
    pub(super) fn span(first: u64, last: u64) -> Self {
        if first == last { Self::Entry(first) } else { Self::Entries { first, last } }
    }

    /// Whether an entry is among those that are meant.
    pub fn holds(&self, seq: u64) -> bool {
        match self {
            Self::Entry(entry) => *entry == seq,
            Self::Entries { first, last } => (*first..=*last).contains(&seq),
            Self::FirstLine | Self::After(_) | Self::Line(_) | Self::OtherLines => false,
        }
    }

    pub(super) fn order(&self) -> (u8, u64) {
        match self {
            Self::FirstLine => (0, 0),
            Self::Entry(seq) | Self::Entries { first: seq, .. } => (1, *seq),
            Self::After(seq) => (2, *seq),
            Self::Line(line) => (3, *line),
            Self::OtherLines => (4, 0),
        }
    }
}

impl Verdict {
    /// As it is said to a person, and in the file that a program reads with '_' for the space.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Unproven => "unproven",
            Self::CutOff => "cut off",
            Self::BackDated => "back-dated",
            Self::Gap => "gap",
            Self::Altered => "altered",
            Self::Forked => "forked",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstLine => f.write_str("first line"),
            Self::Entry(seq) => write!(f, "entry {seq}"),
            Self::Entries { first, last } => write!(f, "entries {first} to {last}"),
            Self::After(0) => f.write_str("before the first entry"),
            Self::After(seq) => write!(f, "after entry {seq}"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::OtherLines => f.write_str("the lines beside the entries"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.verdict, self.what)
    }
}
