//! Shared records on the device: what people say here is on disk before it is believed, goes out
//! with the next request, and meets what others said.

use std::collections::BTreeMap;

use ledger::{FieldValue, Moment, PhotoHash, RecordId, RecordKind, StaffId};
use replica::{
    EDITS_BYTES_MAX, EDITS_MAX, Edit, Editor, Field, Record, RecordError, RecordsAnswer,
    RecordsAsked, RefusedEdit, Says, WhyRefused, told,
};
use rusqlite::{Connection, OptionalExtension, params};
use thiserror::Error;

use super::database::{begin, sequence, stored};
use super::error::StoreError;
use super::{Store, cards, complaints, photos};

/// How far the exchange of shared records came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RecordCursors {
    /// The last edit of this device.
    pub written: u64,
    /// The last of them that the office has.
    pub acknowledged: u64,
    /// How far the office's feed was read.
    pub feed_to: u64,
}

/// Why something could not be said of a record. In each case it is as it was.
#[derive(Debug, Error)]
pub enum EditError {
    /// People said different things of this field: the office decides between them.
    #[error("the office must decide first what {0} is")]
    Undecided(String),
    #[error("the record refuses it")]
    Record(#[source] RecordError),
    /// A record names a photo of this device only, and only one that is here.
    #[error("no such photo was taken here")]
    NoPhoto,
    #[error("the disk is full")]
    Full,
    #[error("the books could not be written")]
    Store(#[source] StoreError),
}

/// What was said here and the office does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedHere {
    pub number: u64,
    pub record: RecordId,
    pub field: String,
    /// None where it said that other values were wrong.
    pub value: Option<FieldValue>,
    pub reason: String,
}

impl Store {
    /// What is known of a record: none where nobody has said anything.
    pub fn record(&self, id: RecordId) -> Result<Vec<Field>, StoreError> {
        match read(&self.connection, id)? {
            None => Ok(Vec::new()),
            Some(mut record) => record.fields().map_err(unfit),
        }
    }

    /// Says that a field holds a value; on disk when it returns. Whether the pack knows the field
    /// is for the journeys to ask. Nothing is written where it holds that already.
    pub fn edit_record(
        &mut self,
        id: RecordId,
        (field, value): (&str, &FieldValue),
        staff: Option<StaffId>,
        at: Moment,
    ) -> Result<(), EditError> {
        if self.spoiled {
            return Err(EditError::Store(StoreError::Spoiled));
        }
        let mut record = read(&self.connection, id).map_err(EditError::Store)?.unwrap_or_default();
        let undecided = record.conflicts().map_err(EditError::Record)?;
        if undecided.iter().any(|undecided| undecided.name == field) {
            return Err(EditError::Undecided(field.to_owned()));
        }
        let by = Editor { writer: self.day_book.writer(), staff, at_ms: at.wall_ms };
        let change = record.set(field, value, by).map_err(EditError::Record)?;
        let Some(change) = change else { return Ok(()) };
        let number = self.record_cursors.written + 1;
        let photo = photo_of(value);
        match write_edit(&mut self.connection, id, &mut record, (number, photo), &change) {
            Ok(false) => Err(EditError::NoPhoto),
            Ok(true) => {
                self.record_cursors.written = number;
                Ok(())
            }
            Err(StoreError::Full(_)) => Err(EditError::Full),
            Err(error) => {
                self.spoiled = true;
                Err(EditError::Store(error))
            }
        }
    }

    /// How many edits the office has not acknowledged.
    pub fn edits_to_send(&self) -> u64 {
        self.record_cursors.written.saturating_sub(self.record_cursors.acknowledged)
    }

    /// The fields of a record of which something was said here that the office does not have yet.
    pub fn waiting_fields(&self, id: RecordId) -> Result<Vec<String>, StoreError> {
        let failed = StoreError::of("reading the edits");
        let sql = "SELECT body FROM edits WHERE number > ?1 AND kind = ?2 AND of = ?3";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let sent = stored(self.record_cursors.acknowledged);
        let rows = query.query_map(params![sent, kind_of(id), id.number], |row| row.get(0));
        let mut fields = Vec::new();
        for body in rows.map_err(&failed)? {
            let body: Vec<u8> = body.map_err(&failed)?;
            fields.push(told(&body).map_err(unfit)?.field);
        }
        Ok(fields)
    }

