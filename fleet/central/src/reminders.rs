//! Reminders by SMS: whose numbers the office has, what is said to them, and what became of it. The
//! numbers stay at the centre; no device ever hears of one.

mod phones;

use ledger::{Demand, Language, Pack, StaffId, Standing, Text, date_text, percent};
use serde::Serialize;

pub use phones::{PhonesError, read_phones};

/// The largest file of numbers, in bytes: a large body's households.
pub const FILE_BYTES_MAX: u64 = 8 * 1_024 * 1_024;

/// Within so many days nobody is reminded again of the same building.
pub const WINDOW_DAYS: i64 = 7;

/// Characters of one SMS, and of each part of a longer one, in letters of its oldest alphabet.
const PLAIN: (usize, usize) = (160, 153);

/// The same in units of UTF-16, where it has any other letter.
const WIDE: (usize, usize) = (70, 67);

/// What that alphabet has besides letters and digits (3GPP TS 23.038); those of the second row take
/// two places each.
const PLAIN_SIGNS: &str = "@£$¥\n\r_ !\"#%&'()*+,-./:;<=>?¡¿§";
const PLAIN_PAIRS: &str = "^{}\\[~]|€";

/// A number that somebody gave for a building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    pub line: usize,
    pub building: u32,
    /// Ten digits.
    pub mobile: String,
    pub language: Language,
    /// Whether its owner wants messages; without it the number is taken out.
    pub consent: bool,
}

/// What came of a file of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhonesTaken {
    pub kept: usize,
    pub removed: usize,
    /// Lines whose building is not in the register: nothing of these is kept.
    pub unknown: Vec<(usize, u32)>,
}

pub struct ToRemind {
    pub ward: u16,
    /// Only those who are late.
    pub late: bool,
    pub by: StaffId,
    pub now_ms: i64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminded {
    pub queued: usize,
    pub parts: u64,
    /// Those who were reminded a few days ago.
    pub lately: usize,
    /// Buildings that owe something and have no number.
    pub without_number: usize,
}

/// A message that is to go out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub id: i64,
    /// By this the gateway knows that it has it already.
    pub key: String,
    pub mobile: String,
    pub text: String,
    pub parts: u32,
    pub tries: u32,
}

/// What the gateway made of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It has it, under this name of its own, where it says one.
    Taken(String),
    /// It may take it later.
    Later(String),
    /// It never will.
    Never(String),
}

/// How many messages are in each state, and the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outbox {
    pub queued: u64,
    pub failed: u64,
    pub sent: u64,
    pub given_up: u64,
    /// The cause of those that failed last or were given up, newest first.
    pub troubles: Vec<Trouble>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    pub building: u32,
    /// The last four digits: whoever needs the rest has the file.
    pub mobile: String,
    pub state: String,
    pub tries: u32,
    pub why: String,
}

/// What is said of a demand; none where nothing is owed, or nobody is late who must be.
pub fn message(
    pack: &Pack,
    language: Language,
    number: &str,
    demand: &Demand,
    late_only: bool,
) -> Option<String> {
    let late = demand.periods.iter().any(|due| due.standing == Standing::Late);
    if demand.is_nothing() || (late_only && !late) {
        return None;
    }
    let language = match pack.languages.contains(&language) {
        true => language,
        false => *pack.languages.first()?,
    };
    let (body, amount) = (pack.text(Text::BodyName, language), demand.total.on_glass());
    let due = demand.periods.first().map(|due| date_text(due.due)).unwrap_or_default();
    let rate = pack.rates.interest_month.at(demand.on).map(|rate| percent(rate.value));
    let values = [
        ("body", body),
        ("number", number),
        ("amount", amount.as_str()),
        ("date", due.as_str()),
        ("percent", rate.as_deref().unwrap_or("0")),
    ];
    let text = if late { Text::SmsLate } else { Text::SmsDue };
    Some(pack.fill(text, language, &values))
}

/// As how many messages the networks count a text.
pub fn parts(text: &str) -> u32 {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || PLAIN_SIGNS.contains(sign);
    let is_plain = text.chars().all(|sign| plain(sign) || PLAIN_PAIRS.contains(sign));
    let (length, (one, each)) = match is_plain {
        true => (text.chars().map(|sign| 1 + usize::from(!plain(sign))).sum(), PLAIN),
        false => (text.encode_utf16().count(), WIDE),
    };
    let parts = if length <= one { 1 } else { length.div_ceil(each) };
    u32::try_from(parts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_as_networks_count_them() {
        assert_eq!((parts(""), parts(&"a".repeat(160)), parts(&"a".repeat(161))), (1, 1, 2));
        assert_eq!((parts(&"a".repeat(306)), parts(&"a".repeat(307))), (2, 3));
        // A bracket takes two places; a rupee sign makes all of it wide.
        assert_eq!((parts(&"[".repeat(80)), parts(&"[".repeat(81))), (1, 2));
        assert_eq!((parts(&"₹".repeat(70)), parts(&"₹".repeat(71))), (1, 2));
        assert_eq!((parts(&"ക".repeat(134)), parts(&"ക".repeat(135))), (2, 3));
    }
}
