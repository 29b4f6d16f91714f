//! That the office has locked this device: kept on disk, so that no restart forgets it, and moved
//! only by the office's signature on the answer to the request that was made last.

use ledger::{Hash, Moment};
use replica::{Answer, Attestation, Lock, Question};
use rusqlite::{Connection, OptionalExtension, params};

use super::answer::Taken;
use super::database::{sequence, stored};
use super::error::StoreError;
use super::{Store, answer};

/// How old an answer may be and still say what time it is: the link gives up after some twenty
/// seconds of silence, and a clock may be five minutes wrong.
const ROUND_TRIP_MS_MAX: u64 = 2 * 60 * 1_000;

/// The office has another history of this device, and has locked it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locked {
    /// By the office's clock, milliseconds since 1970.
    pub since_ms: i64,
    /// The first entry by which the histories differ, where that is why it is locked.
    pub parts_at: Option<u64>,
    /// The last entry of this chain that the office has, in its chain or beside it.
    pub held_to: u64,
    /// The office keeps no more of it.
    pub full: bool,
}

/// The request that was made last: an answer to any other is late.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub request: Hash,
    pub at: Moment,
    /// It carried entries.
    pub batch: bool,
    /// Up to which of them, where they went as columns.
    pub columns_to: Option<u64>,
    /// What a short answer to it leaves out, where it was short.
    pub question: Option<Question>,
}

impl Store {
    /// Whether the office has locked this device. It takes no money then, and learns nothing.
    pub fn locked(&self) -> Option<Locked> {
        self.locked
    }

    /// The office's word on the request that was made last; none where the answer is to another
    /// one, or the office signed no such word.
    pub(super) fn attested(&self, answer: &Answer) -> Result<Option<Attestation>, StoreError> {
        let Some(signed) = answer.attestation else { return Ok(None) };
        signed.verify(&self.office).map_err(|source| StoreError::NotTheOffice {
            what: "its word on the request",
            source,
        })?;
        let attestation = signed.attestation;
        if attestation.writer != self.day_book.writer() {
            return Err(StoreError::OtherDevice);
        }
        let asked = self.asked.filter(|asked| asked.request == attestation.request);
        Ok(asked.map(|_| attestation))
    }

    /// The office's time, where its word came soon enough after the request to be the present one.
    pub(super) fn present_ms(&self, word: Option<&Attestation>, now: Moment) -> Option<i64> {
        let asked = self.asked.filter(|asked| asked.at.boot == now.boot)?;
        let passed_ms = now.mono_ms.checked_sub(asked.at.mono_ms)?;
        word.filter(|_| passed_ms <= ROUND_TRIP_MS_MAX).map(|word| word.at_ms)
    }

    /// Takes nothing of an answer but that the device is locked, and how far the office has its
    /// entries: the other history's countersignatures, notices and register are not this one's.
    pub(super) fn take_lock(&mut self, lock: Lock, answer: Answer) -> Result<Taken, StoreError> {
        let before = self.sent_to();
        let locked = self.moved_lock(lock)?;
        if self.locked != Some(locked) {
            write_locked(&self.connection, locked)?;
            self.locked = Some(locked);
        }
        let moved_on = locked.held_to > before && !locked.full;
        Ok(Taken { more: moved_on && self.to_send() > 0, ..answer::nothing(self, answer) })
    }

    /// Where sending goes on. What the office says that it has must stand in this very chain.
    fn moved_lock(&self, lock: Lock) -> Result<Locked, StoreError> {
        let Lock { since_ms, parts_at, held, full } = lock;
        let known = (self.sent_to(), self.locked.is_some_and(|locked| locked.full));
        let sent = self.asked.is_some_and(|asked| asked.batch);
        let (held_to, full) = match held {
            _ if !sent => known,
            Some(head) if self.head_at(head.seq)? == Some(head) => (head.seq, full),
            Some(head) => return Err(StoreError::OfficeDisagrees(head.seq)),
            // It lacks what comes before: everything is sent again, as it is kept once.
            None => (0, full),
        };
        Ok(Locked { since_ms, parts_at, held_to, full })
    }

    /// How far the centre has the chain.
    pub(super) fn sent_to(&self) -> u64 {
        self.locked.map_or(self.cursors.acknowledged, |locked| locked.held_to)
    }

    pub(super) fn read_locked(&self) -> Result<Option<Locked>, StoreError> {
        let sql = "SELECT since_ms, parts_at, held_to, no_more FROM locked";
        let found = self.connection.query_row(sql, [], |row| {
            Ok(Locked {
                since_ms: row.get(0)?,
                parts_at: row.get::<_, Option<i64>>(1)?.map(sequence),
                held_to: sequence(row.get(2)?),
                full: row.get(3)?,
            })
        });
        found.optional().map_err(StoreError::of("reading whether the device is locked"))
    }
}

fn write_locked(to: &Connection, locked: Locked) -> Result<(), StoreError> {
    let Locked { since_ms, parts_at, held_to, full } = locked;
    let sql = "INSERT OR REPLACE INTO locked (id, since_ms, parts_at, held_to, no_more) \
               VALUES (1, ?1, ?2, ?3, ?4)";
    to.execute(sql, params![since_ms, parts_at.map(stored), stored(held_to), full])
        .map(|_| ())
        .map_err(StoreError::of("writing that the device is locked"))
}

/// An officer has unlocked it.
pub(super) fn lift(from: &Connection) -> Result<(), StoreError> {
    from.execute("DELETE FROM locked", [])
        .map(|_| ())
        .map_err(StoreError::of("writing that the device is unlocked"))
}