    /// What was said here of a building, or of any, and the office does not take, newest first;
    /// without what was said anew since.
    pub fn refused_edits(
        &self,
        of: Option<u32>,
        limit: usize,
    ) -> Result<Vec<RefusedHere>, StoreError> {
        let failed = StoreError::of("reading the edits");
        let sql = "SELECT number, kind, of, body, reason FROM edits
            WHERE reason IS NOT NULL AND remade_as IS NULL AND of = coalesce(?2, of)
            ORDER BY number DESC LIMIT ?1";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![limit, of], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Vec<u8>>(3)?, row.get(4)?))
        });
        let mut found = Vec::new();
        for row in rows.map_err(&failed)? {
            let (number, kind, of, body, reason): (i64, i64, u32, _, String) =
                row.map_err(&failed)?;
            let told = told(&body).map_err(unfit)?;
            let value = match told.says {
                Says::Holds(value, _) => Some(value),
                Says::OthersAreWrong => None,
            };
            let (number, record) = (sequence(number), id_of(kind, of)?);
            found.push(RefusedHere { number, record, field: told.field, value, reason });
        }
        Ok(found)
    }

    /// What the next request says of records; none where that cannot be read, as the money goes out
    /// all the same.
    pub(super) fn records_to_ask(&self) -> Option<RecordsAsked> {
        let asked = self.records_asked();
        asked
            .inspect_err(|error| {
                let error = error as &dyn std::error::Error;
                tracing::error!(error, "what was said of houses is not sent");
            })
            .ok()
    }

    /// The oldest edits that the office does not have.
    fn records_asked(&self) -> Result<RecordsAsked, StoreError> {
        let RecordCursors { acknowledged, feed_to, .. } = self.record_cursors;
        let failed = StoreError::of("reading the edits");
        let sql = "SELECT kind, of, body FROM edits WHERE number > ?1 ORDER BY number LIMIT ?2";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let limit = i64::try_from(EDITS_MAX).expect("the limit is small");
        let mut rows = query.query(params![stored(acknowledged), limit]).map_err(&failed)?;
        let (mut edits, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(&failed)? {
            let body: Vec<u8> = row.get(2).map_err(&failed)?;
            bytes += body.len();
            if bytes > EDITS_BYTES_MAX && !edits.is_empty() {
                break;
            }
            let (kind, of) = (row.get(0).map_err(&failed)?, row.get(1).map_err(&failed)?);
            edits.push(Edit { record: id_of(kind, of)?, change: body.into() });
        }
        Ok(RecordsAsked::new(feed_to, acknowledged, &edits))
    }

    /// Whether there are more edits to send than went with the last request.
    pub(super) fn has_more_edits(&self, before: RecordCursors) -> bool {
        let moved = self.record_cursors.acknowledged > before.acknowledged;
        moved && self.edits_to_send() > 0
    }

    /// Takes what the office says of records: all in one transaction. What it cannot use of others'
    /// edits is left out with a warning: a house's details must not hold up the money.
    pub(super) fn take_records(
        &mut self,
        answer: &RecordsAnswer,
        is_of_now: bool,
    ) -> Result<usize, StoreError> {
        let known = self.record_cursors;
        let to = answer.edits_to.min(known.written);
        // Where the office has put a backup back, what it lacks goes out again; an answer that was
        // kept back moves nothing.
        let cursors = match is_of_now {
            true => RecordCursors { acknowledged: to, feed_to: answer.to, ..known },
            false => RecordCursors {
                acknowledged: known.acknowledged.max(to),
                feed_to: known.feed_to.max(answer.to),
                ..known
            },
        };
        let changes = answer.changes().unwrap_or_else(|error| {
            tracing::warn!(%error, "edits of others that cannot be read");
            Vec::new()
        });
        let refused = self.news_of(&answer.refused)?;
        let nothing = changes.is_empty() && refused.is_empty() && !answer.tells_complaints();
        if cursors == known && nothing {
            return Ok(0);
        }
        let mut cursors = cursors;
        let last = (self.day_book.writer(), known.written);
        let transaction = begin(&mut self.connection)?;
        let mut records: BTreeMap<RecordId, Record> = BTreeMap::new();
        for edit in &changes {
            let record = opened(&transaction, &mut records, edit.record)?;
            if let Err(error) = record.apply(&edit.change) {
                tracing::warn!(%error, record = %edit.record, "an edit of others was left out");
            }
        }
        cursors.written = take_refused(&transaction, &mut records, last, &refused)?;
        for (id, record) in &mut records {
            put(&transaction, *id, record)?;
        }
        let told = complaints::take_told(&transaction, answer)?;
        let sql = "UPDATE records_cursors SET acknowledged = ?1, feed_to = ?2";
        transaction
            .execute(sql, params![stored(cursors.acknowledged), stored(cursors.feed_to)])
            .map_err(StoreError::of("writing the cursors of records"))?;
        transaction.commit().map_err(StoreError::of("writing records"))?;
        self.record_cursors = cursors;
        Ok(changes.len() + told)
    }

    /// Those that are not known as refused here yet.
    fn news_of(&self, refused: &[RefusedEdit]) -> Result<Vec<RefusedEdit>, StoreError> {
        let failed = StoreError::of("reading the edits");
        let sql = "SELECT reason IS NULL FROM edits WHERE number = ?1";
        let mut news = Vec::new();
        for one in refused {
            let is_new: Option<bool> = self
                .connection
                .prepare_cached(sql)
                .and_then(|mut row| {
                    row.query_row([stored(one.number)], |row| row.get(0)).optional()
                })
                .map_err(&failed)?;
            if is_new == Some(true) {
                news.push(one.clone());
            }
        }
        Ok(news)
    }

    pub(super) fn read_record_cursors(&self) -> Result<RecordCursors, StoreError> {
        let sql = "SELECT acknowledged, feed_to, (SELECT coalesce(max(number), 0) FROM edits)
            FROM records_cursors";
        self.connection
            .query_row(sql, [], |row| {
                Ok(RecordCursors {
                    acknowledged: sequence(row.get(0)?),
                    feed_to: sequence(row.get(1)?),
                    written: sequence(row.get(2)?),
                })
            })
            .map_err(StoreError::of("reading the cursors of records"))
    }
}

