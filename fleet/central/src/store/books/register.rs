//! The register of buildings, as a feed: each change has a number, and a device asks for what
//! follows the last one that it has.

use ledger::{Building, Writer};

use super::chain::encoded;
use super::facts::run;
use super::{signed, unsigned};
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{Loaded, StoreError};

/// Buildings that one answer carries at most.
const BUILDINGS_MAX: usize = 500;

/// Bytes of buildings that one answer carries at most: half of what a device reads as one message,
/// which leaves room for notices.
const BUILDING_BYTES_MAX: usize = replica::MESSAGE_BYTES_MAX / 2;

/// A part of the feed.
pub struct Fill {
    pub buildings: Vec<Building>,
    /// How far it goes.
    pub to: u64,
    pub more: bool,
}

/// Puts rows from outside in.
pub fn load(books: &Transaction<'_>, buildings: &[Building]) -> Result<Loaded, StoreError> {
    let mut with_receipts = Vec::new();
    for building in buildings {
        match has_receipts(books, building.id)? {
            true => with_receipts.push(building.id),
            false => put(books, building)?,
        }
    }
    let count = books
        .query_row("SELECT count(*) FROM building", [], |row| row.get(0))
        .map_err(StoreError::Sqlite)?;
    Ok(Loaded { buildings: unsigned(count, "the register")?, with_receipts })
}

/// Writes the latest state of a building, as the next change.
pub fn put(books: &Transaction<'_>, building: &Building) -> Result<(), StoreError> {
    run(books, "UPDATE register_head SET change = change + 1", [])?;
    let sql = "INSERT INTO building (id, ward, number, change, row) \
               VALUES (?1, ?2, ?3, (SELECT change FROM register_head), ?4) \
               ON CONFLICT (id) DO UPDATE SET ward = excluded.ward, number = excluded.number, \
               change = excluded.change, row = excluded.row";
    let Building { id, ward, number, .. } = building;
    run(books, sql, params![id, ward, number, encoded(building)])
}

pub fn building(books: &Transaction<'_>, id: u32) -> Result<Option<Building>, StoreError> {
    let sql = "SELECT row FROM building WHERE id = ?1";
    let found: Option<Vec<u8>> = books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([id], |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    found.map(|bytes| read(&bytes)).transpose()
}

/// Several buildings, in this order.
pub fn buildings(
    books: &Transaction<'_>,
    ids: &[u32],
) -> Result<Vec<Option<Building>>, StoreError> {
    let keys: Vec<[u32; 1]> = ids.iter().map(|id| [*id]).collect();
    let sql = "SELECT row FROM building WHERE id = ?1";
    let found = books.query_each(sql, &keys, |row| row.get::<_, Vec<u8>>(0));
    let found = found.map_err(StoreError::Sqlite)?.into_iter();
    found.map(|row| row.map(|bytes| read(&bytes)).transpose()).collect()
}

/// What changed in a device's wards after a change.
pub fn changes(books: &Transaction<'_>, writer: Writer, after: u64) -> Result<Fill, StoreError> {
    let head: i64 = books
        .prepare_cached("SELECT change FROM register_head")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    let mut fill = Fill { buildings: Vec::new(), to: after, more: false };
    let sql = "SELECT change, row FROM building WHERE change > ?1 \
               AND ward IN (SELECT ward FROM device_ward WHERE writer = ?2) \
               ORDER BY change LIMIT ?3";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    // One more says that there is more.
    let key = params![signed(after), writer.0, signed(BUILDINGS_MAX as u64 + 1)];
    let mut rows = statement.query(key).map_err(StoreError::Sqlite)?;
    let mut bytes = 0;
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let building: Vec<u8> = row.get(1).map_err(StoreError::Sqlite)?;
        bytes += building.len();
        if fill.buildings.len() == BUILDINGS_MAX || bytes > BUILDING_BYTES_MAX {
            fill.more = true;
            return Ok(fill);
        }
        fill.buildings.push(read(&building)?);
        fill.to = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "a change")?;
    }
    fill.to = unsigned(head, "the register")?;
    Ok(fill)
}

fn has_receipts(books: &Transaction<'_>, building: u32) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM receipt_line WHERE building = ?1)";
    books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([building], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

fn read(bytes: &[u8]) -> Result<Building, StoreError> {
    minicbor::decode(bytes).map_err(|_| StoreError::Damaged("a building"))
}
