//! Photos on the device: a file beside the books, named by an edit of a record. They go to the
//! office last, one piece at a time, and only after what names them was acknowledged. Once the
//! office has one whole its file goes: there is least on a device that can be lost, and the record
//! names the photo still.

mod files;
mod piece_length;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use ledger::{Moment, PhotoFault, PhotoHash, PhotoKind};
use replica::{PhotoAnswer, PhotoRefusal, PhotoSays, Piece, Says, told};
use rusqlite::{Connection, OptionalExtension, params};
use thiserror::Error;

use super::database::{sequence, stored};
use super::error::StoreError;
use super::{RefusedHere, Store, records};
use files::Files;
use piece_length::PieceLength;

/// How long nothing is sent after the office said "not today" or "not yet", milliseconds.
const PAUSE_MS: u64 = 60 * 60 * 1_000;

/// How often the office may say that it has no more than before, until it is left alone a while.
const STALLS_MAX: u32 = 3;

/// Photos that this device takes, as the rule pack says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoLimits {
    /// The largest file.
    pub bytes_max: u32,
    /// All files of a day together.
    pub bytes_a_day: u32,
}

/// Why a photo is not taken. In each case nothing was written.
#[derive(Debug, Error)]
pub enum PhotoRefused {
    #[error("the file is not taken for a photo")]
    Fault(#[source] PhotoFault),
    #[error("the photo has {found} bytes, and {max} are the most")]
    TooLarge { found: u64, max: u32 },
    #[error("photos of today have {max} bytes together already, which is the most of a day")]
    DayFull { max: u32 },
    #[error("the disk is full")]
    DiskFull,
    #[error("the file of the photo could not be written")]
    File(#[source] io::Error),
    #[error("the books could not be written")]
    Store(#[source] StoreError),
}

/// What came of an answer about a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoTaken {
    /// There may be more to send at once.
    GoesOn,
    /// All of one is at the office.
    Whole(PhotoHash),
    Refused(PhotoHash, PhotoRefusal),
    /// It answers nothing that was asked last, and changes nothing.
    Late,
}

/// How a photo of this device stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhotoState {
    Waiting {
        size: u32,
        office_has: u32,
    },
    Sent,
    /// Neither this device nor the office can do any more for it.
    Refused(String),
}

/// The files of photos, and what is under way with them while the program runs.
#[derive(Default)]
pub(super) struct Photos {
    files: Files,
    /// The photo, the hash of the piece, and where it began.
    asked: Option<(PhotoHash, ledger::Hash, u32)>,
    length: PieceLength,
    stalls: u32,
    /// Nothing is sent until the monotonic clock of this boot is there.
    paused_to_ms: u64,
    /// Those that the office cannot take now, and until when the others come first.
    put_off: BTreeMap<PhotoHash, u64>,
}

/// A photo, or a sealed file, that may be sent.
pub(super) struct Sendable {
    pub hash: PhotoHash,
    pub size: u32,
    pub office_has: u32,
}

impl Store {
    /// Looks whether a photo may be taken now, without writing anything.
    pub fn check_photo(
        &self,
        bytes: &[u8],
        limits: PhotoLimits,
        now: Moment,
    ) -> Result<PhotoHash, PhotoRefused> {
        let found = bytes.len() as u64;
        if found > u64::from(limits.bytes_max) {
            return Err(PhotoRefused::TooLarge { found, max: limits.bytes_max });
        }
        PhotoKind::of(bytes).map_err(PhotoRefused::Fault)?;
        let hash = PhotoHash::of(bytes);
        if self.photo(hash).map_err(PhotoRefused::Store)?.is_some() {
            return Ok(hash);
        }
        let sql = "SELECT coalesce(sum(size), 0) FROM photos WHERE day = ?1";
        let today = self
            .connection
            .query_row(sql, [now.day()], |row| row.get(0))
            .map_err(StoreError::of("counting the photos of a day"))
            .map_err(PhotoRefused::Store)?;
        match sequence(today) + found <= u64::from(limits.bytes_a_day) {
            true => Ok(hash),
            false => Err(PhotoRefused::DayFull { max: limits.bytes_a_day }),
        }
    }

