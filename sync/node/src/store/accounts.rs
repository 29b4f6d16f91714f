//! Which building a utility's account is of. What is in this table is derived from the register.

use ledger::{Building, Connection as Drawn};
use rusqlite::{Connection, params};

use super::Store;
use super::error::StoreError;

/// An account of more buildings than these is a mistake that the office must see to.
const BUILDINGS_MAX: usize = 8;

impl Store {
    /// The buildings with an account of this number, whatever signs stand between its letters and
    /// digits: of one service, or of any.
    pub fn buildings_by_account(
        &self,
        service: Option<&str>,
        account: &str,
    ) -> Result<Vec<Building>, StoreError> {
        let sought = Drawn::sought(account);
        if sought.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT body FROM buildings WHERE id IN (SELECT building FROM accounts
            WHERE sought = ?1 AND (?2 IS NULL OR service = ?2)) ORDER BY id LIMIT ?3";
        let limit = i64::try_from(BUILDINGS_MAX).expect("the limit is small");
        self.buildings(sql, params![sought, service, limit])
    }
}

/// Writes down the accounts of a row of the register, inside the transaction that writes the row.
pub(super) fn put(to: &Connection, row: &Building) -> Result<(), StoreError> {
    let failed = StoreError::of("writing the accounts of a building");
    to.prepare_cached("DELETE FROM accounts WHERE building = ?1")
        .and_then(|mut delete| delete.execute([row.id]))
        .map_err(&failed)?;
    let sql = "INSERT OR IGNORE INTO accounts (sought, service, building) VALUES (?1, ?2, ?3)";
    for drawn in &row.connections {
        let values = params![Drawn::sought(&drawn.account), drawn.service, row.id];
        to.prepare_cached(sql).and_then(|mut insert| insert.execute(values)).map_err(&failed)?;
    }
    Ok(())
}
