//! Shared records: edits of devices are taken or kept apart, others are told by a feed, and an
//! officer decides between values that people said apart from each other.

mod said;

use ledger::{FieldFault, RecordId, RecordKind, Writer};
use replica::{
    Applied, EDITS_BYTES_MAX, EDITS_MAX, Edit, Editor, Record, RecordError, RecordsAnswer,
    RefusedEdit, Says, Told, WhyRefused, told,
};

use super::facts::run;
use super::register::building;
use super::{Trusted, complaints, enrol, photos, signed, unsigned, wards};
use crate::records::ToDecide;
use crate::remittance::Refusal;
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{StoreError, Turn, TurnRecords};
use crate::time::moment;

pub use said::{count_refused, count_undecided, page, refused, undecided};

/// How an edit stands in the books.
const TAKEN: &str = "taken";
const WAITING: &str = "waiting";
const REFUSED: &str = "refused";

/// What a turn says of records, and what the office answers.
pub fn take(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    asked: &TurnRecords,
) -> Result<(RecordsAnswer, bool), StoreError> {
    let mut edits_to = edits_to(books, turn.writer)?;
    let mut apart = Vec::new();
    if !asked.edits.is_empty() {
        apart = others(books, turn.writer, asked, edits_to)?;
        edits_to = take_pushed(books, trusted, turn, asked, edits_to)?;
        apart.extend(refused_since(books, turn.writer, asked.first)?);
    }
    let (changes, to, more) = changes(books, turn.writer, asked.after)?;
    let after = if asked.after > to { 0 } else { asked.after };
    let (told, to, more) = complaints::told(books, trusted, turn.writer, (after, to, more))?;
    Ok((RecordsAnswer::new(edits_to, apart, to, &changes).with_complaints(&told), more))
}

/// Takes the edits that follow the last one here; those before it were here already, and where
/// some lie between, the device sends from there.
fn take_pushed(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    pushed: &TurnRecords,
    mut edits_to: u64,
) -> Result<u64, StoreError> {
    for (number, edit) in (pushed.first..).zip(&pushed.edits) {
        if number == 0 || number > edits_to + 1 {
            break;
        }
        if number > edits_to {
            take_one(books, trusted, turn, number, edit)?;
            edits_to = number;
        }
    }
    Ok(edits_to)
}

/// Edits whose numbers bear something else here: the device was copied, or put back to an older
/// disk. Its chain says so too, once it has an entry; until then nobody shall believe that they
/// were taken.
fn others(
    books: &Transaction<'_>,
    writer: Writer,
    pushed: &TurnRecords,
    edits_to: u64,
) -> Result<Vec<RefusedEdit>, StoreError> {
    let mut found = Vec::new();
    let known = |number: &u64| (1..=edits_to).contains(number);
    let numbered = (pushed.first..).zip(&pushed.edits);
    for (number, edit) in numbered.filter(|(number, _)| known(number)) {
        let sql = "SELECT body FROM record_edit WHERE writer = ?1 AND edit = ?2";
        let body: Vec<u8> = books
            .prepare_cached(sql)
            .and_then(|mut row| row.query_row(params![writer.0, signed(number)], |row| row.get(0)))
            .map_err(StoreError::Sqlite)?;
        if body != *edit.change {
            tracing::error!(writer = writer.0, number, "another edit came under a known number");
            let rule = "the office has another edit of this number: the device was copied".into();
            found.push(RefusedEdit { number, why: WhyRefused::Rule(rule) });
        }
    }
    Ok(found)
}

