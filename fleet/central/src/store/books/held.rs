//! What is kept beside a chain: the second history of a copied device, and what a frozen one sends.

use std::collections::BTreeMap;

use ledger::{Entry, Fact, Head, Paise, ReceiptNumber, Writer};
use replica::Lock;

use super::facts::run;
use super::{Trusted, hash, signed, unsigned};
use crate::overview::{ReusedNumber, Use};
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{CheckedBatch, StoreError};

/// The most entries that are held for one device besides its chain: a busy fortnight. A device that
/// is frozen and sends more has sent enough to be judged by.
const HELD_MAX: u64 = 20_000;

/// The most numbers that are listed of one fork; the others are counted.
const NUMBERS_MAX: usize = 200;

/// How far the entries of one batch are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The last entry of the batch that is here, in the chain or beside it; none where what comes
    /// before the batch is not here, so that something of its history is missing.
    pub to: Option<Head>,
    /// No more of this device is kept.
    pub full: bool,
    /// Some of it was new.
    pub new: bool,
}

/// Keeps a batch that does not belong to the chain; the same entry is kept once.
pub fn hold(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    batch: &CheckedBatch,
    now_ms: i64,
) -> Result<Held, StoreError> {
    hold_at_most(HELD_MAX, books, trusted, writer, batch, now_ms)
}

fn hold_at_most(
    most: u64,
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    batch: &CheckedBatch,
    now_ms: i64,
) -> Result<Held, StoreError> {
    let count = "SELECT count(*) FROM held_entry WHERE writer = ?1";
    let count: i64 =
        books.query_row(count, [writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    let mut count = unsigned(count, "the entries that are held")?;
    let mut head = batch.batch.before;
    let joined = is_here(books, writer, head)?;
    let mut held = Held::default();
    for (canonical, entry) in batch.batch.entries.iter().zip(&batch.entries) {
        let next = head.after(canonical);
        if !is_here(books, writer, next)? {
            if count >= most {
                tracing::warn!(writer = writer.0, "no more entries of this device are held");
                held.full = true;
                break;
            }
            let sql = "INSERT INTO held_entry (writer, seq, hash, canonical, received_ms) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            let bytes: &[u8] = canonical;
            run(books, sql, params![writer.0, signed(next.seq), &next.hash[..], bytes, now_ms])?;
            list_receipt(books, trusted, writer, entry, next)?;
            held.new = true;
            count += 1;
        }
        head = next;
    }
    held.to = joined.then_some(head);
    Ok(held)
}

/// What the office signs for a device that is frozen: since when, where its histories part, and how
/// far the batch that it just sent is kept.
pub fn lock(books: &Transaction<'_>, writer: Writer, held: Held) -> Result<Lock, StoreError> {
    let sql = "SELECT frozen_ms, (SELECT min(seq) FROM fork f WHERE f.writer = d.writer) \
               FROM device d WHERE writer = ?1";
    let (since_ms, parts_at): (Option<i64>, Option<i64>) = books
        .query_row(sql, [writer.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(StoreError::Sqlite)?;
    let since_ms = since_ms.ok_or(StoreError::Damaged("a device that is frozen"))?;
    let parts_at = parts_at.map(|seq| unsigned(seq, "a sequence")).transpose()?;
    Ok(Lock { since_ms, parts_at, held: held.to, full: held.full })
}

/// Whether the chain, or what is kept beside it, has this very history up to this entry.
fn is_here(books: &Transaction<'_>, writer: Writer, head: Head) -> Result<bool, StoreError> {
    if head.seq == 0 {
        return Ok(head == Head::before_first(writer));
    }
    let sql = "SELECT EXISTS \
               (SELECT 1 FROM entry WHERE writer = ?1 AND seq = ?2 AND hash = ?3) OR EXISTS \
               (SELECT 1 FROM held_entry WHERE writer = ?1 AND seq = ?2 AND hash = ?3)";
    books
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![writer.0, signed(head.seq), &head.hash[..]], |row| row.get(0))
        })
        .map_err(StoreError::Sqlite)
}

/// What is kept beside a chain, with the head after each entry there, by their sequences.
pub fn beside(books: &Transaction<'_>, writer: Writer) -> Result<Vec<(Vec<u8>, Head)>, StoreError> {
    let sql = "SELECT seq, hash, canonical FROM held_entry h WHERE writer = ?1 \
               AND NOT EXISTS (SELECT 1 FROM entry e \
               WHERE e.writer = h.writer AND e.seq = h.seq AND e.hash = h.hash) ORDER BY seq, hash";
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([writer.0]).map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let seq = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "a sequence")?;
        let hash = hash(&row.get::<_, Vec<u8>>(1).map_err(StoreError::Sqlite)?)?;
        found.push((row.get(2).map_err(StoreError::Sqlite)?, Head { seq, hash }));
    }
    Ok(found)
}