/// Makes each record that has refused edits anew without them. What was made upon a refused edit
/// and keeps the rules itself is said again, under a new number. Gives the last number.
fn take_refused(
    to: &Connection,
    records: &mut BTreeMap<RecordId, Record>,
    (writer, mut last): (ledger::Writer, u64),
    refused: &[RefusedEdit],
) -> Result<u64, StoreError> {
    let failed = StoreError::of("writing the edits");
    let mut again: BTreeMap<RecordId, Vec<(u64, Vec<u8>)>> = BTreeMap::new();
    for one in refused {
        let sql = "UPDATE edits SET reason = ?2 WHERE number = ?1 RETURNING kind, of, body";
        let row = to.query_row(sql, params![stored(one.number), one.why.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
        });
        let (kind, of, body): (i64, u32, Vec<u8>) = row.map_err(&failed)?;
        let anew = again.entry(id_of(kind, of)?).or_default();
        if one.why == WhyRefused::Follows {
            anew.push((one.number, body));
        }
    }
    for (id, anew) in again {
        let mut record = without_refused(to, opened(to, records, id)?, id)?;
        for (number, body) in anew {
            let told = told(&body).map_err(unfit)?;
            let Says::Holds(value, _) = told.says else { continue };
            let by = Editor { writer, ..told.by };
            let change = record.set(&told.field, &value, by).map_err(unfit)?;
            let remade = match change {
                // Somebody else has said the same meanwhile.
                None => 0,
                Some(change) => {
                    last += 1;
                    insert_edit(to, id, last, &change)?;
                    if let Some(photo) = photo_of(&value) {
                        photos::name(to, last, photo)?;
                    }
                    last
                }
            };
            let sql = "UPDATE edits SET remade_as = ?2 WHERE number = ?1";
            to.execute(sql, params![stored(number), stored(remade)]).map_err(&failed)?;
        }
        records.insert(id, record);
    }
    Ok(last)
}

