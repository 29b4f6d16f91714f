//! Two histories of one device, from the moment that they are found until two persons have closed
//! the case. The device itself stays frozen: nobody can say any more which of its copies is which,
//! so that whoever works with it gets another one, with a key and a chain of its own.

use ledger::{Fact, ForkSettled, StaffId, Writer};

use super::facts::run;
use super::office::{self, Addressee};
use super::{enrol, named, signed, unsigned};
use crate::forks::{SettledFork, Settlement, ToSettleFork};
use crate::remittance::{Refusal, typed};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// Writes that the case of a device is closed.
pub fn settle(books: &Transaction<'_>, deed: &ToSettleFork) -> Result<SettledFork, StoreError> {
    let ToSettleFork { device, by, second, .. } = deed;
    for person in [by, second] {
        enrol::check_staff(books, *person)?;
    }
    if by == second {
        return Err(Refusal::SecondPerson.into());
    }
    let writer = named::device(books, device)?;
    if let Some(own) = operator(books, writer)?.filter(|own| [by, second].contains(&own)) {
        return Err(Refusal::OwnDevice { device: device.clone(), staff: own.0 }.into());
    }
    let reason = typed(&deed.reason, "the reason")?;
    let Some(parts_at) = parts_at(books, writer)? else {
        return Err(Refusal::OneHistory(device.clone()).into());
    };
    if settlement(books, writer)?.is_some_and(|settled| settled.came_since == 0) {
        return Err(Refusal::ForkSettledBefore(device.clone()).into());
    }
    let held = held(books, writer)?;
    let (why, second) = (reason.clone(), *second);
    let fact = Fact::ForkSettled(ForkSettled { writer, parts_at, held, reason: why, second });
    let seq = office::add_by(books, fact, Some(*by), Addressee::Nobody, deed.now_ms)?;
    let sql = "INSERT INTO fork_settled (office_seq, writer, held, reason, officer, second, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (kept, by, at_ms) = (signed(held), by.0, deed.now_ms);
    run(books, sql, params![signed(seq), writer.0, kept, reason, by, second.0, at_ms])?;
    Ok(SettledFork { parts_at, held })
}

/// How the case of a device was closed last, if it was.
pub fn settlement(
    books: &Transaction<'_>,
    writer: Writer,
) -> Result<Option<Settlement>, StoreError> {
    let sql = "SELECT held, reason, officer, second, at_ms FROM fork_settled \
               WHERE writer = ?1 ORDER BY office_seq DESC LIMIT 1";
    let read = |row: &Row<'_>| {
        let settled = Settlement {
            by: row.get(2)?,
            second: row.get(3)?,
            at_ms: row.get(4)?,
            reason: row.get(1)?,
            came_since: 0,
        };
        Ok((row.get(0)?, settled))
    };
    let found: Option<(i64, Settlement)> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row([writer.0], read).optional())
        .map_err(StoreError::Sqlite)?;
    let Some((kept, settled)) = found else { return Ok(None) };
    let kept = unsigned(kept, "a settled case")?;
    let came_since = held(books, writer)?.saturating_sub(kept);
    Ok(Some(Settlement { came_since, ..settled }))
}

/// What is wrong with the office's word on a case, if anything is.
pub fn fault(
    books: &Transaction<'_>,
    by: Option<StaffId>,
    word: &ForkSettled,
) -> Result<Option<&'static str>, StoreError> {
    Ok(match by {
        _ if parts_at(books, word.writer)? != Some(word.parts_at) => {
            Some("settles two histories that nobody found")
        }
        None => Some("settles two histories without an officer"),
        Some(by) if by == word.second => Some("settles two histories by one person"),
        Some(_) => None,
    })
}

/// From which entry on a device tells two histories.
fn parts_at(books: &Transaction<'_>, writer: Writer) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT min(seq) FROM fork WHERE writer = ?1";
    let seq: Option<i64> =
        books.query_row(sql, [writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    seq.map(|seq| unsigned(seq, "a fork")).transpose()
}

/// How many entries lie beside a chain.
fn held(books: &Transaction<'_>, writer: Writer) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM held_entry WHERE writer = ?1";
    let count = books.query_row(sql, [writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    unsigned(count, "the entries that are held")
}

/// Who works with a device, where it is one person's.
pub fn operator(books: &Transaction<'_>, writer: Writer) -> Result<Option<StaffId>, StoreError> {
    let sql = "SELECT operator FROM device WHERE writer = ?1";
    let found: Option<u32> =
        books.query_row(sql, [writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    Ok(found.map(StaffId))
}
