//! Applications on the device: the answers, with the pictures among them, are sealed for the office
//! before they touch the disk, and written with the entry that names them, as one. They go to the
//! office as photos do, after the entries; once it has them they are here no more.

use ledger::{
    Answer, Applied, Entry, Fact, Hash, Moment, PhotoHash, PublicKey, SealedFile, StaffId,
};
use replica::{AnswerPicture, ApplicationFile};
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::{OptionalExtension, Transaction, params};

use super::database::{sequence, stored};
use super::photos::Sendable;
use super::{AppendError, Store, StoreError};

/// A sealed file on its way into the books.
pub(super) struct NewSealed {
    hash: Hash,
    body: Vec<u8>,
}

impl Store {
    /// Numbers, checks and writes an application with the facts that make its number possible:
    /// all of it, and its sealed file, with one sync of the disk, or nothing. What `applied` says
    /// of its file is filled in here. Fails as `append` does, and where the answers are too long.
    pub fn append_application(
        &mut self,
        at: Moment,
        staff: Option<StaffId>,
        mut facts: Vec<Fact>,
        mut applied: Applied,
        (answers, pictures): (Vec<Answer>, Vec<AnswerPicture>),
    ) -> Result<Vec<Entry>, AppendError> {
        let lease = self.lease_of_acknowledgement(&facts, &applied.book);
        let (number, office) = lease
            .and_then(|lease| Some((lease.number(applied.number), lease.acknowledges?)))
            .ok_or(AppendError::Breach(ledger::Breach::NoBook))?;
        let (service, pack) = (applied.service.clone(), applied.pack);
        let file = ApplicationFile { number: number.to_string(), service, pack, answers, pictures };
        let sealed = sealed_for(&file, &office).map_err(AppendError::Store)?;
        applied.sealed = SealedFile {
            hash: sealed.hash,
            bytes: u32::try_from(sealed.body.len()).expect("checked against a limit of 32 bits"),
        };
        facts.push(Fact::Applied(applied));
        self.append_with(at, staff, facts, Some(sealed))
    }

    fn lease_of_acknowledgement<'a>(
        &'a self,
        facts: &'a [Fact],
        book: &str,
    ) -> Option<&'a ledger::Lease> {
        let opening = facts.iter().rev().find_map(|fact| match fact {
            Fact::BookOpened(signed) => Some(&signed.lease),
            _ => None,
        });
        let open = self.day_book.acknowledgements().map(|open| &open.lease);
        [opening, open].into_iter().flatten().find(|lease| lease.book == book)
    }

    /// How many sealed files the office does not have and may take.
    pub fn sealed_to_send(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM sealed WHERE state = 'waiting'";
        let count = self.connection.prepare_cached(sql);
        let count = count.and_then(|mut query| query.query_row([], |row| row.get(0)));
        count.map(sequence).map_err(StoreError::of("counting sealed files"))
    }

    /// The oldest sealed file whose entry the office has, but for those that were put off.
    pub(super) fn sendable_sealed(
        &self,
        is_put_off: impl Fn(PhotoHash) -> bool,
    ) -> Result<Option<Sendable>, StoreError> {
        let sql = "SELECT hash, size, office_has FROM sealed \
                   WHERE state = 'waiting' AND seq <= ?1 ORDER BY seq";
        let failed = StoreError::of("looking for a sealed file to send");
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let rows = query.query_map([stored(self.cursors.acknowledged)], |row| {
            let hash: [u8; 32] = row.get(0)?;
            let (size, office_has) = (row.get(1)?, row.get(2)?);
            Ok(Sendable { hash: PhotoHash(hash.into()), size, office_has })
        });
        for row in rows.map_err(&failed)? {
            let sendable = row.map_err(&failed)?;
            if !is_put_off(sendable.hash) {
                return Ok(Some(sendable));
            }
        }
        Ok(None)
    }

    /// The bytes of a sealed file that is here; none where it is none.
    pub(super) fn sealed_file(&self, hash: PhotoHash) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT body FROM sealed WHERE hash = ?1 AND body IS NOT NULL";
        let found = self.connection.query_row(sql, [hash.bytes()], |row| row.get(0)).optional();
        found.map_err(StoreError::of("reading a sealed file"))
    }

    /// Notes how much of a sealed file the office has; false where it is none.
    pub(super) fn note_sealed_at_office(
        &self,
        hash: PhotoHash,
        has: u32,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE sealed SET office_has = min(?2, size) WHERE hash = ?1";
        let changed = self.connection.execute(sql, params![hash.bytes(), has]);
        let failed = StoreError::of("noting what the office has of a sealed file");
        changed.map(|rows| rows > 0).map_err(failed)
    }

    /// Notes what became of a sealed file, which goes once the office has it; false where it is
    /// none.
    pub(super) fn end_sealed(
        &self,
        hash: PhotoHash,
        state: &str,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE sealed SET state = ?2, reason = ?3, \
                   body = CASE WHEN ?2 = 'sent' THEN NULL ELSE body END WHERE hash = ?1";
        let changed = self.connection.execute(sql, params![hash.bytes(), state, reason]);
        let failed = StoreError::of("noting what became of a sealed file");
        changed.map(|rows| rows > 0).map_err(failed)
    }
}

fn sealed_for(file: &ApplicationFile, office: &PublicKey) -> Result<NewSealed, StoreError> {
    let mut once = [0; 32];
    SystemRandom::new().fill(&mut once).expect("a running system has randomness");
    let body = file.sealed(office, once).map_err(StoreError::Application)?;
    Ok(NewSealed { hash: ledger::sha256(&body), body })
}

/// Writes a sealed file in the transaction of the entry that names it.
pub(super) fn write_sealed(
    to: &Transaction<'_>,
    seq: u64,
    sealed: &NewSealed,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO sealed (seq, hash, size, body) VALUES (?1, ?2, ?3, ?4)";
    let size = i64::try_from(sealed.body.len()).expect("checked against a limit of 32 bits");
    let row = params![stored(seq), &sealed.hash[..], size, sealed.body];
    to.execute(sql, row).map(|_| ()).map_err(StoreError::of("writing a sealed file"))
}
