//! Chains of devices: entries, heads, and what was kept apart from them.

use ledger::{DayBook, Hash, Head, Writer};
use minicbor::Encode;

use super::facts::run;
use super::{hash, signed, unsigned};
use crate::intake::Judged;
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Params, Transaction, Value, params};

const DAY_BOOK: &str = "SELECT day_book FROM device_head WHERE writer = ?1";

/// A device's day book, as of its last entry here.
pub fn day_book(books: &Transaction<'_>, writer: Writer) -> Result<DayBook, StoreError> {
    read_day_book(books, DAY_BOOK, writer)
}

/// The same, kept from every other turn of the device until this one ends.
pub fn day_book_to_move(books: &Transaction<'_>, writer: Writer) -> Result<DayBook, StoreError> {
    read_day_book(books, &books.locking(DAY_BOOK), writer)
}

fn read_day_book(
    books: &Transaction<'_>,
    sql: &str,
    writer: Writer,
) -> Result<DayBook, StoreError> {
    let bytes: Vec<u8> = books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([writer.0], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    minicbor::decode(&bytes).map_err(|_| StoreError::Damaged("a day book"))
}

/// The hashes of the chain here after each entry from `first` to `last`.
pub fn hashes(
    books: &Transaction<'_>,
    writer: Writer,
    first: u64,
    last: u64,
) -> Result<Vec<Hash>, StoreError> {
    let mut found = Vec::new();
    if first == 0 {
        found.push(Head::before_first(writer).hash);
    }
    let sql = "SELECT hash FROM entry WHERE writer = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement
        .query(params![writer.0, signed(first.max(1)), signed(last)])
        .map_err(StoreError::Sqlite)?;
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        found.push(hash(&row.get::<_, Vec<u8>>(0).map_err(StoreError::Sqlite)?)?);
    }
    Ok(found)
}

/// An entry that goes into a chain.
struct Added<'a> {
    writer: Writer,
    judged: &'a Judged,
    now_ms: i64,
}

impl Params for Added<'_> {
    fn count(&self) -> usize {
        5
    }

    fn value(&self, place: usize) -> Value<'_> {
        match place {
            0 => Value::Integer(self.writer.0.into()),
            1 => Value::Integer(signed(self.judged.head.seq)),
            2 => Value::Bytes(&self.judged.head.hash[..]),
            3 => Value::Bytes(&self.judged.canonical),
            _ => Value::Integer(self.now_ms),
        }
    }
}

pub fn add(
    books: &Transaction<'_>,
    writer: Writer,
    judged: &[Judged],
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO entry (writer, seq, hash, canonical, received_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let added = judged.iter().map(|judged| Added { writer, judged, now_ms });
    books.later_each(sql, &added.collect::<Vec<_>>()).map_err(StoreError::Sqlite)
}

/// Moves a device's head from where the turn found it to where it left it.
pub fn advance(
    books: &Transaction<'_>,
    writer: Writer,
    from: Head,
    day_book: &DayBook,
) -> Result<(), StoreError> {
    let sql = "UPDATE device_head SET seq = ?2, hash = ?3, day_book = ?4 \
               WHERE writer = ?1 AND seq = ?5 AND hash = ?6";
    let to = day_book.head();
    let (seq, from_seq, book) = (signed(to.seq), signed(from.seq), encoded(day_book));
    let moved = books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.execute(params![writer.0, seq, &to.hash[..], book, from_seq, &from.hash[..]])
        })
        .map_err(StoreError::Sqlite)?;
    match moved {
        1 => Ok(()),
        _ => Err(StoreError::Damaged("the head of a device")),
    }
}

/// Lists a fork and freezes its device.
pub fn fork(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    theirs: Hash,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO fork (writer, seq, theirs, found_ms) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT DO NOTHING";
    run(books, sql, params![writer.0, signed(seq), &theirs[..], now_ms])?;
    let because = format!("two histories from entry {seq} on: the device was copied or restored");
    let sql = "UPDATE device SET frozen_ms = ?2, frozen_because = ?3 \
               WHERE writer = ?1 AND frozen_ms IS NULL";
    run(books, sql, params![writer.0, now_ms, because])
}

/// Notes that a device was here; says whether it is frozen.
pub fn met(books: &Transaction<'_>, writer: Writer, now_ms: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE device SET last_contact_ms = ?2 WHERE writer = ?1 \
               RETURNING frozen_ms IS NOT NULL";
    let frozen = books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.query_row(params![writer.0, now_ms], |row| row.get(0)).optional()
        })
        .map_err(StoreError::Sqlite)?;
    frozen.ok_or(StoreError::Damaged("the list of devices"))
}

/// A whole chain with the head after each entry, as the database has them; the office's too.
pub fn whole(books: &Transaction<'_>, writer: Writer) -> Result<Vec<(Vec<u8>, Head)>, StoreError> {
    let sql = match writer {
        Writer::OFFICE => "SELECT seq, hash, canonical FROM office_entry WHERE ?1 = 0 ORDER BY seq",
        _ => "SELECT seq, hash, canonical FROM entry WHERE writer = ?1 ORDER BY seq",
    };
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([writer.0]).map_err(StoreError::Sqlite)?;
    let mut chain = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let seq = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "a sequence")?;
        let hash = hash(&row.get::<_, Vec<u8>>(1).map_err(StoreError::Sqlite)?)?;
        chain.push((row.get(2).map_err(StoreError::Sqlite)?, Head { seq, hash }));
    }
    Ok(chain)
}

pub fn encoded<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a Vec takes every byte")
}
