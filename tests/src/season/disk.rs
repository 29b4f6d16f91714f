//! A device's disk in memory: what was committed outlives the program that wrote it, and can be
//! copied as an image.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

/// Names of disks are unique in the process: seasons of several tests run side by side.
static DISKS: AtomicU64 = AtomicU64::new(1);

/// How many pages a disk still has that is about to be full.
const PAGES_LEFT_MAX: u32 = 12;

pub struct Disk {
    address: String,
    /// The database lives as long as somebody has it open.
    keeper: Connection,
}

impl Disk {
    pub fn new() -> Self {
        let number = DISKS.fetch_add(1, Ordering::Relaxed);
        let address = format!("file:/season-{number}?vfs=memdb");
        let keeper = connect(&address);
        Self { address, keeper }
    }

    /// For SQLite, which reads it as a file's name.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Another connection to the same disk. `pages_left` is how much it may still grow by.
    pub fn open(&self, pages_left: Option<u32>) -> Connection {
        let connection = connect(&self.address);
        if let Some(left) = pages_left {
            let most = self.pages() + left.min(PAGES_LEFT_MAX);
            connection
                .pragma_update_and_check(None, "max_page_count", most, |_| Ok(()))
                .expect("SQLite takes a limit");
        }
        connection
    }

    /// The disk as it stands now. Nobody may have it open.
    pub fn image(&self) -> Self {
        let image = Self::new();
        self.keeper.execute("VACUUM INTO ?1", [&image.address]).expect("memory takes every byte");
        image
    }

    /// The power went before the log was synced: the entries after `seq` are gone. Nobody may have
    /// it open.
    pub fn forget_after(&self, seq: u64) {
        let seq = i64::try_from(seq).expect("few entries");
        let sql = "DELETE FROM entries WHERE seq > ?1";
        self.keeper.execute(sql, [seq]).expect("memory is written");
    }

    fn pages(&self) -> u32 {
        self.keeper
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .expect("the disk can be read")
    }
}

fn connect(address: &str) -> Connection {
    let connection = Connection::open(address).expect("a database in memory can be opened");
    // The device has its disk alone, and a power cut is played by dropping the program: the
    // journal is never read again.
    connection.set_prepared_statement_cache_capacity(64);
    connection
}
