//! A cancelled receipt: what it did to its building is undone by making the building anew from the
//! receipts that stand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::{Building, Entry, ExcessHeld, Fact, Paise, Period, Receipt, Void, Writer, heads};

use super::facts::run;
use super::office::{self, Addressee};
use super::{Trusted, register, restoring, signed, slots, unsigned};
use crate::settle::{Paid, settle};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};
use crate::time::moment;

/// Takes a cancelled receipt out of the figures and out of its building.
pub fn void(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    void: &Void,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE receipt SET state = 'cancelled', voided_seq = ?3, void_reason = ?4 \
               WHERE writer = ?1 AND seq = ?2";
    let row = params![writer.0, signed(void.receipt), signed(entry.seq), void.reason];
    run(books, sql, row)?;
    take_out(books, trusted, writer, void.receipt, now_ms)
}

/// Takes a receipt that does not stand any more out of the figures and out of its building.
pub fn take_out(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    receipt: u64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let key = params![writer.0, signed(receipt)];
    let sql = "SELECT building FROM receipt WHERE writer = ?1 AND seq = ?2";
    let building: Option<Option<u32>> =
        books.query_row(sql, key, |row| row.get(0)).optional().map_err(StoreError::Sqlite)?;
    run(books, "UPDATE receipt SET stands = FALSE WHERE writer = ?1 AND seq = ?2", key)?;
    run(books, "DELETE FROM receipt_line WHERE writer = ?1 AND seq = ?2", key)?;
    run(books, "DELETE FROM excess WHERE writer = ?1 AND seq = ?2", key)?;
    slots::freed(books, writer, receipt)?;
    match building.flatten() {
        Some(building) => make_anew(books, trusted, building, now_ms),
        None => Ok(()),
    }
}

/// Keeps a building as it is before the first receipt changes it.
pub fn keep_base(books: &Transaction<'_>, building: &Building) -> Result<(), StoreError> {
    let sql = "INSERT INTO building_base (id, row) VALUES (?1, ?2) \
               ON CONFLICT DO NOTHING";
    run(books, sql, params![building.id, super::chain::encoded(building)])
}

/// Notes what a receipt took beyond what was owed, and has its payer told once.
pub fn note_excess(
    books: &Transaction<'_>,
    (writer, seq): (Writer, u64),
    building: u32,
    amount: Paise,
    now_ms: i64,
) -> Result<(), StoreError> {
    if amount.is_zero() {
        let sql = "DELETE FROM excess WHERE writer = ?1 AND seq = ?2";
        return run(books, sql, params![writer.0, signed(seq)]);
    }
    let sql = "INSERT INTO excess (writer, seq, building, amount) \
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (writer, seq) DO UPDATE \
               SET building = excluded.building, amount = excluded.amount";
    run(books, sql, params![writer.0, signed(seq), building, amount.get()])?;
    tell_excess(books, (writer, seq), building, amount, now_ms)
}

/// The device of a receipt writes its payer's paper; it is told of the excess when that is first
/// noted, and not again when the building is made anew.
fn tell_excess(
    books: &Transaction<'_>,
    (writer, seq): (Writer, u64),
    building: u32,
    amount: Paise,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT coalesce(of_writer, writer), coalesce(of_seq, seq) FROM receipt r \
               WHERE writer = ?1 AND seq = ?2 AND NOT EXISTS (SELECT 1 FROM excess_told t \
               WHERE t.writer = coalesce(r.of_writer, r.writer) \
               AND t.seq = coalesce(r.of_seq, r.seq))";
    let key = params![writer.0, signed(seq)];
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let untold: Option<(u32, i64)> =
        books.query_row(sql, key, read).optional().map_err(StoreError::Sqlite)?;
    let Some((device, receipt)) = untold else { return Ok(()) };
    let writer = Writer(device);
    let held = ExcessHeld { writer, receipt: unsigned(receipt, "a receipt")?, building, amount };
    let to = Addressee::One(writer);
    let office_seq = office::add(books, Fact::ExcessHeld(held), to, now_ms)?;
    let sql = "INSERT INTO excess_told (writer, seq, office_seq) VALUES (?1, ?2, ?3)";
    run(books, sql, params![device, receipt, signed(office_seq)])
}