    /// Takes a photo: its file is on disk when this returns. It is kept once an edit names it, and
    /// else goes when the books are opened next.
    pub fn add_photo(
        &mut self,
        bytes: &[u8],
        limits: PhotoLimits,
        now: Moment,
    ) -> Result<PhotoHash, PhotoRefused> {
        if self.spoiled {
            return Err(PhotoRefused::Store(StoreError::Spoiled));
        }
        let hash = self.check_photo(bytes, limits, now)?;
        if self.photo(hash).map_err(PhotoRefused::Store)?.is_some() {
            return Ok(hash);
        }
        self.photos.files.put(hash, bytes).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => PhotoRefused::DiskFull,
            _ => PhotoRefused::File(error),
        })?;
        let sql = "INSERT INTO photos (hash, size, day, added) VALUES (?1, ?2, ?3, ?4)";
        let size = u32::try_from(bytes.len()).expect("checked against a limit of 32 bits");
        let row = params![hash.bytes(), size, now.day(), now.wall_ms];
        let written = self.connection.execute(sql, row);
        written.map(|_| hash).map_err(StoreError::of("writing a photo")).map_err(|error| {
            // A file that nothing knows would hold the last free bytes until the books are opened.
            if let Err(error) = self.photos.files.remove(hash) {
                tracing::warn!(%error, %hash, "the file of a photo stays for now");
            }
            match error {
                StoreError::Full(_) => PhotoRefused::DiskFull,
                error => PhotoRefused::Store(error),
            }
        })
    }

    /// How a photo stands that was taken here; none for one of another device.
    pub fn photo(&self, hash: PhotoHash) -> Result<Option<PhotoState>, StoreError> {
        let sql = "SELECT state, reason, size, office_has FROM photos WHERE hash = ?1";
        let row = self.connection.prepare_cached(sql).and_then(|mut row| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            };
            row.query_row([hash.bytes()], read).optional()
        });
        let row: Option<(String, Option<String>, u32, u32)> =
            row.map_err(StoreError::of("reading a photo"))?;
        Ok(row.map(|(state, reason, size, office_has)| match state.as_str() {
            "sent" => PhotoState::Sent,
            "refused" => PhotoState::Refused(reason.unwrap_or_default()),
            _ => PhotoState::Waiting { size, office_has },
        }))
    }

    /// How many photos the office does not have and may take.
    pub fn photos_to_send(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM photos WHERE state = 'waiting' AND EXISTS (
            SELECT 1 FROM photo_edits p JOIN edits e ON e.number = p.number
            WHERE p.hash = photos.hash AND e.reason IS NULL)";
        // Each screen asks.
        let count = self.connection.prepare_cached(sql);
        let count = count.and_then(|mut query| query.query_row([], |row| row.get(0)));
        count.map(sequence).map_err(StoreError::of("counting photos"))
    }

    /// Photos of a building that were taken here and can go to the office no more, newest first.
    pub fn refused_photos(
        &self,
        building: u32,
        limit: usize,
    ) -> Result<Vec<RefusedHere>, StoreError> {
        let failed = StoreError::of("reading photos");
        let sql = "SELECT e.number, e.kind, e.body, p.reason FROM photos p
            JOIN photo_edits n ON n.hash = p.hash JOIN edits e ON e.number = n.number
            WHERE p.state = 'refused' AND e.of = ?1 ORDER BY e.number DESC LIMIT ?2";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![building, limit], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?, row.get(3)?))
        });
        let mut found = Vec::new();
        for row in rows.map_err(&failed)? {
            let (number, kind, body, reason): (i64, i64, _, String) = row.map_err(&failed)?;
            let (number, record) = (sequence(number), records::id_of(kind, building)?);
            let told = told(&body).map_err(|why| StoreError::Record(Box::new(why)))?;
            let value = match told.says {
                Says::Holds(value, _) => Some(value),
                Says::OthersAreWrong => None,
            };
            found.push(RefusedHere { number, record, field: told.field, value, reason });
        }
        Ok(found)
    }

    /// The bytes of the next piece of a photo. None while anything else waits to be sent, while the
    /// office does not have the edit that names it, and for a while after it said no.
    pub fn next_photo_piece(&mut self, now: Moment) -> Result<Option<Vec<u8>>, StoreError> {
        let others_wait = self.to_send() > 0 || self.edits_to_send() > 0;
        let paused = now.mono_ms < self.photos.paused_to_ms;
        if self.spoiled || self.locked.is_some() || others_wait || paused {
            return Ok(None);
        }
        self.photos.put_off.retain(|_, until_ms| now.mono_ms < *until_ms);
        while let Some(Sendable { hash, size, office_has }) = self.sendable_photo()? {
            let Some(file) = self.file_to_send(hash)? else {
                tracing::error!(%hash, "the file of a photo is damaged or gone");
                self.end_photo(hash, "refused", Some("its file on this device is damaged"))?;
                continue;
            };
            // What the office was said to have may be more than the file, where it is mistaken.
            let from = usize::try_from(office_has.min(size)).expect("at most some megabytes");
            let piece = Piece::of(self.day_book.writer(), hash, &file, from)
                .no_longer_than(self.photos.length.bytes());
            let (message, digest) = piece.sealed(&self.key);
            self.photos.asked = Some((hash, digest, piece.offset));
            return Ok(Some(message));
        }
        Ok(None)
    }

    /// The whole file of a photo, or a sealed one; none where it is damaged or gone.
    fn file_to_send(&self, hash: PhotoHash) -> Result<Option<Vec<u8>>, StoreError> {
        let file = match self.sealed_file(hash)? {
            Some(file) => Some(file),
            None => match self.photos.files.get(hash) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(source) => return Err(StoreError::Photo { doing: "reading", source }),
            },
        };
        Ok(file.filter(|bytes| PhotoHash::of(bytes) == hash))
    }

    /// Takes what the office says of the piece that was sent last.
    pub fn take_photo_answer(
        &mut self,
        message: &[u8],
        now: Moment,
    ) -> Result<PhotoTaken, StoreError> {
        let answer = match PhotoAnswer::read(message, &self.office) {
            Ok(answer) => answer,
            Err(error) => {
                self.note_stall(true, now);
                return Err(StoreError::PhotoAnswer(error));
            }
        };
        let Some((hash, digest, offset)) = self.photos.asked else {
            return Ok(PhotoTaken::Late);
        };
        if (answer.to, answer.photo, answer.piece) != (self.day_book.writer(), hash, digest) {
            self.note_stall(true, now);
            return Ok(PhotoTaken::Late);
        }
        self.photos.asked = None;
        if self.photos.length.carried() {
            self.keep_piece_length();
        }
        match answer.says {
            PhotoSays::Whole => {
                self.end_photo(hash, "sent", None)?;
                self.note_stall(false, now);
                Ok(PhotoTaken::Whole(hash))
            }
            PhotoSays::Has(has) => {
                self.note_office_has(hash, has)?;
                self.note_stall(has <= offset, now);
                Ok(PhotoTaken::GoesOn)
            }
            PhotoSays::Refused(why) => {
                match why {
                    PhotoRefusal::TooLarge(_) | PhotoRefusal::NoPicture => {
                        self.end_photo(hash, "refused", Some(&why.to_string()))?;
                    }
                    PhotoRefusal::DayFull(_) => self.pause_photos(now),
                    PhotoRefusal::Unnamed => self.put_off(hash, now),
                    PhotoRefusal::OtherHash => {
                        self.note_office_has(hash, 0)?;
                        self.note_stall(true, now);
                    }
                }
                Ok(PhotoTaken::Refused(hash, why))
            }
        }
    }

    /// Counts answers that brought nothing on; after some in a row the office is left alone.
    fn note_stall(&mut self, stalls: bool, now: Moment) {
        self.photos.stalls = if stalls { self.photos.stalls + 1 } else { 0 };
        if self.photos.stalls >= STALLS_MAX {
            self.pause_photos(now);
        }
    }

    /// The line died, or was too slow, under the piece that was sent last: the next one is half as
    /// long, so that on any line something comes through.
    pub fn photo_piece_lost(&mut self) {
        if self.photos.length.lost() {
            self.keep_piece_length();
        }
    }

    /// Where it cannot be written it is found out anew after the next start.
    fn keep_piece_length(&self) {
        let sql = "INSERT OR REPLACE INTO photo_line (id, piece_bytes) VALUES (1, ?1)";
        let bytes = i64::try_from(self.photos.length.bytes()).unwrap_or(i64::MAX);
        if let Err(error) = self.connection.execute(sql, [bytes]) {
            tracing::warn!(%error, "how long pieces of photos may be is not kept");
        }
    }

    fn read_piece_length(&self) -> Result<PieceLength, StoreError> {
        let sql = "SELECT piece_bytes FROM photo_line";
        let kept: Option<i64> = self
            .connection
            .query_row(sql, [], |row| row.get(0))
            .optional()
            .map_err(StoreError::of("reading how long pieces of photos may be"))?;
        let kept = kept.map(|bytes| usize::try_from(bytes).unwrap_or_default());
        Ok(kept.map_or_else(PieceLength::default, PieceLength::of))
    }

    /// The photo whose piece was sent last waits for a while, and the others do not.
    pub fn put_photo_off(&mut self, now: Moment) {
        if let Some((hash, ..)) = self.photos.asked.take() {
            self.put_off(hash, now);
        }
    }

    fn put_off(&mut self, hash: PhotoHash, now: Moment) {
        self.photos.put_off.insert(hash, now.mono_ms.saturating_add(PAUSE_MS));
    }

    fn pause_photos(&mut self, now: Moment) {
        self.photos.paused_to_ms = now.mono_ms.saturating_add(PAUSE_MS);
        self.photos.stalls = 0;
    }

    /// The oldest photo that the office does not have and that an edit names which it took, but
    /// for those that were put off; before all photos what was applied for.
    fn sendable_photo(&self) -> Result<Option<Sendable>, StoreError> {
        let put_off = |hash| self.photos.put_off.contains_key(&hash);
        if let Some(sealed) = self.sendable_sealed(put_off)? {
            return Ok(Some(sealed));
        }
        let sql = "SELECT hash, size, office_has FROM photos WHERE state = 'waiting' AND EXISTS (
            SELECT 1 FROM photo_edits p JOIN edits e ON e.number = p.number
            WHERE p.hash = photos.hash AND e.number <= ?1 AND e.reason IS NULL)
            ORDER BY added, hash";
        let failed = StoreError::of("looking for a photo to send");
        let acknowledged = stored(self.record_cursors.acknowledged);
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let rows = query.query_map([acknowledged], |row| {
            let hash: [u8; 32] = row.get(0)?;
            let hash = PhotoHash(hash.into());
            Ok(Sendable { hash, size: row.get(1)?, office_has: row.get(2)? })
        });
        for row in rows.map_err(&failed)? {
            let sendable = row.map_err(&failed)?;
            if !self.photos.put_off.contains_key(&sendable.hash) {
                return Ok(Some(sendable));
            }
        }
        Ok(None)
    }

    fn note_office_has(&mut self, hash: PhotoHash, has: u32) -> Result<(), StoreError> {
        if self.note_sealed_at_office(hash, has)? {
            return Ok(());
        }
        let sql = "UPDATE photos SET office_has = min(?2, size) WHERE hash = ?1";
        let changed = self.connection.execute(sql, params![hash.bytes(), has]);
        changed.map(|_| ()).map_err(StoreError::of("noting what the office has of a photo"))
    }

    /// The state is on disk before the file goes: the other way round, a cut would leave a photo
    /// that waits for ever. A file that stays by a cut goes when the books are opened.
    fn end_photo(
        &mut self,
        hash: PhotoHash,
        state: &str,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        if self.end_sealed(hash, state, reason)? {
            return Ok(());
        }
        let sql = "UPDATE photos SET state = ?2, reason = ?3 WHERE hash = ?1";
        self.connection
            .execute(sql, params![hash.bytes(), state, reason])
            .map_err(StoreError::of("noting what became of a photo"))?;
        if state == "sent"
            && let Err(error) = self.photos.files.remove(hash)
        {
            tracing::warn!(%error, %hash, "the file of a photo that was sent stays for now");
        }
        Ok(())
    }

    /// When the books are opened: what no edit names was never said, and what the books do not know
    /// or the office has needs no file.
    pub(super) fn open_photos(&mut self, books: &Path) -> Result<(), StoreError> {
        self.photos.files = Files::beside(books);
        self.photos.length = self.read_piece_length()?;
        let sql = "DELETE FROM photos WHERE hash NOT IN (SELECT hash FROM photo_edits)";
        let forgotten = self.connection.execute(sql, []);
        match forgotten.map_err(StoreError::of("forgetting photos")) {
            // They can be forgotten another time.
            Ok(_) | Err(StoreError::Full(_)) => {}
            Err(error) => return Err(error),
        }
        self.forget_photo_files();
        Ok(())
    }

    /// At each opening, and after houses left the scope. What stays by a fault goes another time:
    /// a folder that cannot be read must not hold up the money.
    pub(super) fn forget_photo_files(&mut self) {
        if let Err(error) = self.keep_known_files() {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the files of photos stay for now");
        }
    }

    fn keep_known_files(&mut self) -> Result<(), StoreError> {
        let failed = StoreError::of("reading photos");
        // Of houses that left, where the office took none of the edits that name it.
        let sql = "DELETE FROM photos WHERE EXISTS (
                SELECT 1 FROM photo_edits p WHERE p.hash = photos.hash)
            AND NOT EXISTS (
                SELECT 1 FROM photo_edits p JOIN edits e ON e.number = p.number
                LEFT JOIN buildings b ON b.id = e.of
                WHERE p.hash = photos.hash AND (e.reason IS NULL OR b.id IS NOT NULL))";
        match self.connection.execute(sql, []).map_err(&failed) {
            Ok(_) | Err(StoreError::Full(_)) => {}
            Err(error) => return Err(error),
        }
        let sql = "SELECT hash FROM photos WHERE state <> 'sent'";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let rows = query.query_map([], |row| row.get(0)).map_err(&failed)?;
        let known: Vec<[u8; 32]> = rows.collect::<Result<_, _>>().map_err(&failed)?;
        self.photos
            .files
            .keep_only(|hash| known.iter().any(|known| hash.bytes() == known))
            .map_err(|source| StoreError::Photo { doing: "tidying up", source })
    }
}

