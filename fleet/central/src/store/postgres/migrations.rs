//! How a PostgreSQL database is brought to this program's version, and given the parts of the
//! entries of this year and the next.

use chrono::NaiveDate;
use deadpool_postgres::Client;
use tokio::runtime::Handle;

use crate::store::StoreError;
use crate::store::sql::{Session, Transaction, params};
use crate::time;

/// Only ever added to: the number of a migration is its place here.
const MIGRATIONS: [(&str, &str); 13] = [
    ("0001_books", include_str!("../../../migrations/postgres/0001_books.sql")),
    ("0002_records", include_str!("../../../migrations/postgres/0002_records.sql")),
    ("0003_apart", include_str!("../../../migrations/postgres/0003_apart.sql")),
    ("0004_wards", include_str!("../../../migrations/postgres/0004_wards.sql")),
    ("0005_photos", include_str!("../../../migrations/postgres/0005_photos.sql")),
    ("0006_badge", include_str!("../../../migrations/postgres/0006_badge.sql")),
    ("0007_packs", include_str!("../../../migrations/postgres/0007_packs.sql")),
    ("0008_bills", include_str!("../../../migrations/postgres/0008_bills.sql")),
    ("0009_settlement", include_str!("../../../migrations/postgres/0009_settlement.sql")),
    ("0010_slots", include_str!("../../../migrations/postgres/0010_slots.sql")),
    ("0011_applications", include_str!("../../../migrations/postgres/0011_applications.sql")),
    ("0012_registrar", include_str!("../../../migrations/postgres/0012_registrar.sql")),
    ("0013_complaints", include_str!("../../../migrations/postgres/0013_complaints.sql")),
];

/// One centre at a time looks whether there is something to do; the number is ours.
const ALONE: &str = "SELECT pg_advisory_xact_lock(7021400331)";

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The clock in India is ahead of UTC by this.
const INDIA_MS: i64 = (5 * 60 + 30) * 60 * 1_000;

pub fn migrate(client: Client, runtime: &Handle) -> Result<(), StoreError> {
    let session = Session::new(client, runtime.clone(), "BEGIN");
    session.batch(ALONE).map_err(StoreError::Sqlite)?;
    let books = Transaction::Postgres(&session);
    check_schema(&books)?;
    check_durable(&books)?;
    let version = version(&session)?;
    if version > MIGRATIONS.len() {
        return Err(StoreError::Newer);
    }
    for (place, (name, sql)) in MIGRATIONS.iter().enumerate().skip(version) {
        let failed = |error| StoreError::Migration(name, error);
        session.batch(sql).map_err(failed)?;
        let number = i64::try_from(place).unwrap_or(i64::MAX) + 1;
        let sql = "INSERT INTO migration (place, name) VALUES (?1, ?2)";
        books.execute(sql, params![number, name]).map_err(failed)?;
    }
    let year = time::financial_year(time::now_ms());
    for year in [year, year + 1] {
        add_part(&session, year)?;
    }
    session.commit().map_err(StoreError::Sqlite)
}

/// The role must have a schema in its path, where the tables are made.
fn check_schema(books: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = "SELECT current_schema() IS NOT NULL";
    match books.query_row(sql, [], |row| row.get(0)).map_err(StoreError::Sqlite)? {
        true => Ok(()),
        false => Err(StoreError::NoSchema),
    }
}

/// An acknowledgement is worth a disk, here and on every standby that the database waits for.
fn check_durable(books: &Transaction<'_>) -> Result<(), StoreError> {
    for setting in ["synchronous_commit", "fsync", "full_page_writes"] {
        let sql = format!("SELECT current_setting('{setting}')");
        let value: String =
            books.query_row(&sql, [], |row| row.get(0)).map_err(StoreError::Sqlite)?;
        if value == "off" {
            return Err(StoreError::NotDurable(setting));
        }
    }
    Ok(())
}

fn version(session: &Session) -> Result<usize, StoreError> {
    let books = Transaction::Postgres(session);
    let sql = "SELECT to_regclass('migration') IS NOT NULL";
    let is_there: bool = books.query_row(sql, [], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    if !is_there {
        let sql = "CREATE TABLE migration (place BIGINT PRIMARY KEY, name TEXT NOT NULL)";
        session.batch(sql).map_err(StoreError::Sqlite)?;
        return Ok(0);
    }
    let sql = "SELECT coalesce(max(place), 0) FROM migration";
    let place: i64 = books.query_row(sql, [], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    usize::try_from(place).map_err(|_| StoreError::Damaged("the list of migrations"))
}

/// Makes the part for the entries that come in a financial year, unless some of them came before
/// it was there and lie among those of other years.
fn add_part(session: &Session, year: u16) -> Result<(), StoreError> {
    let books = Transaction::Postgres(session);
    let (from, to) = (beginning_ms(year), beginning_ms(year + 1));
    let sql = "SELECT to_regclass(?1) IS NULL AND NOT EXISTS (SELECT 1 FROM entry_of_other_years \
               WHERE received_ms >= ?2 AND received_ms < ?3)";
    let name = format!("entry_{year}");
    let is_due: bool = books
        .query_row(sql, params![name, from, to], |row| row.get(0))
        .map_err(StoreError::Sqlite)?;
    if !is_due {
        return Ok(());
    }
    let sql = format!("CREATE TABLE {name} PARTITION OF entry FOR VALUES FROM ({from}) TO ({to})");
    session.batch(&sql).map_err(StoreError::Sqlite)
}

/// The first moment of a financial year in India.
fn beginning_ms(year: u16) -> i64 {
    let first = NaiveDate::from_ymd_opt(i32::from(year), 4, 1).expect("each year has an April");
    time::day_of(first) * DAY_MS - INDIA_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_financial_year_begins_at_midnight_in_india() {
        let first = beginning_ms(2026);
        assert_eq!(time::stamp(first), "01-04-2026 00:00");
        assert_eq!(time::financial_year(first), 2026);
        assert_eq!(time::financial_year(first - 1), 2025);
    }
}
