//! How a database is brought to this program's version. What a migration derives from the entries
//! is done here, once, in the same transaction.

use rusqlite::Connection;

use super::{held, misdated};
use crate::store::sql::{Error, Transaction};
use crate::store::{StoreError, Trusted};

/// Only ever added to: the number of a migration is its place here.
const MIGRATIONS: [(&str, &str); 21] = [
    ("0001_books", include_str!("../../../migrations/sqlite/0001_books.sql")),
    ("0002_books", include_str!("../../../migrations/sqlite/0002_books.sql")),
    ("0003_signed_heads", include_str!("../../../migrations/sqlite/0003_signed_heads.sql")),
    ("0004_claims", include_str!("../../../migrations/sqlite/0004_claims.sql")),
    ("0005_held", include_str!("../../../migrations/sqlite/0005_held.sql")),
    ("0006_remittance", include_str!("../../../migrations/sqlite/0006_remittance.sql")),
    ("0007_missing", include_str!("../../../migrations/sqlite/0007_missing.sql")),
    ("0008_fork_settled", include_str!("../../../migrations/sqlite/0008_fork_settled.sql")),
    ("0009_judged", include_str!("../../../migrations/sqlite/0009_judged.sql")),
    ("0010_records", include_str!("../../../migrations/sqlite/0010_records.sql")),
    ("0011_apart", include_str!("../../../migrations/sqlite/0011_apart.sql")),
    ("0012_wards", include_str!("../../../migrations/sqlite/0012_wards.sql")),
    ("0013_photos", include_str!("../../../migrations/sqlite/0013_photos.sql")),
    ("0014_badge", include_str!("../../../migrations/sqlite/0014_badge.sql")),
    ("0015_packs", include_str!("../../../migrations/sqlite/0015_packs.sql")),
    ("0016_bills", include_str!("../../../migrations/sqlite/0016_bills.sql")),
    ("0017_settlement", include_str!("../../../migrations/sqlite/0017_settlement.sql")),
    ("0018_slots", include_str!("../../../migrations/sqlite/0018_slots.sql")),
    ("0019_applications", include_str!("../../../migrations/sqlite/0019_applications.sql")),
    ("0020_registrar", include_str!("../../../migrations/sqlite/0020_registrar.sql")),
    ("0021_complaints", include_str!("../../../migrations/sqlite/0021_complaints.sql")),
];

pub fn migrate(connection: &Connection, trusted: &Trusted) -> Result<(), StoreError> {
    if version(connection)? > MIGRATIONS.len() {
        return Err(StoreError::Newer);
    }
    migrate_to(MIGRATIONS.len(), connection, trusted)
}

fn migrate_to(count: usize, connection: &Connection, trusted: &Trusted) -> Result<(), StoreError> {
    for (place, (name, sql)) in MIGRATIONS.iter().enumerate().take(count) {
        let failed = |error| StoreError::Migration(name, Error::Sqlite(error));
        connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
        // Another process may have been faster.
        if version(connection)? <= place {
            connection.execute_batch(sql).map_err(failed)?;
            let books = Transaction::Sqlite(connection);
            match *name {
                "0005_held" => held::list_receipts(&books, trusted)?,
                "0009_judged" => misdated::judge_all(&books)?,
                _ => {}
            }
            connection.pragma_update(None, "user_version", place as u32 + 1).map_err(failed)?;
        }
        connection.execute_batch("COMMIT").map_err(failed)?;
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    Ok(version.map_err(Error::Sqlite).map_err(StoreError::Sqlite)? as usize)
}

#[cfg(test)]
mod tests;