fn list_receipt(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    head: Head,
) -> Result<(), StoreError> {
    let Fact::Receipt(receipt) = &entry.fact else { return Ok(()) };
    // A book's code comes back in another year: the year in which the entry says it was written is
    // meant, if the device had such a book then.
    let sql = "SELECT year FROM lease WHERE writer = ?1 AND book = ?2 \
               AND ?3 BETWEEN first AND last ORDER BY year = ?4 DESC, year DESC LIMIT 1";
    let key = params![writer.0, receipt.book, receipt.number, entry.at.financial_year()];
    let year = books.query_row(sql, key, |row| row.get(0)).optional();
    let year = year.map_err(StoreError::Sqlite)?.unwrap_or_else(|| entry.at.financial_year());
    let (body, book) = (trusted.packs.body().to_owned(), receipt.book.clone());
    let number = ReceiptNumber { body, year, book, number: receipt.number }.to_string();
    let (amount, at_ms) = (receipt.total.get(), entry.at.wall_ms);
    let sql = "INSERT INTO held_receipt (writer, seq, hash, number, amount, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
               ON CONFLICT DO NOTHING";
    let row = params![writer.0, signed(head.seq), &head.hash[..], number, amount, at_ms];
    books.execute(sql, row).map(|_| ()).map_err(StoreError::Sqlite)
}

/// Lists the receipts of what was held before they were listed.
pub fn list_receipts(books: &Transaction<'_>, trusted: &Trusted) -> Result<(), StoreError> {
    let sql = "SELECT writer, seq, hash, canonical FROM held_entry";
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([]).map_err(StoreError::Sqlite)?;
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let writer = Writer(row.get(0).map_err(StoreError::Sqlite)?);
        let seq = unsigned(row.get(1).map_err(StoreError::Sqlite)?, "a sequence")?;
        let hash = hash(&row.get::<_, Vec<u8>>(2).map_err(StoreError::Sqlite)?)?;
        let canonical: Vec<u8> = row.get(3).map_err(StoreError::Sqlite)?;
        let Ok(entry) = Entry::read(&canonical) else { continue };
        list_receipt(books, trusted, writer, &entry, Head { seq, hash })?;
    }
    Ok(())
}

