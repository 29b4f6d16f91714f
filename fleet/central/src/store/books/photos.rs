//! Photos in the books, and the pieces of every file that devices send: which a record names, what
//! of each has come, and what a device may send on one day. Their files are kept elsewhere.

use ledger::{FieldValue, PhotoHash, PhotoKind, RecordId, Writer};
use replica::{PIECE_BYTES_MIN, Says, Told};

use super::facts::run;
use super::pages::all;
use super::{Trusted, applications};
use crate::photos::{NewPhoto, PhotoSaid, PieceCame, PieceTaken};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};
use crate::time::moment;

/// The most rows of a list.
const ROWS_MAX: u32 = 25;

/// The most photos that are looked for when a centre starts.
const MISSING_MAX: u32 = 10_000;

/// What a device began to send and did not go on with is forgotten after thirty days, with the next
/// photo that it begins.
const FORGOTTEN_MS: i64 = 30 * 86_400_000;

/// Notes the photo that a change names, if it does.
pub fn name(
    books: &Transaction<'_>,
    of: RecordId,
    told: &Told,
    writer: Writer,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Says::Holds(FieldValue::Photo(photo), _) = &told.says else { return Ok(()) };
    let sql = "INSERT INTO photo_named (hash, kind, number, field, writer, named_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    let (kind, field) = (of.kind.code(), told.field.as_str());
    run(books, sql, params![photo.bytes(), kind, of.number, field, writer.0, now_ms])
}

/// Takes a piece that goes on where the photo of its device is; any other changes nothing, and is
/// told where to go on.
pub fn take(
    books: &Transaction<'_>,
    trusted: &Trusted,
    came: &PieceCame,
) -> Result<PieceTaken, StoreError> {
    if kind(books, came.photo)?.is_some() || applications::is_done_with(books, came.photo)? {
        return Ok(PieceTaken::Whole);
    }
    if !is_named(books, came.photo)? && !applications::names(books, came.photo)? {
        return Ok(PieceTaken::Unnamed);
    }
    let has = coming(books, came)?;
    let full = |has: u32| if has == came.size { PieceTaken::Full } else { PieceTaken::Has(has) };
    if came.offset != has || came.bytes.is_empty() {
        return Ok(full(has));
    }
    let length = u32::try_from(came.bytes.len()).map_err(|_| StoreError::Damaged("a piece"))?;
    if let Some(most) = beyond_the_day(books, trusted, came, length)? {
        return Ok(PieceTaken::DayFull(most));
    }
    let hash = came.photo.bytes();
    let sql = "INSERT INTO photo_piece (writer, hash, place, body) VALUES (?1, ?2, ?3, ?4)";
    run(books, sql, params![came.writer.0, hash, came.offset, &came.bytes[..]])?;
    let sql = "UPDATE photo_coming SET has = has + ?3, touched_ms = ?4 \
               WHERE writer = ?1 AND hash = ?2";
    run(books, sql, params![came.writer.0, hash, length, came.now_ms])?;
    Ok(full(has + length))
}

