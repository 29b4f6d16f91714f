//! What an auditor takes away of one chain: every entry, and every head that was signed on the way.

use ledger::{Entry, Fact, Hash, Head, Signature, Signer, Writer};
use replica::audit::{self, Book, Export, Finding, First, Keys, SealedBy};
use replica::{Checkpoint, Notice, SignedCheckpoint, SignedHead, SignedNotice, Statement};

use super::facts::run;
use super::{Trusted, chain, enrol, hash, held, office, signed, unsigned};
use crate::store::sql::{self, Row, Transaction, params};
use crate::store::{StoreError, Turn};

/// Keeps the head that a device signed with its batch, once; `checkpoint` is the office's word on
/// it, where the batch was taken.
pub fn keep_head(
    books: &Transaction<'_>,
    turn: &Turn,
    checkpoint: Option<&SignedCheckpoint>,
) -> Result<(), StoreError> {
    let SignedHead { statement, signature } = &turn.signed;
    let Some(head) = statement.head else { return Ok(()) };
    let sql = "INSERT INTO signed_head \
               (writer, seq, hash, sent_ms, request, signature, received_ms, countersignature) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
               ON CONFLICT DO NOTHING";
    let row = params![
        turn.writer.0,
        signed(head.seq),
        &head.hash[..],
        statement.at_ms,
        &statement.covers[..],
        signature.bytes(),
        turn.now_ms,
        checkpoint.map(|signed| signed.signature.bytes().to_vec()),
    ];
    run(books, sql, row)
}

/// The office's countersignature of a head.
pub fn checkpoint(trusted: &Trusted, writer: Writer, head: Head, at_ms: i64) -> SignedCheckpoint {
    Checkpoint { writer, seq: head.seq, hash: head.hash, at_ms }.signed(&trusted.office)
}

/// One chain as an auditor's file, closed by the office's signature; none for a stranger.
pub fn export(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    at_ms: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(first) = first(books, trusted, writer)? else { return Ok(None) };
    // Memory takes every byte; what is left are the faults of the database.
    const WRITTEN: &str = "memory takes every byte";
    let mut export = Export::begin(Vec::new(), &first).expect(WRITTEN);
    for (canonical, head) in chain::whole(books, writer)? {
        export.entry(head.seq, &head.hash[..], &canonical).expect(WRITTEN);
    }
    if let Some(notice) = enrolment(books, trusted, writer)? {
        export.enrolment(&notice).expect(WRITTEN);
    }
    for (device, office) in signed_heads(books, writer)? {
        export.request(&device).expect(WRITTEN);
        if let Some(checkpoint) = office {
            export.checkpoint(&checkpoint).expect(WRITTEN);
        }
    }
    for (canonical, head) in held::beside(books, writer)? {
        export.beside(head.seq, &head.hash[..], &canonical).expect(WRITTEN);
    }
    let by = (SealedBy::Office, &trusted.office as &dyn Signer);
    let head = match writer {
        Writer::OFFICE => office::head(books)?,
        _ => chain::day_book(books, writer)?.head(),
    };
    Ok(Some(export.seal(by, writer, head, at_ms).expect(WRITTEN)))
}

/// What an auditor would find in one chain.
pub fn findings(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
) -> Result<Vec<Finding>, StoreError> {
    let missing = || StoreError::Damaged("the list of devices");
    let text = export(books, trusted, writer, 0)?.ok_or_else(missing)?;
    let book = Book::read(&text[..]).map_err(|_| StoreError::Damaged("the whole of a chain"))?;
    let devices = enrol::device_key(books, writer)?.into_iter().collect();
    let office = Some(trusted.office.public_key());
    let keys = Keys { office, devices, trust_file: false };
    Ok(audit::check(&book, &keys).findings)
}

fn first(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
) -> Result<Option<First>, StoreError> {
    let office = trusted.office.public_key();
    let body = trusted.packs.body().to_owned();
    if writer == Writer::OFFICE {
        let name = "office".to_owned();
        return Ok(Some(First { body, writer, name, device: office, office }));
    }
    let Some(device) = enrol::device_key(books, writer)? else { return Ok(None) };
    let sql = "SELECT name FROM device WHERE writer = ?1";
    let name = books.query_row(sql, [writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    Ok(Some(First { body, writer, name, device, office }))
}

/// The office's word on a device's key, as the device itself gets it.
fn enrolment(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
) -> Result<Option<SignedNotice>, StoreError> {
    if writer == Writer::OFFICE {
        return Ok(None);
    }
    let is_it =
        |entry: &Entry| matches!(&entry.fact, Fact::DeviceEnrolled(it) if it.writer == writer);
    // Enrolling writes it just before the device's first lease. To look through the whole book for
    // each device would take a walk through all of them for ever.
    let sql = "SELECT coalesce(min(office_seq), 0) FROM lease WHERE writer = ?1";
    let lease = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row([writer.0], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    let before = unsigned(lease, "a lease")?.saturating_sub(1);
    let mut found = office::entry(books, before)?.filter(is_it);
    if found.is_none() {
        let book = chain::whole(books, Writer::OFFICE)?.into_iter();
        let mut entries = book.filter_map(|(canonical, _)| Entry::read(&canonical).ok());
        found = entries.find(is_it);
    }
    Ok(found.map(|entry| Notice { to: writer, entry }.signed(&trusted.office)))
}

/// The heads that were signed on the way, in the chain and beside it.
fn signed_heads(
    books: &Transaction<'_>,
    writer: Writer,
) -> Result<Vec<(SignedHead, Option<SignedCheckpoint>)>, StoreError> {
    let sql = "SELECT seq, hash, sent_ms, request, signature, received_ms, countersignature \
               FROM signed_head WHERE writer = ?1 ORDER BY seq, received_ms";
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([writer.0]).map_err(StoreError::Sqlite)?;
    let mut heads = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let seq = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "a sequence")?;
        let head = Head { seq, hash: column(&row, 1)? };
        let at_ms = row.get(2).map_err(StoreError::Sqlite)?;
        let statement = Statement { writer, head: Some(head), at_ms, covers: column(&row, 3)? };
        let device = SignedHead { statement, signature: signature(row.get(4))? };
        let countersigned: Option<Vec<u8>> = row.get(6).map_err(StoreError::Sqlite)?;
        let office = match countersigned {
            None => None,
            Some(bytes) => {
                let at_ms = row.get(5).map_err(StoreError::Sqlite)?;
                let checkpoint = Checkpoint { writer, seq, hash: head.hash, at_ms };
                let signature = signature(Ok(bytes))?;
                Some(SignedCheckpoint { checkpoint, signature, request: None })
            }
        };
        heads.push((device, office));
    }
    Ok(heads)
}

fn column(row: &Row<'_>, place: usize) -> Result<Hash, StoreError> {
    hash(&row.get::<_, Vec<u8>>(place).map_err(StoreError::Sqlite)?)
}

fn signature(bytes: sql::Result<Vec<u8>>) -> Result<Signature, StoreError> {
    let bytes = bytes.map_err(StoreError::Sqlite)?;
    let bytes: [u8; 64] = bytes.try_into().map_err(|_| StoreError::Damaged("a signature"))?;
    Ok(Signature::new(bytes))
}
