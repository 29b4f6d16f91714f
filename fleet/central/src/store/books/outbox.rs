//! Numbers of people, and messages to them: queued once, sent with patience, given up in the end.

use ledger::{Building, Demand, Language};

use super::facts::run;
use super::pages::{all, count};
use super::{Trusted, enrol, register};
use crate::reminders::{
    Outbox, Outgoing, Phone, PhonesTaken, Reminded, Sent, ToRemind, Trouble, WINDOW_DAYS, message,
    parts,
};
use crate::store::StoreError;
use crate::store::sql::{Transaction, params};
use crate::time::moment;

/// Messages that go out in one round.
const ROUND_MAX: i64 = 20;

/// Who takes a message has so long to say what came of it; then another may try.
const HELD_MS: i64 = 2 * 60 * 1_000;

/// The pause after the first failure; each further one is twice as long, to six hours.
const PAUSE_MS: i64 = 60 * 1_000;
const PAUSE_MS_MAX: i64 = 6 * 60 * 60 * 1_000;

/// How often a message is tried: two days with these pauses.
const TRIES_MAX: u32 = 16;

/// What is listed of what went wrong.
const TROUBLES_MAX: i64 = 25;

/// Keeps numbers whose owners want messages, and takes out those whose owners do not.
pub fn import(
    books: &Transaction<'_>,
    phones: &[Phone],
    now_ms: i64,
) -> Result<PhonesTaken, StoreError> {
    let mut taken = PhonesTaken::default();
    for phone in phones {
        if register::building(books, phone.building)?.is_none() {
            taken.unknown.push((phone.line, phone.building));
            continue;
        }
        if !phone.consent {
            let sql = "DELETE FROM phone WHERE building = ?1 AND mobile = ?2";
            run(books, sql, params![phone.building, phone.mobile])?;
            // What waits for it is not sent any more.
            let sql = "UPDATE outbox SET state = 'given_up', why = 'the owner wants no messages' \
                       WHERE building = ?1 AND mobile = ?2 AND state IN ('queued', 'failed')";
            run(books, sql, params![phone.building, phone.mobile])?;
            taken.removed += 1;
            continue;
        }
        let sql = "INSERT INTO phone (building, mobile, language, since_ms) \
                   VALUES (?1, ?2, ?3, ?4) ON CONFLICT (building, mobile) \
                   DO UPDATE SET language = excluded.language";
        run(books, sql, params![phone.building, phone.mobile, phone.language.code(), now_ms])?;
        taken.kept += 1;
    }
    Ok(taken)
}

/// Queues one message for each number of a building that owes something.
pub fn remind(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToRemind,
) -> Result<Reminded, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let on = moment(deed.now_ms).date();
    let pack = trusted.packs.on(on);
    let mut reminded = Reminded::default();
    for building in register::of_ward(books, deed.ward)? {
        // What cannot be computed is a fault of the register that the dashboard's bills name.
        let Ok(demand) = Demand::of(&pack, &building, on, &[]) else { continue };
        let number = &building.number;
        if message(&pack, Language::En, number, &demand, deed.late).is_none() {
            continue;
        }
        let phones = phones(books, building.id)?;
        reminded.without_number += usize::from(phones.is_empty());
        for (mobile, language) in phones {
            let Some(text) = message(&pack, language, number, &demand, deed.late) else { continue };
            let parts = parts(&text);
            match queue(books, trusted, &building, (&mobile, &text, parts), deed.now_ms)? {
                true => {
                    reminded.queued += 1;
                    reminded.parts += u64::from(parts);
                }
                false => reminded.lately += 1,
            }
        }
    }
    Ok(reminded)
}

