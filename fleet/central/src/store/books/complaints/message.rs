//! The word to whoever filed a complaint that it was answered: one message for each end, to the
//! number that they gave, if they gave one and the office has it.

use ledger::{
    CitizenSays, ComplaintDeed, ComplaintState, ComplaintWord, Did, Fact, Language, Pack, Text,
    Writer,
};
use replica::ApplicationFile;

use super::deeds;
use crate::reminders::parts;
use crate::store::StoreError;
use crate::store::books::facts::run;
use crate::store::books::pages::all;
use crate::store::books::{Trusted, named, unsigned};
use crate::store::sql::{Transaction, params};

/// The question of the form whose answer is a mobile number.
const PHONE: &str = "phone";

/// Ten digits.
const PHONE_DIGITS: usize = 10;

/// No building has this number: the message is about none.
const NO_BUILDING: u32 = 0;

/// Queues the message about the end at which a complaint stands, once. Where an earlier word of
/// another officer comes later, a message that still waits says that one.
pub(super) fn queue(
    books: &Transaction<'_>,
    trusted: &Trusted,
    number: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT c.writer, c.seq, c.state, c.remark, c.reopened, c.pack, a.body \
               FROM complaint c JOIN application a ON a.number = c.number WHERE c.number = ?1";
    let found = all(books, sql, [number], |row| {
        let (writer, seq, state): (u32, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (remark, reopened): (Option<String>, u32) = (row.get(3)?, row.get(4)?);
        let (pack, body): (u32, Option<Vec<u8>>) = (row.get(5)?, row.get(6)?);
        Ok((Writer(writer), seq, state, remark, reopened, pack, body))
    })?;
    let Some((writer, seq, state, remark, reopened, version, body)) = found.into_iter().next()
    else {
        return Ok(());
    };
    let state = ComplaintState::from_code(&state).filter(|state| !state.is_open());
    let (Some(state), Some(body)) = (state, body) else { return Ok(()) };
    let Some(mobile) = phone(trusted, number, &body) else { return Ok(()) };
    let entry = named::entry_of(books, writer, unsigned(seq, "a complaint")?)?;
    let Some(Fact::Applied(applied)) = entry.map(|(entry, _)| entry.fact) else { return Ok(()) };
    let Some(pack) = trusted.packs.version(version) else { return Ok(()) };
    let text = text(&pack, applied.language, (number, state), remark.as_deref());
    let key = key(trusted, number) + &reopened.to_string();
    let sql = "INSERT INTO outbox (key, building, mobile, text, parts, state, tries, next_ms, \
               queued_ms) VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, ?6, ?6) ON CONFLICT (key) \
               DO UPDATE SET text = excluded.text, parts = excluded.parts \
               WHERE outbox.state = 'queued'";
    run(books, sql, params![key, NO_BUILDING, mobile, text, parts(&text), now_ms])
}

/// What the keys of all messages about a complaint begin with.
fn key(trusted: &Trusted, number: &str) -> String {
    format!("{}-complaint-{number}-", trusted.packs.body())
}

/// The messages about a complaint whose answers are erased go with them.
pub(super) fn forget(
    books: &Transaction<'_>,
    trusted: &Trusted,
    number: &str,
) -> Result<(), StoreError> {
    for reopened in 0..=last_end(books, number)? {
        let key = key(trusted, number) + &reopened.to_string();
        run(books, "DELETE FROM outbox WHERE key = ?1", params![key])?;
    }
    Ok(())
}

/// How often a complaint was opened again, by every deed that says so.
fn last_end(books: &Transaction<'_>, number: &str) -> Result<usize, StoreError> {
    let reopens =
        |deed: &&ComplaintDeed| matches!(deed.did, Did::Answer { says: CitizenSays::Reopened, .. });
    Ok(deeds(books, number)?.iter().filter(reopens).count())
}

fn phone(trusted: &Trusted, number: &str, body: &[u8]) -> Option<String> {
    let file = ApplicationFile::open(body, trusted.office.opening()).ok()?;
    let answer = file.answers.into_iter().find(|answer| answer.name == PHONE)?;
    let digits = answer.value.trim();
    let whole = digits.len() == PHONE_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    (whole && file.number == number).then(|| digits.to_owned())
}

/// "Padippuram Grama Panchayat: G0802-26-A1-00001-X: Resolved. Cleared".
fn text(
    pack: &Pack,
    language: Language,
    (number, state): (&str, ComplaintState),
    remark: Option<&str>,
) -> String {
    let word = match state {
        ComplaintState::Rejected => ComplaintWord::Rejected,
        _ => ComplaintWord::Resolved,
    };
    let body = pack.text(Text::BodyName, language);
    let said = pack.complaint_word(word, language);
    let remark = remark.map(|remark| format!(". {remark}")).unwrap_or_default();
    format!("{body}: {number}: {said}{remark}")
}
