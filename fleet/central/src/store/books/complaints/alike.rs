//! Complaints of one and the same thing: of one category and ward, near one door and landmark,
//! within some days. The later one is linked to the first; whatever is done about that answers
//! both, and whoever filed each says what they think of it.

use ledger::{ComplaintDeed, ComplaintState, Did, Hash, Work, sha256};
use replica::ApplicationFile;

use super::{deeds, restand};
use crate::store::StoreError;
use crate::store::books::Trusted;
use crate::store::books::facts::run;
use crate::store::books::pages::all;
use crate::store::books::signed;
use crate::store::sql::{Transaction, params};

/// The questions of the form by whose answers a place is known.
const PLACE: [&str; 2] = ["door", "landmark"];

/// What is filed so many days after another about the same place is the same matter.
const DAYS: i64 = 7;

/// Links a complaint to an open one of the same matter, now that its place can be read.
pub(super) fn link(
    books: &Transaction<'_>,
    trusted: &Trusted,
    number: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT a.body, c.category, c.ward, c.day, c.at_ms, c.state FROM complaint c \
               JOIN application a ON a.number = c.number \
               WHERE c.number = ?1 AND c.place IS NULL";
    let found = all(books, sql, [number], |row| {
        let (body, category): (Option<Vec<u8>>, String) = (row.get(0)?, row.get(1)?);
        let (ward, day, at_ms): (u32, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((body, category, ward, day, at_ms, row.get::<_, String>(5)?))
    })?;
    let Some((Some(body), category, ward, day, at_ms, state)) = found.into_iter().next() else {
        return Ok(());
    };
    let Some(place) = place(trusted, number, &body) else { return Ok(()) };
    run(books, "UPDATE complaint SET place = ?2 WHERE number = ?1", params![number, &place[..]])?;
    let sql = "SELECT number, at_ms FROM complaint \
               WHERE place = ?1 AND category = ?2 AND ward = ?3 AND number <> ?4 \
               AND same_as IS NULL AND state IN ('open', 'taken_up') \
               AND day BETWEEN ?5 AND ?6 ORDER BY at_ms, number LIMIT 1";
    let (from, to) = (day.saturating_sub(DAYS), day.saturating_add(DAYS));
    let key = params![&place[..], category, ward, number, from, to];
    let others: Vec<(String, i64)> = all(books, sql, key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((other, other_ms)) = others.into_iter().next() else { return Ok(()) };
    let is_open = ComplaintState::from_code(&state).is_some_and(ComplaintState::is_open);
    // The first one is the one that was filed first, whichever came here first.
    let (first, later) = match (other_ms, other.as_str()) < (at_ms, number) {
        true => (other.as_str(), number),
        false if is_open => (number, other.as_str()),
        false => return Ok(()),
    };
    let sql = "UPDATE complaint SET same_as = ?2 WHERE number = ?1 OR same_as = ?1";
    run(books, sql, params![later, first])?;
    restand(books, trusted, first, now_ms)
}

/// A place as it is compared: whatever signs, spaces and capitals it was written with. None where
/// nothing was said of it.
fn place(trusted: &Trusted, number: &str, body: &[u8]) -> Option<Hash> {
    let file = ApplicationFile::open(body, trusted.office.opening()).ok()?;
    let said = |name: &&str| {
        let answer = file.answers.iter().find(|answer| answer.name == **name);
        let letters = answer.map(|answer| answer.value.to_lowercase()).unwrap_or_default();
        letters
            .chars()
            .filter(|sign| !sign.is_whitespace() && !sign.is_ascii_punctuation())
            .collect::<String>()
    };
    let words: Vec<String> = PLACE.iter().map(said).collect();
    let says = file.number == number && words.iter().any(|word| !word.is_empty());
    says.then(|| sha256(words.join("\n").as_bytes()))
}

/// Those that are linked to a complaint.
pub(super) fn linked(books: &Transaction<'_>, number: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT number FROM complaint WHERE same_as = ?1 ORDER BY number";
    all(books, sql, [number], |row| row.get(0))
}

/// What was done about the complaint to which another is linked, and counted there: the work alone,
/// as each citizen speaks for themselves, and no end from before the other was filed.
pub(super) fn work_on(
    books: &Transaction<'_>,
    first: &str,
    filed_ms: i64,
) -> Result<Vec<ComplaintDeed>, StoreError> {
    let sql = "SELECT writer, seq FROM complaint_deed WHERE number = ?1 AND counts";
    let counted: Vec<(u32, i64)> = all(books, sql, [first], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut done = deeds(books, first)?;
    done.retain(|deed| {
        let is_of_both = match &deed.did {
            Did::Work(Work::Resolved(_) | Work::Rejected(_)) => deed.at_ms > filed_ms,
            Did::Work(_) => true,
            Did::Answer { .. } => false,
        };
        is_of_both && counted.contains(&(deed.writer.0, signed(deed.seq)))
    });
    Ok(done)
}
