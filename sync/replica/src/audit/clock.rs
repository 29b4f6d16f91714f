//! What an entry's time is held against: the entry before it, and the office's countersignature
//! that it names.

use ledger::Entry;

use super::chain::Chain;
use super::finding::{Finding, Place, Verdict};
use super::proven::{By, Proven};

/// How far a sound device's wall clock may be from the office's: a clock that loses a second a
/// day and was not set for a year and a half.
pub const SLACK_MS: i64 = 10 * 60 * 1_000;

/// When an entry can have been written, by the office's clock in milliseconds since 1970; none
/// where nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// When the office countersigned the entry that it names: it was written after that.
    pub since_ms: Option<i64>,
    /// When it arrived at the office. A file does not say it, so that only the centre knows.
    pub until_ms: Option<i64>,
}

/// How far an entry is dated outside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    Early { by_ms: i64 },
    Late { by_ms: i64 },
}

/// Holds an entry's time against its bounds. A clock that could not be believed dates nothing back
/// or ahead: the entry and its slip said so.
pub fn outside(entry: &Entry, bounds: Bounds) -> Option<Outside> {
    if entry.unsure_since_ms.is_some() {
        return None;
    }
    let at_ms = entry.at.wall_ms;
    let early = bounds.since_ms.filter(|since_ms| at_ms.saturating_add(SLACK_MS) < *since_ms);
    let late = bounds.until_ms.filter(|until_ms| at_ms.saturating_sub(SLACK_MS) > *until_ms);
    let early = early.map(|since_ms| Outside::Early { by_ms: since_ms.saturating_sub(at_ms) });
    early.or(late.map(|until_ms| Outside::Late { by_ms: at_ms.saturating_sub(until_ms) }))
}

/// Looks at every entry that nothing else is wrong with. `covered` is the last entry that a
/// signature covers: of two entries behind it that contradict each other, either may be the wrong
/// one.
pub(super) fn check(
    chain: &Chain<'_>,
    proven: &[Proven],
    covered: u64,
    findings: &mut Vec<Finding>,
) {
    let countersigned = countersigned(proven);
    let blamed = blamed(findings);
    let is_blamed = |seq| {
        let next = blamed.partition_point(|(first, _)| *first <= seq);
        next > 0 && blamed[next - 1].1 >= seq
    };
    let mut before: Option<&Entry> = None;
    for entry in chain.links.iter().filter_map(|link| link.entry.as_ref()) {
        if is_blamed(entry.seq) {
            continue;
        }
        let named = countersigned.partition_point(|(seq, _)| *seq <= entry.countersigned);
        let since_ms = named.checked_sub(1).map(|place| countersigned[place].1);
        let own = impossible(entry, since_ms).map(|what| (entry.seq, what));
        let wrong = own.or_else(|| {
            let before = before?;
            let first = if entry.seq <= covered { entry.seq } else { before.seq };
            runs_back(before, entry).map(|what| (first, what))
        });
        match wrong {
            Some((first, what)) => {
                let place = Place::span(first, entry.seq);
                findings.push(Finding::new(Verdict::BackDated, place, what));
            }
            // An entry that is wrong itself says nothing against the next one.
            None => before = Some(entry),
        }
    }
}

/// The entries that something is wrong with already, as spans that neither touch nor overlap.
fn blamed(findings: &[Finding]) -> Vec<(u64, u64)> {
    let wrong = findings.iter().filter(|finding| finding.verdict > Verdict::Unproven);
    let mut spans: Vec<(u64, u64)> = wrong
        .filter_map(|finding| match finding.place {
            Place::Entry(seq) => Some((seq, seq)),
            Place::Entries { first, last } => Some((first, last)),
            _ => None,
        })
        .collect();
    spans.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::with_capacity(spans.len());
    for (first, last) in spans {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}

/// What one entry says of the time by itself. `since_ms` is when the office gave the newest
/// countersignature that the entry knows of: the entry was written after it.
fn impossible(entry: &Entry, since_ms: Option<i64>) -> Option<String> {
    if entry.countersigned >= entry.seq {
        return Some(format!("it knows of a countersigned entry {}", entry.countersigned));
    }
    let bounds = Bounds { since_ms, until_ms: None };
    match outside(entry, bounds)? {
        Outside::Early { by_ms } => Some(format!(
            "it is dated {} s before the office countersigned entry {}, which it names",
            by_ms / 1_000,
            entry.countersigned
        )),
        Outside::Late { by_ms } => Some(format!("it is dated {} s after it came", by_ms / 1_000)),
    }
}

/// What one entry says of the time against the one before it.
fn runs_back(before: &Entry, entry: &Entry) -> Option<String> {
    if entry.at.boot < before.at.boot {
        let (boot, last) = (entry.at.boot, before.at.boot);
        return Some(format!("it was written in boot {boot}, after boot {last}"));
    }
    if entry.at.boot == before.at.boot && entry.at.mono_ms < before.at.mono_ms {
        let back_ms = before.at.mono_ms - entry.at.mono_ms;
        return Some(format!("the clock since the boot ran back by {back_ms} ms"));
    }
    None
}

/// What the office countersigned, and when first, by sequence.
fn countersigned(proven: &[Proven]) -> Vec<(u64, i64)> {
    let mut bounds: Vec<(u64, i64)> = Vec::new();
    for proven in proven.iter().filter(|proven| proven.by == By::Checkpoint) {
        let (seq, at_ms) = (proven.head.seq, proven.at_ms);
        match bounds.last_mut() {
            // The same head may be countersigned again later: the device may have had the first.
            Some((last, first_ms)) if *last == seq => *first_ms = at_ms.min(*first_ms),
            _ => bounds.push((seq, at_ms)),
        }
    }
    bounds
}
