//! Where the books stood after an entry, kept so that a year of them opens as fast as a day.
//!
//! It is written beside the payments, never with one: after a request was made, when the books are
//! closed, and in a transaction of its own whose failure costs nothing but the time to replay.
//! SQLite's log keeps its order and this commit is synced, so that no power cut leaves a state
//! whose entries it took.
//!
//! It is believed only where it is of this form, its bytes are those that were written, and the
//! chain has its entry with its hash. Else every entry is replayed, as if there were none.
//!
//! The rows before it are then not hashed and judged again. A row that was damaged or altered there
//! is found where it would do harm: before it is sent (the batch must lead to the hash of its last
//! row), and by `verify` and the auditor's export, which walk from the first entry and hold the
//! kept state against what they find. The entry that the office countersigned last is compared at
//! each opening, as before.

use ledger::{DayBook, Head, Moment, sha256};
use minicbor::{Decode, Encode};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::audit::walk_from;
use super::database::{begin, sequence, stored};
use super::error::{Damage, StoreError};
use super::tally::{Counterfoil, KeptTally, Tally};

/// Which program wrote it: one that takes entries otherwise, or keeps other things, has another
/// (build.rs).
const FORM: &str = env!("PADI_RULES");

/// Entries that follow a kept state before the next is written while the books are in use: each
/// touches most pages of the index by building, so it is worth its flash only for many.
const KEPT_EVERY: u64 = 8_192;

/// As few are replayed sooner than written where the books are closed.
const KEPT_AT_LEAST: u64 = 256;

#[derive(Encode, Decode)]
struct State {
    #[n(0)]
    day_book: DayBook,
    #[n(1)]
    tally: KeptTally,
    #[n(2)]
    last_moment: Option<Moment>,
    /// The newest moment whose wall clock was believed.
    #[n(3)]
    sure: Option<Moment>,
    /// The newest receipt that is kept beside it.
    #[n(4)]
    last_receipt: Option<u64>,
}

/// A state as it is written.
#[derive(Encode)]
struct Written<'a> {
    #[n(0)]
    day_book: &'a DayBook,
    #[n(1)]
    tally: &'a KeptTally,
    #[n(2)]
    last_moment: Option<Moment>,
    #[n(3)]
    sure: Option<Moment>,
    #[n(4)]
    last_receipt: Option<u64>,
}

impl Store {
    /// Where the books stand: what is kept, and every entry that follows.
    pub(super) fn replay(&mut self) -> Result<(), StoreError> {
        match self.read_kept() {
            Ok(Some(state)) => {
                self.kept_to = state.day_book.head().seq;
                self.day_book = state.day_book;
                self.tally = Tally::of(state.tally);
                self.last_moment = state.last_moment;
                self.time.sure = state.sure;
            }
            Ok(None) => {}
            Err(why) => {
                let error = &why as &dyn std::error::Error;
                tracing::warn!(error, "where the books stood is not known: all of it is replayed");
            }
        }
        let mut day_book = self.day_book.clone();
        let mut tally = std::mem::take(&mut self.tally);
        let (mut last, mut sure) = (self.last_moment, self.time.sure);
        walk_from(&self.connection, &mut day_book, |entry, _, _| {
            tally.note(&entry);
            last = Some(entry.at);
            if entry.unsure_since_ms.is_none() {
                sure = Some(entry.at);
            }
            Ok(())
        })?;
        (self.day_book, self.tally) = (day_book, tally);
        (self.last_moment, self.time.sure) = (last, sure);
        Ok(())
    }

    /// The kept state, once it was found to be of this chain; none where there is none.
    fn read_kept(&self) -> Result<Option<State>, StoreError> {
        let failed = StoreError::of("reading where the books stood");
        let sql = "SELECT form, seq, hash, body, digest FROM kept_state";
        let found = self.connection.query_row(sql, [], |row| {
            let head = Head { seq: sequence(row.get(1)?), hash: row.get::<_, [u8; 32]>(2)?.into() };
            let digest: [u8; 32] = row.get(4)?;
            Ok((row.get::<_, String>(0)?, head, row.get::<_, Vec<u8>>(3)?, digest))
        });
        let Some((form, head, body, digest)) = found.optional().map_err(failed)? else {
            return Ok(None);
        };
        if form != FORM {
            tracing::info!(form, "where the books stood was written by another program");
            return Ok(None);
        }
        let damaged = |source| StoreError::Damaged { seq: head.seq, source };
        if sha256(&body)[..] != digest {
            return Err(damaged(Damage::Kept));
        }
        let state: State = minicbor::decode(&body)
            .map_err(|source| StoreError::DamagedRow { what: "kept state", source })?;
        let known = &self.day_book;
        let is_ours = state.day_book.writer() == known.writer()
            && state.day_book.office() == known.office()
            && state.day_book.head() == head;
        if !is_ours || self.head_at(head.seq)? != Some(head) {
            return Err(damaged(Damage::Kept));
        }
        if last_kept(&self.connection)? != state.last_receipt {
            return Err(damaged(Damage::Kept));
        }
        Ok(Some(state))
    }

    /// Keeps where the books stand, where enough entries follow what is kept. Whatever goes wrong,
    /// the books are as they were.
    pub(super) fn keep_when_due(&mut self) {
        if self.day_book.head().seq - self.kept_to >= KEPT_EVERY {
            self.keep();
        }
    }

    pub(super) fn keep_at_the_end(&mut self) {
        if self.day_book.head().seq.saturating_sub(self.kept_to) >= KEPT_AT_LEAST {
            self.keep();
        }
    }

