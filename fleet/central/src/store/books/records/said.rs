//! What the office's page and commands show of shared records.

use ledger::{FieldValue, RecordId, RecordKind};
use replica::{Editor, Field, Says, told};

use super::{damaged, record};
use crate::records::{Author, EditApart, EditSaid, FieldSaid, RecordPage, Undecided, ValueSaid};
use crate::store::StoreError;
use crate::store::books::pages::{all, count, whole};
use crate::store::books::photos;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// The most rows of a list.
const ROWS_MAX: u32 = 25;

/// One record with everything that was said of it.
pub fn page(books: &Transaction<'_>, id: RecordId) -> Result<RecordPage, StoreError> {
    let fields = record(books, id)?.fields().map_err(|_| damaged())?;
    let fields = fields.into_iter().map(|field| said(books, field)).collect::<Result<_, _>>()?;
    let sql = "SELECT body, received_ms FROM record_change WHERE kind = ?1 AND number = ?2 \
               ORDER BY change";
    let changes: Vec<(Vec<u8>, i64)> =
        all(books, sql, params![id.kind.code(), id.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut edits = Vec::with_capacity(changes.len());
    for (body, received_ms) in changes {
        let told = told(&body).map_err(|_| damaged())?;
        let value = match told.says {
            Says::Holds(value, _) => Some(shown(&value)),
            Says::OthersAreWrong => None,
        };
        let by = author(books, told.by)?;
        edits.push(EditSaid { field: told.field, value, by, received_ms });
    }
    let sql = "SELECT d.name, e.edit, e.kind, e.number, e.body, e.state, e.reason, e.received_ms \
               FROM record_edit e JOIN device d ON d.writer = e.writer \
               WHERE e.kind = ?1 AND e.number = ?2 AND e.state <> 'taken' \
               ORDER BY e.received_ms, e.writer, e.edit LIMIT ?3";
    let apart = all(books, sql, params![id.kind.code(), id.number, ROWS_MAX], apart)?;
    let photos = photos::of_record(books, id)?;
    Ok(RecordPage { fields, edits, apart, photos })
}

/// Fields that an officer must decide, the oldest first.
pub fn undecided(books: &Transaction<'_>) -> Result<Vec<Undecided>, StoreError> {
    let sql = "SELECT c.kind, c.number, c.field, c.since_ms, b.ward, b.number \
               FROM record_conflict c JOIN building b ON b.id = c.number \
               ORDER BY c.since_ms, c.number, c.field LIMIT ?1";
    let rows: Vec<(String, u32, String, i64, u16, String)> = all(books, sql, [ROWS_MAX], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
    })?;
    let mut found = Vec::with_capacity(rows.len());
    for (kind, number, name, since_ms, ward, door) in rows {
        let kind = RecordKind::from_code(&kind).ok_or_else(damaged)?;
        let id = RecordId { kind, number };
        let fields = record(books, id)?.fields().map_err(|_| damaged())?;
        let field = fields.into_iter().find(|field| field.name == name).ok_or_else(damaged)?;
        let place = format!("Ward {ward}, {door}");
        let field = said(books, field)?;
        found.push(Undecided { record: id.to_string(), place, since_ms, field });
    }
    Ok(found)
}

pub fn count_undecided(books: &Transaction<'_>) -> Result<u64, StoreError> {
    count(books, "SELECT count(*) FROM record_conflict")
}

pub(super) fn undecided_fields(
    books: &Transaction<'_>,
    id: RecordId,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT field FROM record_conflict WHERE kind = ?1 AND number = ?2";
    all(books, sql, params![id.kind.code(), id.number], |row| row.get(0))
}

/// Edits that were refused, the latest first.
pub fn refused(books: &Transaction<'_>) -> Result<Vec<EditApart>, StoreError> {
    let sql = "SELECT d.name, e.edit, e.kind, e.number, e.body, e.state, e.reason, e.received_ms \
               FROM record_edit e JOIN device d ON d.writer = e.writer \
               WHERE e.state = 'refused' ORDER BY e.received_ms DESC, e.edit DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], apart)
}

pub fn count_refused(books: &Transaction<'_>) -> Result<u64, StoreError> {
    count(books, "SELECT count(*) FROM record_edit WHERE state = 'refused'")
}

fn apart(row: &Row<'_>) -> crate::store::sql::Result<EditApart> {
    let (kind, number): (String, u32) = (row.get(2)?, row.get(3)?);
    let (body, state): (Vec<u8>, String) = (row.get(4)?, row.get(5)?);
    let reason: Option<String> = row.get(6)?;
    let says = match told(&body) {
        Err(_) => "it cannot be read".to_owned(),
        Ok(told) => match told.says {
            Says::Holds(value, _) => format!("{}: {}", told.field, shown(&value)),
            Says::OthersAreWrong => format!("{}: the other values are wrong", told.field),
        },
    };
    let waits = "it waits for an edit that it was made upon";
    Ok(EditApart {
        device: row.get(0)?,
        edit: whole(row, 1)?,
        record: format!("{kind}/{number}"),
        says,
        reason: if state == super::WAITING { waits.to_owned() } else { reason.unwrap_or_default() },
        received_ms: row.get(7)?,
    })
}

/// A photo is shown as the way to its page.
fn shown(value: &FieldValue) -> String {
    match value {
        FieldValue::Photo(photo) => format!("/photo/{photo}"),
        other => other.to_string(),
    }
}

fn said(books: &Transaction<'_>, field: Field) -> Result<FieldSaid, StoreError> {
    let mut values = Vec::with_capacity(field.said.len());
    for said in field.said {
        let by = author(books, said.by)?;
        values.push(ValueSaid { value: shown(&said.value), by });
    }
    Ok(FieldSaid { field: field.name, said: values })
}

fn author(books: &Transaction<'_>, by: Editor) -> Result<Author, StoreError> {
    let sql = "SELECT name FROM device WHERE writer = ?1";
    let name: Option<String> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row([by.writer.0], |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    let device = name.unwrap_or_else(|| "office".to_owned());
    Ok(Author { device, staff: by.staff.map(|staff| staff.0), at_ms: by.at_ms })
}