/// How much of a photo its device has sent; nothing where it begins now, or says another size.
fn coming(books: &Transaction<'_>, came: &PieceCame) -> Result<u32, StoreError> {
    let (writer, hash) = (came.writer.0, came.photo.bytes());
    let sql = "INSERT INTO photo_coming (writer, hash, size, has, touched_ms) \
               VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT DO NOTHING";
    let row = params![writer, hash, came.size, came.now_ms];
    if books.execute(sql, row).map_err(StoreError::Sqlite)? > 0 {
        forget(books, came.writer, came.now_ms - FORGOTTEN_MS)?;
        return Ok(0);
    }
    let sql = "SELECT size, has FROM photo_coming WHERE writer = ?1 AND hash = ?2";
    let (size, has): (u32, u32) = books
        .query_row(&books.locking(sql), params![writer, hash], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(StoreError::Sqlite)?;
    if size == came.size {
        return Ok(has);
    }
    begin_anew(books, came.writer, came.photo)?;
    let sql = "UPDATE photo_coming SET size = ?3 WHERE writer = ?1 AND hash = ?2";
    run(books, sql, params![writer, hash, came.size])?;
    Ok(0)
}

/// The most of a day, where a device has reached it; else its bytes are counted.
fn beyond_the_day(
    books: &Transaction<'_>,
    trusted: &Trusted,
    came: &PieceCame,
    length: u32,
) -> Result<Option<u32>, StoreError> {
    let now = moment(came.now_ms);
    let most = trusted.packs.on(now.date()).limits.photo_bytes_a_day;
    let (writer, day) = (came.writer.0, now.day());
    let sql = "INSERT INTO photo_day (writer, day, bytes) VALUES (?1, ?2, 0) \
               ON CONFLICT DO NOTHING";
    run(books, sql, params![writer, day])?;
    let sql = "UPDATE photo_day SET bytes = bytes + ?3 \
               WHERE writer = ?1 AND day = ?2 AND bytes + ?3 <= ?4";
    // A row costs more than its bytes: a day of pieces of one byte must not fill a disk.
    let counts = i64::from(length).max(PIECE_BYTES_MIN as i64);
    let counted = books.execute(sql, params![writer, day, counts, i64::from(most)]);
    Ok((counted.map_err(StoreError::Sqlite)? == 0).then_some(most))
}

/// What came of a photo so far, in its order.
pub fn pieces(
    books: &Transaction<'_>,
    writer: Writer,
    photo: PhotoHash,
) -> Result<Vec<u8>, StoreError> {
    let sql = "SELECT body FROM photo_piece WHERE writer = ?1 AND hash = ?2 ORDER BY place";
    let pieces: Vec<Vec<u8>> = all(books, sql, params![writer.0, photo.bytes()], |row| row.get(0))?;
    Ok(pieces.concat())
}

/// A photo is kept, or what came of it is no use: either way its pieces go.
pub fn end(
    books: &Transaction<'_>,
    writer: Writer,
    photo: PhotoHash,
    kept: Option<NewPhoto>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some(NewPhoto { size, kind }) = kept else {
        return begin_anew(books, writer, photo);
    };
    let sql = "INSERT INTO photo (hash, size, format, writer, whole_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    let hash = photo.bytes();
    run(books, sql, params![hash, size, kind.code(), writer.0, now_ms])?;
    // Whoever else was sending the same need not go on.
    let sql = "DELETE FROM photo_piece WHERE hash = ?1 \
               AND writer IN (SELECT writer FROM photo_coming WHERE hash = ?1)";
    run(books, sql, params![hash])?;
    run(books, "DELETE FROM photo_coming WHERE hash = ?1", params![hash])
}

/// How a photo is written that is kept; none where it is not.
pub fn kind(books: &Transaction<'_>, photo: PhotoHash) -> Result<Option<PhotoKind>, StoreError> {
    let sql = "SELECT format FROM photo WHERE hash = ?1";
    let format: Option<String> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![photo.bytes()], |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    let read = |code: String| PhotoKind::from_code(&code).ok_or(StoreError::Damaged("a photo"));
    format.map(read).transpose()
}

fn is_named(books: &Transaction<'_>, photo: PhotoHash) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM photo_named WHERE hash = ?1)";
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![photo.bytes()], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

/// Photos that are named and not known to be kept, with who named each first.
pub fn missing(books: &Transaction<'_>) -> Result<Vec<(PhotoHash, Writer)>, StoreError> {
    let sql = "SELECT n.hash, min(n.writer) FROM photo_named n \
               WHERE NOT EXISTS (SELECT 1 FROM photo p WHERE p.hash = n.hash) \
               GROUP BY n.hash ORDER BY n.hash LIMIT ?1";
    all(books, sql, [MISSING_MAX], |row| Ok((hash(row)?, Writer(row.get(1)?))))
}

/// The photos that were named last.
pub fn latest(books: &Transaction<'_>) -> Result<Vec<PhotoSaid>, StoreError> {
    let sql = format!("{SAID} ORDER BY n.named_ms DESC, n.number, n.field, n.hash LIMIT ?1");
    all(books, &sql, [ROWS_MAX], said)
}

/// Every photo that was named of a record, the latest first.
pub fn of_record(books: &Transaction<'_>, id: RecordId) -> Result<Vec<PhotoSaid>, StoreError> {
    let sql =
        format!("{SAID} WHERE n.kind = ?1 AND n.number = ?2 ORDER BY n.named_ms DESC, n.hash");
    all(books, &sql, params![id.kind.code(), id.number], said)
}

/// Several devices may be sending the same photo: it is as far as the furthest of them.
const SAID: &str = "SELECT n.hash, n.kind, n.number, n.field, b.ward, b.number, d.name, \
    n.named_ms, p.whole_ms, \
    (SELECT max(c.has) FROM photo_coming c WHERE c.hash = n.hash), \
    coalesce(p.size, (SELECT max(c.size) FROM photo_coming c WHERE c.hash = n.hash)) \
    FROM photo_named n JOIN building b ON b.id = n.number \
    LEFT JOIN device d ON d.writer = n.writer LEFT JOIN photo p ON p.hash = n.hash";

fn said(row: &Row<'_>) -> crate::store::sql::Result<PhotoSaid> {
    let photo = hash(row)?.to_string();
    let (kind, number): (String, u32) = (row.get(1)?, row.get(2)?);
    let (ward, door): (u16, String) = (row.get(4)?, row.get(5)?);
    let device: Option<String> = row.get(6)?;
    Ok(PhotoSaid {
        photo,
        record: format!("{kind}/{number}"),
        field: row.get(3)?,
        place: format!("Ward {ward}, {door}"),
        device: device.unwrap_or_else(|| "office".to_owned()),
        named_ms: row.get(7)?,
        whole_ms: row.get(8)?,
        has: row.get(9)?,
        size: row.get(10)?,
    })
}

/// The hash in the first column.
fn hash(row: &Row<'_>) -> crate::store::sql::Result<PhotoHash> {
    let hash: Vec<u8> = row.get(0)?;
    let hash: [u8; 32] = hash.try_into().map_err(|_| crate::store::sql::Error::Kind(0))?;
    Ok(PhotoHash(hash.into()))
}

fn begin_anew(books: &Transaction<'_>, writer: Writer, photo: PhotoHash) -> Result<(), StoreError> {
    let row = params![writer.0, photo.bytes()];
    // A piece that another request is writing is seen, or comes after this.
    let sql = "SELECT has FROM photo_coming WHERE writer = ?1 AND hash = ?2";
    let locked = books.query_row(&books.locking(sql), row, |row| row.get::<_, u32>(0)).optional();
    locked.map_err(StoreError::Sqlite)?;
    run(books, "DELETE FROM photo_piece WHERE writer = ?1 AND hash = ?2", row)?;
    run(books, "UPDATE photo_coming SET has = 0 WHERE writer = ?1 AND hash = ?2", row)
}

fn forget(books: &Transaction<'_>, writer: Writer, before_ms: i64) -> Result<(), StoreError> {
    let row = params![writer.0, before_ms];
    let sql = "DELETE FROM photo_piece WHERE writer = ?1 AND hash IN \
               (SELECT hash FROM photo_coming WHERE writer = ?1 AND touched_ms < ?2)";
    run(books, sql, row)?;
    run(books, "DELETE FROM photo_coming WHERE writer = ?1 AND touched_ms < ?2", row)
}
