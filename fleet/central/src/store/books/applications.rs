//! Applications in the books: entered with their entries, their sealed files as they come, and
//! erased. The entry stays in its chain, and the chain stays whole.

use ledger::{
    ApartCause, ApplicationErased, Applied, ERASED_REASON_CHARACTERS_MAX, Entry, Fact, PhotoHash,
    ReceiptNumber, Writer, check_application,
};

use super::facts::run;
use super::office::{self, Addressee};
use super::{Trusted, complaints, enrol, named, pages, signed, unsigned};
use crate::applications::{
    AnswersState, ApplicationKept, ApplicationRow, ApplicationsAsked, ToErase,
};
use crate::intake::OwnRule;
use crate::remittance::Refusal;
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Result as Read, Row, Transaction, params};

/// The most rows of a list.
const ROWS_MAX: u32 = 1_000;

/// What the office has against an application that its pack would not have taken so. One by a
/// version of the pack that is not here cannot be judged, and is taken.
pub fn differing(trusted: &Trusted, entry: &Entry) -> Option<OwnRule> {
    let Fact::Applied(applied) = &entry.fact else { return None };
    let pack = trusted.packs.version(applied.pack)?;
    let fault = check_application(&pack, applied, entry.at.date()).err()?;
    Some(OwnRule { reason: fault.to_string(), cause: ApartCause::Other })
}

