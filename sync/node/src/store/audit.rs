//! The books looked through from the first entry to the last, for whoever doubts them.

use std::io::Write;

use ledger::{DayBook, Entry, Fact, Head, Writer};
use replica::SignedNotice;
use rusqlite::Connection;
use serde_json::json;

use super::database::sequence;
use super::error::{Damage, StoreError};
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
    /// Reads the disk again: every entry's form, place, hash and rule, the countersigned head, and
    /// the office's signature on it and on every notice. The first that is wrong is named.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let mut day_book = DayBook::new(self.day_book.writer(), self.office);
        let mut receipts = 0;
        walk(&self.connection, &mut day_book, |entry, _, _| {
            receipts += u64::from(matches!(entry.fact, Fact::Receipt(_)));
            Ok(())
        })?;
        if day_book.head() != self.day_book.head() {
            let seq = day_book.head().seq.min(self.day_book.head().seq) + 1;
            return Err(StoreError::Damaged { seq, source: Damage::Missing });
        }
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
        Ok(Verified {
            writer: day_book.writer(),
            head: day_book.head(),
            receipts,
            countersigned: self.countersigned(),
            notices,
        })
    }

    /// Writes the chain as lines of JSON: whose it is and by which keys it is checked, one line an
    /// entry with its hash and its canonical bytes, and how far the office countersigned it.
    pub fn export(&self, mut to: impl Write) -> Result<(), StoreError> {
        use ledger::Signer;
        let writer = self.day_book.writer();
        let first = json!({
            "format": "padi books 1",
            "body": self.body,
            "writer": writer.0,
            "office": hex(self.office.bytes()),
            "device": hex(self.key.public_key().bytes()),
        });
        writeln!(to, "{first}").map_err(StoreError::Export)?;
        let mut day_book = DayBook::new(writer, self.office);
        walk(&self.connection, &mut day_book, |entry, body, hash| {
            let line = json!({ "seq": entry.seq, "hash": hex(hash), "entry": hex(body) });
            writeln!(to, "{line}").map_err(StoreError::Export)
        })?;
        if let Some(signed) = &self.checkpoint {
            let last = json!({
                "countersigned": signed.checkpoint.seq,
                "hash": hex(&signed.checkpoint.hash[..]),
                "at_ms": signed.checkpoint.at_ms,
                "signature": hex(signed.signature.bytes()),
            });
            writeln!(to, "{last}").map_err(StoreError::Export)?;
        }
        to.flush().map_err(StoreError::Export)
    }
}

/// Reads every entry in order and takes it into `day_book`, which must be at its beginning; each is
/// handed on with its bytes and its hash only after it was found to be right.
pub(super) fn walk(
    connection: &Connection,
    day_book: &mut DayBook,
    mut each: impl FnMut(Entry, &[u8], &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = StoreError::of("reading the entries");
    let mut query =
        connection.prepare("SELECT seq, body, hash FROM entries ORDER BY seq").map_err(&failed)?;
    let mut rows = query.query([]).map_err(&failed)?;
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