/// Notes which edit names a photo; false where no such photo was taken here.
pub(super) fn name(to: &Connection, number: u64, hash: PhotoHash) -> Result<bool, StoreError> {
    let sql = "INSERT INTO photo_edits (number, hash) SELECT ?1, hash FROM photos WHERE hash = ?2";
    let named = to.execute(sql, params![stored(number), hash.bytes()]);
    named.map(|rows| rows > 0).map_err(StoreError::of("noting which edit names a photo"))
}

/// A house left this device's scope, and takes the photos that only it names: those that the office
/// has, or takes neither themselves nor by what names them. One that waits stays until it was sent.
pub(super) fn leave(to: &Connection, building: u32) -> Result<(), StoreError> {
    let failed = StoreError::of("forgetting the photos of a house");
    let sql = "DELETE FROM photos WHERE (state <> 'waiting' OR NOT EXISTS (
            SELECT 1 FROM photo_edits p JOIN edits e ON e.number = p.number
            WHERE p.hash = photos.hash AND e.reason IS NULL))
        AND hash IN (SELECT p.hash FROM photo_edits p JOIN edits e ON e.number = p.number
            WHERE e.of = ?1)
        AND hash NOT IN (SELECT p.hash FROM photo_edits p JOIN edits e ON e.number = p.number
            WHERE e.of <> ?1)";
    to.execute(sql, [building]).map(|_| ()).map_err(failed)
}
