//! How many wrong PINs were tried in a row: on the disk before anybody learns whether one was
//! right, so that killing the program gives no new tries.

use rusqlite::OptionalExtension;

use super::{Store, StoreError};

impl Store {
    /// How many PINs were tried since the last right one.
    pub fn wrong_pins(&self) -> Result<u32, StoreError> {
        let sql = "SELECT tried FROM wrong_pins";
        let tried = self.connection.prepare_cached(sql);
        let tried = tried.and_then(|mut query| query.query_row([], |row| row.get(0)).optional());
        Ok(tried.map_err(StoreError::of("counting the tries of PINs"))?.unwrap_or(0))
    }

    /// Writes that so many were tried.
    pub fn keep_wrong_pins(&self, tried: u32) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO wrong_pins (id, tried) VALUES (1, ?1)";
        let written = self.connection.prepare_cached(sql);
        let written = written.and_then(|mut row| row.execute([tried]));
        written.map(|_| ()).map_err(StoreError::of("counting the tries of PINs"))
    }
}
