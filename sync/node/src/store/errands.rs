//! Carrying for others: parcels of devices that have no line, kept until this one has, and the
//! office's replies to them. Nothing in a parcel is this device's to say or to change; it only
//! looks whether a device of the body signed it.

use ledger::{Hash, Moment, Writer, sha256};
use replica::{NotTaken, POSTED_BYTES_MAX, Parcel, ParcelError, SignedReplies, SignedRequest};
use rusqlite::{OptionalExtension, params};

use super::Store;
use super::database::{begin, sequence, stored};
use super::error::StoreError;

/// For how many devices one carries: the handhelds of a large panchayat.
pub const ERRANDS_MAX: usize = 64;

/// A parcel of another device, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    pub of: Writer,
    /// When it was brought here, milliseconds since 1970.
    pub at_ms: i64,
    /// The last entry that it has, for which only its device vouches; 0 where it asks for news.
    pub seq: u64,
    pub state: ErrandState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrandState {
    /// The office does not have it yet.
    Waiting,
    /// The office's reply is here and waits for its device; since when, milliseconds since 1970.
    Answered(i64),
    /// The office turned it away, for this reason.
    Refused(String),
}

impl Store {
    /// Keeps a parcel of another device, in the place of an older one of it.
    pub fn take_errand(
        &mut self,
        file: &[u8],
        now: Moment,
    ) -> Result<Result<Writer, NotTaken>, StoreError> {
        let (writer, seq) = match self.checked_errand(file) {
            Ok(checked) => checked,
            Err(why) => return Ok(Err(why)),
        };
        let failed = StoreError::of("writing what is carried for others");
        let transaction = begin(&mut self.connection)?;
        let known = "SELECT seq FROM errands WHERE writer = ?1";
        let known = transaction.query_row(known, [writer.0], |row| row.get(0)).optional();
        let known: Option<i64> = known.map_err(&failed)?;
        // One without entries only asks for news: the office has all of its device's.
        if seq > 0 && known.is_some_and(|known| sequence(known) > seq) {
            return Ok(Err(NotTaken::Older));
        }
        if known.is_none() {
            let count = "SELECT count(*) FROM errands";
            let count: i64 = transaction.query_row(count, [], |row| row.get(0)).map_err(&failed)?;
            // What was answered longest ago and never fetched makes room.
            let sql = "DELETE FROM errands WHERE writer = (SELECT writer FROM errands \
                       WHERE reply IS NOT NULL ORDER BY reply_ms LIMIT 1)";
            let full = usize::try_from(count).unwrap_or(usize::MAX) >= ERRANDS_MAX;
            if full && transaction.execute(sql, []).map_err(&failed)? == 0 {
                return Ok(Err(NotTaken::NoRoom));
            }
        }
        let sql = "INSERT OR REPLACE INTO errands (writer, at_ms, seq, parcel, digest) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let digest = sha256(file);
        transaction
            .execute(sql, params![writer.0, now.wall_ms, stored(seq), file, &digest[..]])
            .and_then(|_| transaction.commit())
            .map_err(failed)?;
        Ok(Ok(writer))
    }

    /// Whose parcel it is and its last entry, once each of its requests was found to be signed by
    /// that device.
    fn checked_errand(&self, file: &[u8]) -> Result<(Writer, u64), NotTaken> {
        if file.len() > POSTED_BYTES_MAX {
            return Err(NotTaken::TooLarge);
        }
        let parcel = Parcel::read(file).map_err(|_| NotTaken::Unreadable)?;
        let writer = parcel.writer;
        if writer == self.day_book.writer() {
            return Err(NotTaken::Own);
        }
        let key = self.sister_key(writer).ok_or(NotTaken::Stranger)?;
        if parcel.requests.is_empty() {
            return Err(NotTaken::Unreadable);
        }
        let mut last = 0;
        for request in &parcel.requests {
            let signed = SignedRequest::read(request).map_err(|_| NotTaken::Unreadable)?;
            if signed.writer != writer {
                return Err(NotTaken::NotSigned);
            }
            let opened = signed.opened(&key).map_err(|_| NotTaken::NotSigned)?;
            let head = opened.signed.statement.head;
            last = head.map_or(last, |head| last.max(head.seq));
        }
        Ok((writer, last))
    }

