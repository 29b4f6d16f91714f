//! Whether two reports may be of one birth or death, where nobody may read what they say.
//!
//! What is answered is sealed to the office, so that devices compare marks: an HMAC of a few
//! answers together, as the names sound and whatever script they are written in. A name, a day and
//! a hospital are soon tried through, and a plain digest of them would be as good as the answer to
//! whoever holds an entry; so that the key is the body's secret, which devices have from the file
//! that makes them. Without the key a mark says that two entries of one body agree in something,
//! and no more; with it, from a stolen device, a guess at all of its answers can be confirmed.

use chrono::{Days, NaiveDate};
use ring::hmac;

use crate::moment::days_since_epoch;
use crate::pack::Registration;
use crate::receipt::Answer;
use crate::registration::{MARKS_MAX, Mark};
use crate::search;

/// The body's secret by which marks are made.
#[derive(Clone, Debug)]
pub struct LikenessKey(hmac::Key);

impl LikenessKey {
    pub const BYTES: usize = 32;

    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The marks of a report, in their order: for each way to be alike one of its day and one of
    /// the next, so that reports of neighbouring days meet, and one more where a name reads in two
    /// ways. A way with an answer that is missing gives none.
    pub fn marks(&self, rule: &Registration, answers: &[Answer]) -> Vec<Mark> {
        let Some(day) = rule.day(answers) else { return Vec::new() };
        let ways: Vec<_> = rule.alike.iter().map(|way| (way, readings(way, answers))).collect();
        let most = ways.iter().map(|(_, reads)| reads.len()).max().unwrap_or(0);
        let mut marks = Vec::new();
        // The first reading of each way before the second of any: where there are too many, none of
        // the ways goes without.
        for nth in 0..most {
            for (way, reads) in &ways {
                let read = reads.get(nth).into_iter();
                marks.extend(read.flat_map(|read| {
                    near(day).map(|day| self.mark(rule, way.as_slice(), read, day))
                }));
            }
        }
        marks.truncate(MARKS_MAX);
        marks.sort_unstable_by(|one, other| one[..].cmp(&other[..]));
        marks.dedup();
        marks
    }

    fn mark(&self, rule: &Registration, way: &[String], read: &[String], day: NaiveDate) -> Mark {
        let day = days_since_epoch(day).to_string();
        let fixed = ["padi likeness 1", rule.event.code(), &day];
        let parts = way.iter().chain(read).map(String::as_str);
        let mut context = hmac::Context::with_key(&self.0);
        for part in fixed.into_iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let tag = context.sign();
        let first = tag.as_ref().first_chunk::<8>().expect("SHA-256 has 32 bytes");
        Mark::from(*first)
    }
}

fn near(day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    [Some(day), day.checked_add_days(Days::new(1))].into_iter().flatten()
}

/// Each way to read the answers together; none where one is missing.
fn readings(way: &[String], answers: &[Answer]) -> Vec<Vec<String>> {
    let mut read: Vec<Vec<String>> = vec![Vec::new()];
    for name in way {
        let answer = answers.iter().find(|answer| answer.name == *name);
        let sounds = answer.map(|answer| search::sounds(&answer.value)).unwrap_or_default();
        let longer = |before: &Vec<String>, sound: &String| {
            let mut longer = before.clone();
            longer.push(sound.clone());
            longer
        };
        read = read
            .iter()
            .flat_map(|before| sounds.iter().map(move |sound| longer(before, sound)))
            .collect();
    }
    read
}

#[cfg(test)]
mod tests;
