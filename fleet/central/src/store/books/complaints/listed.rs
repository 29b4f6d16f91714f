//! Complaints as they are listed, and one with its trail.

use ledger::{ComplaintState, StaffId};

use crate::complaints::{ComplaintKept, ComplaintRow, ComplaintsAsked, DeedRow};
use crate::store::StoreError;
use crate::store::books::pages::all;
use crate::store::books::unsigned;
use crate::store::sql::{Result as Read, Row, Transaction, params};

/// The most rows of a list.
const ROWS_MAX: u32 = 1_000;

const COLUMNS: &str = "c.number, c.category, c.ward, c.asset, c.pack, c.at_ms, c.day, c.due, \
    c.state, c.office, c.staff, c.since_ms, c.stars, c.reopened, c.remark, c.same_as, \
    c.channel";

/// Complaints by the day on which they are due, and then by their number.
pub fn listed(
    books: &Transaction<'_>,
    asked: &ComplaintsAsked,
) -> Result<Vec<ComplaintRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM complaint c WHERE (?1 = 0 OR c.ward = ?1) \
         AND (?2 = '' OR c.category = ?2) AND (?3 = '' OR c.state = ?3) AND (c.due < ?4) \
         AND (?5 = 0 OR c.state IN ('open', 'taken_up')) ORDER BY c.due, c.number LIMIT ?6"
    );
    let category = asked.category.clone().unwrap_or_default();
    let state = asked.state.map_or("", ComplaintState::code);
    let before = asked.overdue_on.unwrap_or(i64::MAX);
    let open = asked.only_open || asked.overdue_on.is_some();
    let ward = asked.ward.unwrap_or(0);
    let key = params![u32::from(ward), category, state, before, u32::from(open), ROWS_MAX];
    all(books, &sql, key, row)
}

/// The complaint of a number with everything that was done about it, in the order of its moments.
pub fn one(books: &Transaction<'_>, number: &str) -> Result<Option<ComplaintKept>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, d.name FROM complaint c JOIN device d ON d.writer = c.writer \
         WHERE c.number = ?1"
    );
    let found = all(books, &sql, [number], |it| Ok((row(it)?, it.get::<_, String>(17)?)))?;
    let Some((row, device)) = found.into_iter().next() else { return Ok(None) };
    let sql = "SELECT d.name, c.at_ms, c.staff, c.did, c.says, c.office, c.stars, c.counts \
               FROM complaint_deed c LEFT JOIN device d ON d.writer = c.writer \
               WHERE c.number = ?1 ORDER BY c.at_ms, c.writer, c.seq";
    let deeds = all(books, sql, [number], |row| {
        let (staff, stars): (Option<u32>, Option<u32>) = (row.get(2)?, row.get(6)?);
        Ok(DeedRow {
            device: row.get(0)?,
            at_ms: row.get(1)?,
            staff: staff.map(StaffId),
            did: row.get(3)?,
            says: row.get(4)?,
            office: row.get(5)?,
            stars: stars.and_then(|stars| u8::try_from(stars).ok()),
            counts: row.get(7)?,
        })
    })?;
    Ok(Some(ComplaintKept { row, device, deeds }))
}

/// How many somebody has to work on; with a day, only those that were due before it.
pub fn open(books: &Transaction<'_>, due_before: Option<i64>) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM complaint WHERE state IN ('open', 'taken_up') AND due < ?1";
    let before = due_before.unwrap_or(i64::MAX);
    let found: i64 =
        books.query_row(sql, [before], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    unsigned(found, "the complaints")
}

fn row(row: &Row<'_>) -> Read<ComplaintRow> {
    let state: String = row.get(8)?;
    let staff: Option<u32> = row.get(10)?;
    let (stars, reopened): (Option<u32>, u32) = (row.get(12)?, row.get(13)?);
    Ok(ComplaintRow {
        number: row.get(0)?,
        category: row.get(1)?,
        ward: row.get(2)?,
        asset: row.get(3)?,
        pack: row.get(4)?,
        at_ms: row.get(5)?,
        day: row.get(6)?,
        due: row.get(7)?,
        state: ComplaintState::from_code(&state).unwrap_or(ComplaintState::Open),
        office: row.get(9)?,
        staff: staff.map(StaffId),
        since_ms: row.get(11)?,
        stars: stars.and_then(|stars| u8::try_from(stars).ok()),
        reopened: u16::try_from(reopened).unwrap_or(u16::MAX),
        remark: row.get(14)?,
        same_as: row.get(15)?,
        channel: row.get(16)?,
    })
}
