//! Whose requests were turned away, when and why, since this process began: for the office's page.
//! What was refused so left nothing in the books.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ledger::Writer;
use serde::Serialize;

/// The most that are remembered: every device of a large body with a reason each. The one that was
/// turned away longest ago makes room.
const TURNED_AWAY_MAX: usize = 256;

/// Why a request was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No device has this number here.
    Stranger,
    /// It is not signed by the device that it names.
    Signature,
    /// It is no message of this version.
    Unreadable,
    /// It has more bytes than are read.
    TooLarge,
    /// It was cut off, or too slow.
    Cut,
    /// Its entries cannot be read, or do not lead to the head that was signed.
    Damaged,
    /// It was given to somebody to carry, and came over a line: somebody else has seen it.
    Carried,
}

/// One device, or one kind of stranger, as the page lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TurnedAway {
    /// The device's name; none where the request named no device of this body.
    pub device: Option<String>,
    pub why: Why,
    pub first_ms: i64,
    pub last_ms: i64,
    pub times: u64,
}

#[derive(Default)]
pub struct Turned {
    seen: Mutex<BTreeMap<(Option<Writer>, Why), Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    first_ms: i64,
    last_ms: i64,
    times: u64,
}

impl Turned {
    /// Notes a request of a device of this body, or of nobody who is known.
    pub fn note(&self, writer: Option<Writer>, why: Why, now_ms: i64) {
        // A thread that panicked here left whole rows behind.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= TURNED_AWAY_MAX && !seen.contains_key(&(writer, why)) {
            let oldest = seen.iter().min_by_key(|(_, seen)| seen.last_ms).map(|(key, _)| *key);
            oldest.and_then(|key| seen.remove(&key));
        }
        let new = Seen { first_ms: now_ms, last_ms: now_ms, times: 0 };
        let row = seen.entry((writer, why)).or_insert(new);
        row.last_ms = now_ms;
        row.times = row.times.saturating_add(1);
    }

    /// The latest first; `name` gives a device's name.
    pub fn listed(&self, name: impl Fn(Writer) -> Option<String>) -> Vec<TurnedAway> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows: Vec<TurnedAway> = seen
            .iter()
            .map(|((writer, why), seen)| TurnedAway {
                device: writer.map(|writer| name(writer).unwrap_or_else(|| writer.0.to_string())),
                why: *why,
                first_ms: seen.first_ms,
                last_ms: seen.last_ms,
                times: seen.times,
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_ms));
        rows
    }
}

impl Why {
    /// What the page says.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Stranger => "No device of this office",
            Self::Signature => "Not signed by the device that it names",
            Self::Unreadable => "No message of this version",
            Self::TooLarge => "Larger than any message",
            Self::Cut => "Cut off, or too slow",
            Self::Damaged => "Its entries do not lead to the head that was signed",
            Self::Carried => "Taken from a parcel that somebody carried",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_counted_and_what_is_too_many_goes_by_age() {
        let turned = Turned::default();
        for at_ms in [1, 5] {
            turned.note(Some(Writer(7)), Why::Signature, at_ms);
        }
        let name = |_| Some("kiosk-1".to_owned());
        let row = TurnedAway {
            device: Some("kiosk-1".to_owned()),
            why: Why::Signature,
            first_ms: 1,
            last_ms: 5,
            times: 2,
        };
        assert_eq!(turned.listed(name), [row]);
        for writer in 0..TURNED_AWAY_MAX as u32 {
            turned.note(Some(Writer(100 + writer)), Why::Damaged, 10 + i64::from(writer));
        }
        let listed = turned.listed(|_| None);
        assert_eq!(listed.len(), TURNED_AWAY_MAX);
        assert!(listed.iter().all(|row| row.why == Why::Damaged), "the oldest made room");
    }
}
