//! Receipts that payers hold and the books lack: what a lost or robbed device took with it.

use ledger::{DayBook, Entry, Paise, ReceiptNumber, SignedClaim, Writer};

use super::facts::run;
use super::{chain, enrol, named, signed};
use crate::losses::{Claimed, LostBook, LostClaim, LostDevice, Missing};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// Rows of a list on a page.
const ROWS_MAX: i64 = 200;

/// A number that somebody looks at again within an hour is not counted again: a page that is left
/// open must not write to the books.
const ASKED_AGAIN_MS: i64 = 60 * 60 * 1_000;

/// Looks whether the books have the receipt of a slip, and keeps it where they have not.
pub fn claim(
    books: &Transaction<'_>,
    slip: &SignedClaim,
    now_ms: i64,
) -> Result<Claimed, StoreError> {
    let device = enrol::device_key(books, slip.writer())?;
    let claim = match slip.checked(|_| device) {
        Ok(claim) => claim,
        Err(error) => return Ok(Claimed::Refused(error.to_string())),
    };
    let (entry, receipt) = match claim.entry() {
        Ok(found) => found,
        Err(error) => return Ok(Claimed::Refused(error.to_string())),
    };
    let number = claim.number(&receipt).to_string();
    let canonical = entry.canonical();
    match named::entry_of(books, claim.writer, entry.seq)? {
        Some((_, stored)) if stored == canonical => return Ok(Claimed::Known { number }),
        Some(_) => {
            keep(books, claim.writer, &entry, &number, receipt.total, now_ms)?;
            return Ok(Claimed::Contradicts { number, seq: entry.seq });
        }
        None => {}
    }
    keep(books, claim.writer, &entry, &number, receipt.total, now_ms)?;
    Ok(Claimed::Lost { number, amount: receipt.total })
}

/// Whether a look at a number changes nothing: it is of no book that was given, or was counted
/// within the hour.
pub fn asked_lately(
    books: &Transaction<'_>,
    number: &ReceiptNumber,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM lease WHERE year = ?1 AND book = ?2 \
               AND ?3 BETWEEN first AND last AND NOT acknowledges) \
               OR EXISTS (SELECT 1 FROM asked WHERE number = ?4 \
               AND last_ms > ?5 AND last_ms <= ?6)";
    let (text, since) = (number.to_string(), now_ms - ASKED_AGAIN_MS);
    let key = params![number.year, number.book, number.number, text, since, now_ms];
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(key, |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

/// Notes that somebody asked for a number that no device has sent; only numbers that a device could
/// have given count, so that nobody can fill the list.
pub fn asked(
    books: &Transaction<'_>,
    number: &ReceiptNumber,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT writer FROM lease WHERE year = ?1 AND book = ?2 \
               AND ?3 BETWEEN first AND last AND NOT acknowledges";
    let key = params![number.year, number.book, number.number];
    let writer: Option<u32> =
        books.query_row(sql, key, |row| row.get(0)).optional().map_err(StoreError::Sqlite)?;
    let Some(writer) = writer else { return Ok(()) };
    let sql = "INSERT INTO asked (number, writer, first_ms, times, last_ms) \
               VALUES (?1, ?2, ?3, 1, ?3) \
               ON CONFLICT (number) DO UPDATE SET times = asked.times + 1, last_ms = ?3";
    run(books, sql, params![number.to_string(), writer, now_ms])
}

/// Every receipt that somebody showed or asked for and that is still not here.
pub fn missing(books: &Transaction<'_>) -> Result<Vec<Missing>, StoreError> {
    let sql = "SELECT c.number, d.name, c.amount, c.shown_ms FROM claim c \
               JOIN device d ON d.writer = c.writer \
               LEFT JOIN entry e ON e.writer = c.writer AND e.seq = c.seq \
               WHERE (e.canonical IS NULL OR e.canonical <> c.canonical) AND NOT EXISTS \
               (SELECT 1 FROM receipt r WHERE r.of_writer = c.writer AND r.of_seq = c.seq \
                AND r.state = 'restored') \
               UNION ALL \
               SELECT a.number, d.name, NULL, a.first_ms FROM asked a \
               JOIN device d ON d.writer = a.writer \
               WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.number = a.number) \
               AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.number = a.number) \
               ORDER BY 4 DESC LIMIT ?1";
    let read = |row: &Row<'_>| {
        Ok(Missing {
            number: row.get(0)?,
            device: row.get(1)?,
            amount: row.get::<_, Option<i64>>(2)?.map(Paise::new),
            since_ms: row.get(3)?,
        })
    };
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([ROWS_MAX], read).map_err(StoreError::Sqlite)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::Sqlite)
}

/// What a device may have collected and never sent.
pub fn lost(books: &Transaction<'_>, name: &str) -> Result<Option<LostDevice>, StoreError> {
    let sql = "SELECT writer, last_contact_ms FROM device WHERE name = ?1";
    let found: Option<(u32, Option<i64>)> = books
        .query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(StoreError::Sqlite)?;
    let Some((writer, last_contact_ms)) = found else { return Ok(None) };
    let writer = Writer(writer);
    let day_book: DayBook = chain::day_book(books, writer)?;
    let open = day_book.books().map(|open| LostBook {
        first: open.lease.number(open.next.min(open.lease.last)).to_string(),
        last: open.lease.number(open.lease.last).to_string(),
        numbers: (open.lease.last + 1).saturating_sub(open.next),
    });
    Ok(Some(LostDevice {
        name: name.to_owned(),
        last_contact_ms,
        last_entry: day_book.head().seq,
        cash: day_book.cash(),
        books: open.collect(),
        unopened: unopened(books, writer)?,
        claims: claims_beyond(books, writer)?,
    }))
}

/// Keeps a slip that proved itself, once.
pub fn keep(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    number: &str,
    amount: Paise,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO claim (writer, seq, canonical, number, amount, at_ms, \
               shown_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
               ON CONFLICT DO NOTHING";
    let (seq, canonical) = (signed(entry.seq), entry.canonical());
    let (amount, at_ms) = (amount.get(), entry.at.wall_ms);
    run(books, sql, params![writer.0, seq, canonical, number, amount, at_ms, now_ms])
}

fn unopened(books: &Transaction<'_>, writer: Writer) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT book FROM lease WHERE writer = ?1 AND opened_seq IS NULL \
               AND NOT acknowledges ORDER BY year, place";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::Sqlite)
}

/// Slips that payers showed of entries that the device never sent.
fn claims_beyond(books: &Transaction<'_>, writer: Writer) -> Result<Vec<LostClaim>, StoreError> {
    let sql = "SELECT c.number, c.amount, c.at_ms FROM claim c \
               LEFT JOIN entry e ON e.writer = c.writer AND e.seq = c.seq \
               WHERE c.writer = ?1 AND (e.canonical IS NULL OR e.canonical <> c.canonical) \
               ORDER BY c.seq";
    let read = |row: &Row<'_>| {
        let amount = Paise::new(row.get(1)?);
        Ok(LostClaim { number: row.get(0)?, amount, at_ms: row.get(2)? })
    };
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([writer.0], read).map_err(StoreError::Sqlite)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::Sqlite)
}
