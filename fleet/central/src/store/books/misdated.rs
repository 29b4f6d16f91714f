//! Entries whose time cannot be true. They are facts and stand; an officer looks at them.

use ledger::{Entry, Writer};
use replica::audit::{Bounds, outside};

use super::facts::run;
use super::signed;
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Transaction, params};

/// What was asked last of when a chain was countersigned: the entries of one turn nearly all name
/// the same entry, and nothing is countersigned in between.
#[derive(Default)]
pub struct Asked(Option<(Writer, u64, Option<i64>)>);

/// Judges an entry of a chain as it arrives, by the rule that an auditor has, and lists it where
/// its time is outside what is possible.
pub fn note(
    books: &Transaction<'_>,
    asked: &mut Asked,
    writer: Writer,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    let since_ms = match asked.0 {
        Some((of, seq, since_ms)) if (of, seq) == (writer, entry.countersigned) => since_ms,
        _ => countersigned_ms(books, writer, entry.countersigned)?,
    };
    asked.0 = Some((writer, entry.countersigned, since_ms));
    let bounds = Bounds { since_ms, until_ms: Some(now_ms) };
    let Some(outside) = outside(entry, bounds) else { return Ok(()) };
    tracing::warn!(writer = writer.0, seq = entry.seq, ?outside, "dated outside what is possible");
    let sql = "INSERT INTO misdated (writer, seq, at_ms, since_ms, until_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    run(books, sql, params![writer.0, signed(entry.seq), entry.at.wall_ms, since_ms, now_ms])
}

/// Judges every entry by when it arrived, for those that came before anybody did.
pub fn judge_all(books: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = "SELECT writer, canonical, received_ms FROM entry";
    let mut asked = Asked::default();
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([]).map_err(StoreError::Sqlite)?;
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let writer = Writer(row.get(0).map_err(StoreError::Sqlite)?);
        let canonical: Vec<u8> = row.get(1).map_err(StoreError::Sqlite)?;
        let Ok(entry) = Entry::read(&canonical) else { continue };
        let received_ms = row.get(2).map_err(StoreError::Sqlite)?;
        note(books, &mut asked, writer, &entry, received_ms)?;
    }
    Ok(())
}

/// When the office first countersigned the entry that another names, or the last one before it
/// that it countersigned.
fn countersigned_ms(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT received_ms FROM signed_head \
               WHERE writer = ?1 AND seq <= ?2 AND countersignature IS NOT NULL \
               ORDER BY seq DESC, received_ms LIMIT 1";
    books
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![writer.0, signed(seq)], |row| row.get(0)).optional()
        })
        .map_err(StoreError::Sqlite)
}
