//! The database of an office, here an SQLite file in its data folder, and a hand that knows SQL.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

pub struct Database {
    file: PathBuf,
}

impl Database {
    /// The one that a centre makes in this data folder.
    pub fn of(data: &Path) -> Self {
        Self { file: data.join("central.db") }
    }

    /// What a command is given besides the data folder.
    pub fn named(&self) -> Vec<String> {
        Vec::new()
    }

    /// Does as the statements say, or gives the database's complaint.
    pub fn run(&self, sql: &str) -> Result<(), String> {
        self.open().execute_batch(sql).map_err(|error| error.to_string())
    }

    /// The first row, each column as text.
    pub fn first(&self, sql: &str) -> Vec<String> {
        let books = self.open();
        let mut statement = books.prepare(sql).expect("SQL");
        let columns = statement.column_count();
        let text = |value: ValueRef<'_>| match value {
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8(text.to_vec()).expect("UTF-8"),
            other => panic!("{other:?} is read as hex(…)"),
        };
        let read = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|column| row.get_ref(column).map(text)).collect()
        };
        statement.query_row([], read).expect("a row")
    }

    /// Bytes as SQL has them.
    pub fn bytes(bytes: &[u8]) -> String {
        format!("x'{}'", data_encoding::HEXLOWER.encode(bytes))
    }

    /// Takes away what keeps entries from being changed.
    pub fn unguard(&self) {
        let sql = "DROP TRIGGER entry_is_not_changed; DROP TRIGGER entry_is_not_deleted";
        self.run(sql).expect("a hand that knows SQL");
    }

    fn open(&self) -> Connection {
        Connection::open(&self.file).expect("the database")
    }
}