    fn keep(&mut self) {
        if self.spoiled {
            return;
        }
        match self.write_kept() {
            Ok(()) => {
                self.kept_to = self.day_book.head().seq;
                // A synced commit syncs all that is before it in the log.
                self.durable_to = self.kept_to;
                self.tally.forget_unkept();
            }
            Err(why) => {
                let error = &why as &dyn std::error::Error;
                tracing::warn!(error, "where the books stand is not kept: they open slower");
            }
        }
    }

    fn write_kept(&mut self) -> Result<(), StoreError> {
        let failed = StoreError::of("keeping where the books stand");
        let tally = self.tally.kept(self.last_moment.map_or(0, Moment::day));
        let unkept = self.tally.unkept();
        let last_receipt = match unkept.last() {
            Some(newest) => Some(newest.seq),
            None if self.kept_to > 0 => last_kept(&self.connection)?,
            None => None,
        };
        let body = minicbor::to_vec(Written {
            day_book: &self.day_book,
            tally: &tally,
            last_moment: self.last_moment,
            sure: self.time.sure,
            last_receipt,
        })
        .expect("a Vec takes every byte");
        let head = self.day_book.head();
        let transaction = begin(&mut self.connection)?;
        // What an unbelieved state left behind is of no chain.
        let sql = "DELETE FROM kept_receipts WHERE seq > ?1";
        transaction.execute(sql, [stored(self.kept_to)]).map_err(&failed)?;
        {
            let sql = "INSERT OR REPLACE INTO kept_receipts (seq, number, book, building) \
                       VALUES (?1, ?2, ?3, ?4)";
            let mut insert = transaction.prepare_cached(sql).map_err(&failed)?;
            for one in unkept {
                let book = i64::try_from(one.book).expect("there are few books");
                let row = params![stored(one.seq), one.number, book, one.building];
                insert.execute(row).map_err(&failed)?;
            }
        }
        let sql = "INSERT OR REPLACE INTO kept_state (id, form, seq, hash, body, digest) \
                   VALUES (1, ?1, ?2, ?3, ?4, ?5)";
        let digest = sha256(&body);
        let row = params![FORM, stored(head.seq), &head.hash[..], body, &digest[..]];
        transaction.execute(sql, row).map_err(&failed)?;
        transaction.commit().map_err(failed)
    }

    /// The receipts for a building, oldest first, those that were cancelled among them.
    pub(super) fn receipts_of(&self, building: u32) -> Result<Vec<u64>, StoreError> {
        let failed = StoreError::of("reading receipts of a building");
        let sql = "SELECT seq FROM kept_receipts WHERE building = ?1 AND seq <= ?2 ORDER BY seq";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let kept = query
            .query_map(params![building, stored(self.kept_to)], |row| row.get(0).map(sequence))
            .map_err(&failed)?;
        let mut seqs = kept.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        seqs.extend(self.tally.unkept_of(building));
        Ok(seqs)
    }

    /// The newest receipts that `holds` is true of, at most `limit`.
    pub(super) fn newest_receipts(
        &self,
        limit: usize,
        holds: impl Fn(&Counterfoil) -> bool,
    ) -> Result<Vec<u64>, StoreError> {
        let newest = self.tally.unkept().iter().rev().filter(|counterfoil| holds(counterfoil));
        let mut found: Vec<u64> = newest.take(limit).map(|counterfoil| counterfoil.seq).collect();
        let failed = StoreError::of("reading receipts");
        let sql = "SELECT seq, number, book, building FROM kept_receipts WHERE seq <= ?1 \
                   ORDER BY seq DESC";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let mut rows = query.query([stored(self.kept_to)]).map_err(&failed)?;
        while found.len() < limit {
            let Some(row) = rows.next().map_err(&failed)? else { break };
            let counterfoil = counterfoil(row).map_err(&failed)?;
            if holds(&counterfoil) {
                found.push(counterfoil.seq);
            }
        }
        Ok(found)
    }

    /// Holds what is kept against the tally of a walk through all entries.
    pub(super) fn check_kept(&self, walked: &Tally) -> Result<(), StoreError> {
        let failed = StoreError::of("reading receipts");
        let sql = "SELECT seq, number, book, building FROM kept_receipts WHERE seq <= ?1 \
                   ORDER BY seq";
        let mut query = self.connection.prepare(sql).map_err(&failed)?;
        let kept = query.query_map([stored(self.kept_to)], counterfoil).map_err(&failed)?;
        let mut found = kept.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        found.extend(self.tally.unkept());
        let day = self.last_moment.map_or(0, Moment::day);
        if found != walked.unkept() || !self.tally.kept(day).is_of(walked) {
            return Err(StoreError::Damaged { seq: self.kept_to, source: Damage::Kept });
        }
        Ok(())
    }
}

fn last_kept(connection: &Connection) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT max(seq) FROM kept_receipts";
    let newest: Option<i64> = connection
        .query_row(sql, [], |row| row.get(0))
        .map_err(StoreError::of("reading receipts"))?;
    Ok(newest.map(sequence))
}

fn counterfoil(row: &Row<'_>) -> rusqlite::Result<Counterfoil> {
    let book: i64 = row.get(2)?;
    Ok(Counterfoil {
        seq: sequence(row.get(0)?),
        number: row.get(1)?,
        book: usize::try_from(book).unwrap_or(usize::MAX),
        building: row.get(3)?,
    })
}