fn phones(books: &Transaction<'_>, building: u32) -> Result<Vec<(String, Language)>, StoreError> {
    let sql = "SELECT mobile, language FROM phone WHERE building = ?1 ORDER BY mobile";
    let rows: Vec<(String, String)> =
        all(books, sql, [building], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = |code: &str| Language::ALL.into_iter().find(|language| language.code() == code);
    let rows = rows.into_iter();
    Ok(rows.filter_map(|(mobile, code)| Some((mobile, known(&code)?))).collect())
}

/// Whether it is queued, and not so soon after another to the same number for the same building.
fn queue(
    books: &Transaction<'_>,
    trusted: &Trusted,
    building: &Building,
    (mobile, text, parts): (&str, &str, u32),
    now_ms: i64,
) -> Result<bool, StoreError> {
    let since = now_ms.saturating_sub(WINDOW_DAYS * 86_400_000);
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE building = ?1 AND mobile = ?2 \
               AND queued_ms > ?3)";
    let key = params![building.id, mobile, since];
    let lately: bool = books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    if lately {
        return Ok(false);
    }
    let key = format!("{}-{}-{mobile}-{now_ms}", trusted.packs.body(), building.id);
    let sql = "INSERT INTO outbox (key, building, mobile, text, parts, state, tries, next_ms, \
               queued_ms) VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, ?6, ?6)";
    run(books, sql, params![key, building.id, mobile, text, parts, now_ms])?;
    Ok(true)
}

/// Messages whose time has come. Whoever asks has some minutes to say what came of them.
pub fn due(books: &Transaction<'_>, now_ms: i64) -> Result<Vec<Outgoing>, StoreError> {
    let sql = "SELECT id, key, mobile, text, parts, tries FROM outbox \
               WHERE state IN ('queued', 'failed') AND next_ms <= ?1 ORDER BY next_ms, id LIMIT ?2";
    let sql = books.locking(sql);
    let found = all(books, &sql, params![now_ms, ROUND_MAX], |row| {
        Ok(Outgoing {
            id: row.get(0)?,
            key: row.get(1)?,
            mobile: row.get(2)?,
            text: row.get(3)?,
            parts: row.get(4)?,
            tries: row.get(5)?,
        })
    })?;
    for message in &found {
        let sql = "UPDATE outbox SET next_ms = ?2 WHERE id = ?1";
        run(books, sql, params![message.id, now_ms.saturating_add(HELD_MS)])?;
    }
    Ok(found)
}

/// What came of a message.
pub fn ended(
    books: &Transaction<'_>,
    message: &Outgoing,
    sent: &Sent,
    now_ms: i64,
) -> Result<(), StoreError> {
    let tries = message.tries + 1;
    let (state, why, pause_ms) = match sent {
        Sent::Taken(name) => ("sent", name, 0),
        Sent::Never(why) => ("given_up", why, 0),
        Sent::Later(why) if tries >= TRIES_MAX => ("given_up", why, 0),
        Sent::Later(why) => ("failed", why, pause(message.tries)),
    };
    // One that its owner stopped meanwhile stays stopped.
    let sql = "UPDATE outbox SET state = ?2, why = ?3, tries = ?4, next_ms = ?5, ended_ms = ?6 \
               WHERE id = ?1 AND state IN ('queued', 'failed')";
    let next_ms = now_ms.saturating_add(pause_ms);
    run(books, sql, params![message.id, state, why, tries, next_ms, now_ms])
}

fn pause(tries: u32) -> i64 {
    PAUSE_MS.saturating_mul(1_i64 << tries.min(20)).min(PAUSE_MS_MAX)
}

pub fn outbox(books: &Transaction<'_>) -> Result<Outbox, StoreError> {
    let of =
        |state: &str| count(books, &format!("SELECT count(*) FROM outbox WHERE state = '{state}'"));
    let sql = "SELECT building, mobile, state, tries, why FROM outbox \
               WHERE state IN ('failed', 'given_up') ORDER BY ended_ms DESC, id DESC LIMIT ?1";
    let troubles = all(books, sql, [TROUBLES_MAX], |row| {
        let mobile: String = row.get(1)?;
        let shown = mobile.get(6..).unwrap_or_default();
        let why: Option<String> = row.get(4)?;
        Ok(Trouble {
            building: row.get(0)?,
            mobile: format!("••••••{shown}"),
            state: row.get(2)?,
            tries: row.get(3)?,
            why: why.unwrap_or_default(),
        })
    })?;
    Ok(Outbox {
        queued: of("queued")?,
        failed: of("failed")?,
        sent: of("sent")?,
        given_up: of("given_up")?,
        troubles,
    })
}
