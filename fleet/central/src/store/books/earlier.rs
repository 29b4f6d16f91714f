//! What was paid for a building before, for a device of its ward.

use ledger::{Paise, Writer};
use replica::{EARLIER_MAX, EarlierReceipt};

use super::pages::all;
use super::{register, wards};
use crate::store::StoreError;
use crate::store::sql::{Transaction, params};

/// The newest receipts of a building, newest first; none where it is not of the device's wards.
pub fn of_building(
    books: &Transaction<'_>,
    writer: Writer,
    building: u32,
) -> Result<Option<Vec<EarlierReceipt>>, StoreError> {
    let Some(found) = register::building(books, building)? else { return Ok(None) };
    let scope = wards::scope(books, writer)?;
    if !scope.is_whole_body && !scope.wards.contains(&found.ward) {
        return Ok(None);
    }
    let sql = "SELECT number, at_ms, amount, mode, service, stands FROM receipt \
               WHERE building = ?1 AND state <> 'superseded' \
               ORDER BY at_ms DESC, writer, seq DESC LIMIT ?2";
    let limit = i64::try_from(EARLIER_MAX).unwrap_or(i64::MAX);
    let receipts = all(books, sql, params![building, limit], |row| {
        Ok(EarlierReceipt {
            number: row.get(0)?,
            at_ms: row.get(1)?,
            amount: Paise::new(row.get(2)?),
            mode: row.get(3)?,
            service: row.get(4)?,
            stands: row.get(5)?,
        })
    });
    receipts.map(Some)
}
