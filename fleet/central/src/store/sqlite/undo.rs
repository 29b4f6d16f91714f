//! A cancelled receipt: what it did to its building is undone by making the building anew from the
//! receipts that stand.

use std::collections::BTreeMap;

use ledger::{Building, Entry, Fact, Paise, Period, Receipt, Void, Writer, heads};
use rusqlite::{OptionalExtension, Transaction, params};

use super::facts::run;
use super::{Trusted, register, signed};
use crate::settle::{WasteFee, settle};
use crate::store::StoreError;

/// Takes a cancelled receipt out of the figures and out of its building.
pub fn void(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    void: &Void,
) -> Result<(), StoreError> {
    let key = params![writer.0, signed(void.receipt)];
    let sql = "SELECT building FROM receipt WHERE writer = ?1 AND seq = ?2";
    let building: Option<Option<u32>> =
        books.query_row(sql, key, |row| row.get(0)).optional().map_err(StoreError::Sqlite)?;
    let sql = "UPDATE receipt SET state = 'cancelled', voided_seq = ?3, void_reason = ?4 \
               WHERE writer = ?1 AND seq = ?2";
    let row = params![writer.0, signed(void.receipt), signed(entry.seq), void.reason];
    run(books, sql, row)?;
    run(books, "DELETE FROM receipt_line WHERE writer = ?1 AND seq = ?2", key)?;
    run(books, "DELETE FROM excess WHERE writer = ?1 AND seq = ?2", key)?;
    match building.flatten() {
        Some(building) => make_anew(books, trusted, building),
        None => Ok(()),
    }
}

/// Keeps a building as it is before the first receipt changes it.
pub fn keep_base(books: &Transaction<'_>, building: &Building) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO building_base (id, row) VALUES (?1, ?2)";
    run(books, sql, params![building.id, super::chain::encoded(building)])
}

/// Notes what a receipt took beyond what was owed.
pub fn note_excess(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    building: u32,
    amount: Paise,
) -> Result<(), StoreError> {
    if amount.is_zero() {
        let sql = "DELETE FROM excess WHERE writer = ?1 AND seq = ?2";
        return run(books, sql, params![writer.0, signed(seq)]);
    }
    let sql = "INSERT OR REPLACE INTO excess (writer, seq, building, amount) \
               VALUES (?1, ?2, ?3, ?4)";
    run(books, sql, params![writer.0, signed(seq), building, amount.get()])
}

fn make_anew(books: &Transaction<'_>, trusted: &Trusted, id: u32) -> Result<(), StoreError> {
    let sql = "SELECT row FROM building_base WHERE id = ?1";
    let base: Option<Vec<u8>> =
        books.query_row(sql, [id], |row| row.get(0)).optional().map_err(StoreError::Sqlite)?;
    let Some(base) = base else {
        tracing::error!(building = id, "its first state is not kept: settle it by hand");
        return Ok(());
    };
    let mut building: Building =
        minicbor::decode(&base).map_err(|_| StoreError::Damaged("a building"))?;
    let mut months: BTreeMap<Period, Paise> = BTreeMap::new();
    for (writer, entry) in standing(books, id)? {
        let Fact::Receipt(receipt) = &entry.fact else { continue };
        let taken = |month: Period| months.get(&month).copied().unwrap_or_default();
        let fee = WasteFee { pack: trusted.packs.on(entry.at.date()), taken: &taken };
        let excess = settle(&mut building, receipt, &fee);
        let Ok(excess) = excess else {
            tracing::error!(building = id, "the register's sums are out of range");
            return Ok(());
        };
        note_excess(books, writer, entry.seq, id, excess)?;
        add_months(&mut months, receipt);
    }
    register::put(books, &building)
}

fn add_months(months: &mut BTreeMap<Period, Paise>, receipt: &Receipt) {
    for line in receipt.lines.iter().filter(|line| line.head == heads::USER_FEE) {
        let taken = months.entry(line.period).or_default();
        // Out of range only where the sums of the register were so already.
        *taken = taken.checked_add(line.amount).unwrap_or(*taken);
    }
}

/// The receipts of a building that stand, in the order in which they came.
fn standing(books: &Transaction<'_>, building: u32) -> Result<Vec<(Writer, Entry)>, StoreError> {
    let sql = "SELECT e.writer, e.canonical FROM receipt r \
               JOIN entry e ON e.writer = r.writer AND e.seq = r.seq \
               WHERE r.building = ?1 AND r.voided_seq IS NULL \
               ORDER BY e.received_ms, e.writer, e.seq";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([building]).map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let writer = Writer(row.get(0).map_err(StoreError::Sqlite)?);
        let canonical: Vec<u8> = row.get(1).map_err(StoreError::Sqlite)?;
        let entry = Entry::read(&canonical).map_err(|_| StoreError::Damaged("an entry"))?;
        found.push((writer, entry));
    }
    Ok(found)
}