fn take_one(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    number: u64,
    edit: &Edit,
) -> Result<(), StoreError> {
    let told = told(&edit.change);
    let hash = told.as_ref().ok().map(|told| told.hash);
    let judged = match told {
        Err(error) => Judged::Refused(WhyRefused::Rule(sentence(&error))),
        Ok(told) => judge(books, trusted, turn, edit, &told)?,
    };
    let (state, reason) = match &judged {
        Judged::Taken => (TAKEN, None),
        Judged::Waiting => (WAITING, None),
        Judged::Refused(why) => (REFUSED, Some(why.to_string())),
    };
    let sql = "INSERT INTO record_edit \
               (writer, edit, kind, number, hash, body, state, reason, received_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (kind, of) = (edit.record.kind.code(), edit.record.number);
    let hash = hash.as_ref().map(|hash| &hash[..]);
    let row = params![
        turn.writer.0,
        signed(number),
        kind,
        of,
        hash,
        &edit.change[..],
        state,
        reason,
        turn.now_ms
    ];
    run(books, sql, row)?;
    if let Judged::Refused(why) = judged {
        let (writer, record) = (turn.writer.0, edit.record);
        tracing::warn!(writer, edit = number, %record, %why, "an edit is kept apart");
    } else if judged == Judged::Taken {
        take_waiting(books, edit.record, turn.now_ms)?;
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Judged {
    Taken,
    /// What it was made upon is not here yet.
    Waiting,
    Refused(WhyRefused),
}

/// Asks every rule of the office, and takes the edit where it keeps them.
fn judge(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    edit: &Edit,
    told: &Told,
) -> Result<Judged, StoreError> {
    if let Some(rule) = broken_rule(books, trusted, turn, edit, told)? {
        return Ok(Judged::Refused(WhyRefused::Rule(rule)));
    }
    match apply(books, edit, turn.writer, turn.now_ms)? {
        Ok(_) => Ok(Judged::Taken),
        Err(RecordError::Missing) if follows_refused(books, edit.record, told)? => {
            Ok(Judged::Refused(WhyRefused::Follows))
        }
        Err(RecordError::Missing) => Ok(Judged::Waiting),
        Err(error) => Ok(Judged::Refused(WhyRefused::Rule(sentence(&error)))),
    }
}

fn broken_rule(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    edit: &Edit,
    told: &Told,
) -> Result<Option<String>, StoreError> {
    if told.by.writer != turn.writer {
        return Ok(Some("the edit is of another device".to_owned()));
    }
    let pack = trusted.packs.on(moment(turn.now_ms).date());
    let record = edit.record;
    let fault = match (pack.field(record.kind, &told.field), &told.says) {
        (None, _) => Some(FieldFault::Unknown { of: record.kind, field: told.field.clone() }),
        (Some(field), Says::Holds(value, _)) => field.check(value).err(),
        (Some(_), Says::OthersAreWrong) => None,
    };
    if let Some(fault) = fault {
        return Ok(Some(fault.to_string()));
    }
    let scope = wards::scope(books, turn.writer)?;
    if scope.is_whole_body {
        return Ok(Some("a kiosk has no records of houses".to_owned()));
    }
    let Some(house) = building(books, record.number)? else {
        return Ok(Some(format!("the register has no building {}", record.number)));
    };
    match scope.wards.contains(&house.ward) {
        true => Ok(None),
        false => Ok(Some(wards::not_among(house.id, house.ward))),
    }
}

/// Puts a change into its record and into the feed.
fn apply(
    books: &Transaction<'_>,
    edit: &Edit,
    writer: Writer,
    now_ms: i64,
) -> Result<Result<Applied, RecordError>, StoreError> {
    // From here on nobody else changes records: a feed's places come in the order of their commits.
    let place = next_place(books)?;
    let mut record = record(books, edit.record)?;
    let applied = record.apply(&edit.change);
    if matches!(applied, Ok(Applied::New)) {
        keep(books, &mut record, edit, (place, writer), now_ms)?;
    }
    Ok(applied)
}

fn keep(
    books: &Transaction<'_>,
    record: &mut Record,
    edit: &Edit,
    (place, writer): (i64, Writer),
    now_ms: i64,
) -> Result<(), StoreError> {
    let (kind, number) = (edit.record.kind.code(), edit.record.number);
    let sql = "INSERT INTO record (kind, number, saved) VALUES (?1, ?2, ?3) \
               ON CONFLICT (kind, number) DO UPDATE SET saved = excluded.saved";
    run(books, sql, params![kind, number, record.save()])?;
    let told = told(&edit.change).map_err(|_| damaged())?;
    photos::name(books, edit.record, &told, writer, now_ms)?;
    let sql = "INSERT INTO record_change (change, kind, number, hash, body, writer, received_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let body = &edit.change[..];
    run(books, sql, params![place, kind, number, &told.hash[..], body, writer.0, now_ms])?;
    let undecided = record.conflicts().map_err(|_| damaged())?;
    let known = said::undecided_fields(books, edit.record)?;
    for field in known.iter().filter(|known| undecided.iter().all(|now| now.name != **known)) {
        let sql = "DELETE FROM record_conflict WHERE kind = ?1 AND number = ?2 AND field = ?3";
        run(books, sql, params![kind, number, field.as_str()])?;
    }
    for field in undecided.iter().filter(|now| !known.contains(&now.name)) {
        let sql = "INSERT INTO record_conflict (kind, number, field, since_ms) \
                   VALUES (?1, ?2, ?3, ?4)";
        run(books, sql, params![kind, number, field.name.as_str(), now_ms])?;
    }
    Ok(())
}

/// Edits that waited for what was taken just now, and whatever waited for those.
fn take_waiting(books: &Transaction<'_>, of: RecordId, now_ms: i64) -> Result<(), StoreError> {
    loop {
        let mut taken = false;
        for (writer, number, edit) in waiting(books, of)? {
            if apply(books, &edit, writer, now_ms)?.is_ok() {
                let sql = "UPDATE record_edit SET state = ?3 WHERE writer = ?1 AND edit = ?2";
                run(books, sql, params![writer.0, number, TAKEN])?;
                taken = true;
            }
        }
        if !taken {
            return Ok(());
        }
    }
}

fn waiting(books: &Transaction<'_>, of: RecordId) -> Result<Vec<(Writer, i64, Edit)>, StoreError> {
    let sql = "SELECT writer, edit, body FROM record_edit \
               WHERE kind = ?1 AND number = ?2 AND state = 'waiting' ORDER BY writer, edit";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map(params![of.kind.code(), of.number], |row| {
        let body: Vec<u8> = row.get(2)?;
        Ok((Writer(row.get(0)?), row.get(1)?, Edit { record: of, change: body.into() }))
    });
    rows.map_err(StoreError::Sqlite)?.collect::<Result<_, _>>().map_err(StoreError::Sqlite)
}

/// Whether an edit was made upon one that was refused.
fn follows_refused(
    books: &Transaction<'_>,
    record: RecordId,
    told: &Told,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM record_edit \
               WHERE kind = ?1 AND number = ?2 AND hash = ?3 AND state = 'refused')";
    for hash in &told.upon {
        let row = params![record.kind.code(), record.number, &hash[..]];
        let refused: bool = books
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(row, |row| row.get(0)))
            .map_err(StoreError::Sqlite)?;
        if refused {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An officer decides: an edit of the office, which every device hears of.
pub fn decide(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToDecide,
) -> Result<bool, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let id = deed.record;
    if building(books, id.number)?.is_none() {
        return Err(Refusal::NoSuchRecord(id.to_string()).into());
    }
    let pack = trusted.packs.on(moment(deed.now_ms).date());
    let unknown = || FieldFault::Unknown { of: id.kind, field: deed.field.clone() };
    let field = pack.field(id.kind, &deed.field).ok_or_else(unknown);
    field.and_then(|field| field.check(&deed.value)).map_err(Refusal::Field)?;
    let place = next_place(books)?;
    let mut record = record(books, id)?;
    let by = Editor { writer: Writer::OFFICE, staff: Some(deed.by), at_ms: deed.now_ms };
    let change = record
        .set(&deed.field, &deed.value, by)
        .map_err(|error| Refusal::Record(sentence(&error)))?;
    let Some(change) = change else { return Ok(false) };
    let edit = Edit { record: id, change: change.into() };
    keep(books, &mut record, &edit, (place, Writer::OFFICE), deed.now_ms)?;
    take_waiting(books, id, deed.now_ms)?;
    Ok(true)
}

/// Tells the records of a building anew: it came into another ward, whose devices have read the
/// feed beyond their changes.
pub fn tell_anew(books: &Transaction<'_>, building: u32) -> Result<(), StoreError> {
    for kind in RecordKind::ALL {
        let sql = "SELECT change FROM record_change \
                   WHERE kind = ?1 AND number = ?2 ORDER BY change";
        let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
        let rows = statement.query_map(params![kind.code(), building], |row| row.get(0));
        let places: Vec<i64> = rows
            .map_err(StoreError::Sqlite)?
            .collect::<Result<_, _>>()
            .map_err(StoreError::Sqlite)?;
        for place in places {
            let sql = "UPDATE record_change SET change = ?2 WHERE change = ?1";
            run(books, sql, params![place, next_place(books)?])?;
        }
    }
    Ok(())
}

/// The same of every building of a ward, which another device has from now on.
pub fn tell_ward_anew(books: &Transaction<'_>, ward: u16) -> Result<(), StoreError> {
    let sql = "SELECT DISTINCT b.id FROM building b JOIN record r ON r.number = b.id \
               WHERE b.ward = ?1 ORDER BY b.id";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([ward], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    let houses: Vec<u32> = rows.collect::<Result<_, _>>().map_err(StoreError::Sqlite)?;
    houses.into_iter().try_for_each(|house| tell_anew(books, house))
}

/// What others said of the houses of a device's wards after a change, how far the feed was looked
/// through, and whether there is more. A device that has read further than the feed goes has known
/// a newer state of it, from before a backup was put back: it is told everything again.
fn changes(
    books: &Transaction<'_>,
    writer: Writer,
    after: u64,
) -> Result<(Vec<Edit>, u64, bool), StoreError> {
    let head = head(books)?;
    let after = if after > head { 0 } else { after };
    if after == head || wards::serves_the_body(books, writer)? {
        return Ok((Vec::new(), head, false));
    }
    let sql = "SELECT c.change, c.kind, c.number, c.body FROM record_change c \
               JOIN building b ON b.id = c.number \
               WHERE c.change > ?1 AND c.change <= ?4 AND c.writer <> ?2 \
               AND b.ward IN (SELECT ward FROM device_ward WHERE writer = ?2) \
               ORDER BY c.change LIMIT ?3";
    let limit = signed(EDITS_MAX as u64 + 1);
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let key = params![signed(after), writer.0, limit, signed(head)];
    let mut rows = statement.query(key).map_err(StoreError::Sqlite)?;
    let (mut found, mut bytes, mut to) = (Vec::new(), 0, after);
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let body: Vec<u8> = row.get(3).map_err(StoreError::Sqlite)?;
        bytes += body.len();
        if found.len() == EDITS_MAX || bytes > EDITS_BYTES_MAX {
            return Ok((found, to, true));
        }
        to = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "the feed of records")?;
        let kind: String = row.get(1).map_err(StoreError::Sqlite)?;
        let kind = RecordKind::from_code(&kind).ok_or_else(damaged)?;
        let record = RecordId { kind, number: row.get(2).map_err(StoreError::Sqlite)? };
        found.push(Edit { record, change: body.into() });
    }
    Ok((found, head, false))
}

fn record(books: &Transaction<'_>, id: RecordId) -> Result<Record, StoreError> {
    let sql = "SELECT saved FROM record WHERE kind = ?1 AND number = ?2";
    let saved: Option<Vec<u8>> = books
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![id.kind.code(), id.number], |row| row.get(0)).optional()
        })
        .map_err(StoreError::Sqlite)?;
    match saved {
        None => Ok(Record::new()),
        Some(saved) => Record::load(&saved).map_err(|_| damaged()),
    }
}