/// The numbers that the histories of a device used more than once, from an entry on, with every
/// receipt that bears one; and how many such numbers there are.
pub fn reused(
    books: &Transaction<'_>,
    writer: Writer,
    from: u64,
) -> Result<(Vec<ReusedNumber>, u64), StoreError> {
    // What an officer let into the chain later is no second receipt.
    let sql = "WITH beside AS (SELECT number, seq, amount, at_ms FROM held_receipt h \
               WHERE h.writer = ?1 AND NOT EXISTS (SELECT 1 FROM entry e \
               WHERE e.writer = h.writer AND e.seq = h.seq AND e.hash = h.hash)) \
               SELECT number, seq, amount, at_ms, 0 FROM receipt \
               WHERE writer = ?1 AND number IN (SELECT number FROM beside) \
               UNION ALL SELECT number, seq, amount, at_ms, 1 FROM beside ORDER BY 5, 4, 2";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([writer.0]).map_err(StoreError::Sqlite)?;
    let mut by_number: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let column = |place| row.get::<_, i64>(place).map_err(StoreError::Sqlite);
        let number = row.get(0).map_err(StoreError::Sqlite)?;
        by_number.entry(number).or_default().push(Use {
            seq: unsigned(column(1)?, "a sequence")?,
            amount: Paise::new(column(2)?),
            at_ms: column(3)?,
            held: column(4)? == 1,
        });
    }
    let twice = |uses: &Vec<Use>| uses.len() > 1 && uses.iter().any(|it| it.seq >= from);
    by_number.retain(|_, uses| twice(uses));
    let count = by_number.len() as u64;
    let mut numbers: Vec<ReusedNumber> =
        by_number.into_iter().map(|(number, uses)| ReusedNumber { number, uses }).collect();
    numbers.sort_by_key(|reused| reused.uses.first().map(|first| first.at_ms));
    numbers.truncate(NUMBERS_MAX);
    Ok((numbers, count))
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use ledger::{Moment, StaffId};
    use replica::Batch;
    use rusqlite::Connection;

    use super::*;
    use crate::keys::SigningKey;
    use crate::packs::Packs;

    const WRITER: Writer = Writer(1);

    pub fn trusted() -> Trusted {
        let folder = tempfile::tempdir().expect("a folder");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/padippuram");
        Packs::add(folder.path(), &shipped, None).expect("the shipped pack");
        let key = SigningKey::generate().expect("a key");
        let office = SigningKey::read(&key).expect("a key that was just made");
        Trusted { office, packs: Packs::read(folder.path()).expect("the pack") }
    }

    /// Entries that follow a head.
    fn batch(before: Head, count: u64) -> CheckedBatch {
        let entry = |seq| {
            let at = Moment { wall_ms: 1_786_684_320_000, mono_ms: seq, boot: 1 };
            let (staff, fact) = (Some(StaffId(4)), Fact::SignedIn);
            Entry { seq, at, staff, countersigned: 0, fact, unsure_since_ms: None }
        };
        let entries: Vec<Entry> = (before.seq + 1..=before.seq + count).map(entry).collect();
        CheckedBatch { batch: Batch::of(before, entries.iter().map(Entry::canonical)), entries }
    }

    #[test]
    fn no_more_is_kept_than_the_limit_and_the_answer_says_so() {
        let trusted = trusted();
        let mut connection = Connection::open_in_memory().expect("memory");
        super::super::migrations::migrate(&connection, &trusted).expect("a new database");
        let sql = "INSERT INTO device (writer, name, profile, public_key, book_numbers, \
                   enrolled_ms) VALUES (1, 'kiosk-1', 'kiosk', zeroblob(32), 500, 0)";
        connection.execute(sql, []).expect("a device");
        let transaction = connection.transaction().expect("a transaction");
        let books = Transaction::Sqlite(&transaction);
        let hold = |batch: &CheckedBatch| {
            hold_at_most(5, &books, &trusted, WRITER, batch, 0).expect("held")
        };
        let first = batch(Head::before_first(WRITER), 3);
        let second = batch(first.batch.after, 3);
        assert_eq!(hold(&first), Held { to: Some(first.batch.after), full: false, new: true });
        let fifth = batch(first.batch.after, 2).batch.after;
        assert_eq!(hold(&second), Held { to: Some(fifth), full: true, new: true });
        // However often it comes: what is here is said to be here, and nothing is kept besides.
        assert_eq!(hold(&first), Held { to: Some(first.batch.after), full: false, new: false });
        assert_eq!(hold(&second), Held { to: Some(fifth), full: true, new: false });
        let third = batch(second.batch.after, 1);
        assert_eq!(hold(&third), Held { to: None, full: true, new: false });
        let count: i64 = books
            .query_row("SELECT count(*) FROM held_entry", [], |row| row.get(0))
            .expect("a count");
        assert_eq!(count, 5);
    }
}