    /// Whatever is carried for others, the longest kept first.
    pub fn errands(&self) -> Result<Vec<Errand>, StoreError> {
        let failed = StoreError::of("reading what is carried for others");
        let sql =
            "SELECT writer, at_ms, seq, reply_ms, refusal FROM errands ORDER BY at_ms, writer";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let rows = query.query_map([], |row| {
            let (reply_ms, refusal) = (row.get(3)?, row.get(4)?);
            Ok(Errand {
                of: Writer(row.get(0)?),
                at_ms: row.get(1)?,
                seq: sequence(row.get(2)?),
                state: state(reply_ms, refusal),
            })
        });
        rows.map_err(&failed)?.collect::<Result<_, _>>().map_err(&failed)
    }

    /// The parcel that has waited longest for a line.
    pub fn next_errand(&self) -> Result<Option<(Writer, Vec<u8>)>, StoreError> {
        let sql = "SELECT writer, parcel FROM errands \
                   WHERE reply IS NULL AND refusal IS NULL ORDER BY at_ms, writer LIMIT 1";
        self.connection
            .query_row(sql, [], |row| Ok((Writer(row.get(0)?), row.get(1)?)))
            .optional()
            .map_err(StoreError::of("reading what is carried for others"))
    }

    /// The parcel of one device, as a stick takes it.
    pub fn errand(&self, of: Writer) -> Result<Option<Vec<u8>>, StoreError> {
        self.blob("SELECT parcel FROM errands WHERE writer = ?1 AND reply IS NULL", of)
    }

    /// The office's reply for a device, as its file is written.
    pub fn reply_for(&self, of: Writer) -> Result<Option<Vec<u8>>, StoreError> {
        self.blob("SELECT reply FROM errands WHERE writer = ?1 AND reply IS NOT NULL", of)
    }

    fn blob(&self, sql: &str, of: Writer) -> Result<Option<Vec<u8>>, StoreError> {
        self.connection
            .query_row(sql, [of.0], |row| row.get(0))
            .optional()
            .map_err(StoreError::of("reading what is carried for others"))
    }

    /// Keeps the office's reply to a parcel that was sent for another device.
    /// `sent` is the SHA-256 of the parcel: a newer one may have come meanwhile.
    pub fn take_errand_reply(
        &mut self,
        (of, sent): (Writer, Hash),
        file: &[u8],
        now: Moment,
    ) -> Result<(), StoreError> {
        let opened = SignedReplies::read(file).and_then(|signed| signed.opened(&self.office));
        let replies = opened.map_err(|error| match error {
            ParcelError::Signature(source) => {
                StoreError::NotTheOffice { what: "the reply", source }
            }
            error => StoreError::Reply(error),
        })?;
        if replies.to != of {
            return Err(StoreError::OtherDevice);
        }
        let sql = "UPDATE errands SET reply = ?3, reply_ms = ?4, refusal = NULL \
                   WHERE writer = ?1 AND digest = ?2";
        self.connection
            .execute(sql, params![of.0, &sent[..], file, now.wall_ms])
            .map(|_| ())
            .map_err(StoreError::of("writing what is carried for others"))
    }

    /// Notes that the office turned a parcel away: it is not sent again by itself.
    pub fn errand_refused(
        &mut self,
        (of, sent): (Writer, Hash),
        why: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE errands SET refusal = ?3 WHERE writer = ?1 AND digest = ?2";
        self.connection
            .execute(sql, params![of.0, &sent[..], why])
            .map(|_| ())
            .map_err(StoreError::of("writing what is carried for others"))
    }
}

fn state(reply_ms: Option<i64>, refusal: Option<String>) -> ErrandState {
    match (reply_ms, refusal) {
        (Some(at_ms), _) => ErrandState::Answered(at_ms),
        (None, Some(why)) => ErrandState::Refused(why),
        (None, None) => ErrandState::Waiting,
    }
}