/// The last edit of a device that is here.
fn edits_to(books: &Transaction<'_>, writer: Writer) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(edit), 0) FROM record_edit WHERE writer = ?1";
    let last = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row([writer.0], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    unsigned(last, "the edits of a device")
}

/// What lies apart of the edits of a request; the same again if the device lost the last answer.
fn refused_since(
    books: &Transaction<'_>,
    writer: Writer,
    first: u64,
) -> Result<Vec<RefusedEdit>, StoreError> {
    let sql = "SELECT edit, reason FROM record_edit WHERE writer = ?1 AND edit >= ?2 \
               AND state = 'refused' ORDER BY edit LIMIT ?3";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let limit = signed(EDITS_MAX as u64);
    let first = signed(first.min(crate::intake::SEQUENCE_MAX));
    let rows = statement.query_map(params![writer.0, first, limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    });
    let mut found = Vec::new();
    for row in rows.map_err(StoreError::Sqlite)? {
        let (number, reason) = row.map_err(StoreError::Sqlite)?;
        let why = match reason == WhyRefused::Follows.to_string() {
            true => WhyRefused::Follows,
            false => WhyRefused::Rule(reason),
        };
        found.push(RefusedEdit { number: unsigned(number, "the edits of a device")?, why });
    }
    Ok(found)
}

/// The next place of the feed; whoever has it keeps others from it until the turn is over.
pub fn next_place(books: &Transaction<'_>) -> Result<i64, StoreError> {
    let sql = "UPDATE record_head SET change = change + 1 WHERE id = 1 RETURNING change";
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row([], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

fn head(books: &Transaction<'_>) -> Result<u64, StoreError> {
    let change = books
        .prepare_cached("SELECT change FROM record_head WHERE id = 1")
        .and_then(|mut row| row.query_row([], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    unsigned(change, "the feed of records")
}

/// An error with its causes.
fn sentence(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}

fn damaged() -> StoreError {
    StoreError::Damaged("a shared record")
}
