//! Carrying for others: parcels of devices that have no line, kept until this one has, and the
//! office's replies to them. Nothing in a parcel is this device's to say or to change; it only
//! looks whether a device of the body signed it.

use ledger::{Hash, Moment, Writer, sha256};
use replica::{NotTaken, POSTED_BYTES_MAX, Parcel, SignedReplies, SignedRequest};
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::database::{begin, sequence, stored};
use super::error::StoreError;

/// For how many devices one carries: the handhelds of a large panchayat.
pub const ERRANDS_MAX: usize = 64;

/// The most bytes of all of them: a handheld's disk belongs to its own receipts.
const ERRANDS_BYTES_MAX: usize = 32 * 1_024 * 1_024;

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
    /// Keeps a parcel of another device, in the place of an older one of it. The same again changes
    /// nothing.
    pub fn take_errand(
        &mut self,
        file: &[u8],
        now: Moment,
    ) -> Result<Result<Writer, NotTaken>, StoreError> {
        let brought = match self.checked_errand(file) {
            Ok(brought) => brought,
            Err(why) => return Ok(Err(why)),
        };
        let Brought { of, seq, sent_ms } = brought;
        let digest = sha256(file);
        let failed = StoreError::of("writing what is carried for others");
        let transaction = begin(&mut self.connection)?;
        match standing(&transaction, &brought, digest).map_err(&failed)? {
            Standing::Same => return Ok(Ok(of)),
            Standing::Older => return Ok(Err(NotTaken::Older)),
            Standing::Newer | Standing::First => {}
        }
        remove(&transaction, of).map_err(&failed)?;
        if !has_room(&transaction, file.len()).map_err(&failed)? {
            return Ok(Err(NotTaken::NoRoom));
        }
        let sql = "INSERT INTO errands (writer, at_ms, seq, sent_ms, digest, bytes) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let bytes = i64::try_from(file.len()).unwrap_or(i64::MAX);
        let row = params![of.0, now.wall_ms, stored(seq), sent_ms, &digest[..], bytes];
        transaction
            .execute(sql, row)
            .and_then(|_| {
                let sql = "INSERT INTO errand_parcels (writer, body) VALUES (?1, ?2)";
                transaction.execute(sql, params![of.0, file])
            })
            .and_then(|_| transaction.commit())
            .map_err(failed)?;
        Ok(Ok(of))
    }

    /// Whose parcel it is and how far it goes, once each of its requests was found to be signed by
    /// that device.
    fn checked_errand(&self, file: &[u8]) -> Result<Brought, NotTaken> {
        if file.len() > POSTED_BYTES_MAX {
            return Err(NotTaken::TooLarge);
        }
        let parcel = Parcel::read(file).map_err(|_| NotTaken::Unreadable)?;
        let of = parcel.writer;
        if of == self.day_book.writer() {
            return Err(NotTaken::Own);
        }
        let key = self.sister_key(of).ok_or(NotTaken::Stranger)?;
        let mut brought = Brought { of, seq: 0, sent_ms: i64::MIN };
        for request in &parcel.requests {
            let signed = SignedRequest::read(request).map_err(|_| NotTaken::Unreadable)?;
            if signed.writer != of {
                return Err(NotTaken::NotSigned);
            }
            let said = signed.opened(&key).map_err(|_| NotTaken::NotSigned)?.signed.statement;
            brought.seq = brought.seq.max(said.head.map_or(0, |head| head.seq));
            brought.sent_ms = brought.sent_ms.max(said.at_ms);
        }
        match parcel.requests.is_empty() {
            true => Err(NotTaken::Unreadable),
            false => Ok(brought),
        }
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

    /// The parcel that has waited longest for a line, but for those of some devices.
    pub fn next_errand(&self, but: &[Writer]) -> Result<Option<(Writer, Vec<u8>)>, StoreError> {
        let waits = |errand: &Errand| errand.state == ErrandState::Waiting;
        let errands = self.errands()?;
        let mut left = errands.iter().filter(|errand| waits(errand) && !but.contains(&errand.of));
        let Some(of) = left.next().map(|errand| errand.of) else { return Ok(None) };
        Ok(self.errand(of)?.map(|parcel| (of, parcel)))
    }

    /// The parcel of one device, until the office has answered it.
    pub fn errand(&self, of: Writer) -> Result<Option<Vec<u8>>, StoreError> {
        self.blob("SELECT body FROM errand_parcels WHERE writer = ?1", of)
    }

    /// The office's reply for a device, as its file is written.
    pub fn reply_for(&self, of: Writer) -> Result<Option<Vec<u8>>, StoreError> {
        self.blob("SELECT body FROM errand_replies WHERE writer = ?1", of)
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
        let signed = SignedReplies::read(file).map_err(StoreError::Reply)?;
        self.replies_to(of, &signed)?;
        let failed = StoreError::of("writing what is carried for others");
        let transaction = begin(&mut self.connection)?;
        let bytes = i64::try_from(file.len()).unwrap_or(i64::MAX);
        let sql = "UPDATE errands SET reply_ms = ?3, bytes = ?4, refusal = NULL \
                   WHERE writer = ?1 AND digest = ?2";
        let values = params![of.0, &sent[..], now.wall_ms, bytes];
        if transaction.execute(sql, values).map_err(&failed)? == 0 {
            return Ok(());
        }
        transaction
            .execute("DELETE FROM errand_parcels WHERE writer = ?1", [of.0])
            .and_then(|_| {
                let sql = "INSERT OR REPLACE INTO errand_replies (writer, body) VALUES (?1, ?2)";
                transaction.execute(sql, params![of.0, file])
            })
            .and_then(|_| transaction.commit())
            .map_err(failed)
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

impl Store {
    /// Keeps a parcel no longer that the office turned away; whether there was one. Whatever else
    /// is carried for that device stays.
    pub fn remove_refused_errand(&mut self, of: Writer) -> Result<bool, StoreError> {
        let failed = StoreError::of("removing what was carried for others");
        let transaction = begin(&mut self.connection)?;
        let sql = "SELECT EXISTS (SELECT 1 FROM errands \
                   WHERE writer = ?1 AND refusal IS NOT NULL AND reply_ms IS NULL)";
        let refused = transaction.query_row(sql, [of.0], |row| row.get(0)).map_err(&failed)?;
        if refused {
            remove(&transaction, of).map_err(&failed)?;
        }
        transaction.commit().map_err(failed)?;
        Ok(refused)
    }
}

/// What a parcel says of itself, under its device's signature.
struct Brought {
    of: Writer,
    /// Its last entry, 0 where it has none.
    seq: u64,
    sent_ms: i64,
}

/// How a parcel stands to the one of the same device that is here.
enum Standing {
    First,
    Same,
    Newer,
    Older,
}

/// More entries are newer, whatever the clock of the device says; with as many, or none, the later
/// one is.
fn standing(
    connection: &Connection,
    brought: &Brought,
    digest: Hash,
) -> Result<Standing, rusqlite::Error> {
    let sql = "SELECT seq, sent_ms, digest FROM errands WHERE writer = ?1";
    let row = connection.query_row(sql, [brought.of.0], |row| {
        Ok((sequence(row.get(0)?), row.get::<_, i64>(1)?, row.get::<_, [u8; 32]>(2)?))
    });
    let Some((seq, sent_ms, known)) = row.optional()? else { return Ok(Standing::First) };
    Ok(match () {
        () if known == digest[..] => Standing::Same,
        () if brought.seq > seq => Standing::Newer,
        () if brought.seq > 0 && brought.seq < seq => Standing::Older,
        () if brought.sent_ms > sent_ms => Standing::Newer,
        () => Standing::Older,
    })
}

/// Whether so many bytes more may be carried. What was answered or refused longest ago, and nobody
/// fetched, makes room.
fn has_room(connection: &Connection, bytes: usize) -> Result<bool, rusqlite::Error> {
    loop {
        let sql = "SELECT count(*), coalesce(sum(bytes), 0) FROM errands";
        let (count, sum): (i64, i64) =
            connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sum = usize::try_from(sum).unwrap_or(usize::MAX);
        let few = usize::try_from(count).is_ok_and(|count| count < ERRANDS_MAX);
        if few && sum.saturating_add(bytes) <= ERRANDS_BYTES_MAX {
            return Ok(true);
        }
        let sql = "SELECT writer FROM errands WHERE reply_ms IS NOT NULL OR refusal IS NOT NULL \
                   ORDER BY coalesce(reply_ms, at_ms), writer LIMIT 1";
        let oldest = connection.query_row(sql, [], |row| row.get(0)).optional()?;
        let Some(oldest) = oldest.map(Writer) else { return Ok(false) };
        tracing::warn!(device = oldest.0, "what was carried for a device makes room for another's");
        remove(connection, oldest)?;
    }
}

fn remove(connection: &Connection, of: Writer) -> Result<(), rusqlite::Error> {
    for table in ["errands", "errand_parcels", "errand_replies"] {
        connection.execute(&format!("DELETE FROM {table} WHERE writer = ?1"), [of.0])?;
    }
    Ok(())
}

fn state(reply_ms: Option<i64>, refusal: Option<String>) -> ErrandState {
    match (reply_ms, refusal) {
        (Some(at_ms), _) => ErrandState::Answered(at_ms),
        (None, Some(why)) => ErrandState::Refused(why),
        (None, None) => ErrandState::Waiting,
    }
}
