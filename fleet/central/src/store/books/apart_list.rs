//! What is kept apart, as it is listed.

use std::collections::BTreeMap;

use ledger::{ApartCause, Entry, Fact, Writer};

use super::pages::{ROWS_MAX, all, whole};
use super::{apart, unsigned};
use crate::apart::{QuarantinedEntry, Settlement};
use crate::intake::Broken;
use crate::store::StoreError;
use crate::store::sql::{Row, Transaction};
use crate::time::moment;

/// Open cases on the page: all of a bad week.
const OPEN_MAX: i64 = 200;

/// Those that nobody has settled, the oldest first, then the newest that were.
pub fn listed(books: &Transaction<'_>, today: i64) -> Result<Vec<QuarantinedEntry>, StoreError> {
    let mut found = rows(books, today, "q.settled_seq IS NULL", "q.found_ms", OPEN_MAX)?;
    found.extend(rows(books, today, "q.settled_seq IS NOT NULL", "s.at_ms DESC", ROWS_MAX)?);
    Ok(found)
}

fn rows(
    books: &Transaction<'_>,
    today: i64,
    which: &str,
    order: &str,
    most: i64,
) -> Result<Vec<QuarantinedEntry>, StoreError> {
    let sql = format!(
        "SELECT d.name, q.writer, q.seq, q.reason, q.cause, q.found_ms, e.canonical, \
         CASE WHEN s.seq = q.seq THEN s.way ELSE 'freed' END, s.building, s.voucher, s.reason, \
         s.officer, s.second, s.at_ms FROM quarantine q JOIN device d ON d.writer = q.writer \
         JOIN entry e ON e.writer = q.writer AND e.seq = q.seq \
         LEFT JOIN apart_settled s ON s.office_seq = q.settled_seq \
         WHERE {which} ORDER BY {order}, q.writer, q.seq LIMIT ?1"
    );
    let found = all(books, &sql, [most], |row| Ok((row.get(1)?, row.get(6)?, read(row, today)?)))?;
    let with_entry = |(writer, canonical, row): (u32, Vec<u8>, QuarantinedEntry)| {
        let Ok(entry) = Entry::read(&canonical) else { return Ok(row) };
        let printed = apart::printed(books, Writer(writer), &entry)?;
        let amount = match &entry.fact {
            Fact::Receipt(receipt) => Some(receipt.total),
            Fact::DayClosed(close) => Some(close.counted),
            _ => None,
        };
        let number = printed.map(|printed| printed.number.to_string());
        Ok(QuarantinedEntry { kind: entry.fact.kind(), number, amount, ..row })
    };
    found.into_iter().map(with_entry).collect()
}

fn read(row: &Row<'_>, today: i64) -> crate::store::sql::Result<QuarantinedEntry> {
    let (cause, found_ms): (Option<String>, i64) = (row.get(4)?, row.get(5)?);
    let by: Option<u32> = row.get(11)?;
    let settled = match by {
        None => None,
        Some(by) => Some(Settlement {
            way: row.get(7)?,
            building: row.get(8)?,
            voucher: row.get(9)?,
            reason: row.get(10)?,
            by,
            second: row.get(12)?,
            at_ms: row.get(13)?,
        }),
    };
    Ok(QuarantinedEntry {
        device: row.get(0)?,
        seq: whole(row, 2)?,
        kind: "",
        number: None,
        amount: None,
        cause: cause.map_or(ApartCause::Other, |cause| ApartCause::from_code(&cause)),
        reason: row.get(3)?,
        found_ms,
        age_days: today - moment(found_ms).day(),
        settled,
    })
}

/// All that was ever kept apart of a device.
pub fn of_device(
    books: &Transaction<'_>,
    writer: Writer,
) -> Result<BTreeMap<u64, Broken>, StoreError> {
    let sql = "SELECT seq, reason, cause, taken FROM quarantine WHERE writer = ?1";
    let rows = all(books, sql, [writer.0], |row| {
        let cause: Option<String> = row.get(2)?;
        let cause = cause.map_or(ApartCause::Other, |cause| ApartCause::from_code(&cause));
        let (seq, reason, taken): (i64, _, _) = (row.get(0)?, row.get(1)?, row.get(3)?);
        Ok((seq, Broken { reason, cause, taken }))
    })?;
    rows.into_iter().map(|(seq, broken)| Ok((unsigned(seq, "a sequence")?, broken))).collect()
}