pub fn enter(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    applied: &Applied,
    number: &ReceiptNumber,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO application (writer, seq, number, service, building, missing, day, \
               due, at_ms, hash, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
               ON CONFLICT DO NOTHING";
    let missing = u32::try_from(applied.missing.len()).unwrap_or(u32::MAX);
    let (day, at_ms) = (entry.at.day(), entry.at.wall_ms);
    let row = params![
        writer.0,
        signed(entry.seq),
        number.to_string(),
        applied.service,
        applied.building,
        missing,
        day,
        applied.due,
        at_ms,
        &applied.sealed.hash[..],
        applied.sealed.bytes,
    ];
    run(books, sql, row)
}

/// Whether an application names this file.
pub fn names(books: &Transaction<'_>, hash: PhotoHash) -> Result<bool, StoreError> {
    exists(books, "SELECT EXISTS (SELECT 1 FROM application WHERE hash = ?1)", hash)
}

/// Whether nothing more of this file is taken: it is here, or was erased.
pub fn is_done_with(books: &Transaction<'_>, hash: PhotoHash) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM application \
               WHERE hash = ?1 AND (whole_ms IS NOT NULL OR erased_seq IS NOT NULL))";
    exists(books, sql, hash)
}

fn exists(books: &Transaction<'_>, sql: &str, hash: PhotoHash) -> Result<bool, StoreError> {
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![hash.bytes()], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

/// The sealed file is here whole: its pieces go. One that was erased meanwhile is not kept.
pub fn came(
    books: &Transaction<'_>,
    trusted: &Trusted,
    hash: PhotoHash,
    file: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE application SET body = ?2, whole_ms = ?3 \
               WHERE hash = ?1 AND erased_seq IS NULL";
    run(books, sql, params![hash.bytes(), file, now_ms])?;
    complaints::came(books, trusted, hash.bytes(), now_ms)?;
    forget_pieces(books, hash)
}

fn forget_pieces(books: &Transaction<'_>, hash: PhotoHash) -> Result<(), StoreError> {
    run(books, "DELETE FROM photo_piece WHERE hash = ?1", params![hash.bytes()])?;
    run(books, "DELETE FROM photo_coming WHERE hash = ?1", params![hash.bytes()])
}

/// Deletes the answers of an application, and says so in the office book, by which entry.
pub fn erase(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToErase,
) -> Result<u64, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let long = deed.reason.chars().count() > ERASED_REASON_CHARACTERS_MAX;
    if deed.reason.trim().is_empty() || long {
        return Err(Refusal::ErasureReason(ERASED_REASON_CHARACTERS_MAX).into());
    }
    let sql = "SELECT writer, seq, hash, erased_seq FROM application WHERE number = ?1";
    let found: Vec<(u32, i64, Vec<u8>, Option<i64>)> =
        pages::all(books, sql, [deed.number.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    let Some((writer, seq, hash, erased)) = found.into_iter().next() else {
        return Err(Refusal::NoSuchApplication(deed.number.clone()).into());
    };
    if erased.is_some() {
        return Err(Refusal::ErasedBefore(deed.number.clone()).into());
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM report \
               WHERE writer = ?1 AND seq = ?2 AND decision = 'registered')";
    let is_registered: bool =
        books.query_row(sql, params![writer, seq], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    if is_registered {
        return Err(Refusal::IsRegistered(deed.number.clone()).into());
    }
    let number = ReceiptNumber::parse(&deed.number);
    let number = number.map_err(|_| StoreError::Damaged("an application's number"))?;
    let (writer, application) = (Writer(writer), unsigned(seq, "an application")?);
    let (reason, by) = (deed.reason.clone(), deed.by);
    let word = ApplicationErased { writer, application, number, reason, by };
    let fact = Fact::ApplicationErased(word);
    let entry = office::add_by(books, fact, Some(deed.by), Addressee::Nobody, deed.now_ms)?;
    let sql = "UPDATE application SET body = NULL, erased_seq = ?3 WHERE writer = ?1 AND seq = ?2";
    run(books, sql, params![writer.0, seq, signed(entry)])?;
    complaints::erased(books, trusted, &deed.number)?;
    let hash: [u8; 32] = hash.try_into().map_err(|_| StoreError::Damaged("a hash"))?;
    forget_pieces(books, PhotoHash(hash.into()))?;
    Ok(entry)
}

/// What is wrong with an erasure of the office book, if anything is.
pub fn fault(
    books: &Transaction<'_>,
    word: &ApplicationErased,
) -> Result<Option<&'static str>, StoreError> {
    let entry = named::entry_of(books, word.writer, word.application)?;
    let Some(Fact::Applied(applied)) = entry.map(|(entry, _)| entry.fact) else {
        return Ok(Some("erases an application that is not here"));
    };
    if (applied.book, applied.number) != (word.number.book.clone(), word.number.number) {
        return Ok(Some("erases an application of another number"));
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM application \
               WHERE writer = ?1 AND seq = ?2 AND body IS NOT NULL)";
    let key = params![word.writer.0, signed(word.application)];
    let is_kept: bool = books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    Ok(is_kept.then_some("erases answers that are still here"))
}

const LISTED: &str = "SELECT a.number, a.service, b.ward, b.number, a.at_ms, a.due, a.missing, \
    a.whole_ms, a.erased_seq FROM application a LEFT JOIN building b ON b.id = a.building";

/// Applications by the day on which their answer is due, and then by their number.
pub fn listed(
    books: &Transaction<'_>,
    asked: &ApplicationsAsked,
) -> Result<Vec<ApplicationRow>, StoreError> {
    let sql = format!(
        "{LISTED} WHERE (?1 = '' OR a.service = ?1) AND a.due < ?2 \
         ORDER BY a.due, a.number LIMIT ?3"
    );
    let service = asked.service.clone().unwrap_or_default();
    let before = asked.due_before.unwrap_or(i64::MAX);
    pages::all(books, &sql, params![service, before, ROWS_MAX], row)
}

/// The application of a number, with its file where that is here.
pub fn one(books: &Transaction<'_>, number: &str) -> Result<Option<ApplicationKept>, StoreError> {
    let sql = format!("{LISTED} WHERE a.number = ?1");
    let Some(row) = pages::all(books, &sql, [number], row)?.into_iter().next() else {
        return Ok(None);
    };
    let sql = "SELECT a.writer, a.seq, d.name, a.body FROM application a \
               JOIN device d ON d.writer = a.writer WHERE a.number = ?1";
    let found: Option<(u32, i64, String, Option<Vec<u8>>)> = books
        .query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()
        .map_err(StoreError::Sqlite)?;
    let Some((writer, seq, device, sealed)) = found else { return Ok(None) };
    let entry = named::entry_of(books, Writer(writer), unsigned(seq, "an application")?)?;
    let check_code = entry.as_ref().map(|(entry, _)| ledger::check_code(entry));
    let check_code = check_code.unwrap_or_default();
    match entry.map(|(entry, _)| entry.fact) {
        Some(Fact::Applied(applied)) => {
            Ok(Some(ApplicationKept { row, applied, device, sealed, check_code }))
        }
        _ => Err(StoreError::Damaged("an application")),
    }
}

fn row(row: &Row<'_>) -> Read<ApplicationRow> {
    let (ward, door): (Option<u16>, Option<String>) = (row.get(2)?, row.get(3)?);
    let place = ward.zip(door).map(|(ward, door)| format!("Ward {ward}, {door}"));
    let erased: Option<i64> = row.get(8)?;
    let erased = erased.map(|seq| u64::try_from(seq).unwrap_or_default());
    Ok(ApplicationRow {
        number: row.get(0)?,
        service: row.get(1)?,
        place: place.unwrap_or_default(),
        at_ms: row.get(4)?,
        due: row.get(5)?,
        missing: row.get(6)?,
        answers: AnswersState::of(row.get(7)?, erased),
    })
}
