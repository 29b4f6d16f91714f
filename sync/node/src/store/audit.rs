//! The books looked through from the first entry to the last, for whoever doubts them.

use std::io::Write;

use ledger::{DayBook, Entry, Fact, Head, Signer, Writer};
use replica::SignedNotice;
use replica::audit::{self, Book, Export, First, Keys, SealedBy};
use rusqlite::Connection;

use super::database::{sequence, stored};
use super::error::{Damage, StoreError};
use super::tally::Tally;
use super::{Store, read_entry};

/// What a whole look through the books found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    pub writer: Writer,
    /// The head of the chain; its sequence is the number of entries.
    pub head: Head,
    pub receipts: u64,
    /// How far the office countersigned the chain.
    pub countersigned: u64,
    pub notices: u64,
}

impl Store {
    /// Reads the disk again: every entry's form, place, hash and rule, the countersigned head, the
    /// office's signature on it and on every notice, and all that an auditor would look at. The
    /// first that is wrong is named.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let mut day_book = DayBook::new(self.day_book.writer(), self.office);
        let mut receipts = 0;
        let mut tally = Tally::default();
        walk_from(&self.connection, &mut day_book, |entry, _, _| {
            receipts += u64::from(matches!(entry.fact, Fact::Receipt(_)));
            tally.note(&entry);
            Ok(())
        })?;
        if day_book.head() != self.day_book.head() {
            let seq = day_book.head().seq.min(self.day_book.head().seq) + 1;
            return Err(StoreError::Damaged { seq, source: Damage::Missing });
        }
        if day_book != self.day_book {
            let (seq, source) = (self.kept_to, Damage::Kept);
            return Err(StoreError::Damaged { seq, source });
        }
        self.check_kept(&tally)?;
        self.check_checkpoint()?;
        if let Some((signed, _)) = self.read_checkpoint()? {
            signed
                .verify(&self.office)
                .map_err(|source| StoreError::NotTheOffice { what: "the checkpoint", source })?;
        }
        let mut notices = 0;
        self.each_notice(|notice: SignedNotice| {
            notices += 1;
            notice
                .verify(&self.office)
                .map_err(|source| StoreError::NotTheOffice { what: "a notice", source })
        })?;
        self.audit()?;
        Ok(Verified {
            writer: day_book.writer(),
            head: day_book.head(),
            receipts,
            countersigned: self.countersigned(),
            notices,
        })
    }

    /// Writes the books for an auditor: every entry with its hash, the office's word on this
    /// device's key and its newest countersignature, and this device's signature over all of it.
    pub fn export<W: Write>(&self, to: W, at_ms: i64) -> Result<W, StoreError> {
        let writer = self.day_book.writer();
        let first = First {
            body: self.body.clone(),
            writer,
            name: self.name.clone(),
            device: self.key.public_key(),
            office: self.office,
        };
        let mut export = Export::begin(to, &first).map_err(StoreError::Export)?;
        let mut day_book = DayBook::new(writer, self.office);
        walk_from(&self.connection, &mut day_book, |entry, body, hash| {
            export.entry(entry.seq, hash, body).map_err(StoreError::Export)
        })?;
        if let Some(notice) = self.enrolment()? {
            export.enrolment(&notice).map_err(StoreError::Export)?;
        }
        if let Some(signed) = &self.checkpoint {
            export.checkpoint(signed).map_err(StoreError::Export)?;
        }
        let by = (SealedBy::Device, &self.key as &dyn Signer);
        export.seal(by, writer, day_book.head(), at_ms).map_err(StoreError::Export)
    }

    /// The office's word on this device's own key, where it has come.
    fn enrolment(&self) -> Result<Option<SignedNotice>, StoreError> {
        let own = self.day_book.writer();
        let mut found = None;
        self.each_notice(|notice| {
            if let Fact::DeviceEnrolled(enrolment) = &notice.notice.entry.fact
                && enrolment.writer == own
            {
                found = Some(notice);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// What an auditor would find in these books.
    fn audit(&self) -> Result<(), StoreError> {
        let at_ms = self.last_moment.map_or(0, |moment| moment.wall_ms);
        let text = self.export(Vec::new(), at_ms)?;
        let book = Book::read(&text[..]).expect("what was just written is read");
        let devices = vec![self.key.public_key()];
        let keys = Keys { office: Some(self.office), devices, trust_file: false };
        match audit::check(&book, &keys).findings.into_iter().next() {
            None => Ok(()),
            Some(finding) => Err(StoreError::Audit(finding)),
        }
    }
}

/// Reads every entry that follows `day_book`, in order, and takes it in; each is handed on with its
/// bytes and its hash only after it was found to be right.
pub(super) fn walk_from(
    connection: &Connection,
    day_book: &mut DayBook,
    mut each: impl FnMut(Entry, &[u8], &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = StoreError::of("reading the entries");
    let sql = "SELECT seq, body, hash FROM entries WHERE seq > ?1 ORDER BY seq";
    let mut query = connection.prepare(sql).map_err(&failed)?;
    let mut rows = query.query([stored(day_book.head().seq)]).map_err(&failed)?;
    while let Some(row) = rows.next().map_err(&failed)? {
        let expected = day_book.head().seq + 1;
        let damaged = |source| StoreError::Damaged { seq: expected, source };
        if sequence(row.get(0).map_err(&failed)?) != expected {
            return Err(damaged(Damage::Missing));
        }
        let body: Vec<u8> = row.get(1).map_err(&failed)?;
        let hash: Vec<u8> = row.get(2).map_err(&failed)?;
        let entry = read_entry(expected, &body)?;
        if hash != day_book.head().after(&body).hash[..] {
            return Err(damaged(Damage::Hash));
        }
        day_book.apply_canonical(&entry, &body).map_err(|breach| damaged(Damage::Rule(breach)))?;
        each(entry, &body, &hash)?;
    }
    Ok(())
}
