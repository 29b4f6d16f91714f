//! The file of the books: opened by one program at a time, and brought to the newest form.

use std::path::Path;

use ledger::Writer;
use replica::Provision;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::error::StoreError;
use super::search;

/// The file in the data folder.
pub const BOOKS_FILE: &str = "books.sqlite3";

/// The forms of the books, oldest first. One is only ever added at the end.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_books.sql"),
    include_str!("../../migrations/0002_time.sql"),
    include_str!("../../migrations/0003_locked.sql"),
    include_str!("../../migrations/0004_opened.sql"),
    include_str!("../../migrations/0005_wrong_pins.sql"),
    include_str!("../../migrations/0006_synced_to.sql"),
    include_str!("../../migrations/0007_carried.sql"),
    include_str!("../../migrations/0008_records.sql"),
    include_str!("../../migrations/0009_apart.sql"),
    include_str!("../../migrations/0010_former.sql"),
    include_str!("../../migrations/0011_kept.sql"),
    include_str!("../../migrations/0012_errands.sql"),
    include_str!("../../migrations/0013_photos.sql"),
    include_str!("../../migrations/0014_photo_line.sql"),
    include_str!("../../migrations/0015_cards.sql"),
    include_str!("../../migrations/0016_packs.sql"),
    include_str!("../../migrations/0017_search.sql"),
    include_str!("../../migrations/0018_accounts.sql"),
    include_str!("../../migrations/0019_sealed.sql"),
    include_str!("../../migrations/0020_marks.sql"),
    include_str!("../../migrations/0021_complaints.sql"),
];

/// What a commit outlives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Every way in which the program can end.
    Kill,
    /// The power's end as well: the log is synced.
    PowerCut,
}

/// Opens the file, or makes it, for this device alone.
pub(super) fn open(folder: &Path) -> Result<Connection, StoreError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
    let connection =
        Connection::open(folder.join(BOOKS_FILE)).map_err(StoreError::of("opening the file"))?;
    lock(&connection)?;
    sync_log(folder)?;
    Ok(connection)
}

/// Whatever a program that was killed had left in the log without a sync is read from now on, and
/// may leave the device: it must not go with the power after that. A full disk takes this, too.
fn sync_log(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(format!("{BOOKS_FILE}-wal"));
    let synced = std::fs::File::open(&path).and_then(|log| log.sync_data());
    match synced {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::Folder { path, source })
        }
        _ => Ok(()),
    }
}

/// More than all that are written down for reuse: a screen and a round use some forty in turn.
const STATEMENTS_MAX: usize = 192;

/// Brings the books to the newest form, and finds out whose they are.
pub(super) fn prepare(connection: &mut Connection, of: &Provision) -> Result<(), StoreError> {
    // A plan never depends on what is bound: without this, a statement that might use a partial
    // index is compiled anew each time it is given another value.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(StoreError::of("opening the file"))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    migrate(connection)?;
    check_owner(connection, of)?;
    search::prepare(connection)
}

/// Counts an opening of the books, in which no entry may ever be written. `written` is the highest
/// boot of any entry.
pub(super) fn next_boot(connection: &Connection, written: u32) -> Result<u32, StoreError> {
    let failed = StoreError::of("counting how often the books were opened");
    let sql = "SELECT boot FROM opened";
    let opened: Option<u32> =
        connection.query_row(sql, [], |row| row.get(0)).optional().map_err(&failed)?;
    let boot = opened.unwrap_or(0).max(written).saturating_add(1);
    let sql = "INSERT INTO opened (id, boot) VALUES (1, ?1)
        ON CONFLICT DO UPDATE SET boot = excluded.boot";
    match connection.execute(sql, [boot]).map_err(failed) {
        Ok(_) => Ok(boot),
        // The books can be read and sent all the same, and nothing can be written with this boot.
        Err(StoreError::Full(error)) => {
            tracing::warn!(%error, "this opening of the books is not counted");
            Ok(boot)
        }
        Err(error) => Err(error),
    }
}

/// Syncs the log up to the entry `last` and whatever is before it: a commit syncs all of the log.
/// It must change something, or SQLite commits nothing.
pub(super) fn sync(connection: &Connection, last: u64) -> Result<(), StoreError> {
    let failed = StoreError::of("syncing the log");
    let sql = "INSERT INTO opened (id, boot, synced_to) VALUES (1, 0, ?1)
        ON CONFLICT DO UPDATE SET synced_to = excluded.synced_to";
    let mut update = connection.prepare_cached(sql).map_err(&failed)?;
    update.execute([stored(last)]).map(|_| ()).map_err(failed)
}

/// How durable the commits from now on are. Outside a transaction only.
pub(super) fn set_durability(
    connection: &Connection,
    durability: Durability,
) -> Result<(), StoreError> {
    let level = match durability {
        Durability::Kill => "NORMAL",
        Durability::PowerCut => "FULL",
    };
    connection
        .pragma_update(None, "synchronous", level)
        .map_err(StoreError::of("setting how durable a write is"))
}

/// A sequence as the database's signed integers hold it. None that was checked against the chain
/// can be beyond them: it would take centuries to write that many.
pub(super) fn stored(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// The sequence of a stored integer; a negative one can only be damage, and names no entry.
pub(super) fn sequence(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

pub(super) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StoreError::of("beginning a write"))
}

/// In exclusive mode the lock that the first transaction takes stays until the file is closed, also
/// by a kill, so two programs never write one chain. It is taken before anything is read.
fn lock(connection: &Connection) -> Result<(), StoreError> {
    let failed = StoreError::of("locking the file");
    connection.busy_timeout(std::time::Duration::ZERO).map_err(&failed)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(&failed)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(&failed)?;
    set_durability(connection, Durability::PowerCut)?;
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT;").map_err(&failed)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let failed = StoreError::of("bringing the file to the newest form");
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(&failed)?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let Some(left) = MIGRATIONS.get(done..) else {
        return Err(StoreError::Newer(version));
    };
    for (place, migration) in left.iter().enumerate() {
        let transaction = begin(connection)?;
        transaction.execute_batch(migration).map_err(&failed)?;
        let number = i64::try_from(done + place + 1).expect("there are few migrations");
        transaction.pragma_update(None, "user_version", number).map_err(&failed)?;
        transaction.commit().map_err(&failed)?;
    }
    Ok(())
}

/// A new file becomes this device's; a file of another device is refused, since its chain is signed
/// by another key.
fn check_owner(connection: &Connection, provision: &Provision) -> Result<(), StoreError> {
    let failed = StoreError::of("reading whose books these are");
    let owner = connection
        .query_row("SELECT body, writer FROM device", [], |row| {
            Ok((row.get::<_, String>(0)?, Writer(row.get(1)?)))
        })
        .optional()
        .map_err(&failed)?;
    match owner {
        None => connection
            .execute(
                "INSERT INTO device VALUES (1, ?1, ?2)",
                params![provision.body, provision.writer.0],
            )
            .map(|_| ())
            .map_err(failed),
        Some((body, writer)) if body == provision.body && writer == provision.writer => Ok(()),
        Some((found_body, found)) => Err(StoreError::Foreign {
            found_body,
            found,
            body: provision.body.clone(),
            wanted: provision.writer,
        }),
    }
}
