//! The rows of entries, and how they come onto the disk.

use ledger::{Entry, Hash};
use rusqlite::{Connection, params};

use super::applications::{NewSealed, write_sealed};
use super::complaints;
use super::database::{Durability, begin, set_durability, stored};
use super::error::StoreError;
use super::likeness::write_marks;

/// An entry that keeps the rules, with what its row holds.
pub(super) struct Row {
    pub entry: Entry,
    pub canonical: Vec<u8>,
    pub hash: Hash,
}

/// One transaction, and so one sync of the disk at most.
pub(super) fn write(
    connection: &mut Connection,
    rows: &[Row],
    sealed: Option<&NewSealed>,
    durability: Durability,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    match durability {
        Durability::PowerCut => write_rows(connection, rows, sealed),
        Durability::Kill => {
            set_durability(connection, Durability::Kill)?;
            let written = write_rows(connection, rows, sealed);
            set_durability(connection, Durability::PowerCut)?;
            written
        }
    }
}

fn write_rows(
    connection: &mut Connection,
    rows: &[Row],
    sealed: Option<&NewSealed>,
) -> Result<(), StoreError> {
    let failed = StoreError::of("writing an entry");
    let transaction = begin(connection)?;
    for row in rows {
        let sql = "INSERT INTO entries (seq, body, hash) VALUES (?1, ?2, ?3)";
        let mut insert = transaction.prepare_cached(sql).map_err(&failed)?;
        let values = params![stored(row.entry.seq), row.canonical, &row.hash[..]];
        insert.execute(values).map_err(&failed)?;
        write_marks(&transaction, &row.entry)?;
        complaints::note(&transaction, &row.entry)?;
    }
    if let Some((sealed, row)) = sealed.zip(rows.last()) {
        write_sealed(&transaction, row.entry.seq, sealed)?;
    }
    transaction.commit().map_err(failed)
}
