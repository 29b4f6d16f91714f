//! What people name to the office: devices, closes and entries.

use ledger::{Entry, Hash, Paise, StaffId, Writer, sha256};

use super::{hash, signed};
use crate::remittance::{CloseName, Refusal};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// A day's close that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    pub writer: Writer,
    pub seq: u64,
    pub staff: StaffId,
    /// Days since 1970-01-01.
    pub day: i64,
    pub counted: Paise,
    /// The change money among it.
    pub float: Paise,
    pub instruments: u32,
    /// Of the close's canonical bytes.
    pub hash: Hash,
}

pub fn device(books: &Transaction<'_>, name: &str) -> Result<Writer, StoreError> {
    let sql = "SELECT writer FROM device WHERE name = ?1";
    let found = books.query_row(sql, [name], |row| row.get(0)).optional();
    let found = found.map_err(StoreError::Sqlite)?;
    Ok(Writer(found.ok_or_else(|| Refusal::NoSuchDevice(name.to_owned()))?))
}

/// A close by the name that a person gave it.
pub fn close(books: &Transaction<'_>, name: &CloseName) -> Result<Close, StoreError> {
    let writer = device(books, &name.device)?;
    let found = close_of(books, writer, name.seq)?;
    Ok(found.ok_or_else(|| Refusal::NoSuchClose(name.clone()))?)
}

pub fn close_of(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
) -> Result<Option<Close>, StoreError> {
    let sql = "SELECT c.staff, c.day, c.counted, c.float, c.instruments, c.hash, e.canonical \
               FROM day_close c JOIN entry e ON e.writer = c.writer AND e.seq = c.seq \
               WHERE c.writer = ?1 AND c.seq = ?2";
    let read = |row: &Row<'_>| {
        let kept: (Option<Vec<u8>>, Vec<u8>) = (row.get(5)?, row.get(6)?);
        let close = Close {
            writer,
            seq,
            staff: StaffId(row.get(0)?),
            day: row.get(1)?,
            counted: Paise::new(row.get(2)?),
            float: Paise::new(row.get(3)?),
            instruments: row.get(4)?,
            hash: Hash::from([0; 32]),
        };
        Ok((close, kept))
    };
    let found = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![writer.0, signed(seq)], read).optional())
        .map_err(StoreError::Sqlite)?;
    let Some((close, (kept, canonical))) = found else { return Ok(None) };
    // A close from before hashes were kept has its entry still.
    let hash = kept.map_or_else(|| Ok(sha256(&canonical)), |kept| hash(&kept))?;
    Ok(Some(Close { hash, ..close }))
}

/// The entry of a device's chain here, with its canonical bytes.
pub fn entry_of(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
) -> Result<Option<(Entry, Vec<u8>)>, StoreError> {
    let sql = "SELECT canonical FROM entry WHERE writer = ?1 AND seq = ?2";
    let key = params![writer.0, signed(seq)];
    let found: Option<Vec<u8>> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(key, |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    let Some(canonical) = found else { return Ok(None) };
    let entry = Entry::read(&canonical).map_err(|_| StoreError::Damaged("an entry"))?;
    Ok(Some((entry, canonical)))
}

/// Refuses a day that has not come.
pub fn check_day(on: i64, now_ms: i64) -> Result<(), Refusal> {
    match on > crate::time::moment(now_ms).day() {
        true => Err(Refusal::Future(ledger::day_text(on))),
        false => Ok(()),
    }
}
