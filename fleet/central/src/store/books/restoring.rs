//! Receipts that no device has sent, restored from the slips that their payers hold. One counts
//! until its device sends it after all: then the device's own takes its place.

use ledger::{
    Claim, ENTRY_BYTES_MAX, Entry, Fact, Paise, Receipt, Restored, Tender, Writer, check_code,
    sha256,
};

use super::ahead::Ahead;
use super::facts::{self, Booked, Origin, run};
use super::office::{self, Addressee};
use super::{Trusted, chain, enrol, losses, named, signed, undo, unsigned};
use crate::intake;
use crate::remittance::{Refusal, RestoredReceipt, ToRestore, typed};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// What the office's entry needs beside the slip, in bytes: the number, the reason, a hash.
const BESIDE_SLIP_BYTES: usize = 1_024;

/// Restores the receipt of a slip.
pub fn restore(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToRestore,
) -> Result<RestoredReceipt, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let reason = typed(&deed.reason, "the reason")?;
    let device = enrol::device_key(books, deed.slip.writer())?;
    let no_slip = |error: ledger::ClaimError| Refusal::NoSlip(error.to_string());
    let claim = deed.slip.checked(|_| device).map_err(no_slip)?;
    let (entry, receipt) = claim.entry().map_err(no_slip)?;
    let number = claim.number(&receipt).to_string();
    check_absent(books, claim, &entry, &number)?;
    if let Some(why) = unsound(books, trusted, claim, &receipt)? {
        return Err(Refusal::Unsound { number, why }.into());
    }
    losses::keep(books, claim.writer, &entry, &number, receipt.total, deed.now_ms)?;
    let hash = sha256(&entry.canonical());
    let fact = Fact::Restored(Restored {
        slip: deed.slip.clone(),
        number: number.clone(),
        reason,
        entry_hash: hash.to_vec().into(),
    });
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::Nobody, deed.now_ms)?;
    let booked = Booked {
        writer: Writer::OFFICE,
        seq,
        entry: &entry,
        receipt: &receipt,
        number: number.clone(),
        check_code: check_code(&entry),
        mode: facts::mode(&receipt.tender),
        state: "restored",
        of: Some(Origin { writer: claim.writer, seq: entry.seq, hash }),
        beyond: Paise::ZERO,
        now_ms: deed.now_ms,
    };
    facts::book(books, trusted, &mut Ahead::nothing(), &booked)?;
    Ok(RestoredReceipt { number, amount: receipt.total })
}

/// Only what no device has sent and nobody has restored is restored.
fn check_absent(
    books: &Transaction<'_>,
    claim: &Claim,
    entry: &Entry,
    number: &str,
) -> Result<(), StoreError> {
    let (seq, number) = (entry.seq, number.to_owned());
    let refusal = match named::entry_of(books, claim.writer, seq)? {
        Some((_, stored)) if stored == entry.canonical() => Refusal::Known(number),
        Some(_) => Refusal::OtherEntry { number, seq },
        None if restored(books, claim.writer, seq)?.is_some() => Refusal::RestoredBefore(number),
        None if is_used(books, &number)? => Refusal::NumberUsed(number),
        None => return Ok(()),
    };
    Err(refusal.into())
}

fn is_used(books: &Transaction<'_>, number: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM receipt WHERE number = ?1)";
    books.query_row(sql, [number], |row| row.get(0)).map_err(StoreError::Sqlite)
}

/// What a slip is held against where there is no chain to judge it by.
fn unsound(
    books: &Transaction<'_>,
    trusted: &Trusted,
    claim: &Claim,
    receipt: &Receipt,
) -> Result<Option<&'static str>, StoreError> {
    let lines = Paise::sum(receipt.lines.iter().map(|line| line.amount));
    if !receipt.total.is_positive() || lines != Ok(receipt.total) {
        return Ok(Some("its lines do not add up to its sum"));
    }
    if claim.body != trusted.packs.body() || !is_leased(books, claim, receipt)? {
        return Ok(Some("its number is of no book that its device was given"));
    }
    if chain::encoded(claim).len() + BESIDE_SLIP_BYTES > ENTRY_BYTES_MAX {
        return Ok(Some("it is longer than an entry of the office book may be"));
    }
    let Tender::Upi(upi) = &receipt.tender else { return Ok(None) };
    let word = office::confirmation(books, upi.confirmation)?;
    let confirms = |word| intake::confirms(&word, claim.writer, upi, receipt);
    match word.is_some_and(confirms) {
        true => Ok(None),
        false => Ok(Some("the office book has no such confirmation of the bank")),
    }
}

fn is_leased(
    books: &Transaction<'_>,
    claim: &Claim,
    receipt: &Receipt,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM lease WHERE year = ?1 AND book = ?2 AND writer = ?3 \
               AND ?4 BETWEEN first AND last AND NOT acknowledges)";
    let key = params![claim.year, receipt.book, claim.writer.0, receipt.number];
    books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)
}

/// The restored receipt that stands for an entry of a device: its sequence in the office book, and
/// the hash of the entry.
fn restored(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let sql = "SELECT seq, of_hash FROM receipt \
               WHERE of_writer = ?1 AND of_seq = ?2 AND state = 'restored'";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let found: Option<(i64, Vec<u8>)> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![writer.0, signed(seq)], read).optional())
        .map_err(StoreError::Sqlite)?;
    let Some((seq, hash)) = found else { return Ok(None) };
    Ok(Some((unsigned(seq, "a restored receipt")?, hash)))
}

/// Whether an entry of a device counts by its slip.
pub fn is_restored(books: &Transaction<'_>, writer: Writer, seq: u64) -> Result<bool, StoreError> {
    Ok(restored(books, writer, seq)?.is_some())
}

/// Whether any entry of a device from one sequence to another counts by its slip.
pub fn any_restored(
    books: &Transaction<'_>,
    writer: Writer,
    (first, last): (u64, u64),
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM receipt WHERE of_writer = ?1 \
               AND of_seq BETWEEN ?2 AND ?3 AND state = 'restored')";
    books
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![writer.0, signed(first), signed(last)], |row| row.get(0))
        })
        .map_err(StoreError::Sqlite)
}

/// A device sends an entry: the restored receipt of that very entry gives way to it. One of another
/// entry stays, and the list of the restored says so.
pub fn give_way(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    seq: u64,
    canonical: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some((office_seq, hash)) = restored(books, writer, seq)? else { return Ok(()) };
    if sha256(canonical)[..] != hash[..] {
        tracing::warn!(writer = writer.0, seq, "a device sent something else than was restored");
        return Ok(());
    }
    let key = params![Writer::OFFICE.0, signed(office_seq)];
    let sql = "UPDATE receipt SET state = 'superseded' WHERE writer = ?1 AND seq = ?2";
    run(books, sql, key)?;
    run(books, "DELETE FROM instrument WHERE writer = ?1 AND seq = ?2", key)?;
    undo::take_out(books, trusted, Writer::OFFICE, office_seq, now_ms)
}

/// The receipt of a slip that the office restored, once its device's signature was found to be
/// true.
pub fn slip(
    books: &Transaction<'_>,
    restored: &Restored,
) -> Result<Option<(Writer, Entry, Receipt)>, StoreError> {
    let device = enrol::device_key(books, restored.slip.writer())?;
    let Ok(claim) = restored.slip.checked(|_| device) else { return Ok(None) };
    let Ok((entry, receipt)) = claim.entry() else { return Ok(None) };
    Ok(Some((claim.writer, entry, receipt)))
}
