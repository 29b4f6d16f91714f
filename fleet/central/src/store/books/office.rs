//! The office book: the centre's own chain, and who is told of each entry.

use ledger::{Confirmation, Entry, Fact, Head, Lease, Moment, SignedLease, StaffId, Writer};

use super::facts::run;
use super::{Trusted, hash, signed, unsigned};
use crate::store::StoreError;
use crate::store::sql::{Book, OptionalExtension, Transaction, params};

/// Entries of the office book that one answer carries at most: a busy kiosk's day of UPI payments.
const NOTICES_MAX: usize = 256;

/// Who is told of an entry.
#[derive(Clone, Copy)]
pub enum Addressee {
    One(Writer),
    Everyone,
    /// It was told by other means.
    Nobody,
}

/// A receipt book that is still to be cut.
pub struct NextBook<'a> {
    pub body: &'a str,
    pub year: u16,
    pub series: &'a str,
    pub writer: Writer,
    pub operator: Option<StaffId>,
    pub numbers: u32,
    /// A book of acknowledgements, and no receipt book.
    pub acknowledges: bool,
}

/// Adds an entry that the centre writes by itself to the office book, and says which.
pub fn add(
    books: &Transaction<'_>,
    fact: Fact,
    addressee: Addressee,
    now_ms: i64,
) -> Result<u64, StoreError> {
    add_by(books, fact, None, addressee, now_ms)
}

/// Adds what a member of staff did to the office book, and says which entry it is.
pub fn add_by(
    books: &Transaction<'_>,
    fact: Fact,
    staff: Option<StaffId>,
    addressee: Addressee,
    now_ms: i64,
) -> Result<u64, StoreError> {
    books.lock(Book::Office).map_err(StoreError::Sqlite)?;
    let head = head(books)?;
    let at = Moment { wall_ms: now_ms, ..Moment::default() };
    let entry = Entry {
        seq: head.seq + 1,
        at,
        staff,
        countersigned: head.seq,
        fact,
        unsure_since_ms: None,
    };
    let canonical = entry.canonical();
    let addressee = match addressee {
        Addressee::One(writer) => Some(writer.0),
        Addressee::Everyone => None,
        Addressee::Nobody => Some(Writer::OFFICE.0),
    };
    let hash = head.after(&canonical).hash;
    let sql = "INSERT INTO office_entry (seq, hash, canonical, addressee) VALUES (?1, ?2, ?3, ?4)";
    run(books, sql, params![signed(entry.seq), &hash[..], canonical, addressee])?;
    Ok(entry.seq)
}

pub fn head(books: &Transaction<'_>) -> Result<Head, StoreError> {
    let sql = "SELECT seq, hash FROM office_entry ORDER BY seq DESC LIMIT 1";
    let last: Option<(i64, Vec<u8>)> = books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .map_err(StoreError::Sqlite)?;
    match last {
        None => Ok(Head::before_first(Writer::OFFICE)),
        Some((seq, bytes)) => {
            Ok(Head { seq: unsigned(seq, "the office book")?, hash: hash(&bytes)? })
        }
    }
}

/// What a device is to be told after the entry `after`, how far the book was looked through, and
/// whether there is more.
pub fn notices(
    books: &Transaction<'_>,
    writer: Writer,
    after: u64,
) -> Result<(Vec<Entry>, u64, bool), StoreError> {
    // Before the entries: what is added meanwhile comes the next time.
    let end = head(books)?.seq;
    let sql = "SELECT canonical FROM office_entry \
               WHERE seq > ?1 AND (addressee IS NULL OR addressee = ?2) ORDER BY seq LIMIT ?3";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement
        .query(params![signed(after), writer.0, signed(NOTICES_MAX as u64)])
        .map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        found.push(read(&row.get::<_, Vec<u8>>(0).map_err(StoreError::Sqlite)?)?);
    }
    match found.last() {
        Some(last) if found.len() == NOTICES_MAX => {
            let to = last.seq;
            Ok((found, to, true))
        }
        _ => Ok((found, end, false)),
    }
}

/// The confirmation that stands under a sequence, if one does.
pub fn confirmation(books: &Transaction<'_>, seq: u64) -> Result<Option<Confirmation>, StoreError> {
    match entry(books, seq)?.map(|entry| entry.fact) {
        Some(Fact::Confirmed(confirmation)) => Ok(Some(confirmation)),
        _ => Ok(None),
    }
}

/// The entry that stands under a sequence, if one does.
pub fn entry(books: &Transaction<'_>, seq: u64) -> Result<Option<Entry>, StoreError> {
    let sql = "SELECT canonical FROM office_entry WHERE seq = ?1";
    let found: Option<Vec<u8>> = books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([signed(seq)], |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    found.map(|bytes| read(&bytes)).transpose()
}

/// Cuts the next book of a series for a device and writes it into the office book.
pub fn lease(
    books: &Transaction<'_>,
    trusted: &Trusted,
    next: &NextBook<'_>,
    addressee: Addressee,
    now_ms: i64,
) -> Result<SignedLease, StoreError> {
    books.lock(Book::Office).map_err(StoreError::Sqlite)?;
    let sql = "SELECT coalesce(max(place), 0) + 1 FROM lease WHERE year = ?1 AND series = ?2";
    let place: u32 = books
        .query_row(sql, params![next.year, next.series], |row| row.get(0))
        .map_err(StoreError::Sqlite)?;
    let lease = Lease {
        body: next.body.to_owned(),
        year: next.year,
        book: format!("{}{place}", next.series),
        writer: next.writer,
        operator: next.operator,
        first: 1,
        last: next.numbers,
        issued_ms: now_ms,
        acknowledges: next.acknowledges.then(|| trusted.office.sealing()),
    };
    let signed_lease = lease.signed(&trusted.office);
    let seq = add(books, Fact::BookLeased(signed_lease.clone()), addressee, now_ms)?;
    let lease = &signed_lease.lease;
    let sql = "INSERT INTO lease (year, book, series, place, writer, first, last, office_seq, \
               operator, acknowledges) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let writer = next.writer.0;
    let (first, last) = (lease.first, lease.last);
    let (series, operator) = (next.series, next.operator.map(|staff| staff.0));
    let seq = signed(seq);
    let (year, book, kind) = (lease.year, &lease.book, next.acknowledges);
    let row = params![year, book, series, place, writer, first, last, seq, operator, kind];
    run(books, sql, row)?;
    Ok(signed_lease)
}

fn read(canonical: &[u8]) -> Result<Entry, StoreError> {
    Entry::read(canonical).map_err(|_| StoreError::Damaged("an entry of the office book"))
}