fn make_anew(
    books: &Transaction<'_>,
    trusted: &Trusted,
    id: u32,
    now_ms: i64,
) -> Result<(), StoreError> {
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
    let standing = standing(books, id)?;
    if standing.is_empty() {
        // It is as it was, and may be loaded again: the next receipt begins with what it is then.
        run(books, "DELETE FROM building_base WHERE id = ?1", [id])?;
    }
    for Standing { key, entry, .. } in standing {
        let Some(Taken { receipt, on, beyond }) = Taken::of(&entry) else { continue };
        let receipt = receipt.as_ref();
        let taken = |month: Period| months.get(&month).copied().unwrap_or_default();
        let pack = trusted.packs.of(receipt, on);
        let paid = Paid { pack: &pack, on, taken: &taken };
        let excess = settle(&mut building, receipt, &paid);
        let Ok(excess) = excess else {
            tracing::error!(building = id, "the register's sums are out of range");
            return Ok(());
        };
        note_excess(books, key, id, excess.checked_add(beyond).unwrap_or(excess), now_ms)?;
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

/// A receipt that stands.
pub(super) struct Standing {
    received_ms: i64,
    /// Its row: under its device, or under the office where it was restored.
    pub key: (Writer, u64),
    /// The device's entry.
    pub entry: Entry,
}

/// What an entry took for its building: a receipt, or what does as much.
pub(super) struct Taken<'a> {
    pub receipt: Cow<'a, Receipt>,
    /// The day by which it was owed.
    pub on: NaiveDate,
    /// What its own lines say that nobody owed.
    pub beyond: Paise,
}

impl<'a> Taken<'a> {
    pub fn of(entry: &'a Entry) -> Option<Self> {
        match &entry.fact {
            Fact::Receipt(receipt) => {
                let (receipt, on) = (Cow::Borrowed(receipt), entry.at.date());
                Some(Self { receipt, on, beyond: Paise::ZERO })
            }
            Fact::PaidElsewhere(paid) => {
                let on = moment(paid.paid_ms).date();
                Some(Self { receipt: Cow::Owned(paid.as_receipt()), on, beyond: paid.beyond() })
            }
            _ => None,
        }
    }
}

/// The receipts of a building that stand, in the order in which they came.
pub(super) fn standing(
    books: &Transaction<'_>,
    building: u32,
) -> Result<Vec<Standing>, StoreError> {
    let mut found = sent(books, building)?;
    found.extend(restored(books, building)?);
    found.sort_by_key(|standing| (standing.received_ms, standing.key));
    Ok(found)
}

fn sent(books: &Transaction<'_>, building: u32) -> Result<Vec<Standing>, StoreError> {
    let sql = "SELECT e.writer, e.canonical, e.received_ms FROM receipt r \
               JOIN entry e ON e.writer = r.writer AND e.seq = r.seq \
               WHERE r.building = ?1 AND r.stands";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([building]).map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let writer = Writer(row.get(0).map_err(StoreError::Sqlite)?);
        let canonical: Vec<u8> = row.get(1).map_err(StoreError::Sqlite)?;
        let entry = Entry::read(&canonical).map_err(|_| StoreError::Damaged("an entry"))?;
        let received_ms = row.get(2).map_err(StoreError::Sqlite)?;
        found.push(Standing { received_ms, key: (writer, entry.seq), entry });
    }
    Ok(found)
}

fn restored(books: &Transaction<'_>, building: u32) -> Result<Vec<Standing>, StoreError> {
    let sql = "SELECT seq FROM receipt WHERE writer = 0 AND building = ?1 AND stands";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([building], |row| row.get(0));
    let seqs: Vec<i64> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    for seq in seqs {
        let damaged = || StoreError::Damaged("a restored receipt");
        let seq = unsigned(seq, "a restored receipt")?;
        let written = office::entry(books, seq)?.ok_or_else(damaged)?;
        let received_ms = written.at.wall_ms;
        let entry = match &written.fact {
            Fact::Restored(restored) => restoring::slip(books, restored)?.ok_or_else(damaged)?.1,
            Fact::PaidElsewhere(_) => written,
            _ => return Err(damaged()),
        };
        found.push(Standing { received_ms, key: (Writer::OFFICE, seq), entry });
    }
    Ok(found)
}
