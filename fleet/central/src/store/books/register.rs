//! The register of buildings, as a feed: each change has a number, and a device asks for what
//! follows the last one that it has.

use ledger::{Building, Writer};

use super::chain::encoded;
use super::facts::run;
use super::{Trusted, bills, records, signed, unsigned, wards};
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{Loaded, Profile, StoreError};

/// Buildings that one answer carries at most.
const BUILDINGS_MAX: usize = 500;

/// Bytes of buildings that one answer carries at most: half of what a device reads as one message,
/// which leaves room for notices.
const BUILDING_BYTES_MAX: usize = replica::MESSAGE_BYTES_MAX / 2;

/// Buildings that leave a device's wards in one answer at most: a few bytes each.
const GONE_MAX: i64 = 5_000;

/// A part of the feed.
pub struct Fill {
    pub buildings: Vec<Building>,
    /// Those that are not of the device's wards any more.
    pub gone: Vec<u32>,
    /// How far it goes.
    pub to: u64,
    pub more: bool,
}

/// Puts rows from outside in.
pub fn load(
    books: &Transaction<'_>,
    trusted: &Trusted,
    buildings: &[Building],
    now_ms: i64,
) -> Result<Loaded, StoreError> {
    let mut with_receipts = Vec::new();
    for building in buildings {
        if has_receipts(books, building.id)? {
            with_receipts.push(building.id);
            continue;
        }
        let known = self::building(books, building.id)?;
        let before = known.as_ref().map(|known| known.ward);
        match known {
            Some(known) => put(books, &bills::kept(trusted, building, &known, now_ms))?,
            None => put(books, building)?,
        }
        if let Some(ward) = before.filter(|ward| *ward != building.ward) {
            moved(books, building.id, ward, now_ms)?;
            // It brings what was said of it to the devices of its new ward.
            records::tell_anew(books, building.id)?;
        }
    }
    let count = books
        .query_row("SELECT count(*) FROM building", [], |row| row.get(0))
        .map_err(StoreError::Sqlite)?;
    let beyond = wards::beyond(books, trusted, now_ms)?;
    Ok(Loaded { buildings: unsigned(count, "the register")?, with_receipts, beyond })
}

/// A building has left a ward by the register's last change: whoever has that ward only is told.
fn moved(books: &Transaction<'_>, building: u32, from: u16, now_ms: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO building_moved (id, ward, change, left_ms) \
               VALUES (?1, ?2, (SELECT change FROM register_head), ?3) \
               ON CONFLICT (id, ward) DO UPDATE \
               SET change = excluded.change, left_ms = excluded.left_ms";
    run(books, sql, params![building, from, now_ms])
}

/// Sends a device the buildings of a ward that became its own, each as a change of the register.
pub fn refill(books: &Transaction<'_>, writer: Writer, ward: u16) -> Result<(), StoreError> {
    let sql = "INSERT INTO device_refill (writer, change, building) \
               SELECT ?1, h.change + row_number() OVER (ORDER BY b.id), b.id \
               FROM register_head h JOIN building b ON b.ward = ?2";
    run(books, sql, params![writer.0, ward])?;
    // What the device lacks lies beyond the head by now, unless the ward has no building.
    let sql = "UPDATE register_head SET change = (SELECT max(change) FROM device_refill \
               WHERE writer = ?1) WHERE change < (SELECT max(change) FROM device_refill \
               WHERE writer = ?1)";
    run(books, sql, [writer.0])
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

/// How many changes the register had.
pub fn head(books: &Transaction<'_>) -> Result<u64, StoreError> {
    let head = books
        .prepare_cached("SELECT change FROM register_head")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    unsigned(head, "the register")
}

/// Whether nothing changed in a device's wards after a change, and neither did its wards.
pub fn is_current(books: &Transaction<'_>, writer: Writer, after: u64) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM building WHERE change > ?1 \
               AND ward IN (SELECT ward FROM device_ward WHERE writer = ?2)) \
               AND NOT EXISTS (SELECT 1 FROM building_moved WHERE change > ?1) \
               AND NOT EXISTS (SELECT 1 FROM device_refill WHERE change > ?1 AND writer = ?2)";
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![signed(after), writer.0], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

/// What changed in a device's wards after a change: buildings, and those that left its wards.
pub fn changes(books: &Transaction<'_>, writer: Writer, after: u64) -> Result<Fill, StoreError> {
    let read_to = "DELETE FROM device_refill WHERE writer = ?1 AND change <= ?2";
    run(books, read_to, params![writer.0, signed(after)])?;
    let head = head(books)?;
    let nameless = wards::profile(books, writer)? == Some(Profile::Kiosk);
    let mut fill = Fill { buildings: Vec::new(), gone: Vec::new(), to: after, more: false };
    // In the order of the changes, so that a page is read and no more: hence no index of the wards.
    let sql = "SELECT change, row FROM building WHERE change > ?1 \
               AND +ward IN (SELECT ward FROM device_ward WHERE writer = ?2) \
               UNION ALL SELECT f.change, b.row FROM device_refill f \
               JOIN building b ON b.id = f.building WHERE f.writer = ?2 AND f.change > ?1 \
               AND b.ward IN (SELECT ward FROM device_ward WHERE writer = ?2) \
               ORDER BY 1 LIMIT ?3";
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
            break;
        }
        let building = read(&building)?;
        fill.buildings.push(if nameless { building.without_names() } else { building });
        fill.to = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "a change")?;
    }
    if !fill.more {
        fill.to = head;
    }
    add_gone(books, writer, after, &mut fill)?;
    Ok(fill)
}

/// Buildings that were of the device's wards and are not any more, as far as the fill goes.
fn add_gone(
    books: &Transaction<'_>,
    writer: Writer,
    after: u64,
    fill: &mut Fill,
) -> Result<(), StoreError> {
    let sql = "SELECT m.change, m.id FROM building_moved m JOIN building b ON b.id = m.id \
               WHERE m.change > ?1 AND m.change <= ?2 \
               AND m.ward IN (SELECT ward FROM device_ward WHERE writer = ?3) \
               AND b.ward NOT IN (SELECT ward FROM device_ward WHERE writer = ?3) \
               ORDER BY m.change LIMIT ?4";
    let key = params![signed(after), signed(fill.to), writer.0, GONE_MAX];
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map(key, |row| Ok((row.get(0)?, row.get(1)?)));
    let rows: Vec<(i64, u32)> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    if rows.len() as i64 == GONE_MAX
        && let Some((change, _)) = rows.last()
    {
        fill.to = unsigned(*change, "a change")?;
        fill.more = true;
    }
    fill.gone = rows.into_iter().map(|(_, id)| id).collect();
    Ok(())
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