/// The record as it is without the edits that were refused, and without whatever was made upon
/// them.
fn without_refused(
    from: &Connection,
    record: &mut Record,
    id: RecordId,
) -> Result<Record, StoreError> {
    let failed = StoreError::of("reading the edits");
    let sql = "SELECT body FROM edits WHERE kind = ?1 AND of = ?2 AND reason IS NOT NULL";
    let mut query = from.prepare_cached(sql).map_err(&failed)?;
    let rows = query.query_map(params![kind_of(id), id.number], |row| row.get(0));
    let refused: Vec<Vec<u8>> =
        rows.map_err(&failed)?.collect::<Result<_, _>>().map_err(&failed)?;
    let mut anew = Record::new();
    for change in record.changes() {
        if refused.contains(&change) {
            continue;
        }
        match anew.apply(&change) {
            Ok(_) | Err(RecordError::Missing) => {}
            Err(error) => return Err(unfit(error)),
        }
    }
    Ok(anew)
}

fn opened<'a>(
    from: &Connection,
    records: &'a mut BTreeMap<RecordId, Record>,
    id: RecordId,
) -> Result<&'a mut Record, StoreError> {
    use std::collections::btree_map::Entry;
    match records.entry(id) {
        Entry::Occupied(open) => Ok(open.into_mut()),
        Entry::Vacant(free) => Ok(free.insert(read(from, id)?.unwrap_or_default())),
    }
}

/// False, with nothing written, where the edit names a photo that was not taken here.
fn write_edit(
    connection: &mut Connection,
    id: RecordId,
    record: &mut Record,
    (number, photo): (u64, Option<PhotoHash>),
    change: &[u8],
) -> Result<bool, StoreError> {
    let transaction = begin(connection)?;
    if let Some(photo) = photo
        && !photos::name(&transaction, number, photo)?
    {
        return Ok(false);
    }
    insert_edit(&transaction, id, number, change)?;
    put(&transaction, id, record)?;
    transaction.commit().map(|()| true).map_err(StoreError::of("writing an edit"))
}

const fn photo_of(value: &FieldValue) -> Option<PhotoHash> {
    match value {
        FieldValue::Photo(photo) => Some(*photo),
        FieldValue::Count(_)
        | FieldValue::YesNo(_)
        | FieldValue::Choice(_)
        | FieldValue::Card(_) => None,
    }
}

fn insert_edit(
    to: &Connection,
    id: RecordId,
    number: u64,
    change: &[u8],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO edits (number, kind, of, body) VALUES (?1, ?2, ?3, ?4)";
    to.execute(sql, params![stored(number), kind_of(id), id.number, change])
        .map(|_| ())
        .map_err(StoreError::of("writing an edit"))
}

fn put(to: &Connection, id: RecordId, record: &mut Record) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO records (kind, number, saved) VALUES (?1, ?2, ?3)";
    to.prepare_cached(sql)
        .and_then(|mut row| row.execute(params![kind_of(id), id.number, record.save()]))
        .map_err(StoreError::of("writing a record"))?;
    cards::put(to, id, record)
}

fn read(from: &Connection, id: RecordId) -> Result<Option<Record>, StoreError> {
    let sql = "SELECT saved FROM records WHERE kind = ?1 AND number = ?2";
    let saved: Option<Vec<u8>> = from
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![kind_of(id), id.number], |row| row.get(0)).optional()
        })
        .map_err(StoreError::of("reading a record"))?;
    saved.map(|saved| Record::load(&saved).map_err(unfit)).transpose()
}

/// The numbers of the kinds in the books; each keeps its own.
pub(super) fn kind_of(id: RecordId) -> i64 {
    match id.kind {
        RecordKind::Household => 0,
        RecordKind::Property => 1,
    }
}

pub(super) fn id_of(kind: i64, number: u32) -> Result<RecordId, StoreError> {
    let found = RecordKind::ALL
        .into_iter()
        .find(|known| kind_of(RecordId { kind: *known, number }) == kind);
    let kind = found.ok_or(StoreError::Record(Box::new(RecordError::Damaged)))?;
    Ok(RecordId { kind, number })
}

fn unfit(why: RecordError) -> StoreError {
    StoreError::Record(Box::new(why))
}
